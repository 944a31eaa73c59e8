"""Synthetic genres: K-Means in the space in which the real genres sound most different.

There are no natural clusters in audio features: on the plain features, another seed or another sample of the tracks
gives another clustering. Fisher's discriminant directions keep what genres differ in and drop the rest, and there the
clusters come back (`ml.evaluation.clusters` measures it).
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ml.clusters import dominant_genres, nearest
from ml.encoder import feature_values
from ml.percentiles import COLUMNS, MIDDLE, Percentiles
from ml.synthetic_names import names_of_groups
from ml.tracks import CONTINUOUS

SYNTHETIC_GENRES_FILE = "synthetic_genres.json"
# Of 10 to 40, the most with which other seeds and other samples of the tracks give nearly the same clusters: both with
# an adjusted Rand index above 0.85.
K = 12
# The directions after these add hardly anything that tells genres apart.
DIMENSIONS = 5
# K-Means keeps the best of so many starts; with fewer, the seed shows.
STARTS = 12
# Standard deviations; further out lie freaks (a drone of eleven hours), which would bend the directions.
FURTHEST = 4.0
# The least variance inside genres that is believed: on a small catalogue a direction must not live on chance.
LEAST_VARIANCE = 1e-3
DURATION = CONTINUOUS.index("duration_ms")


@dataclass(frozen=True)
class GenreSpace:
    """The directions in which genres differ most (Fisher 1936; Rao 1948, "… Problems of Biological Classification").

    A track is described by its percentiles and its standardised values, 2 x features together: the first tell what
    is common apart, the second what is extreme. `mean` and `spread` standardise, (features,); `directions` are
    (2 x features, d), each scaled so that its standard deviation is the square root of how much the genres' means
    vary along it compared with the tracks inside a genre.
    """

    percentiles: Percentiles
    mean: np.ndarray
    spread: np.ndarray
    directions: np.ndarray

    @classmethod
    def fit(cls, frame: pd.DataFrame, carries: np.ndarray, percentiles: Percentiles) -> "GenreSpace":
        """`carries` is the bool array (rows, genres); a track of several genres counts in parts for each."""
        values = _values(frame)
        mean, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
        undirected = cls(percentiles, mean, np.where(spread > 0, spread, 1.0), np.eye(2 * len(CONTINUOUS)))
        described = undirected.encode(frame)
        described -= described.mean(axis=0)
        parts = carries / np.maximum(carries.sum(axis=1, keepdims=True), 1)
        size = parts.sum(axis=0)
        centres = parts.T @ described / np.maximum(size, 1e-12)[:, None]
        between = (centres.T * size) @ centres / size.sum()
        variance, axes = np.linalg.eigh(np.cov(described.T) - between)
        whiten = axes / np.sqrt(np.maximum(variance, LEAST_VARIANCE))
        ratio, turn = np.linalg.eigh(whiten.T @ between @ whiten)
        best = np.argsort(-ratio)[: min(DIMENSIONS, max(1, carries.shape[1] - 1))]
        directions = whiten @ turn[:, best]
        scale = np.sqrt(np.maximum(ratio[best], 0)) / np.maximum((described @ directions).std(axis=0), 1e-12)
        return replace(undirected, directions=directions * scale)

    def encode(self, frame: pd.DataFrame) -> np.ndarray:
        """float64 (rows, d); unknown features count as average."""
        standard = np.clip((_values(frame) - self.mean) / self.spread, -FURTHEST, FURTHEST)
        shares = self.percentiles.of(frame) - MIDDLE
        return np.column_stack([shares, np.nan_to_num(standard, nan=0.0)]) @ self.directions


@dataclass(frozen=True)
class SyntheticGenre:
    """One synthetic genre: `genres` dominate it, `share` is its part of all tracks.

    `centre` is its middle in percentiles of the continuous features, for people; `place` is where K-Means put it in
    the genre space.
    """

    name: str
    genres: tuple[str, ...]
    share: float
    centre: tuple[float, ...]
    place: tuple[float, ...]


class SyntheticGenres:
    """The named synthetic genres of a catalogue, the largest first."""

    def __init__(self, genres: list[SyntheticGenre], space: GenreSpace) -> None:
        self.all = genres
        self._space = space
        self._places = np.array([genre.place for genre in genres])
        self._names = np.array([genre.name for genre in genres])

    @property
    def names(self) -> list[str]:
        return [genre.name for genre in self.all]

    def predict(self, frame: pd.DataFrame) -> pd.Series:
        """The synthetic genre's name for each row of `frame`; unknown features count as average."""
        return pd.Series(self._names[nearest(self._space.encode(frame), self._places)], index=frame.index)

    def save(self, folder: Path) -> None:
        content = {
            "mean": self._space.mean.tolist(),
            "spread": self._space.spread.tolist(),
            "directions": self._space.directions.tolist(),
            "genres": [asdict(genre) for genre in self.all],
        }
        (folder / SYNTHETIC_GENRES_FILE).write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, percentiles: Percentiles) -> "SyntheticGenres":
        """`percentiles` must be those of the fit: the file doesn't repeat them."""
        content = json.loads((folder / SYNTHETIC_GENRES_FILE).read_text(encoding="utf-8"))
        genres = [
            SyntheticGenre(row["name"], tuple(row["genres"]), row["share"], tuple(row["centre"]), tuple(row["place"]))
            for row in content["genres"]
        ]
        mean, spread, directions = (np.array(content[name]) for name in ("mean", "spread", "directions"))
        return cls(genres, GenreSpace(percentiles, mean, spread, directions))


def fit_synthetic_genres(
    frame: pd.DataFrame, genres: list[str], carries: np.ndarray, percentiles: Percentiles, *, seed: int
) -> SyntheticGenres:
    """K-Means on the rows of `frame`; `carries` says which row carries which of `genres`, bool (rows, genres).

    There are K synthetic genres, or fewer where the tracks don't differ in so many ways.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    space = GenreSpace.fit(frame, carries, percentiles)
    points = space.encode(frame)
    k = min(K, len(np.unique(points, axis=0)))
    # In one thread the sums, and so the clusters, are the same on every machine.
    with threadpool_limits(1):
        model = KMeans(k, n_init=STARTS, random_state=seed).fit(points)
    member, places = model.labels_, model.cluster_centers_
    sound = percentiles.of(frame)
    centres = np.array([sound[member == number].mean(axis=0) for number in range(k)])
    found = [
        SyntheticGenre(
            name,
            dominant_genres(carries[member == number], carries, genres),
            float((member == number).mean()),
            tuple(centres[number].tolist()),
            tuple(places[number].tolist()),
        )
        for number, name in enumerate(names_of_groups(centres, member, carries, genres))
    ]
    return SyntheticGenres(sorted(found, key=lambda genre: -genre.share), space)


def _values(frame: pd.DataFrame) -> np.ndarray:
    """The continuous features, (rows, features), NaN for unknown; durations differ by factors: their logarithm."""
    values = feature_values(frame)[:, COLUMNS]
    values[:, DURATION] = np.log(values[:, DURATION])
    return values
