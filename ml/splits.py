"""Divides tracks into training, validation and test rows without a leak."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from ml.names import song_keys
from ml.tracks import split_values

# Fifths: three to train on, one to validate, one to test.
FIFTHS = 5


@dataclass(frozen=True)
class Split:
    """Row numbers of each part; together they are all rows, and no song is in two parts."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def part_of_row(self, rows: int) -> np.ndarray:
        """The part's name for each of `rows` rows."""
        part = np.full(rows, "train", dtype=object)
        part[self.validation] = "validation"
        part[self.test] = "test"
        return part


def split_by_song(frame: pd.DataFrame, seed: int) -> Split:
    """60/20/20 with every genre in proportion; all versions and re-releases of a song stay in one part.

    The catalogue holds thousands of songs under several ids with the same audio: split by id, they would be on both
    sides of the split and flatter every model.
    """
    random = np.random.default_rng(seed)
    song_of_row, _ = pd.factorize(song_keys(frame))
    song, first_row = np.unique(song_of_row, return_index=True)
    genres: list[str] = frame["genres"].tolist()
    # A song stands for one of its genres here; which one is drawn, so that no genre is favoured.
    stratum = [random.choice(split_values(genres[row])) for row in first_row]
    # Genres with fewer songs than parts can't be in proportion; they are spread with the largest.
    songs_in = Counter(stratum)
    largest = songs_in.most_common(1)[0][0]
    stratum = [genre if songs_in[genre] >= FIFTHS else largest for genre in stratum]
    folds = StratifiedKFold(FIFTHS, shuffle=True, random_state=seed)
    fold_of_song = np.empty(len(song), dtype=int)
    for fold, (_, members) in enumerate(folds.split(song, stratum)):
        fold_of_song[members] = fold
    fold_of_row = fold_of_song[song_of_row]
    split = Split(
        train=np.flatnonzero(fold_of_row >= 2),
        validation=np.flatnonzero(fold_of_row == 1),
        test=np.flatnonzero(fold_of_row == 0),
    )
    _refuse_leaks(split, song_of_row)
    return split


def _refuse_leaks(split: Split, song_of_row: np.ndarray) -> None:
    parts = [set(song_of_row[rows].tolist()) for rows in (split.train, split.validation, split.test)]
    if parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2]:
        raise ValueError("a song is on both sides of the split")
