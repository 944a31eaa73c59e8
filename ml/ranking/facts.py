"""What the ranker reads of each song, laid out once when a model is loaded."""

import re
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ml.catalogue import genre_matrix
from ml.names import credited_artists, fold
from ml.percentiles import Percentiles
from ml.songs import Songs
from ml.tracks import split_values
from ml.vectors import numbered
from ml.words import texts_of

if TYPE_CHECKING:
    from ml.ranking.era import Era

# Popularity as Spotify counts it.
HIGHEST_POPULARITY = 100
# An album with fewer songs here is its artist's own rather than a compilation.
SMALL_ALBUM = 6
ARTIST_FAMILIARITY = 0.7
# Stands for the first artist where none is named.
NOBODY = -1
# "Master of Puppets" is a song.
REMASTER = re.compile("re-?master", re.IGNORECASE)
UNDATED = 2000.0
FACTS_FILE = "songs.npz"


@dataclass(frozen=True)
class SongFacts:
    """One row per song, all its versions taken together; n songs.

    genres            the catalogue's genre names
    carries           (n, genres) uint8, which genres any version carries
    artists           (n, artists) 0/1, who is credited on any version; `artist_names` folded, by column
    first_artist      (n,) column of the artist named first; NOBODY without one
    artist_genres     (artists, genres) float32, the share of each genre among an artist's labels; rows sum to 1
    albums            (n, albums) 0/1
    fame              (n,) popularity 0..1 of the best-known version; unknown counts as none
    fame_rank         (n,) the share of songs that are not better known, 0..1; of equally known ones half count
    versions          (n,) log of the number of track ids
    shares            (n, continuous features) percentiles 0..1
    remastered, guests, explicit   (n,) 0 or 1
    years             (n,) about when it came out, guessed (see ml.ranking.era); UNDATED for all where nobody guesses
    """

    genres: tuple[str, ...]
    carries: np.ndarray
    artists: csr_matrix
    artist_names: tuple[str, ...]
    first_artist: np.ndarray
    artist_genres: np.ndarray
    albums: csr_matrix
    fame: np.ndarray
    fame_rank: np.ndarray
    versions: np.ndarray
    shares: np.ndarray
    remastered: np.ndarray
    guests: np.ndarray
    explicit: np.ndarray
    years: np.ndarray

    @classmethod
    def of(cls, frame: pd.DataFrame, songs: Songs, percentiles: Percentiles) -> "SongFacts":
        """From the catalogue's tracks, columns of `ml.tracks.CATALOGUE_COLUMNS`."""
        genres = sorted({genre for joined in frame["genres"].unique() for genre in split_values(joined)})
        member = csr_matrix(
            (np.ones(len(frame), dtype=np.float32), (songs.of_row, np.arange(len(frame)))),
            shape=(len(songs), len(frame)),
        )
        carries = ((member @ genre_matrix(frame, genres).astype(np.float32)) > 0).astype(np.uint8)
        texts = texts_of(frame, "artists")
        names = {joined: credited_artists(joined) for joined in set(texts)}
        credits = numbered([names[joined] for joined in texts])
        artists = _binary(member @ credits.table)
        column_of = {name: column for column, name in enumerate(credits.names)}
        best = frame.iloc[songs.row_of]
        best_credits = [names[joined] for joined in texts_of(best, "artists")]
        first = [column_of[credited[0]] if credited else NOBODY for credited in best_credits]
        counts = np.asarray(artists.T @ csr_matrix(carries.astype(np.float32)).toarray(), dtype=np.float32)
        titles = texts_of(frame, "album_name")
        folded = {title: fold(title) for title in set(titles)}
        albums = numbered([[folded[title]] if folded[title] else [] for title in titles])
        fame = best["popularity"].fillna(0).to_numpy(dtype=np.float32) / HIGHEST_POPULARITY
        remastered = np.array(
            [REMASTER.search(title) is not None for title in texts_of(frame, "track_name")], np.float32
        )
        return cls(
            tuple(genres),
            carries,
            artists,
            credits.names,
            np.array(first, dtype=np.int32),
            counts / np.maximum(counts.sum(axis=1, keepdims=True), 1),
            _binary(member @ albums.table),
            fame,
            pd.Series(fame).rank(pct=True).to_numpy(dtype=np.float32),
            np.log(np.asarray(member.sum(axis=1), dtype=np.float32).ravel()),
            percentiles.of(best).astype(np.float32),
            np.asarray(member @ remastered > 0, dtype=np.float32),
            np.array([len(credited) > 1 for credited in best_credits], dtype=np.float32),
            best["explicit"].fillna(0).to_numpy(dtype=np.float32),
            np.full(len(songs), UNDATED, dtype=np.float32),
        )

    def dated(self, era: "Era | None") -> "SongFacts":
        """The same songs with the years that `era` guesses."""
        return self if era is None else replace(self, years=era.years(self))

    @property
    def is_dated(self) -> bool:
        return bool((self.years != UNDATED).any())

    def __len__(self) -> int:
        return len(self.fame)

    def save(self, folder: Path) -> None:
        arrays: dict[str, Any] = {name: getattr(self, name) for name in _ARRAYS}
        for name in _NAMES:
            arrays[name] = np.frombuffer("\n".join(getattr(self, name)).encode(), dtype=np.uint8)
        for name in _TABLES:
            table: csr_matrix = getattr(self, name)
            parts = {"columns": table.indices, "starts": table.indptr, "width": table.shape[1]}
            arrays |= {f"{name}.{part}": value for part, value in parts.items()}
        with (folder / FACTS_FILE).open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, folder: Path) -> "SongFacts":
        with np.load(folder / FACTS_FILE, allow_pickle=False) as stored:
            parts: dict[str, Any] = {name: tuple(stored[name].tobytes().decode().split("\n")) for name in _NAMES}
            parts |= {name: _table(stored, name) for name in _TABLES}
            parts |= {name: stored[name] for name in _ARRAYS}
        return cls(**parts)

    def lay_out(self) -> None:
        """Works out now whatever would be worked out at the first request, which takes a tenth of a second."""
        for name, attribute in vars(SongFacts).items():
            if isinstance(attribute, cached_property):
                getattr(self, name)

    @property
    def genre_shares(self) -> np.ndarray:
        """(n, genres) each song's genres; rows sum to 1."""
        return self.carries / self.genre_count[:, None]

    @property
    def artist_shares(self) -> np.ndarray:
        """(n, genres) the genres of each song's artists; rows sum to 1."""
        return self.credit_share @ self.artist_genres

    @cached_property
    def credit_share(self) -> csr_matrix:
        """(n, artists): each song's weight spread evenly over its artists."""
        counts = np.diff(self.artists.indptr)
        share = self.artists.copy()
        share.data = np.repeat(1 / np.maximum(counts, 1), counts).astype(np.float32)
        return share

    @cached_property
    def genre_share(self) -> np.ndarray:
        """(genres,) how common each genre is among all labels; sums to 1."""
        counts = self.carries.sum(axis=0, dtype=np.float64)
        return (counts / counts.sum()).astype(np.float32)

    @cached_property
    def genre_count(self) -> np.ndarray:
        """(n,) how many genres each song carries, at least 1."""
        return np.maximum(self.carries.sum(axis=1), 1).astype(np.float32)

    @cached_property
    def usual(self) -> dict[str, float]:
        """The share of songs that are remastered, have guests, are explicit."""
        return {name: float(getattr(self, name).mean()) for name in ("remastered", "guests", "explicit")}

    @cached_property
    def typical_fame(self) -> np.ndarray:
        """(genres,) the mean fame rank of a genre's songs."""
        return self._mean_by_genre(self.fame_rank)

    @cached_property
    def typical_artist_fame(self) -> np.ndarray:
        """(genres,) the mean `artist_fame` of a genre's songs."""
        return self._mean_by_genre(self.artist_fame)

    @cached_property
    def typical_year(self) -> np.ndarray:
        """(genres,) the mean of `years` of a genre's songs."""
        return self._mean_by_genre(self.years)

    def _mean_by_genre(self, values: np.ndarray) -> np.ndarray:
        carries = self.carries.astype(np.float32)
        return (values @ carries) / np.maximum(carries.sum(axis=0), 1)

    @cached_property
    def rank_in_genre(self) -> csr_matrix:
        """(n, genres): `fame_rank` among the genre's songs, where a song carries the genre."""
        rows, columns = np.nonzero(self.carries)
        table = pd.DataFrame({"genre": columns, "fame": self.fame[rows]})
        ranks = table.groupby("genre")["fame"].rank(pct=True).to_numpy(dtype=np.float32)
        return csr_matrix((ranks, (rows, columns)), shape=self.carries.shape)

    @cached_property
    def songs_of_artist(self) -> np.ndarray:
        """(artists,) how many songs credit each artist."""
        return np.asarray(self.artists.sum(axis=0)).ravel()

    @cached_property
    def artist_fame(self) -> np.ndarray:
        """(n,) the fame rank of the best-known song by any of the song's artists, itself included."""
        credited = np.repeat(np.arange(len(self)), np.diff(self.artists.indptr))
        best = np.zeros(self.artists.shape[1], dtype=np.float32)
        np.maximum.at(best, self.artists.indices, self.fame_rank[credited])
        known = self.fame_rank.copy()
        np.maximum.at(known, credited, best[self.artists.indices])
        return known

    @cached_property
    def place_at_artist(self) -> np.ndarray:
        """(n,) 1 for its first artist's best-known song, 2 for the next one …; 1 without an artist."""
        places = pd.Series(self.fame).groupby(self.first_artist).rank(ascending=False, method="first")
        return np.where(self.first_artist == NOBODY, 1, places).astype(np.float32)

    @cached_property
    def songs_of_first_artist(self) -> np.ndarray:
        """(n,) how many songs credit the song's first artist; 1 without an artist."""
        counts = np.append(self.songs_of_artist, 1).astype(np.float32)
        # The last place is that of NOBODY.
        return counts[self.first_artist]

    @cached_property
    def familiarity(self) -> np.ndarray:
        """(n,) how likely a listener has met the song or its artists, 0..1.

        Mostly the artists' best-known song counts: compilations carry famous songs under ids that nobody plays.
        """
        return (ARTIST_FAMILIARITY * self.artist_fame + (1 - ARTIST_FAMILIARITY) * self.fame_rank).astype(np.float32)

    @cached_property
    def _songs_by_artist(self) -> csr_matrix:
        """(artists, n) 0/1."""
        return self.artists.T.tocsr()

    def songs_by(self, artists: np.ndarray, most: int) -> np.ndarray:
        """The songs of each of `artists` (columns), of each at most the `most` best known."""
        lists = [columns_of(self._songs_by_artist, column) for column in artists]
        best = [songs[np.argsort(-self.fame[songs], kind="stable")[:most]] for songs in lists]
        return np.concatenate(best) if best else np.empty(0, dtype=np.int32)

    @cached_property
    def album_weight(self) -> np.ndarray:
        """(albums,) what sharing an album says: the less, the more songs are on it."""
        return (1 / np.log(2 + np.asarray(self.albums.sum(axis=0)).ravel())).astype(np.float32)

    @cached_property
    def small_album(self) -> np.ndarray:
        """(albums,) 1 where an album has few songs here: an artist's own rather than a compilation."""
        return (np.asarray(self.albums.sum(axis=0)).ravel() < SMALL_ALBUM).astype(np.float32)

    @cached_property
    def artist_albums(self) -> csr_matrix:
        """(artists, albums) 0/1: on which albums each artist has a song."""
        return _binary(self.artists.T @ self.albums)


_NAMES = ("genres", "artist_names")
_TABLES = ("artists", "albums")
_ARRAYS = tuple(field.name for field in fields(SongFacts) if field.name not in (*_NAMES, *_TABLES))


def _table(stored: Any, name: str) -> csr_matrix:
    columns, starts = stored[f"{name}.columns"], stored[f"{name}.starts"]
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((ones, columns, starts), shape=(len(starts) - 1, int(stored[f"{name}.width"])))


def columns_of(table: csr_matrix, row: int) -> np.ndarray:
    """The columns that a row of a sparse table holds, rising."""
    return table.indices[table.indptr[row] : table.indptr[row + 1]]


def _binary(table: csr_matrix) -> csr_matrix:
    table = table.tocsr()
    table.data = np.ones_like(table.data, dtype=np.float32)
    table.sort_indices()
    return table
