"""The words and the layout of the genres."""

from typing import Any

from discord import ui

from bot.features.classify.view import TEXT_FEATURES
from bot.features.genres.portraits import GenrePortrait
from bot.language import say
from bot.layout import ModelNote, chart, footer, message, song_line
from bot.songs import listed, song_menu, song_section

TEXT_ALL = "### {count} genres"
TEXT_HINT = "-# `/genres genre:` tells more about one of them."
TEXT_MORE = "and {count} more"
TEXT_ONE = "### {genre}"
TEXT_TRACKS = "{count:,} songs in the catalogue"
TEXT_TYPICAL = "**Typically more than … of all songs**"
TEXT_BEST_KNOWN = "**Best known**"

# Of the 4,000 characters that a message can hold.
LONGEST_LIST = 3_500


def all_genres(genres: list[str], note: ModelNote) -> ui.LayoutView:
    shown: list[str] = []
    left = LONGEST_LIST
    for genre in genres:
        left -= len(genre) + 2
        if left < 0:
            shown.append(say(TEXT_MORE, count=len(genres) - len(shown)))
            break
        shown.append(genre)
    return message(say(TEXT_ALL, count=len(genres)), ", ".join(shown), say(TEXT_HINT), footer(note))


def one_genre(found: GenrePortrait) -> ui.LayoutView:
    levels = chart([(say(TEXT_FEATURES[name]), level) for name, level in found.levels])
    best_known: list[ui.Item[Any]] = [
        song_section(listed(place, song_line(song), ""), song.track_id, found.verdicts.get(song.track_id))
        for place, song in enumerate(found.best_known, start=1)
    ]
    return message(
        say(TEXT_ONE, genre=found.genre) + "\n" + say(TEXT_TRACKS, count=found.tracks),
        say(TEXT_TYPICAL) + "\n" + levels,
        *([say(TEXT_BEST_KNOWN)] if best_known else []),
        *best_known,
        footer(found.note),
        *song_menu(found.best_known),
    )
