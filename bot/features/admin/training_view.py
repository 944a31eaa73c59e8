"""The words and the layout of a training: how far it is, what came of it."""

from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.language import say
from bot.layout import BAR_CELLS, gap, message, plain
from bot.presses import ANYONE, Press, button, row
from ml.stages import share_done
from storage.trainings import Training

CANCEL, REFRESH, ANYWAY = "training-cancel", "training-refresh", "training-anyway"

TEXT_TITLE = "### Training {number}"
TEXT_WHAT = "{parts}, on {catalogue}"
TEXT_PARTS = {
    "all": "Everything",
    "classifier": "The genre classifier, and the index that listens with it",
    "clusters": "Moods and synthetic genres",
    "index": "The index and the map",
}
TEXT_USUAL = "the usual catalogue"
TEXT_SAME = "the serving model's catalogue"
TEXT_ASKED_BY = "-# asked for by <@{user}> {when}"
TEXT_ASKED = "-# asked for {when}"
TEXT_WHY = "-# why: {reason}"
TEXT_WAITING = "Starting …"
TEXT_CANCELLING = "Ending …"
TEXT_STAGES = {
    "Splitting": "Splitting",
    "Genre classifier": "Genre classifier",
    "Moods": "Moods",
    "Vectors": "Vectors",
    "Map": "Map",
    "Evaluating": "Evaluating",
    "Comparing": "Comparing",
    "Publishing": "Publishing",
}
TEXT_STAGE = "{stage} · {done} of {total}"
TEXT_LEFT = "about {left} left"
TEXT_MEMBERS_FIRST = "-# Members come first: it takes what they leave of the processor, and the present model answers."
TEXT_PUBLISHED = "**Model {version} was published.**"
TEXT_ASIDE = "**Model {version} was not published.**"
TEXT_ENDED = {
    "failed": "**It failed.**",
    "cancelled": "**It was cancelled.**",
    "died": "**It died.**",
}
TEXT_UNCHANGED = "-# The model that served goes on serving."
# As wide as the numbers below them.
TEXT_BEFORE, TEXT_NEW = "before", "new"
FELL = "▼ "
TEXT_LESS = " (less is better)"
TEXT_TOOK = "-# took {time}"
BUTTON_CANCEL = "Cancel"
BUTTON_REFRESH = "Refresh"
BUTTON_ANYWAY = "Publish anyway"
LONGEST_WHY = 200
LONGEST_SENTENCE = 600
LONGEST_NOTE = 60
BAR = 3 * BAR_CELLS
# Before that the first steps say nothing about the rest.
ENOUGH = 0.03


def page(training: Training, now: datetime) -> ui.LayoutView:
    """A training as it stands."""
    return under_way(training, now) if training.outcome is None else ended(training)


def under_way(training: Training, now: datetime) -> ui.LayoutView:
    presses = [button(say(BUTTON_REFRESH), REFRESH, ANYONE, str(training.id))]
    if training.cancel_at is None and training.version is None:
        presses.append(button(say(BUTTON_CANCEL), CANCEL, ANYONE, str(training.id), style=discord.ButtonStyle.danger))
    return message(_head(training), gap(), course(training, now), gap(), say(TEXT_MEMBERS_FIRST), row(*presses))


def ended(training: Training) -> ui.LayoutView:
    parts: list[Any] = [_head(training), gap()]
    if training.outcome == "published":
        parts.append(say(TEXT_PUBLISHED, version=training.version))
    elif training.outcome == "aside":
        parts.append(say(TEXT_ASIDE, version=training.version))
    else:
        parts.append(say(TEXT_ENDED[str(training.outcome)]))
    parts.append(plain(say(training.sentence or ""), LONGEST_SENTENCE))
    if training.report and training.report["compared"]:
        parts.append(table(training.report["compared"]))
    if training.outcome != "published":
        parts.append(say(TEXT_UNCHANGED))
    if training.ended_at is not None:
        parts.append(say(TEXT_TOOK, time=in_words((training.ended_at - training.requested_at).total_seconds())))
    if training.outcome == "aside":
        parts.append(row(_anyway(training)))
    return message(*parts)


def _anyway(training: Training) -> Press:
    return button(say(BUTTON_ANYWAY), ANYWAY, ANYONE, str(training.id), style=discord.ButtonStyle.danger)


def _head(training: Training) -> str:
    catalogue = training.catalogue or (say(TEXT_USUAL) if training.parts == "all" else say(TEXT_SAME))
    when = f"<t:{int(training.requested_at.timestamp())}:R>"
    asked = say(TEXT_ASKED_BY, user=training.user_id, when=when) if training.user_id else say(TEXT_ASKED, when=when)
    lines = [
        say(TEXT_TITLE, number=training.id),
        say(TEXT_WHAT, parts=say(TEXT_PARTS[training.parts]), catalogue=plain(catalogue, LONGEST_NOTE)),
        asked,
    ]
    if training.reason:
        lines.append(say(TEXT_WHY, reason=plain(training.reason, LONGEST_WHY)))
    return "\n".join(lines)


def course(training: Training, now: datetime) -> str:
    """How far a training is, as a bar and in words."""
    if training.stage is None:
        return say(TEXT_WAITING) if training.cancel_at is None else say(TEXT_CANCELLING)
    share = share_done(training.parts, training.stage, training.done, training.total)
    stage = say(TEXT_STAGES[training.stage]) if training.stage in TEXT_STAGES else training.stage
    if training.total > 1:
        stage = say(TEXT_STAGE, stage=stage, done=training.done, total=training.total)
    facts = [stage]
    if training.cancel_at is not None:
        facts.append(say(TEXT_CANCELLING))
    elif ENOUGH < share < 1:
        gone = (now - training.requested_at).total_seconds()
        facts.append(say(TEXT_LEFT, left=in_words(gone / share * (1 - share))))
    note = f"\n-# {plain(training.note, LONGEST_NOTE)}" if training.note else ""
    filled = round(share * BAR)
    return f"`{'█' * filled}{'░' * (BAR - filled)}` {share:.0%}\n" + " · ".join(facts) + note


def table(compared: list[dict[str, Any]]) -> str:
    """Champion and challenger side by side, in a code block, where all characters are equally wide.

    What is compared comes last, so that on a phone it is the part that may be cut.
    """
    lines = [f"  {say(TEXT_BEFORE):>6}{say(TEXT_NEW):>7}"]
    for one in compared:
        served, new = (f"{one[side]:.3f}" if one[side] is not None else "–" for side in ("champion", "challenger"))
        note = say(TEXT_LESS) if one["lower_is_better"] else ""
        lines.append(f"{FELL if one['fell'] else '  '}{served:>6}{new:>7}  {one['name']}{note}")
    return "```\n" + "\n".join(lines) + "\n```"


def in_words(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 90:
        return say("{seconds:.0f} s", seconds=max(1, seconds))
    minutes = seconds / 60
    if minutes < 90:
        return say("{minutes:.0f} min", minutes=minutes)
    return say("{hours:.1f} h", hours=minutes / 60)
