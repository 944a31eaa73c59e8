"""The words and the layout of feedback."""

from discord import ui

from bot.layout import Song, message, plain, song_line
from bot.songs import song_buttons
from storage.feedback import Verdict

TEXT_A_SONG = "a song that has left the catalogue"
TEXT_NOTED: dict[Verdict | None, str] = {
    "like": "👍 Noted: you like {song}. Your next lists build on it; press again to take it back.",
    "dislike": "👎 Noted: no {song} for you. Press again to take it back.",
    None: "Taken back: I no longer know what you think of {song}.",
}
LONGEST_SONG = 80


def noted(song: Song | None, verdict: Verdict | None) -> ui.LayoutView:
    """What a press on somebody else's list did."""
    name = f"**{plain(song.title, LONGEST_SONG)}**" if song else TEXT_A_SONG
    return message(TEXT_NOTED[verdict].format(song=name))


def song_card(song: Song, verdict: Verdict | None) -> ui.LayoutView:
    """One song and all that can be said of it."""
    return message(song_line(song), song_buttons(song.track_id, verdict))
