"""About when a song came out, guessed from what the catalogue knows: it holds no release years itself.

Ridge regression (Hoerl & Kennard 1970) on genres, artists' genres, sound and fame, learned from dated playlist tracks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.ranking.facts import SongFacts

# Chosen by cross-validation with artists apart; a tenth and ten times of it lose less than 0.01 of R².
PENALTY = 100.0
PREFIX = "era."
# A column counts as spread at least so far: of genres that playlists hardly hold, a few songs would otherwise stand for
# centuries.
SMALLEST_SPREAD = 0.2
# Album dates are often those of a re-release; guesses outside of what the playlists hold are cut off.
EARLIEST, LATEST = 1950.0, 2025.0


ARRAYS = ("by_genre", "by_artist", "others")
SINGLE = ("fame", "fame_rank", "artist_fame", "versions", "remastered", "guests", "explicit")


@dataclass(frozen=True)
class Era:
    """year = base + genre shares @ by_genre + artists' genre shares @ by_artist + the other columns @ others.

    `by_genre` and `by_artist` (g,) stand for `genres`; `others` is (2 x continuous features + SINGLE,).
    """

    genres: tuple[str, ...]
    by_genre: np.ndarray
    by_artist: np.ndarray
    others: np.ndarray
    base: float

    @classmethod
    def fit(cls, songs: SongFacts, known: np.ndarray, years: np.ndarray) -> "Era":
        """From the rows `known` of `songs` and their release years, both (k,)."""
        parts = [songs.genre_shares[known], songs.artist_shares[known], _others(songs)[known]]
        table = np.hstack(parts).astype(np.float64)
        mean, scale = table.mean(axis=0), np.maximum(table.std(axis=0), SMALLEST_SPREAD)
        z = (table - mean) / scale
        weights = np.linalg.solve(z.T @ z + PENALTY * np.eye(z.shape[1]), z.T @ (years - years.mean())) / scale
        by_genre, by_artist, others = np.split(weights.astype(np.float32), [len(songs.genres), 2 * len(songs.genres)])
        return cls(songs.genres, by_genre, by_artist, others, float(years.mean() - mean @ weights))

    def years(self, songs: SongFacts) -> np.ndarray:
        """Guessed years, float32 (songs,); genres never met count as average."""
        by_genre, by_artist = (self._for(songs.genres, weights) for weights in (self.by_genre, self.by_artist))
        guessed = songs.genre_shares @ by_genre + songs.artist_shares @ by_artist + _others(songs) @ self.others
        return np.clip(guessed + self.base, EARLIEST, LATEST).astype(np.float32)

    def _for(self, genres: Sequence[str], weights: np.ndarray) -> np.ndarray:
        weight_of = dict(zip(self.genres, weights.tolist(), strict=True))
        return np.array([weight_of.get(genre, float(weights.mean())) for genre in genres], dtype=np.float32)

    @classmethod
    def read(cls, stored: Mapping[str, np.ndarray], genres: tuple[str, ...]) -> "Era | None":
        """What `written` gave; None where nothing was written."""
        if f"{PREFIX}base" not in stored:
            return None
        by_genre, by_artist, others = (stored[f"{PREFIX}{name}"] for name in ARRAYS)
        return cls(genres, by_genre, by_artist, others, float(stored[f"{PREFIX}base"]))

    def written(self) -> dict[str, Any]:
        """All but the genres' names, by the names under which they are stored."""
        return {f"{PREFIX}{name}": getattr(self, name) for name in (*ARRAYS, "base")}


def _others(songs: SongFacts) -> np.ndarray:
    single = np.column_stack([getattr(songs, name) for name in SINGLE])
    return np.hstack([songs.shares, songs.shares**2, single]).astype(np.float32)
