"""What is known of one track, gathered from the model as plain data."""

from dataclasses import dataclass

from bot.layout import ModelNote, Song, note_of, song_of
from ml.bundle import ModelBundle
from ml.classifier import Influence
from ml.clusters import Cluster
from ml.tracks import CONTINUOUS, SOUND_COLUMNS

TOP_GENRES = 5
TOP_INFLUENCES = 3
# A genre that is wrong nineteen times in twenty is no guess.
LEAST_SHOWN = 0.05
# What moves the probability by less than a point decided nothing.
LEAST_INFLUENCE = 0.01


@dataclass(frozen=True)
class Classification:
    """`genres` with how probable each is one of the song's own, best first.

    `levels` are shares of songs below, per continuous feature. `by_sound` is what the audio features alone say first.
    `influences` speak most for the first genre.
    """

    song: Song
    genres: list[tuple[str, float]]
    by_sound: tuple[str, float]
    mood: Cluster
    synthetic_genre: str
    levels: dict[str, float]
    influences: list[Influence]
    trained_on: bool
    note: ModelNote


def classify_track(bundle: ModelBundle, track_id: str) -> Classification:
    """Classifies a track of the catalogue."""
    row = bundle.catalogue.row_of[track_id]
    frame = bundle.catalogue.frame.iloc[[row]]
    chances = bundle.classifier.predict_memberships(frame).iloc[0].sort_values(ascending=False)
    influences = bundle.classifier.influences(frame, str(chances.index[0]))
    heard = bundle.classifier.predict_memberships(frame[list(SOUND_COLUMNS)]).iloc[0]
    levels = dict(zip(CONTINUOUS, bundle.space.percentiles.of(frame)[0].tolist(), strict=True))
    return Classification(
        song=song_of(bundle, track_id),
        genres=[
            (str(genre), float(chance))
            for rank, (genre, chance) in enumerate(chances.head(TOP_GENRES).items())
            if rank == 0 or chance >= LEAST_SHOWN
        ],
        by_sound=(str(heard.idxmax()), float(heard.max())),
        mood=bundle.clusters.named(bundle.clusters.predict(frame).iloc[0]),
        synthetic_genre=str(bundle.synthetic_genres.predict(frame).iloc[0]),
        levels=levels,
        influences=[found for found in influences if found.change >= LEAST_INFLUENCE][:TOP_INFLUENCES],
        trained_on=bundle.part_of_row[row] != "test",
        note=note_of(bundle),
    )
