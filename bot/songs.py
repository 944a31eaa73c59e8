"""Songs on a reply, each with what a member can say of it.

A list has a 👍 beside every song and one menu for the rest: a message may hold 40 components, four buttons for each of
ten songs would be more. All of them may be pressed by anyone who sees them and work for as long as the message stands,
since they carry the track's id.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import discord
from discord import ui

from bot.layout import Song, song_label
from bot.presses import ANYONE, CUSTOM_ID, Press, button, menu, row
from storage.feedback import Verdict

LIKE, DISLIKE = "like", "dislike"
BUTTON_LIKE, BUTTON_DISLIKE = "👍", "👎"
BUTTON_SIMILAR = "More like this"
BUTTON_NOT_ARTIST = "Not this artist"
TEXT_LEFT_CATALOGUE = "That song has left the catalogue."
MENU_SONGS = "👎 · more like this · not this artist …"

_PLAIN = discord.ButtonStyle.secondary
_PRESSED = {LIKE: discord.ButtonStyle.success, DISLIKE: discord.ButtonStyle.danger}


def listed(place: int, line: str, reason: str) -> str:
    """One song of a list, with its reason, if there is one, on a line of its own."""
    # Escaped: each song is a text of its own, and a list that begins anew each time would count 1, 1, 1.
    return f"{place}\\. {line}" + (f"\n-# {reason}" if reason else "")


def song_section(text: str, track_id: str, verdict: Verdict | None) -> ui.Section[Any]:
    """A song's text with a 👍 beside it, green once pressed."""
    return ui.Section(text, accessory=_thumb(BUTTON_LIKE, LIKE, track_id, verdict))


def song_menu(songs: Iterable[Song]) -> list[ui.Item[Any]]:
    """The menu that says more of one of the songs; nothing without songs, since Discord refuses an empty menu."""
    options = [discord.SelectOption(label=song_label(song), value=song.track_id) for song in songs]
    return [row(menu(MENU_SONGS, "song", ANYONE, options))] if options else []


def song_buttons(track_id: str, verdict: Verdict | None, *more: Press) -> ui.ActionRow[Any]:
    """All that can be said of one song, and `more`; a row holds five."""
    return row(
        _thumb(BUTTON_LIKE, LIKE, track_id, verdict),
        _thumb(BUTTON_DISLIKE, DISLIKE, track_id, verdict),
        button(BUTTON_SIMILAR, "similar", ANYONE, track_id),
        button(BUTTON_NOT_ARTIST, "block-artist", ANYONE, track_id),
        *more,
    )


def _thumb(label: str, action: str, track_id: str, verdict: Verdict | None) -> Any:
    style = _PRESSED[action] if verdict == action else _PLAIN
    return button(label, action, ANYONE, track_id, style=style)


def tracks_in(shown: discord.Message) -> list[str]:
    """The ids of the tracks that a message of ours has thumbs for."""
    view = ui.LayoutView.from_message(shown, timeout=None)
    return [*dict.fromkeys(track_id for _, _, track_id in _thumbs_in(view))]


def restyled(shown: discord.Message, verdicts: Mapping[str, Verdict]) -> ui.LayoutView:
    """A message of ours as it stands, with every thumb showing what `verdicts` say, by track id."""
    view = ui.LayoutView.from_message(shown, timeout=None)
    for item, action, track_id in _thumbs_in(view):
        item.style = _PRESSED[action] if verdicts.get(track_id) == action else _PLAIN
    for file in view.walk_children():
        if isinstance(file, ui.File):
            # Discord tells where the file is, and takes back only what it is called.
            file.media = discord.UnfurledMediaItem(f"attachment://{_file_name(file)}")
    # As in `message`: discord.py would keep it, and with it the ids of members.
    view.stop()
    return view


def _file_name(file: ui.File[Any]) -> str:
    return urlsplit(file.media.url).path.rpartition("/")[2]


def _thumbs_in(view: ui.LayoutView) -> Iterator[tuple[ui.Button[Any], str, str]]:
    """The 👍 and 👎 of a layout, each with what it says and of which track."""
    for item in view.walk_children():
        found = CUSTOM_ID.fullmatch(item.custom_id or "") if isinstance(item, ui.Button) else None
        if found and found["action"] in _PRESSED:
            assert isinstance(item, ui.Button)
            yield item, found["action"], found["argument"]
