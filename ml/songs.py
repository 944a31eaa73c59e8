"""Songs, not ids: all versions of one song are one thing, and the best-known version stands for it."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ml.encoder import feature_values
from ml.names import credited_artists, first_artist, folded_song, song_keys
from ml.tracks import CONTINUOUS, FEATURE_NAMES
from ml.words import texts_of

# How far two measurements of the same recording lie apart when a label delivers it twice, in each feature's unit.
SAME_RECORDING = {"duration_ms": 2_500.0, "tempo": 1.5, "loudness": 1.5, "energy": 0.06, "danceability": 0.05}
_COLUMNS = [FEATURE_NAMES.index(name) for name in SAME_RECORDING]
_MARGINS = np.array(list(SAME_RECORDING.values()))
_EXACT = [FEATURE_NAMES.index(name) for name in CONTINUOUS]


@dataclass(frozen=True)
class Songs:
    """`of_row` int32 (rows,): the song of each track; `row_of` (songs,): the best-known track of each song."""

    of_row: np.ndarray
    row_of: np.ndarray

    @classmethod
    def of(cls, of_row: np.ndarray, popularity: np.ndarray) -> "Songs":
        """From song numbers 0…n-1 (rows,) and popularity (rows,); between equally known tracks the earlier stands."""
        order = np.lexsort((-np.nan_to_num(popularity), of_row))
        _, first = np.unique(of_row[order], return_index=True)
        return cls(of_row.astype(np.int32), order[first])

    def __len__(self) -> int:
        return len(self.row_of)


def group_songs(frame: pd.DataFrame) -> np.ndarray:
    """The song number of each row of `frame`, int32 (rows,), numbered in order of appearance.

    Tracks are versions of one song when they share the first artist and the title without marks of version; when they
    share the title and any artist and are the same recording, whoever is named first; and when one artist's tracks
    have exactly the same features, whatever they are called (a title in another script, a catalogue number). A track
    without artist or title is a song of its own.
    """
    keys = song_keys(frame)
    nameless = keys.str.startswith("\t") | keys.str.endswith("\t")
    groups = pd.factorize(keys.mask(nameless, "\t" + frame["track_id"]))[0]
    parent = np.arange(groups.max() + 1)

    def root(group: int) -> int:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for first, second in (*_credited_differently(frame, groups), *_called_differently(frame, groups)):
        one, other = sorted((root(int(first)), root(int(second))))
        parent[other] = one
    return pd.factorize(np.array([root(int(group)) for group in groups]))[0].astype(np.int32)


def _credited_differently(frame: pd.DataFrame, groups: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of groups with the same title, a common artist and a recording in common."""
    values = feature_values(frame)[:, _COLUMNS]
    rows_of: dict[tuple[str, str], list[int]] = {}
    artists, titles = texts_of(frame, "artists"), texts_of(frame, "track_name")
    folded = {title: folded_song(title) for title in set(titles)}
    credits = {joined: credited_artists(joined) for joined in set(artists)}
    for row, (joined, title) in enumerate(zip(artists, titles, strict=True)):
        for artist in credits[joined] if folded[title] else ():
            rows_of.setdefault((artist, folded[title]), []).append(row)
    return [
        (groups[one], groups[other])
        for rows in rows_of.values()
        if len(rows) > 1
        for one, other in combinations(rows, 2)
        if groups[one] != groups[other] and (np.abs(values[one] - values[other]) <= _MARGINS).all()
    ]


def _called_differently(frame: pd.DataFrame, groups: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of groups by one first artist whose features are exactly the same."""
    values = pd.DataFrame(feature_values(frame)[:, _EXACT])
    artists = texts_of(frame, "artists")
    first = {joined: first_artist(joined) for joined in set(artists)}
    values["artist"] = [first[joined] for joined in artists]
    values["group"] = groups
    known = values[values.notna().all(axis=1) & (values["artist"] != "")]
    same = known.groupby([*range(len(_EXACT)), "artist"], sort=False)["group"]
    earliest = same.transform("first")
    other = earliest != known["group"]
    return list(zip(earliest[other], known.loc[other, "group"], strict=True))
