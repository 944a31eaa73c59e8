"""The words and the layout of `/admin status`."""

from collections.abc import Mapping
from datetime import datetime

from discord import ui

from bot.features.admin.training_view import REFRESH, course
from bot.language import say, say_many
from bot.layout import gap, message, plain
from bot.measures import Kind, Measures, Outcome, Percentiles
from bot.presses import ANYONE, button, row
from bot.vitals import Vitals
from storage.trainings import Training
from storage.vitals import Work

TEXT_HEAD = (
    "### How I am\nUp since <t:{started}:f>, <t:{started}:R>\n"
    "Model **{model}**, serving since <t:{serving}:f>\n"
    "-# Segue {version} · {servers}"
)
TEXT_ANSWERS = "**Answers**\n{outcomes} since I started"
TEXT_NO_ANSWERS = "**Answers**\nnone since I started"
TEXT_LATEST = "-# complete within · of each kind, the latest thousand at most"
TEXT_OUTCOMES: dict[Outcome, str] = {
    "answered": "{count:,} answered",
    "refused": "{count:,} refused with a reason",
    "failed": "{count:,} **failed**",
    "unanswered": "{count:,} **without an answer**",
    "cut off": "{count:,} cut off",
}
TEXT_KINDS: dict[Kind, str] = {"command": "commands", "press": "buttons", "form": "forms", "autocomplete": "choices"}
TEXT_FIRST = "first reply"
TEXT_NUMBER, TEXT_HALF = "number", "half"
TEXT_CONNECTION = "**Connection**\n{facts}"
TEXT_GATEWAY = "heartbeat to Discord {time}"
TEXT_LAG = "longest wait for the event loop in the last minute {time}"
TEXT_NO_CONNECTION = "nothing measured yet"
TEXT_DROPS = "**Weekly drops**\n{facts}"
TEXT_NO_DROPS = "none set up"
TEXT_WORK = {
    "scheduled": "{count:,} scheduled",
    "overdue": "{count:,} due now",
    "retried": "{count:,} being tried again",
    "paused": "{count:,} paused by people",
}
TEXT_NEXT = "next <t:{due}:R>"
TEXT_GIVEN_UP = "**{count} given up** after an hour of tries; `/drop status` there says why"
TEXT_TRAINING = "**Training**\n{facts}"
TEXT_NO_TRAINING = "**Training**\nnone yet"
TEXT_LAST_TRAINING = "**Training**\nnone under way; number {number} {outcome} <t:{when}:R>"
TEXT_CAME_OF_IT = {
    "published": "was published",
    "aside": "was **set aside**",
    "failed": "**failed**",
    "cancelled": "was cancelled",
    "died": "**died**",
}
BUTTON_TRAINING = "Show training"
TEXT_REFUSED = "\n⚠️ Model {version} is to serve and can't be trusted: {sentence}"
LONGEST_SENTENCE = 300
TEXTS_SERVERS = ("{count:,} server", "{count:,} servers")
TEXT_SIZES = {
    "memory": "memory {size}",
    "database": "database {size}",
    "models": "models {size}",
    "free": "{size} left on the disk",
}
TEXT_MACHINE = "**Memory and disk**\n{facts}"
TEXT_BACKUP, TEXT_NO_BACKUP = "Last backup <t:{taken}:R>", "**No backup yet**: `segue backup` makes one"
TEXT_DAILY = ", one every day, {count} are kept"


def status_page(
    vitals: Vitals,
    measures: Measures,
    daily_backups: int,
    training: Training | None,
    refused: tuple[str, str] | None,
    now: datetime,
) -> ui.LayoutView:
    """Everything that an operator asks first; each part stands on its own."""
    head = say(
        TEXT_HEAD,
        started=int(vitals.started_at.timestamp()),
        model=vitals.model,
        serving=int(vitals.serving_since.timestamp()),
        version=vitals.version,
        servers=say_many(TEXTS_SERVERS, vitals.servers),
    )
    if refused is not None:
        head += say(TEXT_REFUSED, version=refused[0], sentence=plain(refused[1], LONGEST_SENTENCE))
    parts = (
        _answers(measures),
        _connection(vitals, measures),
        _drops(vitals.work),
        _training(training, now),
        _machine(vitals, daily_backups),
    )
    shown = [row(button(say(BUTTON_TRAINING), REFRESH, ANYONE, str(training.id)))] if training is not None else []
    return message(head, *(item for part in parts for item in (gap(), part)), *shown)


