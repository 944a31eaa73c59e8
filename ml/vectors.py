"""The one vector space of songs: what they are filed under, in whose company their artists stand, how they sound.

The inner product of two vectors is the weighted sum of three cosines, of genre, company and sound; a part of which
nothing is known leaves its weight to the others. A song without genre labels gets the classifier's probabilities in
their place; an artist nobody has met stands where artists of such genres stand. So every track that has features, or
only a name, gets a vector by the same encoder.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, diags, hstack
from scipy.special import ndtri

from ml.names import credited_artists, fold
from ml.percentiles import Percentiles
from ml.tracks import CONTINUOUS
from ml.words import texts_of

SPACE_FILE = "space.npz"
GENRE_DIMENSIONS = 33
COMPANY_DIMENSIONS = 85
SOUND_DIMENSIONS = len(CONTINUOUS)
DIMENSIONS = GENRE_DIMENSIONS + COMPANY_DIMENSIONS + SOUND_DIMENSIONS
GENRE = slice(0, GENRE_DIMENSIONS)
COMPANY = slice(GENRE_DIMENSIONS, GENRE_DIMENSIONS + COMPANY_DIMENSIONS)
SOUND = slice(GENRE_DIMENSIONS + COMPANY_DIMENSIONS, DIMENSIONS)
# Sound alone hardly separates taste (cosine of raw features finds next to nothing that people put on one playlist);
# of the mixes tried, this one holds most of what people did put together among its nearest thousands.
GENRE_WEIGHT, COMPANY_WEIGHT, SOUND_WEIGHT = 0.35, 0.45, 0.2
# A genre profile is made of the labels, of genres that share tracks with them, and of what the classifier heard.
LABEL_SHARE, RELATED_SHARE, HEARD_SHARE = 0.6, 0.2, 0.2
# Beyond two standard deviations everything is just "extreme".
CLIP = 2.0
# An artist without a record here is placed as if that many songs of the supposed genres were known.
SUPPOSED_SONGS = 4.0


@dataclass(frozen=True)
class VectorSpace:
    """`related` (genres, genres): row-stochastic genre affinities; `axes` (genres, GENRE_DIMENSIONS).

    `rarity` (genres,) weighs an artist's genres and `company_axes` (genres, COMPANY_DIMENSIONS) places an artist by
    them; `artists` are the folded names of those already placed, at `places` (artists, COMPANY_DIMENSIONS), unit
    vectors in float16.
    """

    related: np.ndarray
    axes: np.ndarray
    percentiles: Percentiles
    rarity: np.ndarray
    company_axes: np.ndarray
    artists: tuple[str, ...]
    places: np.ndarray

    @classmethod
    def fit(
        cls, frame: pd.DataFrame, carries: np.ndarray, heard: np.ndarray, percentiles: Percentiles, *, seed: int = 0
    ) -> "VectorSpace":
        """From tracks, which genres they carry, bool (n, genres), and the classifier's (n, genres) probabilities."""
        together = carries.T.astype(float) @ carries
        related = together / np.maximum(np.diag(together), 1)[:, None]
        np.fill_diagonal(related, 0)
        # A genre that shares no track with another is related to itself only.
        alone = related.sum(axis=1) == 0
        related[alone, alone] = 1.0
        related /= related.sum(axis=1, keepdims=True)
        profiles = _genre_profiles(related, carries, heard)
        # Truncated SVD without centring keeps inner products, which are cosines here, as well as so few axes can.
        _, vectors = np.linalg.eigh(profiles.T @ profiles)
        axes = _padded(vectors[:, ::-1], GENRE_DIMENSIONS)
        return cls(related, axes, percentiles, *_fit_company(frame, carries, seed))

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.artists)}

    def encode(self, frame: pd.DataFrame, carries: np.ndarray, heard: np.ndarray) -> np.ndarray:
        """Unit vectors, float32 (rows, DIMENSIONS).

        `frame` may lack `artists`; `carries` bool (rows, genres), all False for a track without labels; `heard`
        (rows, genres) probabilities.
        """
        profiles = _genre_profiles(self.related, carries, heard)
        genre = _unit(profiles @ self.axes) * np.sqrt(GENRE_WEIGHT)
        company = self._company(frame, np.where(carries.any(axis=1, keepdims=True), carries, heard))
        shares = self.percentiles.of(frame)
        sound = _unit(np.clip(ndtri(np.clip(shares, 0.01, 0.99)), -CLIP, CLIP)) * np.sqrt(SOUND_WEIGHT)
        return _unit(np.hstack([genre, company * np.sqrt(COMPANY_WEIGHT), sound])).astype(np.float32)

    def _company(self, frame: pd.DataFrame, supposed: np.ndarray) -> np.ndarray:
        """Where the artists of each row stand together, unit vectors (rows, COMPANY_DIMENSIONS)."""
        placed = _unit(np.log1p(SUPPOSED_SONGS * supposed) * self.rarity) @ self.company_axes
        for row, joined in enumerate(texts_of(frame, "artists")):
            known = [self._place_of[name] for name in credited_artists(joined) if name in self._place_of]
            if known:
                placed[row] = self.places[known].astype(np.float64).mean(axis=0)
        return _unit(placed)

    def save(self, folder: Path) -> None:
        with (folder / SPACE_FILE).open("wb") as file:
            np.savez(
                file,
                related=self.related,
                axes=self.axes,
                points=self.percentiles.points,
                rarity=self.rarity,
                company_axes=self.company_axes,
                artists=np.frombuffer("\n".join(self.artists).encode(), dtype=np.uint8),
                places=self.places,
            )

    @classmethod
    def load(cls, folder: Path) -> "VectorSpace":
        with np.load(folder / SPACE_FILE, allow_pickle=False) as stored:
            return cls(
                stored["related"],
                stored["axes"],
                Percentiles(stored["points"]),
                stored["rarity"],
                stored["company_axes"],
                tuple(stored["artists"].tobytes().decode().split("\n")),
                stored["places"],
            )


