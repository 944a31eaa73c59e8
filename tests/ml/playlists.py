"""Invented playlists: each holds songs of one genre of a catalogue."""

from pathlib import Path

import numpy as np
import pandas as pd

from ml.catalogue import Catalogue
from ml.tracks import split_values

PLAYLISTS, SONGS = 20, 12


def playlists_of_one_genre(catalogue: Catalogue, path: Path) -> Path:
    frame = catalogue.frame
    random = np.random.default_rng(0)
    genres = random.permutation(catalogue.genres)[:PLAYLISTS]
    rows = []
    for number, genre in enumerate(genres):
        inside = frame[[genre in split_values(joined) for joined in frame["genres"]]]
        chosen = inside.iloc[random.permutation(len(inside))[:SONGS]]
        rows.append(
            pd.DataFrame(
                {
                    "playlist_id": f"list {number}",
                    "track_id": chosen["track_id"],
                    "track_name": chosen["track_name"],
                    "track_artist": chosen["artists"],
                }
            )
        )
    pd.concat(rows).to_csv(path, index=False)
    return path
