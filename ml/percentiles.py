"""Where a track's features stand among all tracks: the common scale of moods, similarity and explanations."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.encoder import feature_values
from ml.tracks import CONTINUOUS, FEATURE_NAMES

POINTS = 101
# Unknown stands in the middle: it neither attracts nor repels.
MIDDLE = 0.5
COLUMNS = [FEATURE_NAMES.index(name) for name in CONTINUOUS]


@dataclass(frozen=True)
class Percentiles:
    """Quantile points of each continuous feature: float64 (features, POINTS)."""

    points: np.ndarray

    @classmethod
    def fit(cls, frame: pd.DataFrame) -> "Percentiles":
        values = feature_values(frame)[:, COLUMNS]
        if np.isnan(values).all(axis=0).any():
            raise ValueError("a feature has no known value at all")
        return cls(np.nanquantile(values, np.linspace(0, 1, POINTS), axis=0).T)

    def of(self, frame: pd.DataFrame) -> np.ndarray:
        """Shares of tracks below, float64 (rows, continuous features) in 0..1; ties count half; unknown is 0.5."""
        values = feature_values(frame)[:, COLUMNS]
        shares = np.full(values.shape, MIDDLE)
        for column, points in enumerate(self.points):
            known = ~np.isnan(values[:, column])
            below = np.searchsorted(points, values[known, column], side="left")
            upto = np.searchsorted(points, values[known, column], side="right")
            shares[known, column] = np.clip((below + upto - 1) / 2 / (POINTS - 1), 0, 1)
        return shares
