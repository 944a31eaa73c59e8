"""Conditions on songs as they are stored, and the offer to bend those that leave none."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import discord
from discord import ui

from bot.layout import message, plain
from bot.presses import button, row
from ml.filters import Filters, Range, in_words

TEXT_LONGEST = 1_000
# Discord's limit for a button.
LONGEST_LABEL = 80
BUTTON_OFFER = "Take {conditions}"
BUTTON_UNCONDITIONAL = "Take any song"


def write_filters(filters: Filters) -> dict[str, Any]:
    return asdict(filters)


def read_filters(stored: Mapping[str, Any]) -> Filters:
    """What `write_filters` wrote, after a way through JSON as well."""
    return Filters(
        tuple(stored["genres"]),
        tuple(stored["without"]),
        tuple(stored["moods"]),
        tuple(Range(**one) for one in stored["ranges"]),
        stored["explicit"],
    )


def offer(sentence: str, proposal: Filters, action: str, owner: int, answer_id: str) -> ui.LayoutView:
    """Why nothing is left, and a button that asks again with `proposal`, which is stored in the answer."""
    label = BUTTON_OFFER.format(conditions=in_words(proposal)) if proposal else BUTTON_UNCONDITIONAL
    if len(label) > LONGEST_LABEL:
        label = label[: LONGEST_LABEL - 1].rstrip() + "…"
    press = button(label, action, owner, answer_id, style=discord.ButtonStyle.primary)
    return message(plain(sentence, TEXT_LONGEST), row(press))
