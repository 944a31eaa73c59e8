"""The tracks a classifier was trained on, as far as serving needs them: their ids and their genres."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ml.catalogue import genre_matrix

# Keeps the prior of a genre without any training track above zero.
LEAST_PRIOR = 1e-5


@dataclass(frozen=True)
class TrainingTracks:
    """`ids` (tracks,) and `targets` float32 (tracks, genres): each track's genres share a total of 1."""

    ids: np.ndarray
    targets: np.ndarray
    prior: np.ndarray = field(init=False)
    row_of: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        shares = np.maximum(self.targets.mean(axis=0), LEAST_PRIOR)
        object.__setattr__(self, "prior", (shares / shares.sum()).astype(np.float32))
        object.__setattr__(self, "row_of", {track_id: row for row, track_id in enumerate(self.ids.tolist())})

    def own_rows(self, frame: pd.DataFrame) -> np.ndarray:
        """Which training track each row of `frame` is, -1 for none (or without an id)."""
        if "track_id" not in frame.columns:
            return np.full(len(frame), -1)
        ids = frame["track_id"].tolist()
        return np.array([self.row_of.get(known, -1) if isinstance(known, str) else -1 for known in ids], dtype=int)


def genre_targets(frame: pd.DataFrame, genres: list[str]) -> np.ndarray:
    """What a classifier should say, float32 (rows, genres): a track with several genres spreads evenly over them."""
    carries = genre_matrix(frame, genres)
    return (carries / np.maximum(carries.sum(axis=1, keepdims=True), 1)).astype(np.float32)
