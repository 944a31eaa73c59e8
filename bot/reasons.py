"""Reasons as they are stored, and as they are said."""

import json
from collections.abc import Iterable

from bot.language import say, say_all
from bot.layout import plain
from ml.reasons import Kind, Reason

LONGEST_NAMES = 60
TEXT_REASONS: dict[Kind, str] = {
    "seed": "the song you gave",
    "artist": "also {names}",
    "genre": "same {names}",
    "related": "filed under {names}",
    "carries": "{names}",
    "mood": "{names}",
    "album": "on the same album",
    "company": "on albums beside {names}",
    "sound": "very alike in sound",
    "wish": "sounds as wished",
    "little known": "by little-known artists",
}
TEXT_CONTRASTS: dict[Kind, str] = {
    "slower": "slower",
    "faster": "faster",
    "calmer": "calmer",
    "livelier": "livelier",
    "darker": "darker",
    "brighter": "brighter",
}
# Said of the song before rather than of the song that was asked for.
STEP = "↳ "
TEXT_STEPS: dict[Kind, str] = {"artist": "{names} again", "genre": "still {names}", "related": "now {names}"}


def write_reasons(reasons: Iterable[Reason]) -> str:
    return json.dumps([[reason.kind, *reason.values] for reason in reasons], ensure_ascii=False)


def read_reasons(text: str) -> tuple[Reason, ...]:
    return tuple(Reason(kind, tuple(values)) for kind, *values in json.loads(text))


def reason_text(reasons: Iterable[Reason]) -> str:
    """Reasons in words: “same shoegaze · slower, darker”. One-word reasons stand together."""
    listed = list(reasons)
    is_step = Reason("step") in listed
    said = [_said(one, is_step) for one in listed if one.kind in TEXT_REASONS]
    contrasts = [say(TEXT_CONTRASTS[one.kind]) for one in listed if one.kind in TEXT_CONTRASTS]
    return STEP * is_step + " · ".join([*said, ", ".join(contrasts)] if contrasts else said)


def _said(reason: Reason, is_step: bool) -> str:
    names = plain(say_all(reason.values), LONGEST_NAMES)
    if is_step and reason.kind in TEXT_STEPS:
        return say(TEXT_STEPS[reason.kind], names=names)
    return say(TEXT_REASONS[reason.kind], names=names)