def _genre_profiles(related: np.ndarray, carries: np.ndarray, heard: np.ndarray) -> np.ndarray:
    counts = carries.sum(axis=1, keepdims=True)
    labels = carries / np.maximum(counts, 1)
    mixed = LABEL_SHARE * labels + RELATED_SHARE * labels @ related + HEARD_SHARE * heard
    profiles = np.where(counts > 0, mixed, heard)
    # The cosine of square roots is the Bhattacharyya coefficient of the two distributions.
    return _unit(np.sqrt(profiles))


def _fit_company(
    frame: pd.DataFrame, carries: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], np.ndarray]:
    """Artists by the genres of their songs and the albums they share with others (mostly compilations).

    Truncated SVD of the two tables side by side, each row of each at unit length (latent semantic analysis: Deerwester
    et al. 1990).
    """
    from sklearn.decomposition import TruncatedSVD

    credits = numbered([credited_artists(joined) for joined in texts_of(frame, "artists")])
    albums = numbered([[title] if (title := fold(name)) else [] for name in texts_of(frame, "album_name")])
    rarity = np.log(max(len(frame), 2) / np.maximum(carries.sum(axis=0), 1))
    genres = (credits.table.T @ csr_matrix(carries.astype(np.float64))).tocsr()
    genres.data = np.log1p(genres.data)
    genres = _unit_rows(genres @ diags(rarity))
    shared = (credits.table.T @ albums.table).tocsr()
    shared.data[:] = 1
    songs_on = np.asarray(albums.table.sum(axis=0)).ravel()
    # Everybody is on an album of many songs; an album of one song tells nothing.
    shared = _unit_rows(shared @ diags(np.where(songs_on > 1, 1 / np.log1p(songs_on), 0)))
    table = hstack([genres, shared]).tocsr()
    if min(table.shape) < 2 or not table.count_nonzero():
        # Nothing tells artists apart here: all stand nowhere.
        nowhere = np.zeros((len(credits.names), COMPANY_DIMENSIONS), dtype=np.float16)
        return rarity, np.zeros((carries.shape[1], COMPANY_DIMENSIONS)), credits.names, nowhere
    svd = TruncatedSVD(min(COMPANY_DIMENSIONS, min(table.shape) - 1), n_iter=4, random_state=seed)
    # In a table of equal rows it divides by their variance.
    with np.errstate(invalid="ignore"):
        svd.fit(table)
    places = _padded(_unit(table @ svd.components_.T), COMPANY_DIMENSIONS)
    company_axes = _padded(svd.components_[:, : carries.shape[1]].T, COMPANY_DIMENSIONS)
    return rarity, company_axes, credits.names, places.astype(np.float16)


@dataclass(frozen=True)
class Numbered:
    """Which row holds which of several names: `table` (rows, names) of 0 and 1, `names` by column."""

    table: csr_matrix
    names: tuple[str, ...]


def numbered(lists: list[list[str]]) -> Numbered:
    """The names of each row as a sparse table, float32, in order of first appearance."""
    column_of: dict[str, int] = {}
    columns = [[column_of.setdefault(name, len(column_of)) for name in dict.fromkeys(names)] for names in lists]
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.array([column for row in columns for column in row], dtype=np.int32)
    table = csr_matrix((np.ones(len(flat), dtype=np.float32), flat, starts), shape=(len(lists), len(column_of)))
    table.sort_indices()
    return Numbered(table, tuple(column_of))


def _unit_rows(table: csr_matrix) -> csr_matrix:
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(lengths, 1e-12)) @ table).tocsr()


def _padded(columns: np.ndarray, width: int) -> np.ndarray:
    """`columns` (n, m) cut or filled with zeros to (n, width)."""
    padded = np.zeros((len(columns), width))
    kept = columns[:, :width]
    padded[:, : kept.shape[1]] = kept
    return padded


def cosines(vectors: np.ndarray, others: np.ndarray, part: slice) -> np.ndarray:
    """Of GENRE, COMPANY or SOUND alone: (rows, others), 0 where either has nothing there."""
    return _unit(vectors[:, part]) @ _unit(others[:, part]).T


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
