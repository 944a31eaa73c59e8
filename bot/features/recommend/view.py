"""The words and the layout of a recommended list."""

from typing import Any

import discord
from discord import ui

from bot.features.recommend.asking import Request
from bot.features.recommend.lists import ListedSong, SongList
from bot.features.recommend.start import known_artists
from bot.language import say
from bot.layout import (
    BUTTON_BACK,
    BUTTON_FORWARD,
    TEXT_LEFT_OVER,
    TEXT_PAGE,
    counted,
    footer,
    message,
    plain,
    song_line,
    song_of,
)
from bot.presses import Press, button, menu, row
from bot.reasons import reason_text
from bot.saving import save_button
from bot.songs import listed, song_menu, song_section
from bot.tastes import MemberTaste
from ml.adventure import Adventurous
from ml.bundle import ModelBundle
from ml.filters import in_words
from storage.feedback import Verdict
from storage.playlists import NAME_LENGTH

TEXT_TITLE = "### Goes with {song}"
TEXT_TITLE_UNKNOWN = "### Goes with a song that has left the catalogue"
TEXT_TITLE_TASTE = "### For you"
TEXT_TITLE_START = "### Goes with {artists}"
TEXT_MORE = "with {song}"
TEXT_LESS = "unlike {song}"
TEXT_ONLY = "only {conditions}"
TEXT_ADVENTUROUS: dict[Adventurous, str] = {"easy": "easy", "medium": "medium", "bold": "bold"}
TEXT_LEFT = "a song that has left the catalogue"
TEXT_NO_MORE = "I have no more songs for that which you haven't seen."
TEXT_OTHER_CATALOGUE = "That list is from another catalogue than the one I know now. Start a new one from a song."
BUTTON_MORE = "More"
LONGEST_OTHER = 40
# Discord's limit for a line of a menu.
LONGEST_OPTION = 100
TEXT_NAME = "Like {title}"
TEXT_START = (
    "### What do you like?\nI don't know your taste yet. Pick a few artists or moods, and press 👍 on the songs you "
    "like: that is what `/recommend` builds on. Or give me a song: `/recommend track:`."
)
MENU_ARTISTS = "Pick artists …"
MENU_MOODS = "… or moods"
MOST_PICKED = 5


def listed_song(place: int, found: ListedSong, verdict: Verdict | None) -> str | ui.Item[Any]:
    """One song with its reason and a 👍 beside it."""
    text = listed(place, song_line(found.song) if found.song else say(TEXT_LEFT), reason_text(found.reasons))
    return song_section(text, found.track_id, verdict) if found.song else text


def _title(songs: SongList) -> str:
    if songs.seed:
        return say(TEXT_TITLE, song=song_line(songs.seed))
    if songs.start:
        names = dict.fromkeys(plain(song.artists, LONGEST_OTHER) for song in songs.start)
        return say(TEXT_TITLE_START, artists=", ".join(names))
    return say(TEXT_TITLE_UNKNOWN) if songs.request.seeds else say(TEXT_TITLE_TASTE)


def _asked(songs: SongList) -> str:
    """What was asked for besides the song."""
    said = [
        *([say(TEXT_MORE, song=plain(songs.more.title, LONGEST_OTHER))] if songs.more else []),
        *([say(TEXT_LESS, song=plain(songs.less.title, LONGEST_OTHER))] if songs.less else []),
        *(
            [say(TEXT_ADVENTUROUS[songs.request.adventurous])]
            if songs.request.adventurous != Request.adventurous
            else []
        ),
        *([say(TEXT_ONLY, conditions=in_words(songs.request.filters))] if songs.request.filters else []),
    ]
    return "\n-# " + " · ".join(said) if said else ""


def recommended(songs: SongList, number: int) -> ui.LayoutView:
    """Page `number` (from 0) of a recommended list, with its buttons."""
    number = max(0, min(number, songs.pages - 1))
    page = songs.page(number)
    last = number == songs.pages - 1
    where = say(TEXT_PAGE, first=page[0][0], last=page[-1][0], total=len(songs.songs))
    facts = where if songs.pages > 1 else counted(len(songs.songs))
    left_over = [say(TEXT_LEFT_OVER, songs=counted(songs.left_over))] if last and songs.left_over else []
    # Ten songs with everything around them are the 40 components that a message may hold: no gap, few texts.
    return message(
        _title(songs) + _asked(songs),
        *(listed_song(place, found, songs.verdicts.get(found.track_id)) for place, found in page),
        "\n".join([*left_over, footer(songs.note, facts)]),
        row(*_buttons(songs, number)),
        *song_menu(found.song for _, found in page if found.song is not None),
    )


def _buttons(songs: SongList, number: int) -> list[Press]:
    owner, answer = songs.owner, songs.answer_id
    turns = [
        button(say(BUTTON_BACK), "page", owner, f"{answer}:{number - 1}", disabled=number == 0),
        button(say(BUTTON_FORWARD), "page", owner, f"{answer}:{number + 1}", disabled=number >= songs.pages - 1),
    ]
    more = button(say(BUTTON_MORE), "more", owner, f"{answer}:{len(songs.songs)}", style=discord.ButtonStyle.primary)
    save = save_button("save", owner, answer)
    return [*(turns if songs.pages > 1 else []), more, save]


def friendly_start(bundle: ModelBundle, owner: int, member: MemberTaste) -> ui.LayoutView:
    """For a member of whom nothing is known yet: a few artists or moods to pick."""
    artists = [
        discord.SelectOption(
            label=song.artists[:LONGEST_OPTION],
            description=", ".join(song.genres)[:LONGEST_OPTION],
            value=song.track_id,
        )
        for song in (song_of(bundle, track_id) for track_id in known_artists(bundle, member))
    ]
    moods = [discord.SelectOption(label=name, value=name) for name in bundle.clusters.names]
    return message(
        say(TEXT_START),
        *([row(menu(say(MENU_ARTISTS), "start-artists", owner, artists, most=MOST_PICKED))] if artists else []),
        row(menu(say(MENU_MOODS), "start-moods", owner, moods, most=MOST_PICKED)),
    )


def default_name(songs: SongList) -> str:
    """What a playlist of these songs is called unless somebody says otherwise; "" where nothing suggests itself."""
    return say(TEXT_NAME, title=songs.seed.title)[:NAME_LENGTH] if songs.seed else ""
