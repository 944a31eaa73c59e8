"""Kept songs, of a playlist or a drop, a page at a time; readable without the catalogue that they came from."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import ui

from bot.language import say
from bot.layout import LONGEST_MESSAGE, PAGE, TEXT_PAGE, TRACK_URL, ModelNote, Song, counted, footer, small, song_line
from bot.reasons import read_reasons, reason_text
from bot.songs import listed, song_menu, song_section
from ml.sample import is_sample_id
from storage.feedback import Verdict
from storage.playlists import PlaylistTrack

TEXT_EMPTY = "This playlist has no songs."


def pages_of(tracks: Sequence[PlaylistTrack]) -> int:
    return max(1, -(-len(tracks) // PAGE))


def kept_songs(
    title: str,
    tracks: Sequence[PlaylistTrack],
    number: int,
    verdicts: Mapping[str, Verdict],
    model_version: str,
    *,
    above: Sequence[str] = (),
    below: Sequence[str] = (),
) -> list[str | ui.Item[Any]]:
    """The title with as much of `above` in small print as there is room for, the songs of a page, and what is below.

    `number` is a page's, from 0; `verdicts` is what the reader thinks of the songs, by track id.
    """
    start = number * PAGE
    shown = tracks[start : start + PAGE]
    lines = [_line(place, track) for place, track in enumerate(shown, start=start + 1)]
    where = say(TEXT_PAGE, first=start + 1, last=start + len(shown), total=len(tracks))
    facts = [where if pages_of(tracks) > 1 else counted(len(tracks))] if shown else []
    note = ModelNote(model_version, any(is_sample_id(track.track_id) for track in tracks))
    end = "\n".join([*below, footer(note, *facts)])
    room = LONGEST_MESSAGE - sum(map(len, (title, *lines, say(TEXT_EMPTY), end, "\n")))
    if explained := small(above, room):
        title += "\n" + explained
    rows: list[str | ui.Item[Any]] = [
        song_section(line, track.track_id, verdicts.get(track.track_id))
        for line, track in zip(lines, shown, strict=True)
    ]
    return [title, *(rows or [say(TEXT_EMPTY)]), end]


def kept_menu(tracks: Sequence[PlaylistTrack], number: int) -> list[ui.Item[Any]]:
    """The menu that says more of one of the songs of a page."""
    return song_menu(_song(track) for track in tracks[number * PAGE : (number + 1) * PAGE])


def _song(track: PlaylistTrack) -> Song:
    url = None if is_sample_id(track.track_id) else TRACK_URL + track.track_id
    return Song(track.track_id, track.title, track.artists, (), url)


def _line(place: int, track: PlaylistTrack) -> str:
    return listed(place, song_line(_song(track)), reason_text(read_reasons(track.reason)))
