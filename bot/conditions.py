"""Conditions on songs as they are stored, and the offer to bend those that leave none."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import discord
from discord import ui

from bot.language import say
from bot.layout import message, plain
from bot.presses import button, row
from ml.filters import Filters, Range, conditions, in_words, together

LONGEST_REFUSAL = 1_000
# Discord's limit for a button.
LONGEST_LABEL = 80
BUTTON_TAKE = "Take {conditions}"
BUTTON_DROP = "Leave out {conditions}"


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


def offer(empty: str, asked: Filters, proposal: Filters, action: str, owner: int, answer_id: str) -> ui.LayoutView:
    """Why nothing is left (`empty`), and a button that asks again with `proposal`, which is stored in the answer."""
    press = button(_label(asked, proposal), action, owner, answer_id, style=discord.ButtonStyle.primary)
    return message(plain(say(empty), LONGEST_REFUSAL), row(press))


def _label(asked: Filters, proposal: Filters) -> str:
    """What would change: the sentence beside the button says the rest."""
    new = [one for one in conditions(proposal) if one not in conditions(asked)]
    gone = [one for one in conditions(asked) if one not in conditions(proposal)]
    changed = in_words(together(new or gone))
    label = say(BUTTON_TAKE if new else BUTTON_DROP, conditions=changed)
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
