"""Reasons as they are stored, and as they are said."""

import json
from collections.abc import Iterable

from bot.layout import plain
from ml.reasons import Reason

LONGEST_NAMES = 60
REASON_WORDS = {
    "seed": "the song you gave",
    "artist": "also {}",
    "genre": "same {}",
    "related": "filed under {}",
    "carries": "{}",
    "mood": "{}",
    "album": "on the same album",
    "company": "on albums beside {}",
    "sound": "very alike in sound",
    "wish": "sounds as wished",
    "little known": "by little-known artists",
}
# Said of the song before rather than of the song that was asked for.
STEP = "↳ "
STEP_WORDS = REASON_WORDS | {"artist": "{} again", "genre": "still {}", "related": "now {}"}


def write_reasons(reasons: Iterable[Reason]) -> str:
    return json.dumps([[reason.kind, *reason.values] for reason in reasons], ensure_ascii=False)


def read_reasons(text: str) -> tuple[Reason, ...]:
    return tuple(Reason(kind, tuple(values)) for kind, *values in json.loads(text))


def reason_text(reasons: Iterable[Reason]) -> str:
    """Reasons in words: “same shoegaze · slower, darker”. One-word reasons stand together."""
    listed = list(reasons)
    is_step = Reason("step") in listed
    words = STEP_WORDS if is_step else REASON_WORDS
    said = [
        words[reason.kind].format(plain(" and ".join(reason.values), LONGEST_NAMES))
        for reason in listed
        if reason.kind in words
    ]
    contrasts = [reason.kind for reason in listed if reason.kind not in words and reason.kind != "step"]
    return STEP * is_step + " · ".join([*said, ", ".join(contrasts)] if contrasts else said)
