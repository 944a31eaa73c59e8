"""The words and the layout of a classification."""

from discord import ui

from bot.features.classify.classification import Classification
from bot.features.labels.view import wrong_genre_button
from bot.layout import LONGEST_ARTISTS, chart, footer, gap, message, plain, song_link
from bot.songs import song_buttons
from ml.classifier import Influence
from storage.feedback import Verdict

# Below this the first guess is wrong more often than right, and the reply says so.
SURE = 0.5

TEXT_FILED = "-# In the catalogue as {genres}"
TEXT_GUESS = "**What it is**"
TEXT_NOT_SURE = "**What it is**, but not sure"
TEXT_BY_SOUND = "-# By sound alone: {genre}, {chance:.0%}"
TEXT_MOOD = "**Mood: {name}**\n-# like most {genres}"
TEXT_SYNTHETIC_GENRE = "**Sounds like: {name}**"
TEXT_DECIDED = "-# Speaks for {genre}: {features}"
TEXT_POINTS = "{what} +{points:.0f} points"
TEXT_NAMED = {
    "artists": "the artist {text}",
    "album_name": "“{text}” in the album",
    "track_name": "“{text}” in the title",
}
TEXT_NOTHING_DECIDED = "-# Nothing single decided; it is the mix."
TEXT_LEVELS = "**More than … of all songs**"
TEXT_TRAINED = "in the training data"
TEXT_HELD_OUT = "held out of the training data"

FEATURE_WORDS = {
    "danceability": "danceability",
    "energy": "energy",
    "loudness": "loudness",
    "speechiness": "speech",
    "acousticness": "acoustic",
    "instrumentalness": "instrumental",
    "liveness": "live",
    "valence": "brightness",
    "tempo": "tempo",
    "duration_ms": "length",
    "key": "key",
    "mode": "major or minor",
    "time_signature": "time signature",
    "explicit": "explicit lyrics",
}
# An artist's name or a word longer than this says enough by its beginning.
LONGEST_INFLUENCE = 40
SHOWN_LEVELS = ("energy", "danceability", "valence", "acousticness", "instrumentalness", "tempo")


def classification(found: Classification, verdict: Verdict | None) -> ui.LayoutView:
    """The reply to `/classify`; `verdict` is what the asker thinks of the song."""
    head = [f"### {song_link(found.song)}", plain(found.song.artists, LONGEST_ARTISTS)]
    head.append(TEXT_FILED.format(genres=", ".join(found.song.genres)))
    first_genre, first_chance = found.genres[0]
    sure = first_chance >= SURE
    guess = (TEXT_GUESS if sure else TEXT_NOT_SURE) + "\n" + chart(found.genres)
    sound_genre, sound_chance = found.by_sound
    by_sound = TEXT_BY_SOUND.format(genre=sound_genre, chance=sound_chance)
    levels = chart([(FEATURE_WORDS[name], found.levels[name]) for name in SHOWN_LEVELS])
    return message(
        "\n".join(head),
        gap(),
        "\n".join([guess, _decided(first_genre, found.influences), by_sound]),
        gap(),
        TEXT_MOOD.format(name=found.mood.name, genres=", ".join(found.mood.genres)),
        TEXT_SYNTHETIC_GENRE.format(name=found.synthetic_genre),
        gap(),
        TEXT_LEVELS + "\n" + levels,
        footer(found.note, TEXT_TRAINED if found.trained_on else TEXT_HELD_OUT),
        song_buttons(found.song.track_id, verdict, wrong_genre_button(found.song.track_id)),
    )


def _decided(genre: str, influences: list[Influence]) -> str:
    if not influences:
        return TEXT_NOTHING_DECIDED
    words = [TEXT_POINTS.format(what=_named(found), points=100 * found.change) for found in influences]
    return TEXT_DECIDED.format(genre=genre, features=" · ".join(words))


def _named(influence: Influence) -> str:
    if influence.text is None:
        return FEATURE_WORDS[influence.field]
    return TEXT_NAMED[influence.field].format(text=plain(influence.text, LONGEST_INFLUENCE))
