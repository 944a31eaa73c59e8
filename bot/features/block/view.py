"""The words and the layout of blocks."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.features.block.blocking import LONGEST_NAME, Target, mark_of
from bot.language import say
from bot.layout import BUTTON_BACK, BUTTON_FORWARD, PAGE, message, plain
from bot.presses import button, menu, row
from ml.phrases import Phrase, all_of
from storage.blocks import Block, BlockKind

TEXT_BLOCKED: dict[BlockKind, str] = {
    "artist": "You won't be shown **{name}** any more, nor songs with them as a guest.",
    "track": "You won't be shown **{name}** any more, in any version.",
}
TEXT_ALREADY = "You block **{name}** already."
TEXT_UNDONE = "**{name}** is no longer blocked."
TEXT_NONE = "You block nothing. `/block artist` and `/block track` keep out what you never want to be shown."
TEXT_COUNT = "### You block {what}"
TEXT_ONE: dict[BlockKind, str] = {
    "artist": "**{name}** · artist",
    "track": "**{name}**",
}
TEXTS_COUNT: dict[BlockKind, tuple[str, str]] = {
    "artist": ("{count:,} artist", "{count:,} artists"),
    "track": ("{count:,} song", "{count:,} songs"),
}
TEXT_PAGE = "-# {first}–{last} of {total}"
TEXT_KIND = "artist"
BUTTON_UNBLOCK = "Unblock"
MENU_UNBLOCK = "Unblock …"
# Discord's limit for the text of a menu's option.
LONGEST_OPTION = 100


def blocked(target: Target, new: bool, owner: int) -> ui.LayoutView:
    """What is blocked from now on, or was before, with a way back."""
    name = plain(target.label, LONGEST_NAME)
    return message(
        say(TEXT_BLOCKED[target.kind] if new else TEXT_ALREADY, name=name),
        row(button(say(BUTTON_UNBLOCK), "unblock", owner, mark_of(target))),
    )


def undone(label: str) -> ui.LayoutView:
    return message(say(TEXT_UNDONE, name=plain(label, LONGEST_NAME)))


def block_list(blocks: Sequence[Block], number: int, owner: int, gone: Block | None = None) -> ui.LayoutView:
    """Page `number` (from 0) of what a member blocks; `gone` has just been taken off it."""
    note = [say(TEXT_UNDONE, name=plain(gone.label, LONGEST_NAME))] if gone else []
    if not blocks:
        return message(*note, say(TEXT_NONE))
    pages = -(-len(blocks) // PAGE)
    number = max(0, min(number, pages - 1))
    shown = blocks[number * PAGE : (number + 1) * PAGE]
    parts: list[str | ui.Item[Any]] = [
        *note,
        say(TEXT_COUNT, what=_counted(blocks)),
        "\n".join(_line(block) for block in shown),
        *_where(number, len(shown), len(blocks)),
        row(menu(say(MENU_UNBLOCK), "unblock-menu", owner, [_option(block) for block in shown], str(number))),
    ]
    if pages > 1:
        back = button(say(BUTTON_BACK), "block-page", owner, str(number - 1), disabled=number == 0)
        forward = button(say(BUTTON_FORWARD), "block-page", owner, str(number + 1), disabled=number == pages - 1)
        parts.append(row(back, forward))
    return message(*parts)


def _counted(blocks: Sequence[Block]) -> str:
    """How many artists and songs, without the kind that there is none of."""
    counts: dict[BlockKind, int] = {kind: sum(block.kind == kind for block in blocks) for kind in TEXTS_COUNT}
    return say(all_of([Phrase.counting(*TEXTS_COUNT[kind], count) for kind, count in counts.items() if count]))


def _where(number: int, shown: int, total: int) -> list[str]:
    first = number * PAGE + 1
    return [say(TEXT_PAGE, first=first, last=first + shown - 1, total=total)] if total > PAGE else []


def _line(block: Block) -> str:
    return say(TEXT_ONE[block.kind], name=plain(block.label, LONGEST_NAME))


def _option(block: Block) -> discord.SelectOption:
    return discord.SelectOption(label=option_label(block), value=mark_of(block))


def option_label(block: Block) -> str:
    """The block as plain text for menus."""
    kind = f" ({say(TEXT_KIND)})" if block.kind == "artist" else ""
    room = LONGEST_OPTION - len(kind)
    return (block.label if len(block.label) <= room else block.label[: room - 1].rstrip() + "…") + kind
