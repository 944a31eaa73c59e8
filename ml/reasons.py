"""Why a song was recommended: facts shared with the seed and where it differs. Words are the views' business."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ml.percentiles import Percentiles
from ml.tracks import CONTINUOUS, split_values

Kind = Literal[
    "seed",
    "artist",
    "genre",
    "related",
    "sound",
    "mood",
    "slower",
    "faster",
    "calmer",
    "livelier",
    "darker",
    "brighter",
]

# A difference is worth a word from this many percentile points on.
NOTABLE = 0.2
# Two songs sound alike when their mean difference over all features is below this.
ALIKE = 0.12
CONTRASTS: tuple[tuple[str, Kind, Kind], ...] = (
    ("tempo", "slower", "faster"),
    ("energy", "calmer", "livelier"),
    ("valence", "darker", "brighter"),
)
MOST_CONTRASTS = 2
MOST_GENRES = 2


@dataclass(frozen=True)
class Reason:
    """One fact: its kind and, where it has any, the names that belong to it."""

    kind: Kind
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackFacts:
    """What reasons are made of: names per row and percentile shares, float32 (rows, continuous features)."""

    artists: list[str]
    genres: list[str]
    shares: np.ndarray

    @classmethod
    def of(cls, frame: pd.DataFrame, percentiles: Percentiles) -> "TrackFacts":
        shares = percentiles.of(frame).astype(np.float32)
        return cls(frame["artists"].tolist(), frame["genres"].tolist(), shares)


def reasons_for(facts: TrackFacts, seed: int, row: int) -> tuple[Reason, ...]:
    """What the song in `row` shares with the seed's row, then how it differs; never empty."""
    reasons: list[Reason] = []
    if artists := _common(facts.artists, seed, row):
        reasons.append(Reason("artist", tuple(artists)))
    if genres := _common(facts.genres, seed, row):
        reasons.append(Reason("genre", tuple(genres[:MOST_GENRES])))
    else:
        reasons.append(Reason("related", tuple(split_values(facts.genres[row])[:MOST_GENRES])))
    difference = facts.shares[row] - facts.shares[seed]
    contrasts = [
        (
            abs(float(difference[CONTINUOUS.index(name)])),
            Reason(less if difference[CONTINUOUS.index(name)] < 0 else more),
        )
        for name, less, more in CONTRASTS
    ]
    contrasts.sort(key=lambda contrast: -contrast[0])
    notable = [reason for size, reason in contrasts[:MOST_CONTRASTS] if size >= NOTABLE]
    if notable:
        reasons.extend(notable)
    elif float(np.abs(difference).mean()) < ALIKE:
        reasons.append(Reason("sound"))
    return tuple(reasons)


def _common(values: list[str], seed: int, row: int) -> list[str]:
    theirs = split_values(values[row])
    return [value for value in split_values(values[seed]) if value in theirs]
