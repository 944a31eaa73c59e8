"""The words and the layout of playlists."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.layout import (
    BUTTON_BACK,
    BUTTON_FORWARD,
    LONGEST_MESSAGE,
    PAGE,
    TEXT_PAGE,
    ModelNote,
    counted,
    footer,
    message,
    plain,
    small,
)
from bot.presses import button, row
from bot.songs import kept_line, kept_song, song_menu, song_section
from ml.sample import is_sample_id
from storage.feedback import Verdict
from storage.playlists import Playlist, PlaylistSummary

TEXT_LISTS = "### Your playlists"
TEXT_NO_LISTS = "You have no playlists yet. `/playlist build` makes one."
TEXT_ONE_OF_MANY = "**{name}** · {songs} · changed <t:{changed}:d>"
TEXT_MORE_LISTS = "-# and {count} more"
TEXT_EMPTY = "This playlist has no songs."
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
    pages = max(1, -(-len(playlist.tracks) // PAGE))
    number = max(0, min(number, pages - 1))
    start = number * PAGE
    shown = playlist.tracks[start : start + PAGE]
    songs = [kept_song(track) for track in shown]
    lines = [kept_line(place, track) for place, track in enumerate(shown, start=start + 1)]
    where = TEXT_PAGE.format(first=start + 1, last=start + len(shown), total=len(playlist.tracks))
    facts = [where if pages > 1 else counted(len(playlist.tracks))] if shown else []
    note = ModelNote(playlist.model_version, any(is_sample_id(track.track_id) for track in playlist.tracks))
    title, end = f"### {plain(playlist.name, 80)}", "\n".join([*below, footer(note, *facts)])
    room = LONGEST_MESSAGE - sum(map(len, (title, *lines, TEXT_EMPTY, end, "\n")))
    if explained := small(above, room):
        title += "\n" + explained
    rows: list[str | ui.Item] = [
        song_section(line, song.track_id, verdicts.get(song.track_id)) for line, song in zip(lines, songs, strict=True)
    ]
    parts: list[str | ui.Item] = [title, *(rows or [TEXT_EMPTY]), end]
    if pages > 1:
        turns = [
            button(BUTTON_BACK, "playlist-page", owner, f"{playlist.id}:{number - 1}", disabled=number == 0),
            button(BUTTON_FORWARD, "playlist-page", owner, f"{playlist.id}:{number + 1}", disabled=number == pages - 1),
        ]
        parts.append(row(*turns))
    return message(*parts, *song_menu(songs))


def overview(lists: list[PlaylistSummary]) -> ui.LayoutView:
    if not lists:
        return message(TEXT_NO_LISTS)
    lines = [
        TEXT_ONE_OF_MANY.format(
            name=plain(one.name, 80), songs=counted(one.track_count), changed=int(one.updated_at.timestamp())
        )
        for one in lists[:LISTS_SHOWN]
    ]
    if len(lists) > LISTS_SHOWN:
        lines.append(TEXT_MORE_LISTS.format(count=len(lists) - LISTS_SHOWN))
    return message(TEXT_LISTS, "\n".join(lines))


def confirm_deletion(playlist: Playlist, owner: int) -> ui.LayoutView:
    question = TEXT_CONFIRM.format(name=plain(playlist.name, 80), songs=counted(len(playlist.tracks)))
    return message(
        question,
        row(button(BUTTON_DELETE, "playlist-delete", owner, str(playlist.id), style=discord.ButtonStyle.danger)),
    )


def deleted(name: str, count: int) -> ui.LayoutView:
    return message(TEXT_DELETED.format(name=plain(name, 80), songs=counted(count)))


def renamed(name: str) -> ui.LayoutView:
    return message(TEXT_RENAMED.format(name=plain(name, 80)))
