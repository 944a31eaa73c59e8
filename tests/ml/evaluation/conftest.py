"""Invented playlists: each holds songs of one genre of the sample catalogue."""

import numpy as np
import pandas as pd
import pytest

from ml.tracks import split_values

PLAYLISTS, SONGS = 20, 12


@pytest.fixture(scope="session")
def playlists_file(bundle, tmp_path_factory):
    frame = bundle.catalogue.frame
    random = np.random.default_rng(0)
    genres = random.permutation(bundle.catalogue.genres)[:PLAYLISTS]
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
    path = tmp_path_factory.mktemp("playlists") / "playlists.csv"
    pd.concat(rows).to_csv(path, index=False)
    return path