def _training(training: Training | None, now: datetime) -> str:
    if training is None:
        return say(TEXT_NO_TRAINING)
    if training.outcome is None:
        return say(TEXT_TRAINING, facts=course(training, now))
    when = int((training.ended_at or training.requested_at).timestamp())
    return say(TEXT_LAST_TRAINING, number=training.id, outcome=say(TEXT_CAME_OF_IT[training.outcome]), when=when)


def _answers(measures: Measures) -> str:
    outcomes: Mapping[Outcome, int] = measures.outcomes
    if not outcomes:
        return say(TEXT_NO_ANSWERS)
    said = ", ".join(say(TEXT_OUTCOMES[one], count=outcomes[one]) for one in TEXT_OUTCOMES if one in outcomes)
    rows = [(say(TEXT_KINDS[kind]), measures.recent(kind)) for kind in TEXT_KINDS]
    rows.append((say(TEXT_FIRST), measures.recent_first()))
    table = "\n".join([_heading(), *(_row(words, times) for words, times in rows if times is not None)])
    return f"{say(TEXT_ANSWERS, outcomes=said)}\n```\n{table}\n```\n{say(TEXT_LATEST)}"


def _heading() -> str:
    """As wide as a phone shows without breaking lines."""
    return f"{'':<11} {say(TEXT_NUMBER):>6} {say(TEXT_HALF):>6} {'95 %':>6} {'99 %':>6}"


def _row(words: str, times: Percentiles) -> str:
    return f"{words:<11} {times.count:>6,} " + " ".join(f"{_time(one):>6}" for one in (times.p50, times.p95, times.p99))


def _connection(vitals: Vitals, measures: Measures) -> str:
    lag = measures.recent_lag()
    facts = [
        *([say(TEXT_GATEWAY, time=_time(vitals.gateway_seconds))] if vitals.gateway_seconds is not None else []),
        *([say(TEXT_LAG, time=_time(lag))] if lag is not None else []),
    ]
    return say(TEXT_CONNECTION, facts="\n".join(facts) or say(TEXT_NO_CONNECTION))


def _drops(work: Work) -> str:
    counts = {"scheduled": work.scheduled, "overdue": work.overdue, "retried": work.retried, "paused": work.paused}
    facts = [say(TEXT_WORK[one], count=count) for one, count in counts.items() if count]
    if work.next_due is not None:
        facts.insert(1, say(TEXT_NEXT, due=int(work.next_due.timestamp())))
    lines = [" · ".join(facts)] if facts else []
    if work.given_up:
        lines.append(say(TEXT_GIVEN_UP, count=work.given_up))
    return say(TEXT_DROPS, facts="\n".join(lines) or say(TEXT_NO_DROPS))


def _machine(vitals: Vitals, daily_backups: int) -> str:
    sizes = {
        "memory": vitals.memory_bytes,
        "database": vitals.database_bytes,
        "models": vitals.models_bytes,
        "free": vitals.free_bytes,
    }
    facts = " · ".join(say(TEXT_SIZES[one], size=_size(taken)) for one, taken in sizes.items() if taken is not None)
    taken = vitals.last_backup
    backup = say(TEXT_BACKUP, taken=int(taken.timestamp())) if taken is not None else say(TEXT_NO_BACKUP)
    daily = say(TEXT_DAILY, count=daily_backups) if daily_backups else ""
    return say(TEXT_MACHINE, facts=f"{facts}\n{backup}{daily}")


def _time(seconds: float) -> str:
    return say("{time:.0f} ms", time=seconds * 1000) if seconds < 1 else say("{time:.1f} s", time=seconds)


def _size(bytes_: int) -> str:
    """In the unit that makes it at least one."""
    for unit, power in (("GB", 3), ("MB", 2)):
        if bytes_ >= 1000**power:
            return say("{size:.1f} {unit}", size=bytes_ / 1000**power, unit=unit)
    return say("{size:.0f} {unit}", size=bytes_ / 1000, unit="kB")
