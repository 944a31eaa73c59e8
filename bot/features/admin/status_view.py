"""The words and the layout of `/admin status`."""

from collections.abc import Mapping
from datetime import datetime

from discord import ui

from bot.features.admin.training_view import REFRESH, course
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
OUTCOMES: tuple[tuple[Outcome, str], ...] = (
    ("answered", "answered"),
    ("refused", "refused with a reason"),
    ("failed", "**failed**"),
    ("unanswered", "**without an answer**"),
    ("cut off", "cut off"),
)
KINDS: tuple[tuple[Kind, str], ...] = (
    ("command", "commands"),
    ("press", "buttons"),
    ("form", "forms"),
    ("autocomplete", "choices"),
)
FIRST = "first reply"
# As wide as a phone shows without breaking lines.
HEADING = f"{'':<11} {'number':>6} {'half':>6} {'95 %':>6} {'99 %':>6}"
TEXT_CONNECTION = "**Connection**\n{facts}"
TEXT_GATEWAY = "heartbeat to Discord {time}"
TEXT_LAG = "longest wait for the event loop in the last minute {time}"
TEXT_NO_CONNECTION = "nothing measured yet"
TEXT_DROPS = "**Weekly drops**\n{facts}"
TEXT_NO_DROPS = "none set up"
TEXT_NEXT = "next <t:{due}:R>"
TEXT_GIVEN_UP = "**{count} given up** after an hour of tries; `/drop status` there says why"
TEXT_TRAINING = "**Training**\n{facts}"
TEXT_NO_TRAINING = "**Training**\nnone yet"
TEXT_LAST_TRAINING = "**Training**\nnone under way; number {number} {outcome} <t:{when}:R>"
OUTCOMES_OF_TRAINING = {
    "published": "was published",
    "aside": "was **set aside**",
    "failed": "**failed**",
    "cancelled": "was cancelled",
    "died": "**died**",
}
BUTTON_TRAINING = "Show training"
TEXT_REFUSED = "\n⚠️ Model {version} is to serve and can't be trusted: {sentence}"
LONGEST_SENTENCE = 300
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
    head = TEXT_HEAD.format(
        started=int(vitals.started_at.timestamp()),
        model=vitals.model,
        serving=int(vitals.serving_since.timestamp()),
        version=vitals.version,
        servers=_counted(vitals.servers, "server"),
    )
    if refused is not None:
        head += TEXT_REFUSED.format(version=refused[0], sentence=plain(refused[1], LONGEST_SENTENCE))
    parts = (
        _answers(measures),
        _connection(vitals, measures),
        _drops(vitals.work),
        _training(training, now),
        _machine(vitals, daily_backups),
    )
    shown = [row(button(BUTTON_TRAINING, REFRESH, ANYONE, str(training.id)))] if training is not None else []
    return message(head, *(item for part in parts for item in (gap(), part)), *shown)


def _training(training: Training | None, now: datetime) -> str:
    if training is None:
        return TEXT_NO_TRAINING
    if training.outcome is None:
        return TEXT_TRAINING.format(facts=course(training, now))
    when = int((training.ended_at or training.requested_at).timestamp())
    return TEXT_LAST_TRAINING.format(number=training.id, outcome=OUTCOMES_OF_TRAINING[training.outcome], when=when)


def _answers(measures: Measures) -> str:
    outcomes: Mapping[Outcome, int] = measures.outcomes
    if not outcomes:
        return TEXT_NO_ANSWERS
    said = ", ".join(f"{outcomes[outcome]:,} {words}" for outcome, words in OUTCOMES if outcome in outcomes)
    rows = [(words, measures.recent(kind)) for kind, words in KINDS] + [(FIRST, measures.recent_first())]
    table = "\n".join([HEADING, *(_row(words, times) for words, times in rows if times is not None)])
    return f"{TEXT_ANSWERS.format(outcomes=said)}\n```\n{table}\n```\n{TEXT_LATEST}"


def _row(words: str, times: Percentiles) -> str:
    return f"{words:<11} {times.count:>6,} " + " ".join(f"{_time(one):>6}" for one in (times.p50, times.p95, times.p99))


def _connection(vitals: Vitals, measures: Measures) -> str:
    lag = measures.recent_lag()
    facts = [
        *([TEXT_GATEWAY.format(time=_time(vitals.gateway_seconds))] if vitals.gateway_seconds is not None else []),
        *([TEXT_LAG.format(time=_time(lag))] if lag is not None else []),
    ]
    return TEXT_CONNECTION.format(facts="\n".join(facts) or TEXT_NO_CONNECTION)


def _drops(work: Work) -> str:
    numbers = ((work.scheduled, "scheduled"), (work.overdue, "due now"), (work.retried, "being tried again"))
    facts = [f"{count:,} {words}" for count, words in (*numbers, (work.paused, "paused by people")) if count]
    if work.next_due is not None:
        facts.insert(1, TEXT_NEXT.format(due=int(work.next_due.timestamp())))
    lines = [" · ".join(facts)] if facts else []
    if work.given_up:
        lines.append(TEXT_GIVEN_UP.format(count=work.given_up))
    return TEXT_DROPS.format(facts="\n".join(lines) or TEXT_NO_DROPS)


def _machine(vitals: Vitals, daily_backups: int) -> str:
    sizes = (
        (vitals.memory_bytes, "memory {}"),
        (vitals.database_bytes, "database {}"),
        (vitals.models_bytes, "models {}"),
        (vitals.free_bytes, "{} left on the disk"),
    )
    facts = " · ".join(words.format(_size(bytes_)) for bytes_, words in sizes if bytes_ is not None)
    taken = vitals.last_backup
    backup = TEXT_BACKUP.format(taken=int(taken.timestamp())) if taken is not None else TEXT_NO_BACKUP
    daily = TEXT_DAILY.format(count=daily_backups) if daily_backups else ""
    return TEXT_MACHINE.format(facts=f"{facts}\n{backup}{daily}")


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _size(bytes_: int) -> str:
    """In the unit that makes it at least one."""
    for unit, power in (("GB", 3), ("MB", 2)):
        if bytes_ >= 1000**power:
            return f"{bytes_ / 1000**power:.1f} {unit}"
    return f"{bytes_ / 1000:.0f} kB"
