"""Genres that people found for tracks, as a training takes them beside the catalogue's own: never who found them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.catalogue import genre_matrix


@dataclass(frozen=True)
class Label:
    """A genre that a track also has. With a `weight` of 1 it is as strong as one that the catalogue files it under."""

    track_id: str
    genre: str
    weight: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise ValueError(f"a label's weight must be above 0, not {self.weight}")


@dataclass(frozen=True)
class JoinedLabels:
    """What a classifier should say of a catalogue's tracks once labels have joined in.

    `targets` float32 (rows, genres): a track's genres share a total of 1; `rows` rising, those of labelled tracks.
    `used` labels joined in; the others name a track or a genre that the catalogue lacks.
    """

    targets: np.ndarray
    rows: np.ndarray
    used: int
    unknown_tracks: int
    unknown_genres: int

    @property
    def left_out(self) -> int:
        return self.unknown_tracks + self.unknown_genres

    @property
    def told(self) -> str:
        """In a few words, "" without any label."""
        if not self.used and not self.left_out:
            return ""
        used = "1 label used" if self.used == 1 else f"{self.used:,} labels used"
        return used + (f", {self.left_out:,} left out" if self.left_out else "")


def join_labels(frame: pd.DataFrame, genres: list[str], labels: Sequence[Label]) -> JoinedLabels:
    """`labels` beside the genres of the catalogue `frame`."""
    row_of = {track_id: row for row, track_id in enumerate(frame["track_id"])}
    column_of = {genre: column for column, genre in enumerate(genres)}
    known = [label for label in labels if label.track_id in row_of]
    usable = [label for label in known if label.genre in column_of]
    strengths = genre_matrix(frame, genres).astype(np.float64)
    for label in usable:
        strengths[row_of[label.track_id], column_of[label.genre]] += label.weight
    return JoinedLabels(
        (strengths / np.maximum(strengths.sum(axis=1, keepdims=True), 1)).astype(np.float32),
        np.unique(np.array([row_of[label.track_id] for label in usable], dtype=np.int64)),
        len(usable),
        len(labels) - len(known),
        len(known) - len(usable),
    )
