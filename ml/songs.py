"""Songs, not ids: all versions of one song are one thing, and the best-known version stands for it."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ml.encoder import feature_values
from ml.names import credited_artists, folded_song, song_keys
from ml.tracks import CONTINUOUS, FEATURE_NAMES

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
    have exactly the same features, whatever they are called (a title in another script, a catalogue number).
    """
    groups = pd.factorize(song_keys(frame))[0]
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
    titles = {title: folded_song(title) for title in frame["track_name"].unique()}
    credits = {artists: credited_artists(artists) for artists in frame["artists"].unique()}
    for row, (artists, title) in enumerate(zip(frame["artists"], frame["track_name"], strict=True)):
        for artist in credits[artists]:
            rows_of.setdefault((artist, titles[title]), []).append(row)
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
    values["artist"] = [key.split("\t")[0] for key in song_keys(frame)]
    values["group"] = groups
    known = values[values.notna().all(axis=1)]
    same = known.groupby([*range(len(_EXACT)), "artist"], sort=False)["group"]
    first = same.transform("first")
    return list(zip(first[first != known["group"]], known.loc[first != known["group"], "group"], strict=True))
