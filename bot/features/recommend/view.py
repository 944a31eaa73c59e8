"""The words and the layout of a recommended list."""

from typing import Any

import discord
from discord import ui

from bot.features.recommend.asking import Request
from bot.features.recommend.lists import ListedSong, SongList
from bot.layout import (
    BUTTON_BACK,
    BUTTON_FORWARD,
    TEXT_LEFT_OVER,
    TEXT_PAGE,
    counted,
    footer,
    gap,
    message,
    plain,
    song_label,
    song_line,
)
from bot.presses import Press, button, form, menu, row
from bot.reasons import reason_text
from ml.filters import in_words
from storage.playlists import NAME_LENGTH

TEXT_TITLE = "### Goes with {song}"
TEXT_TITLE_UNKNOWN = "### Goes with a song that has left the catalogue"
TEXT_MORE = "with {song}"
TEXT_LESS = "unlike {song}"
TEXT_ONLY = "only {conditions}"
TEXT_LEFT = "a song that has left the catalogue"
TEXT_NO_MORE = "I have no more songs for that which you haven't seen."
TEXT_OTHER_CATALOGUE = "That list is from another catalogue than the one I know now. Start a new one from a song."
TEXT_SAVED = "Saved {songs} as **{name}**. See them with `/playlist show`."
BUTTON_MORE = "More"
BUTTON_SAVE = "Save as playlist"
MENU_SIMILAR = "More like one of these …"
MODAL_TITLE = "Save as playlist"
MODAL_NAME = "Name"
LONGEST_OTHER = 40
TEXT_NAME = "Like {title}"


def listed_song(place: int, listed: ListedSong) -> str:
    """One song with its reason, on two lines."""
    line = song_line(listed.song) if listed.song else TEXT_LEFT
    return f"{place}. {line}\n-# {reason_text(listed.reasons)}"


def _asked(songs: SongList) -> str:
    """What was asked for besides the song."""
    said = [
        *([TEXT_MORE.format(song=plain(songs.more.title, LONGEST_OTHER))] if songs.more else []),
        *([TEXT_LESS.format(song=plain(songs.less.title, LONGEST_OTHER))] if songs.less else []),
        *([songs.request.adventurous] if songs.request.adventurous != Request.adventurous else []),
        *([TEXT_ONLY.format(conditions=in_words(songs.request.filters))] if songs.request.filters else []),
    ]
    return "\n-# " + " · ".join(said) if said else ""


def recommended(songs: SongList, number: int) -> ui.LayoutView:
    """Page `number` (from 0) of a recommended list, with its buttons."""
    number = max(0, min(number, songs.pages - 1))
    page = songs.page(number)
    last = number == songs.pages - 1
    title = TEXT_TITLE.format(song=song_line(songs.seed)) if songs.seed else TEXT_TITLE_UNKNOWN
    where = TEXT_PAGE.format(first=page[0][0], last=page[-1][0], total=len(songs.songs))
    facts = where if songs.pages > 1 else counted(len(songs.songs))
    parts: list[str | ui.Item[Any]] = [
        title + _asked(songs),
        "\n".join(listed_song(place, listed) for place, listed in page),
        gap(),
        *([TEXT_LEFT_OVER.format(songs=counted(songs.left_over))] if last and songs.left_over else []),
        footer(songs.note, facts),
        row(*_buttons(songs, number)),
    ]
    # Discord refuses an empty menu, and all songs of a page may have left the catalogue.
    if options := _options(page):
        parts.append(row(menu(MENU_SIMILAR, "similar-menu", songs.owner, options)))
    return message(*parts)


def _buttons(songs: SongList, number: int) -> list[Press]:
    owner, answer = songs.owner, songs.answer_id
    turns = [
        button(BUTTON_BACK, "page", owner, f"{answer}:{number - 1}", disabled=number == 0),
        button(BUTTON_FORWARD, "page", owner, f"{answer}:{number + 1}", disabled=number >= songs.pages - 1),
    ]
    more = button(BUTTON_MORE, "more", owner, f"{answer}:{len(songs.songs)}", style=discord.ButtonStyle.primary)
    save = button(BUTTON_SAVE, "save", owner, answer)
    return [*(turns if songs.pages > 1 else []), more, save]


def _options(page: list[tuple[int, ListedSong]]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=song_label(listed.song), value=listed.track_id)
        for _, listed in page
        if listed.song is not None
    ]


def saved(name: str, count: int) -> ui.LayoutView:
    return message(TEXT_SAVED.format(songs=counted(count), name=plain(name, 80)))


def name_form(songs: SongList) -> ui.Modal:
    """Asks what to call the playlist."""
    name = TEXT_NAME.format(title=songs.seed.title)[:NAME_LENGTH] if songs.seed else ""
    return form(MODAL_TITLE, MODAL_NAME, "save-as", songs.owner, songs.answer_id, default=name, longest=NAME_LENGTH)
