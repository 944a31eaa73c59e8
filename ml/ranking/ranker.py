"""The learned score of a song beside given songs: a linear model and a small network over named columns.

Its numbers stand in LEARNED, made by `segue learn-ranking` from a file of playlists; only these aggregates are kept,
no playlist and no row of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ml.ranking.era import Era

LEARNED = Path(__file__).parents[1] / "data" / "ranking.npz"
# Standardised columns beyond this are outliers that a small network would follow anywhere.
MOST_DEVIATIONS = 6.0
# The lift of genres that the playlists told nothing about: with itself, and with any other.
LIFT_ALONE, LIFT_APART = 5.0, 0.3


@dataclass(frozen=True)
class Ranker:
    """score = z w + relu(z H + b) o, with z the standardised columns.

    `columns` (f,) are named in the order of ml.ranking.features, and `parts` (f,) says which part of the score each
    belongs to; `mean`, `scale`, `linear` (f,); `hidden` (f, h), `bias` (h,), `out` (h,). `genres` (g,) name the rows
    and columns of `lift` (g, g).
    """

    columns: tuple[str, ...]
    parts: tuple[str, ...]
    mean: np.ndarray
    scale: np.ndarray
    linear: np.ndarray
    hidden: np.ndarray
    bias: np.ndarray
    out: np.ndarray
    genres: tuple[str, ...]
    lift: np.ndarray
    # How to guess a song's year; None where the playlists told no dates.
    era: Era | None = None

    def score(self, table: np.ndarray) -> np.ndarray:
        """Log-odds up to a constant, float32 (rows,), from columns (rows, f): comparable for one query only."""
        return self._of_standardised(self.standardised(table))

    def gains(self, table: np.ndarray) -> dict[str, np.ndarray]:
        """What each part adds to the scores of (rows, f) against an average song's part: (rows,) by part's name."""
        standardised = self.standardised(table)
        scores = self._of_standardised(standardised)
        parts = np.array(self.parts)
        return {
            part: scores - self._of_standardised(np.where(parts == part, 0, standardised).astype(np.float32))
            for part in dict.fromkeys(self.parts)
        }

    def standardised(self, table: np.ndarray) -> np.ndarray:
        """Columns (rows, f) on the scale that the weights are for, float32."""
        return np.clip((table - self.mean) / self.scale, -MOST_DEVIATIONS, MOST_DEVIATIONS).astype(np.float32)

    def _of_standardised(self, standardised: np.ndarray) -> np.ndarray:
        return standardised @ self.linear + np.maximum(standardised @ self.hidden + self.bias, 0) @ self.out

    def lift_for(self, genres: Sequence[str]) -> np.ndarray:
        """The lift between a catalogue's genres, float32 (genres, genres); genres never met are on their own."""
        position = {genre: place for place, genre in enumerate(self.genres)}
        known = [place for place, genre in enumerate(genres) if genre in position]
        learned = [position[genres[place]] for place in known]
        lift = np.full((len(genres), len(genres)), LIFT_APART, dtype=np.float32)
        np.fill_diagonal(lift, LIFT_ALONE)
        lift[np.ix_(known, known)] = self.lift[np.ix_(learned, learned)]
        return lift

    def save(self, path: Path) -> None:
        stored: dict[str, Any] = {name: np.array("\n".join(getattr(self, name))) for name in _NAMES}
        stored |= {name: getattr(self, name).astype(np.float32) for name in _ARRAYS}
        if self.era is not None:
            stored |= self.era.written()
        with path.open("wb") as file:
            np.savez_compressed(file, **stored)

    @classmethod
    def load(cls, path: Path = LEARNED) -> "Ranker":
        with np.load(path, allow_pickle=False) as stored:
            names: dict[str, Any] = {name: tuple(str(stored[name]).split("\n")) for name in _NAMES}
            return cls(**names, **{name: stored[name] for name in _ARRAYS}, era=Era.read(stored, names["genres"]))


_NAMES = ("columns", "parts", "genres")
_ARRAYS = ("mean", "scale", "linear", "hidden", "bias", "out", "lift")


def joined(rankers: Sequence[Ranker]) -> Ranker:
    """One ranker whose score is the mean of theirs; they must share columns and standardisation."""
    first, count = rankers[0], len(rankers)
    return replace(
        first,
        linear=np.mean([one.linear for one in rankers], axis=0),
        hidden=np.hstack([one.hidden for one in rankers]),
        bias=np.hstack([one.bias for one in rankers]),
        out=np.hstack([one.out for one in rankers]) / count,
    )
