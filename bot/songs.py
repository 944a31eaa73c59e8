"""Songs on a reply, each with what a member can say of it.

A list has a 👍 beside every song and one menu for the rest: a message may hold 40 components, four buttons for each of
ten songs would be more. All of them may be pressed by anyone who sees them and work for as long as the message stands,
since they carry the track's id.
"""

from collections.abc import Iterable
from typing import Any

import discord
from discord import ui

from bot.layout import Song, song_label
from bot.presses import ANYONE, button, custom_id_of, menu, row
from storage.feedback import Verdict

LIKE, DISLIKE = "like", "dislike"
BUTTON_LIKE, BUTTON_DISLIKE = "👍", "👎"
BUTTON_SIMILAR = "More like this"
BUTTON_NOT_ARTIST = "Not this artist"
MENU_SONGS = "👎 · more like this · not this artist …"

_PLAIN = discord.ButtonStyle.secondary
_PRESSED = {LIKE: discord.ButtonStyle.success, DISLIKE: discord.ButtonStyle.danger}


def listed(place: int, line: str, reason: str) -> str:
    """One song of a list with its reason, on two lines."""
    # Escaped: each song is a text of its own, and a list that begins anew each time would count 1, 1, 1.
    return f"{place}\\. {line}\n-# {reason}"


def song_section(text: str, track_id: str, verdict: Verdict | None) -> ui.Section[Any]:
    """A song's text with a 👍 beside it, green once pressed."""
    return ui.Section(text, accessory=_thumb(BUTTON_LIKE, LIKE, track_id, verdict))


def song_menu(songs: Iterable[Song]) -> list[ui.Item[Any]]:
    """The menu that says more of one of the songs; nothing without songs, since Discord refuses an empty menu."""
    options = [discord.SelectOption(label=song_label(song), value=song.track_id) for song in songs]
    return [row(menu(MENU_SONGS, "song", ANYONE, options))] if options else []


def song_buttons(track_id: str, verdict: Verdict | None) -> ui.ActionRow[Any]:
    """All that can be said of one song."""
    return row(
        _thumb(BUTTON_LIKE, LIKE, track_id, verdict),
        _thumb(BUTTON_DISLIKE, DISLIKE, track_id, verdict),
        button(BUTTON_SIMILAR, "similar", ANYONE, track_id),
        button(BUTTON_NOT_ARTIST, "block-artist", ANYONE, track_id),
    )


def _thumb(label: str, action: str, track_id: str, verdict: Verdict | None) -> Any:
    style = _PRESSED[action] if verdict == action else _PLAIN
    return button(label, action, ANYONE, track_id, style=style)


def restyled(shown: discord.Message, track_id: str, verdict: Verdict | None) -> ui.LayoutView:
    """A message of ours as it stands, with the thumbs of one track showing `verdict`."""
    view = ui.LayoutView.from_message(shown, timeout=None)
    actions = {custom_id_of(action, ANYONE, track_id): action for action in _PRESSED}
    for item in view.walk_children():
        if isinstance(item, ui.Button) and item.custom_id in actions:
            action = actions[item.custom_id]
            item.style = _PRESSED[action] if verdict == action else _PLAIN
    # As in `message`: discord.py would keep it, and with it the ids of members.
    view.stop()
    return view
