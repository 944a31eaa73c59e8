"""What the training tracks that sound nearest are filed under: kernel estimates of the genres at four scales."""

import warnings
from dataclasses import dataclass, field
from typing import Any

import faiss
import numpy as np
import pandas as pd

from ml.encoder import feature_values
from ml.tracks import FEATURES
from ml.training_tracks import TrainingTracks

# Widths of the Gaussian kernel, in quantiles: from "the same recording" to "the same corner of the catalogue".
SCALES = (0.02, 0.1, 0.2, 0.35)
NEIGHBOURS = 64
# More are asked for, because the same artist's are set aside while training.
SEARCHED = 96
# How far apart two values of a category are, on the scale of the quantiles: found on validation tracks.
CATEGORY_WEIGHTS = {"key": 0.12, "mode": 0.12, "time_signature": 0.15, "explicit": 0.3}
PRIOR_TRACKS = 0.5
POINTS = 201
# From so many places on the search looks into the nearest of many lists only: it finds 99.8 % of the 64 nearest among
# 72,000 in a quarter of the time.
MANY, LISTS, PROBED_LISTS = 20_000, 256, 32
# Numbers that FAISS compares at a time.
SIMD_WIDTH = 8
# Rows at once; keeps the memory for a whole catalogue flat.
CHUNK = 512


@dataclass(frozen=True)
class SoundNeighbours:
    """`points` (continuous features, POINTS) are quantiles, `usual` (features,) medians; both of the training tracks.

    `places` float32 (training tracks, dimensions).
    """

    points: np.ndarray
    usual: np.ndarray
    places: np.ndarray
    tracks: TrainingTracks
    _index: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        padded = _padded(self.places)
        flat = faiss.IndexFlatL2(padded.shape[1])
        index: Any = flat
        if len(padded) >= MANY:
            index = faiss.IndexIVFFlat(flat, padded.shape[1], LISTS)
            index.train(padded)
            index.nprobe = PROBED_LISTS
        index.add(padded)
        object.__setattr__(self, "_index", index)

    def evidence(
        self, frame: pd.DataFrame, artist_of_row: np.ndarray | None = None, artist_of_place: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Log ratios to the prior, float16 (rows, SCALES, genres), and kernel weights behind them (rows, SCALES).

        A track is never its own neighbour, nor, where both artists are given, one by the same artist. Without any
        known feature there is nothing to go by: all 0.
        """
        values = feature_values(frame)
        distances, neighbours = self._index.search(
            _padded(place(values, self.points, self.usual)), min(SEARCHED, len(self.places))
        )
        barred = neighbours == self.tracks.own_rows(frame)[:, None]
        if artist_of_row is not None and artist_of_place is not None:
            barred |= artist_of_place[neighbours] == artist_of_row[:, None]
        distances[barred] = np.inf
        order = np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBOURS]
        distances, neighbours = (np.take_along_axis(array, order, axis=1) for array in (distances, neighbours))
        distances[np.isnan(values).all(axis=1)] = np.inf
        return self._kernels(distances, neighbours)

    def _kernels(self, distances: np.ndarray, neighbours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ratios = np.empty((len(distances), len(SCALES), len(self.tracks.prior)), dtype=np.float16)
        strengths = np.empty((len(distances), len(SCALES)), dtype=np.float32)
        widths = 2 * np.square(SCALES, dtype=np.float32)[:, None]
        for start in range(0, len(distances), CHUNK):
            rows = slice(start, start + CHUNK)
            weights = np.exp(-distances[rows, None, :] / widths)
            total = weights.sum(axis=2)
            smoothed = weights @ self.tracks.targets[neighbours[rows]] + PRIOR_TRACKS * self.tracks.prior
            ratios[rows] = np.log(smoothed / (total[:, :, None] + PRIOR_TRACKS) / self.tracks.prior)
            strengths[rows] = total
        return ratios, strengths


def _padded(places: np.ndarray) -> np.ndarray:
    """The same with columns of zeros up to a multiple of SIMD_WIDTH, with which the search takes a third less time."""
    return np.ascontiguousarray(np.pad(places, ((0, 0), (0, -places.shape[1] % SIMD_WIDTH))))


def fit_sound(trained: pd.DataFrame, tracks: TrainingTracks) -> SoundNeighbours:
    """From the rows of `trained`, which are `tracks`."""
    values = feature_values(trained)
    continuous = [column for column, feature in enumerate(FEATURES) if feature.categories is None]
    with warnings.catch_warnings():
        # A feature nobody knows has no quantiles.
        warnings.simplefilter("ignore", RuntimeWarning)
        points = np.nanquantile(values[:, continuous], np.linspace(0, 1, POINTS), axis=0).T
        usual = np.nan_to_num(np.nanmedian(values, axis=0))
    # A feature nobody knows is in the same place for everyone.
    points = np.where(np.isnan(points), 0.0, points)
    return SoundNeighbours(points, usual, place(values, points, usual), tracks)


def place(values: np.ndarray, points: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Where tracks stand: float32 (rows, dimensions), distances in quantiles; unknown is what is usual.

    `values` (rows, features) as `ml.encoder.feature_values` gives them; `points` and `usual` as in `SoundNeighbours`.
    """
    columns: list[np.ndarray] = []
    scale = np.linspace(0, 1, points.shape[1])
    continuous = iter(points)
    for column, feature, median in zip(values.T, FEATURES, usual, strict=True):
        if feature.categories is None:
            columns.append(np.nan_to_num(np.interp(column, next(continuous), scale), nan=0.5))
        elif feature.name == "key":
            # Keys go round: B is next to C, and an unknown one is in the middle.
            angle = 2 * np.pi * column / len(feature.categories)
            columns += [np.nan_to_num(CATEGORY_WEIGHTS["key"] * part) for part in (np.cos(angle), np.sin(angle))]
        else:
            columns.append(CATEGORY_WEIGHTS[feature.name] * np.nan_to_num(column, nan=median))
    return np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.float32)
