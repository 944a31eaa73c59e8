"""The words and the layout of a weekly drop and its pages."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.features.drops.making import Said, change_of, said_of, theme_of
from bot.kept import kept_menu, kept_songs, pages_of
from bot.layout import BUTTON_BACK, BUTTON_FORWARD, PAGE, counted, message, plain
from bot.playlist_files import Entry, as_csv, as_m3u8
from bot.presses import ANYONE, Press, button, row
from bot.saving import save_button
from ml.drops import Change
from storage.drops import Content, DropSummary
from storage.feedback import Verdict

TITLES = {
    "familiar": "This week's drop",
    "discovery": "Discoveries of the week",
    "theme": "A week of wide listening",
    "time capsule": "Time capsule",
}
THEME_TITLES = {
    "genre": "The week of {value}",
    "mood": "A week in the mood “{value}”",
    "decade": "Time capsule: {value}",
}
ABOUT = {
    ("familiar", False): "close to what you like",
    ("familiar", True): "close to what this server likes",
    ("discovery", False): "new to you, and bold",
    ("discovery", True): "new to this server, and bold",
    ("theme", False): "another genre or mood every week",
    ("theme", True): "another genre or mood every week",
    ("time capsule", False): "a look back",
    ("time capsule", True): "a look back",
}
TEXT_WEEK = "week {week}"
TEXT_YEARS = "years are guessed"
TEXT_FIRST = "Press 👍 on what you like, and find 👎 in the menu below: the next drop builds on it."
TEXT_SAID = "Since the last drop: {said}."
TEXT_BY = " from {count} members"
TEXT_CHEERED, TEXT_BOOED = "reactions for it: {count}", "reactions against it: {count}"
TEXT_CHANGED = "Because of that, {swapped} of these {songs} {are}{genres}."
IS_ANOTHER, ARE_OTHERS = "is another", "are others"
TEXT_SAID_BY_FEW = "Since the last drop somebody said what they like and dislike."
TEXT_CHANGED_ALL = "Because of that, all of these songs are others{genres}."
TEXT_UNCHANGED = "These songs would have come without it, too."
TEXT_MORE_GENRES, TEXT_LESS_GENRES = "more {genres}", "less {genres}"
TEXT_LATE = "Late: this was due <t:{due}:f>, but I couldn't post it then."
TEXT_PREVIEW = "### Preview\nOnly you see this. As of now, the next drop would be:"
TEXT_OLD = "dropped <t:{posted}:D>"
# Of fewer, everybody would know what the one or two like who press.
FEWEST_TO_TELL = 3
BUTTON_ALL = "All {count} songs"
SAVE, SAVE_AS, ALL, TURN = "drop-save", "drop-save-as", "drop-all", "drop-page"
FILE_NAME = "drop-{period}.{ending}"
TEXT_NAME = "{title} ({period})"


def title_of(content: Content | DropSummary) -> str:
    """What a drop is called."""
    theme = theme_of(content)
    if theme is None:
        return TITLES[content.style]
    return THEME_TITLES[theme.kind].format(value=theme.value)


def name_of(content: Content, period: str) -> str:
    """What a playlist of a drop is called unless somebody says otherwise."""
    return TEXT_NAME.format(title=title_of(content), period=period)


def posted(
    drop_id: int,
    content: Content,
    period: str,
    *,
    in_server: bool,
    late_since: datetime | None,
    mention: str | None = None,
) -> ui.LayoutView:
    """The message of a drop: its first ten songs, and the rest behind a button; the files go with it.

    `late_since` is when it was due, None for one in time; `mention` calls a role. Ten songs with all that belongs to
    them are exactly the 40 components that a message may hold.
    """
    news = [*_news(content, in_server), *([TEXT_LATE.format(due=int(late_since.timestamp()))] if late_since else [])]
    buttons: list[Press] = [save_button(SAVE, ANYONE, str(drop_id))]
    if len(content.tracks) > PAGE:
        label = BUTTON_ALL.format(count=len(content.tracks))
        buttons.insert(0, button(label, ALL, ANYONE, str(drop_id)))
    head = _head(f"### {plain(title_of(content), 120)}", content, period, in_server)
    if mention is not None:
        head = f"{mention}\n{head}"
    attached: list[ui.Item[Any]] = [ui.File(f"attachment://{name}") for name in file_names(period)]
    songs = kept_songs(head, content.tracks, 0, {}, content.model_version, above=news)
    return message(*songs, row(*buttons), *kept_menu(content.tracks, 0), *attached)


def preview(content: Content, period: str, verdicts: Mapping[str, Verdict], *, in_server: bool) -> ui.LayoutView:
    """What the next drop would be: its first ten songs."""
    head = _head(f"{TEXT_PREVIEW}\n### {plain(title_of(content), 120)}", content, period, in_server)
    news = _news(content, in_server)
    songs = kept_songs(head, content.tracks, 0, verdicts, content.model_version, above=news)
    return message(*songs, *kept_menu(content.tracks, 0))


def page(
    drop_id: int, content: Content, posted_at: datetime, number: int, verdicts: Mapping[str, Verdict], owner: int
) -> ui.LayoutView:
    """Page `number` (from 0) of a drop for one member, who thinks `verdicts` of its songs."""
    pages = pages_of(content.tracks)
    number = max(0, min(number, pages - 1))
    head = f"### {plain(title_of(content), 120)}\n-# {TEXT_OLD.format(posted=int(posted_at.timestamp()))}"
    turns = [
        button(BUTTON_BACK, TURN, owner, f"{drop_id}:{number - 1}", disabled=number == 0),
        button(BUTTON_FORWARD, TURN, owner, f"{drop_id}:{number + 1}", disabled=number >= pages - 1),
    ]
    buttons = [*(turns if pages > 1 else []), save_button(SAVE, owner, str(drop_id))]
    songs = kept_songs(head, content.tracks, number, verdicts, content.model_version)
    return message(*songs, row(*buttons), *kept_menu(content.tracks, number))


def file_names(period: str) -> list[str]:
    return [FILE_NAME.format(period=period, ending=ending) for ending in ("m3u8", "csv")]


def files(content: Content, period: str, entries: Sequence[Entry]) -> list[discord.File]:
    """The playlist for players and for spreadsheets."""
    contents = (as_m3u8(name_of(content, period), entries), as_csv(entries))
    return [discord.File(io.BytesIO(one), name) for one, name in zip(contents, file_names(period), strict=True)]


def _head(title: str, content: Content, period: str, in_server: bool) -> str:
    theme = theme_of(content)
    facts = [
        ABOUT[content.style, in_server],
        *([TEXT_YEARS] if theme is not None and theme.kind == "decade" else []),
        TEXT_WEEK.format(week=int(period.rpartition("W")[2])),
    ]
    return f"{title}\n-# {' · '.join(facts)}"


def _news(content: Content, in_server: bool) -> list[str]:
    """What came back since the last drop, and what it changed; of a few members of a server only that."""
    said, change = said_of(content), change_of(content)
    if not said or change is None:
        return [TEXT_FIRST]
    if in_server and 0 < said.members < FEWEST_TO_TELL:
        return [TEXT_SAID_BY_FEW, _changed(replace(change, more=(), less=()), len(content.tracks))]
    return [TEXT_SAID.format(said=_said(said)), _changed(change, len(content.tracks))]


def _said(said: Said) -> str:
    presses = " and ".join(f"{count} {thumb}" for thumb, count in (("👍", said.likes), ("👎", said.dislikes)) if count)
    by = TEXT_BY.format(count=said.members) if said.members > 1 else ""
    return ", ".join(
        [
            *([presses + by] if presses else []),
            *([TEXT_CHEERED.format(count=said.cheers)] if said.cheers else []),
            *([TEXT_BOOED.format(count=said.boos)] if said.boos else []),
        ]
    )


def _changed(change: Change, songs: int) -> str:
    if not change.swapped:
        return TEXT_UNCHANGED
    genres = [
        *([TEXT_MORE_GENRES.format(genres=_and(change.more))] if change.more else []),
        *([TEXT_LESS_GENRES.format(genres=_and(change.less))] if change.less else []),
    ]
    told = f": {', '.join(genres)}" if genres else ""
    if change.swapped == songs:
        return TEXT_CHANGED_ALL.format(genres=told)
    are = IS_ANOTHER if change.swapped == 1 else ARE_OTHERS
    return TEXT_CHANGED.format(swapped=change.swapped, songs=counted(songs), are=are, genres=told)


def _and(names: Sequence[str]) -> str:
    shown = [plain(name, 40) for name in names]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
