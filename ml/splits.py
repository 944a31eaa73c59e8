"""Divides rows into training, validation and test parts, and refuses to when something stands on both sides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from ml.errors import CatalogueError, LeakError
from ml.names import credited_artists, first_artist, song_keys
from ml.tracks import split_values

# Fifths: three to train on, one to validate, one to test.
FIFTHS = 5
# What was seen in any part of a song was seen of the song; validation tracks are looked up in service.
PARTS_BY_SIGHT = ("train", "validation", "test")
# Smaller parts than this share of the rows say nothing.
SMALLEST_PART = 0.05


@dataclass(frozen=True)
class Split:
    """Row numbers of each part; together they are all rows, and no row is in two parts."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def part_of_row(self, rows: int) -> np.ndarray:
        """The part's name for each of `rows` rows."""
        part = np.full(rows, "train", dtype=object)
        part[self.validation] = "validation"
        part[self.test] = "test"
        return part


def split_by_track(frame: pd.DataFrame, seed: int) -> Split:
    """60/20/20 of the tracks with every genre in proportion; `frame` has one row per track id.

    Re-releases of a song under another id, and the artist's other songs, may stand on the other side.
    """
    return _split_groups(frame, np.arange(len(frame)), seed)


def split_by_song(frame: pd.DataFrame, seed: int) -> Split:
    """60/20/20 with every genre in proportion; all versions and re-releases of a song stay in one part.

    The catalogue holds thousands of songs under several ids with the same audio: split by id, they would be on both
    sides of the split and flatter every model.
    """
    songs, _ = pd.factorize(song_keys(frame))
    return _split_groups(frame, songs, seed)


def split_beside(
    frame: pd.DataFrame, seed: int, known: pd.DataFrame, part_of_known: np.ndarray, labelled: Sequence[int] | np.ndarray
) -> Split:
    """A split by song in which every song stays where an earlier one put it, so that its test part stays unseen.

    `known` are the earlier rows and `part_of_known` (rows,) their parts' names. A song of `frame` is known by any of
    its ids, or by artist and title; if its tracks stood in several parts, it goes where most was seen of it. New songs
    are dealt as `split_by_song` does. The songs of the rows `labelled` go to the training part, wherever they were.

    Where that would leave hardly anything to validate or to test, all songs are dealt anew.
    """
    songs, _ = pd.factorize(song_keys(frame))
    sight = pd.Series(part_of_known).map(PARTS_BY_SIGHT.index).to_numpy()
    new = len(PARTS_BY_SIGHT)
    seen_by_id = dict(zip(known["track_id"], sight.tolist(), strict=True))
    seen_by_key = pd.Series(sight).groupby(song_keys(known).to_numpy()).min()
    seen = np.minimum(
        frame["track_id"].map(seen_by_id).fillna(new).to_numpy(dtype=int),
        song_keys(frame).map(seen_by_key).fillna(new).to_numpy(dtype=int),
    )
    place = pd.Series(seen).groupby(songs).transform("min").to_numpy(copy=True)
    unseen = np.flatnonzero(place == new)
    if len(np.unique(songs[unseen])) >= FIFTHS:
        new_songs, _ = pd.factorize(songs[unseen])
        dealt = _split_groups(frame.iloc[unseen], new_songs, seed).part_of_row(len(unseen))
        place[unseen] = pd.Series(dealt).map(PARTS_BY_SIGHT.index).to_numpy()
    else:
        place[unseen] = 0
    place[np.isin(songs, songs[labelled])] = 0
    split = Split(*(np.flatnonzero(place == number) for number in range(new)))
    if min(len(split.validation), len(split.test)) < max(1, SMALLEST_PART * len(frame)):
        return _with_training(split_by_song(frame, seed), songs, labelled)
    refuse_leaks(split, songs, "song")
    refuse_leaks(split, frame["track_id"].to_numpy(), "track")
    return split


def with_labelled(frame: pd.DataFrame, split: Split, labelled: Sequence[int] | np.ndarray) -> Split:
    """`split` with the songs of the rows `labelled` in the training part."""
    songs, _ = pd.factorize(song_keys(frame))
    return _with_training(split, songs, labelled)


