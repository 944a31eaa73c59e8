"""The one vector space of tracks: what they are filed under and how they sound, as unit vectors.

The inner product of two vectors is GENRE_WEIGHT x genre likeness + (1 - GENRE_WEIGHT) x likeness of sound, both
cosines. A track that carries no genre labels gets the classifier's probabilities in their place.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ml.percentiles import Percentiles
from ml.tracks import CONTINUOUS

SPACE_FILE = "space.npz"
GENRE_DIMENSIONS = 54
SOUND_DIMENSIONS = len(CONTINUOUS)
DIMENSIONS = GENRE_DIMENSIONS + SOUND_DIMENSIONS
# Sound alone hardly separates taste (cosine of raw features finds next to nothing that people put on one playlist),
# genre alone ties hundreds of tracks; this mix leans on genre and orders by sound.
GENRE_WEIGHT = 0.72
# A genre profile is made of the labels, of genres that share tracks with them, and of what the classifier heard.
LABEL_SHARE, RELATED_SHARE, HEARD_SHARE = 0.6, 0.2, 0.2
# Beyond two standard deviations everything is just "extreme".
CLIP = 2.0


@dataclass(frozen=True)
class VectorSpace:
    """`related` (genres, genres): row-stochastic genre affinities; `axes` (genres, GENRE_DIMENSIONS)."""

    related: np.ndarray
    axes: np.ndarray
    percentiles: Percentiles

    @classmethod
    def fit(cls, carries: np.ndarray, heard: np.ndarray, percentiles: Percentiles) -> "VectorSpace":
        """From which track carries which genre, bool (n, genres), and the classifier's (n, genres) probabilities."""
        together = carries.T.astype(float) @ carries
        related = together / np.maximum(np.diag(together), 1)[:, None]
        np.fill_diagonal(related, 0)
        # A genre that shares no track with another is related to itself only.
        alone = related.sum(axis=1) == 0
        related[alone, alone] = 1.0
        related /= related.sum(axis=1, keepdims=True)
        space = cls(related, np.eye(carries.shape[1], dtype=np.float64), percentiles)
        profiles = space._genre_profiles(carries, heard)
        # Truncated SVD without centring keeps inner products, which are cosines here, as well as so few axes can.
        _, vectors = np.linalg.eigh(profiles.T @ profiles)
        axes = np.zeros((carries.shape[1], GENRE_DIMENSIONS))
        kept = vectors[:, ::-1][:, :GENRE_DIMENSIONS]
        axes[:, : kept.shape[1]] = kept
        return cls(related, axes, percentiles)

    def encode(self, frame: pd.DataFrame, carries: np.ndarray, heard: np.ndarray) -> np.ndarray:
        """Unit vectors, float32 (rows, DIMENSIONS).

        `carries` bool (rows, genres), all False for a track without labels; `heard` (rows, genres) probabilities.
        """
        genre = _unit(self._genre_profiles(carries, heard) @ self.axes) * np.sqrt(GENRE_WEIGHT)
        shares = self.percentiles.of(frame)
        sound = _unit(np.clip(ndtri(np.clip(shares, 0.01, 0.99)), -CLIP, CLIP)) * np.sqrt(1 - GENRE_WEIGHT)
        return _unit(np.hstack([genre, sound])).astype(np.float32)

    def _genre_profiles(self, carries: np.ndarray, heard: np.ndarray) -> np.ndarray:
        counts = carries.sum(axis=1, keepdims=True)
        labels = carries / np.maximum(counts, 1)
        mixed = LABEL_SHARE * labels + RELATED_SHARE * labels @ self.related + HEARD_SHARE * heard
        profiles = np.where(counts > 0, mixed, heard)
        # The cosine of square roots is the Bhattacharyya coefficient of the two distributions.
        return _unit(np.sqrt(profiles))

    def save(self, folder: Path) -> None:
        with (folder / SPACE_FILE).open("wb") as file:
            np.savez(file, related=self.related, axes=self.axes, points=self.percentiles.points)

    @classmethod
    def load(cls, folder: Path) -> "VectorSpace":
        with np.load(folder / SPACE_FILE, allow_pickle=False) as stored:
            return cls(stored["related"], stored["axes"], Percentiles(stored["points"]))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
