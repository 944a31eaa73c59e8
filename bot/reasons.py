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
    "related": "near: {}",
    "mood": "{}",
    "sound": "very alike in sound",
}


def write_reasons(reasons: Iterable[Reason]) -> str:
    return json.dumps([[reason.kind, *reason.values] for reason in reasons], ensure_ascii=False)


def read_reasons(text: str) -> tuple[Reason, ...]:
    return tuple(Reason(kind, tuple(values)) for kind, *values in json.loads(text))


def reason_text(reasons: Iterable[Reason]) -> str:
    """Reasons in words: “same shoegaze · slower, darker”. One-word reasons stand together."""
    said, contrasts = [], []
    for reason in reasons:
        if reason.kind in REASON_WORDS:
            said.append(REASON_WORDS[reason.kind].format(plain(" and ".join(reason.values), LONGEST_NAMES)))
        else:
            contrasts.append(reason.kind)
    return " · ".join([*said, ", ".join(contrasts)] if contrasts else said)