def _with_training(split: Split, songs: np.ndarray, labelled: Sequence[int] | np.ndarray) -> Split:
    moved = np.isin(songs, songs[labelled])
    train = np.union1d(split.train, np.flatnonzero(moved))
    return Split(train, split.validation[~moved[split.validation]], split.test[~moved[split.test]])


def split_by_artist(frame: pd.DataFrame, seed: int) -> Split:
    """60/20/20 in which nobody is the first-listed artist in two parts; genres in proportion as far as that allows.

    Somebody may still be credited second in one part and first in another: see `strangers`.
    """
    artists, _ = pd.factorize(np.array([first_artist(names) for names in frame["artists"]], dtype=object))
    stratum = _strata(frame, np.arange(len(frame)), seed)
    part = np.empty(len(frame), dtype=int)
    folds = StratifiedGroupKFold(FIFTHS, shuffle=True, random_state=seed)
    for fold, (_, members) in enumerate(folds.split(stratum, stratum, artists)):
        part[members] = fold
    split = _of_folds(part)
    refuse_leaks(split, artists, "artist")
    refuse_leaks(split, frame["track_id"].to_numpy(), "track")
    return split


def split_rows(rows: int, seed: int) -> Split:
    """80/20 at random, as most published figures were made; of the 80, a twentieth of all rows validates."""
    order = np.random.default_rng(seed).permutation(rows)
    test, validation = rows // FIFTHS, rows // 20
    return Split(
        train=np.sort(order[test + validation :]),
        validation=np.sort(order[test : test + validation]),
        test=np.sort(order[:test]),
    )


def strangers(frame: pd.DataFrame, split: Split) -> np.ndarray:
    """The test rows of `split` none of whose credited artists is credited in a training or validation row.

    Validation rows count too: the served model looks up their tracks.
    """
    credited = [credited_artists(names) for names in frame["artists"]]
    known = {name for rows in (split.train, split.validation) for row in rows for name in credited[row]}
    return np.array([row for row in split.test if known.isdisjoint(credited[row])], dtype=int)


def refuse_leaks(split: Split, identity: np.ndarray, what: str) -> None:
    """Raises LeakError if one value of `identity` (one per row) stands in two parts."""
    parts = [set(identity[rows].tolist()) for rows in (split.train, split.validation, split.test)]
    shared = parts[0] & parts[1] | parts[0] & parts[2] | parts[1] & parts[2]
    if shared:
        raise LeakError(f"The split leaks: {len(shared)} of its {what}s stand in more than one part.")


def _split_groups(frame: pd.DataFrame, group_of_row: np.ndarray, seed: int) -> Split:
    """Draws whole groups; each stands for one genre of its first row."""
    group, first_row = np.unique(group_of_row, return_index=True)
    if len(group) < FIFTHS:
        raise CatalogueError(f"The catalogue is too small to split: its tracks form {len(group)} of {FIFTHS} groups.")
    stratum = _strata(frame, first_row, seed)
    folds = StratifiedKFold(FIFTHS, shuffle=True, random_state=seed)
    fold_of_group = np.empty(len(group), dtype=int)
    for fold, (_, members) in enumerate(folds.split(group, stratum)):
        fold_of_group[members] = fold
    split = _of_folds(fold_of_group[group_of_row])
    refuse_leaks(split, group_of_row, "song")
    refuse_leaks(split, frame["track_id"].to_numpy(), "track")
    return split


def _strata(frame: pd.DataFrame, rows: np.ndarray, seed: int) -> list[str]:
    """One genre for each of `rows`; which one of several is drawn, so that no genre is favoured."""
    random = np.random.default_rng(seed)
    genres: list[str] = frame["genres"].tolist()
    stratum = [random.choice(split_values(genres[row])) for row in rows]
    # Genres with fewer members than parts can't be in proportion; they are spread with the largest.
    members = Counter(stratum)
    largest = members.most_common(1)[0][0]
    return [genre if members[genre] >= FIFTHS else largest for genre in stratum]


def _of_folds(fold_of_row: np.ndarray) -> Split:
    return Split(
        train=np.flatnonzero(fold_of_row >= 2),
        validation=np.flatnonzero(fold_of_row == 1),
        test=np.flatnonzero(fold_of_row == 0),
    )
