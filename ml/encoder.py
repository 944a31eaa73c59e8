"""Turns audio features into tokens for the CNN: piecewise-linear for numbers, one-hot for categories."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.tracks import FEATURE_NAMES, FEATURES

# Quantile bins per number. Pilot runs gained nothing beyond 24 to 32.
BINS = 28
# One slot more than the bins says "unknown".
TOKEN_WIDTH = BINS + 1
UNKNOWN = BINS


@dataclass(frozen=True)
class FeatureEncoder:
    """Piecewise-linear encoding (Gorishniy et al. 2022, "On Embeddings for Numerical Features", eq. 1).

    `edges[i]` are the rising bin edges of continuous feature i of `ml.tracks.FEATURES`, empty for a category.
    """

    edges: tuple[tuple[float, ...], ...]

    @classmethod
    def fit(cls, frame: pd.DataFrame) -> "FeatureEncoder":
        """Takes the bin edges from the quantiles of `frame`, which must be training rows only."""
        edges: list[tuple[float, ...]] = []
        for feature in FEATURES:
            if feature.categories is not None:
                edges.append(())
                continue
            known = frame[feature.name].to_numpy(dtype=float)
            known = known[np.isfinite(known)]
            if known.size == 0:
                # All that is known of it stands outside the training rows: any edges will do.
                known = np.array([feature.low, feature.high])
            unique = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)))
            edges.append(tuple(unique if unique.size > 1 else (unique[0], unique[0] + 1.0)))
        return cls(tuple(edges))

    def encode(self, frame: pd.DataFrame) -> np.ndarray:
        """Tokens of shape (rows, features, TOKEN_WIDTH), float32.

        A missing column, NaN, an infinity or a value outside the feature's range is "unknown".
        """
        tokens = np.zeros((len(frame), len(FEATURES), TOKEN_WIDTH), dtype=np.float32)
        for position, values in enumerate(feature_values(frame).T):
            unknown = np.isnan(values)
            tokens[unknown, position, UNKNOWN] = 1.0
            known = ~unknown
            categories = FEATURES[position].categories
            if categories is None:
                tokens[known, position, : len(self.edges[position]) - 1] = self._ramps(position, values[known])
            else:
                tokens[np.flatnonzero(known), position, np.searchsorted(categories, values[known])] = 1.0
        return tokens

    def _ramps(self, position: int, values: np.ndarray) -> np.ndarray:
        edges = np.asarray(self.edges[position])
        return np.clip((values[:, None] - edges[:-1]) / np.diff(edges), 0.0, 1.0)


def feature_values(frame: pd.DataFrame) -> np.ndarray:
    """The features in their fixed order: float64 (rows, features), NaN for whatever can't be true."""
    columns = []
    for feature in FEATURES:
        if feature.name in frame.columns:
            values = pd.to_numeric(frame[feature.name], errors="coerce").to_numpy(dtype=float)
        else:
            values = np.full(len(frame), np.nan)
        valid = (values >= feature.low) & (values <= feature.high)
        if feature.categories is not None:
            valid &= values == np.floor(values)
        columns.append(np.where(valid, values, np.nan))
    return np.column_stack(columns) if columns else np.empty((len(frame), len(FEATURE_NAMES)))
