"""The words and the layout of a classification."""

from discord import ui

from bot.features.classify.classification import Classification
from bot.layout import LONGEST_ARTISTS, bar, footer, gap, message, plain, song_link
from bot.presses import button, row
from ml.classifier import Influence

# Below this the first guess is wrong more often than right, and the reply says so.
SURE = 0.5

TEXT_FILED = "-# Filed in the catalogue under {genres}"
TEXT_HEARD = "**By its sound**"
TEXT_NOT_SURE = "**By its sound** (not sure: no genre reaches {sure:.0%})"
TEXT_MOOD = "**Mood** {name}\n-# where {genres} are at home"
TEXT_DECIDED = "-# What decided for {genre}: {features}"
TEXT_NOTHING_DECIDED = "-# No single feature decided; it is the mix."
TEXT_LEVELS = "**Against all songs**"
TEXT_TRAINED = "this song was in the training data"
TEXT_HELD_OUT = "this song was held out of the training"
BUTTON_SIMILAR = "More like this"

FEATURE_WORDS = {
    "danceability": "danceability",
    "energy": "energy",
    "loudness": "loudness",
    "speechiness": "speech",
    "acousticness": "acoustic sound",
    "instrumentalness": "instrumental",
    "liveness": "live audience",
    "valence": "brightness",
    "tempo": "tempo",
    "duration_ms": "length",
    "key": "key",
    "mode": "major or minor",
    "time_signature": "time signature",
    "explicit": "explicit lyrics",
}
SHOWN_LEVELS = ("energy", "danceability", "valence", "acousticness", "instrumentalness", "tempo")


def classification(found: Classification, owner: int) -> ui.LayoutView:
    """The reply to `/classify`."""
    head = [f"### {song_link(found.song)}", plain(found.song.artists, LONGEST_ARTISTS)]
    head.append(TEXT_FILED.format(genres=", ".join(found.song.genres)))
    first_genre, first_chance = found.genres[0]
    sure = first_chance >= SURE
    heard = [TEXT_HEARD if sure else TEXT_NOT_SURE.format(sure=SURE)]
    heard += [f"{bar(chance)} {chance:.0%} {genre}" for genre, chance in found.genres]
    levels = [TEXT_LEVELS]
    levels += [f"{bar(found.levels[name])} {FEATURE_WORDS[name]}" for name in SHOWN_LEVELS]
    return message(
        "\n".join(head),
        gap(),
        "\n".join(heard),
        _decided(first_genre, found.influences),
        gap(),
        TEXT_MOOD.format(name=found.mood.name, genres=", ".join(found.mood.genres)),
        gap(),
        "\n".join(levels),
        gap(),
        footer(found.note, TEXT_TRAINED if found.trained_on else TEXT_HELD_OUT),
        row(button(BUTTON_SIMILAR, "similar", owner, found.song.track_id)),
    )


def _decided(genre: str, influences: list[Influence]) -> str:
    if not influences:
        return TEXT_NOTHING_DECIDED
    words = [
        f"{FEATURE_WORDS[influence.feature]} {'+' if influence.change > 0 else '−'}{abs(influence.change):.0%}"
        for influence in influences
    ]
    return TEXT_DECIDED.format(genre=genre, features=" · ".join(words))
