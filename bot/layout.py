"""The pieces every reply is built from; all limits are Discord's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.language import say, say_many
from ml.bundle import ModelBundle
from ml.tracks import split_values

COLOUR = discord.Colour(0x8B5CF6)
# Of all texts of a message together.
LONGEST_MESSAGE = 4_000
LONGEST_TITLE = 70
LONGEST_ARTISTS = 60
TRACK_URL = "https://open.spotify.com/track/"

TEXT_PAGE = "songs {first}–{last} of {total}"
TEXTS_SONGS = ("{count:,} song", "{count:,} songs")
TEXT_LEFT_OVER = "Only {songs} left for this, with at most two by one artist."
BUTTON_BACK = "← Back"
BUTTON_FORWARD = "Next →"
# Songs on one page of a list: as many as a phone shows without endless scrolling.
PAGE = 10
TEXT_SAMPLE = "Sample catalogue: these songs are invented"
TEXT_MODEL = "model {version}"
BAR_CELLS = 8
EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
TEXT_UNTITLED = "untitled"
# Marks that turn the rest of a line around, or that leave a link without anything to click.
INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# discord.py escapes the brackets of links it recognises; inside our own links every one counts.
BARE_BRACKET = re.compile(r"(?<!\\)[\[\]]")


@dataclass(frozen=True)
class Song:
    """What a reply says of a track. `url` is None for an invented song: there is nothing to link to."""

    track_id: str
    title: str
    artists: str
    genres: tuple[str, ...]
    url: str | None


@dataclass(frozen=True)
class ModelNote:
    """Which model answered, and whether it knows real songs."""

    version: str
    is_sample: bool


def song_of(bundle: ModelBundle, track_id: str) -> Song:
    """The song of a track id in the bundle's catalogue."""
    title, artists, genres = bundle.catalogue.texts[bundle.catalogue.row_of[track_id]]
    url = None if bundle.catalogue.is_sample else TRACK_URL + track_id
    return Song(track_id, title, ", ".join(split_values(artists)), tuple(split_values(genres)), url)


def note_of(bundle: ModelBundle) -> ModelNote:
    return ModelNote(bundle.version, bundle.catalogue.is_sample)


def message(*parts: str | ui.Item[Any]) -> ui.LayoutView:
    """A reply in one container; strings become text. Its buttons carry all they need and never time out."""
    view = ui.LayoutView(timeout=None)
    items = [ui.TextDisplay(part) if isinstance(part, str) else part for part in parts]
    view.add_item(ui.Container(*items, accent_colour=COLOUR))
    # discord.py would keep it, and with it the id of whoever may press, for as long as the process lives.
    view.stop()
    return view


def small(lines: Sequence[str], room: int) -> str:
    """Lines in small print, as many as fit into `room` characters; "" for none."""
    shown: list[str] = []
    for line in lines:
        room -= len(line) + len("-# \n")
        if room < 0:
            break
        shown.append(f"-# {line}")
    return "\n".join(shown)


def footer(note: ModelNote, *facts: str) -> str:
    """The small line under a reply: facts, then the model, and the sample where it is one."""
    said = [*facts, say(TEXT_MODEL, version=note.version)]
    if note.is_sample:
        said.insert(0, say(TEXT_SAMPLE))
    return "-# " + " · ".join(said)


def plain(text: str, longest: int) -> str:
    """Text from the catalogue or a member with its Markdown disarmed, cut to `longest` characters as sent.

    Ten songs of nothing but asterisks must fit into a message too, and escaping doubles them.
    """
    whole = " ".join(INVISIBLE.sub("", text).split()) or say(TEXT_UNTITLED)
    shown = _disarmed(whole)
    kept = min(len(whole), longest)
    while len(shown) > longest:
        shown = _disarmed(whole[:kept].rstrip()) + "…"
        kept -= 1
    return shown


def _disarmed(text: str) -> str:
    escaped = discord.utils.escape_mentions(discord.utils.escape_markdown(text, ignore_links=False))
    return BARE_BRACKET.sub(r"\\\g<0>", escaped)


def song_link(song: Song) -> str:
    """The title, linked to Spotify where the song exists."""
    title = plain(song.title, LONGEST_TITLE)
    return f"[{title}]({song.url})" if song.url else f"**{title}**"


def song_line(song: Song) -> str:
    return f"{song_link(song)} · {plain(song.artists, LONGEST_ARTISTS)}"


def song_label(song: Song, longest: int = 100) -> str:
    """The song as plain text for menus, where Markdown is not read."""
    text = f"{' '.join(song.title.split())} · {song.artists}"
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def chart(rows: list[tuple[str, float]]) -> str:
    """Names with shares from 0 to 1 as a bar chart in a code block: only there all characters are equally wide.

    The name comes last, so that on a phone it is the part that may be cut.
    """
    return "```\n" + "\n".join(f"{share:>4.0%} {_bar(share):<{BAR_CELLS}} {name}" for name, share in rows) + "\n```"


def _bar(share: float) -> str:
    eighths = round(max(0.0, min(1.0, share)) * BAR_CELLS * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8]


def counted(songs: int) -> str:
    return say_many(TEXTS_SONGS, songs)


def gap() -> ui.Separator[Any]:
    """Some air between two parts of a reply."""
    return ui.Separator(visible=False)
