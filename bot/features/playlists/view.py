"""The words and the layout of playlists."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.kept import kept_menu, kept_songs, pages_of
from bot.language import say
from bot.layout import BUTTON_BACK, BUTTON_FORWARD, counted, message, plain
from bot.presses import button, row
from storage.feedback import Verdict
from storage.playlists import Playlist, PlaylistSummary

TEXT_LISTS = "### Your playlists"
TEXT_NO_LISTS = "You have no playlists yet. `/playlist build` makes one."
TEXT_ONE_OF_MANY = "**{name}** · {songs} · changed <t:{changed}:d>"
TEXT_MORE_LISTS = "-# and {count} more"
TEXT_CONFIRM = "Delete **{name}** with its {songs}? It can't be undone."
TEXT_DELETED = "**{name}** is deleted, {songs}."
TEXT_RENAMED = "The playlist is now called **{name}**."
BUTTON_DELETE = "Delete it"
# Enough to find one by; a message holds no more in comfort.
LISTS_SHOWN = 25


def playlist_page(
    playlist: Playlist,
    number: int,
    verdicts: Mapping[str, Verdict],
    *,
    owner: int,
    above: Sequence[str] = (),
    below: Sequence[str] = (),
) -> ui.LayoutView:
    """Page `number` (from 0) of a playlist; `above` its songs, in small print, as many lines as there is room for.

    `verdicts` is what the owner thinks of the songs, by track id.
    """
    tracks, pages = playlist.tracks, pages_of(playlist.tracks)
    number = max(0, min(number, pages - 1))
    title = f"### {plain(playlist.name, 80)}"
    parts = kept_songs(title, tracks, number, verdicts, playlist.model_version, above=above, below=below)
    if pages > 1:
        turns = [
            button(say(BUTTON_BACK), "playlist-page", owner, f"{playlist.id}:{number - 1}", disabled=number == 0),
            button(
                say(BUTTON_FORWARD), "playlist-page", owner, f"{playlist.id}:{number + 1}", disabled=number == pages - 1
            ),
        ]
        parts.append(row(*turns))
    return message(*parts, *kept_menu(tracks, number))


def overview(lists: list[PlaylistSummary]) -> ui.LayoutView:
    if not lists:
        return message(say(TEXT_NO_LISTS))
    lines = [
        say(
            TEXT_ONE_OF_MANY,
            name=plain(one.name, 80),
            songs=counted(one.track_count),
            changed=int(one.updated_at.timestamp()),
        )
        for one in lists[:LISTS_SHOWN]
    ]
    if len(lists) > LISTS_SHOWN:
        lines.append(say(TEXT_MORE_LISTS, count=len(lists) - LISTS_SHOWN))
    return message(say(TEXT_LISTS), "\n".join(lines))


def confirm_deletion(playlist: Playlist, owner: int) -> ui.LayoutView:
    question = say(TEXT_CONFIRM, name=plain(playlist.name, 80), songs=counted(len(playlist.tracks)))
    return message(
        question,
        row(button(say(BUTTON_DELETE), "playlist-delete", owner, str(playlist.id), style=discord.ButtonStyle.danger)),
    )


def deleted(name: str, count: int) -> ui.LayoutView:
    return message(say(TEXT_DELETED, name=plain(name, 80), songs=counted(count)))


def renamed(name: str) -> ui.LayoutView:
    return message(say(TEXT_RENAMED, name=plain(name, 80)))
