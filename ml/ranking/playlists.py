"""Playlists that people made, as songs of a catalogue: what the ranker learns from and is judged by."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.errors import CatalogueError
from ml.names import song_keys
from ml.songs import Songs

PLAYLIST_COLUMNS = ("playlist_id", "track_id", "track_name", "track_artist")
# Not needed, but read where it is there: a date that begins with the year.
DATE_COLUMN = "track_album_release_date"
# Fewer leave too little to be given and to be found.
FEWEST_SONGS = 6


@dataclass(frozen=True)
class Playlists:
    """`songs`: for each playlist its different songs, rising int arrays; `read` counts the playlists in the file.

    `years` (n songs of the catalogue,) are those in which the file says a song came out, the earliest if several; NaN
    where it doesn't.
    """

    songs: list[np.ndarray]
    read: int
    years: np.ndarray

    def __len__(self) -> int:
        return len(self.songs)


def read_playlists(path: Path, frame: pd.DataFrame, songs: Songs, fewest: int = FEWEST_SONGS) -> Playlists:
    """The playlists of a CSV file with at least `fewest` songs in the catalogue `frame`.

    The file has the columns PLAYLIST_COLUMNS, one row per track of a playlist (as TidyTuesday's `spotify_songs.csv`);
    a track is recognised by its id, else by its first artist and title without marks of version. Raises
    CatalogueError, with one sentence, for a file of another kind.
    """
    try:
        header = pd.read_csv(path, nrows=0).columns
        dates = [DATE_COLUMN] if DATE_COLUMN in header else []
        table = pd.read_csv(path, usecols=[*PLAYLIST_COLUMNS, *dates], dtype=str)
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split()).rstrip(".")
        raise CatalogueError(f"{path} is no table of playlists: {why}.") from None
    table = table.dropna(subset=["playlist_id"])
    song_of_id = dict(zip(frame["track_id"], songs.of_row, strict=True))
    song_of_key = dict(zip(song_keys(frame), songs.of_row, strict=True))
    keys = song_keys(table.rename(columns={"track_artist": "artists"}))
    found = table["track_id"].map(song_of_id).fillna(keys.map(song_of_key))
    # The order of the file is the order of the playlists, so that a seed draws the same folds again.
    by_playlist = found.dropna().astype(int).groupby(table["playlist_id"], sort=False)
    lists = [np.unique(numbers) for _, numbers in by_playlist]
    years = np.full(len(songs), np.nan)
    if dates:
        told = pd.to_numeric(table[DATE_COLUMN].str[:4], errors="coerce").groupby(found).min().dropna()
        years[told.index.astype(int)] = told
    chosen = [numbers for numbers in lists if len(numbers) >= fewest]
    return Playlists(chosen, table["playlist_id"].nunique(), years)
