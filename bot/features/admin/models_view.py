"""The words and the layout of the models that are kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import ui

from bot.language import say
from bot.layout import gap, message, plain
from ml.shelf import Shelved
from storage.trainings import Training

TEXT_TITLE = "### Models"
TEXT_SERVING = "serves now"
TEXT_CURRENT = "is to serve"
TEXT_ASIDE = "set aside"
TEXT_MODEL = "**{version}**{state}\n{scores}\n-# {catalogue}, {tracks:,} tracks · trained {when}{by} · {size:.0f} MB"
TEXT_BY = " for <@{user}>"
TEXT_WHY = "\n-# why: {reason}"
TEXT_SCORES = "first genre right {hit1:.1%} · among five {hit5:.1%}"
TEXT_SAMPLE = "built-in sample"
TEXT_REFUSED = "⚠️ Model {version} is to serve and can't be trusted: {sentence} The one before goes on."
TEXT_MORE = "-# and {count} more"
TEXT_BACK = "-# `/admin rollback` serves an earlier one again."
TEXT_WENT_BACK = "**Model {version} serves again**, instead of {former}.\n-# `/admin rollback` undoes that."
LONGEST_NAME = 60
LONGEST_WHY = 100
SHOWN = 8


def models(
    kept: Sequence[Shelved],
    made: Mapping[str, Training | None],
    serving: str,
    refused: tuple[str, str] | None,
) -> ui.LayoutView:
    """The models on the shelf, each with how good it is, who had it trained when and why."""
    parts: list[Any] = [say(TEXT_TITLE)]
    if refused is not None:
        parts.append(say(TEXT_REFUSED, version=refused[0], sentence=plain(say(refused[1]), 300)))
    for one in kept[:SHOWN]:
        parts += [gap(), _model(one, made.get(one.version), serving)]
    if len(kept) > SHOWN:
        parts.append(say(TEXT_MORE, count=len(kept) - SHOWN))
    return message(*parts, gap(), say(TEXT_BACK))


def _model(one: Shelved, training: Training | None, serving: str) -> str:
    state = say(TEXT_SERVING) if one.version == serving else say(TEXT_CURRENT) if one.is_current else ""
    if one.is_aside:
        state = say(TEXT_ASIDE)
    classifier = one.metrics["classifier"]
    text = say(
        TEXT_MODEL,
        version=one.version,
        state=f" · {state}" if state else "",
        scores=say(TEXT_SCORES, hit1=classifier["hit@1"], hit5=classifier["hit@5"]),
        catalogue=say(TEXT_SAMPLE) if one.is_sample else plain(one.catalogue, LONGEST_NAME),
        tracks=one.tracks,
        when=f"<t:{int(one.created_at.timestamp())}:R>",
        by=say(TEXT_BY, user=training.user_id) if training and training.user_id else "",
        size=one.size / 1e6,
    )
    return text + (say(TEXT_WHY, reason=plain(training.reason, LONGEST_WHY)) if training and training.reason else "")


def choice(one: Shelved) -> str:
    """A model in a menu."""
    return f"{one.version} · {one.metrics['classifier']['hit@1']:.1%}"[:100]


def went_back(version: str, former: str) -> ui.LayoutView:
    return message(say(TEXT_WENT_BACK, version=version, former=former))
