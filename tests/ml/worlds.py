"""Small worlds with answers known by hand."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.catalogue import genre_matrix
from ml.filters import FilterColumns
from ml.index import TrackIndex
from ml.percentiles import Percentiles
from ml.ranking.candidates import with_fame
from ml.ranking.facts import SongFacts
from ml.ranking.ranker import Ranker
from ml.recommender import Recommender
from ml.songs import Songs, group_songs
from ml.tracks import CATALOGUE_COLUMNS, split_values
from ml.vectors import VectorSpace

# A row of the dataset's file, as text; tests change what they are about.
ROW = {
    "": "0",
    "track_id": "1" * 22,
    "artists": "Ada",
    "album_name": "Firsts",
    "track_name": "One",
    "popularity": "50",
    "duration_ms": "200000",
    "explicit": "False",
    "danceability": "0.5",
    "energy": "0.5",
    "key": "5",
    "loudness": "-8.0",
    "mode": "1",
    "speechiness": "0.05",
    "acousticness": "0.3",
    "instrumentalness": "0.0",
    "liveness": "0.1",
    "valence": "0.5",
    "tempo": "120.0",
    "time_signature": "4",
    "track_genre": "pop",
}


def track_id(number: int) -> str:
    return f"{number:022d}"


def columns_of(frame: pd.DataFrame, moods: np.ndarray) -> FilterColumns:
    genres = sorted({genre for joined in frame["genres"] for genre in split_values(joined)})
    return FilterColumns(frame, moods, genres, genre_matrix(frame, genres))


def raw_row(number: int, **changes: str) -> dict[str, str]:
    """A row of the dataset with its own id and title."""
    return {**ROW, "": str(number), "track_id": track_id(number), "track_name": f"Song {number}", **changes}


def raw_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(ROW), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def raw_table(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(ROW))


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_bytes(raw_csv(rows))
    return path


def song(number: int, genres: str = "pop", **changes: object) -> dict[str, object]:
    """A row of a cleaned catalogue."""
    values: dict[str, object] = {
        "track_id": track_id(number),
        "artists": f"Artist {number}",
        "album_name": "Album",
        "track_name": f"Song {number}",
        "popularity": 50.0,
        "danceability": 0.5,
        "energy": 0.5,
        "loudness": -8.0,
        "speechiness": 0.05,
        "acousticness": 0.3,
        "instrumentalness": 0.0,
        "liveness": 0.1,
        "valence": 0.5,
        "tempo": 120.0,
        "duration_ms": 200_000.0,
        "key": 5.0,
        "mode": 1.0,
        "time_signature": 4.0,
        "explicit": 0.0,
        "genres": genres,
    }
    return {**values, **changes}


def catalogue_frame(*songs: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(songs, columns=list(CATALOGUE_COLUMNS))


def two_camps(size: int = 120, seed: int = 0) -> pd.DataFrame:
    """Loud fast metal and quiet slow piano, each track by one of forty artists: nobody could confuse them."""
    random = np.random.default_rng(seed)
    songs = []
    for number in range(size):
        metal = number % 2 == 0
        level = 0.9 if metal else 0.1
        songs.append(
            song(
                number,
                "metal" if metal else "piano",
                artists=f"{'Metal' if metal else 'Piano'} Artist {number % 40}",
                energy=float(np.clip(level + random.normal(0, 0.04), 0, 1)),
                loudness=-4.0 + random.normal(0, 0.3) if metal else -25.0 + random.normal(0, 1.0),
                acousticness=float(np.clip(1 - level + random.normal(0, 0.04), 0, 1)),
                instrumentalness=float(np.clip(0.05 + abs(random.normal(0, 0.02)) if metal else 0.9, 0, 1)),
                tempo=160.0 + random.normal(0, 5) if metal else 70.0 + random.normal(0, 5),
                valence=float(random.uniform(0.1, 0.9)),
                danceability=float(random.uniform(0.2, 0.8)),
                popularity=float(random.integers(0, 100)),
                speechiness=float(random.uniform(0.03, 0.1)),
                liveness=float(random.uniform(0.05, 0.3)),
                duration_ms=float(random.integers(120_000, 400_000)),
            )
        )
    return catalogue_frame(*songs)


@dataclass(frozen=True)
class World:
    """A catalogue with everything the recommender is made of; its tracks are heard as what they are filed under."""

    frame: pd.DataFrame
    songs: Songs
    facts: SongFacts
    space: VectorSpace
    index: TrackIndex

    @property
    def vectors(self) -> np.ndarray:
        # A copy: the index takes its own along when it goes.
        return self.index.vectors[:, :-1].copy()

    def recommender(self, ranker: Ranker | None = None) -> Recommender:
        moods = np.where(self.frame["energy"] > 0.5, "Energetic", "Chill")
        return Recommender(self.frame, self.songs, moods, self.index, self.facts, ranker or Ranker.load())


def world(frame: pd.DataFrame) -> World:
    songs = Songs.of(group_songs(frame), frame["popularity"].to_numpy())
    percentiles = Percentiles.fit(frame)
    facts = SongFacts.of(frame, songs, percentiles)
    best, carries = frame.iloc[songs.row_of], facts.carries > 0
    heard = carries / np.maximum(carries.sum(axis=1, keepdims=True), 1)
    space = VectorSpace.fit(best, carries, heard, percentiles)
    index = TrackIndex.build(with_fame(space.encode(best, carries, heard), facts.fame))
    return World(frame, songs, facts, space, index)
