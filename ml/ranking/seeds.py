"""The given songs as the ranker reads them, whether they stand in the catalogue or not."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.sparse import csr_matrix, vstack

from ml.ranking.facts import SongFacts

# Stands for a track outside of the catalogue.
OUTSIDE = -1
# What is heard in a track is never certain; a genre so many times less likely than the likeliest is not said of it.
LIKELY = 2.0


@dataclass(frozen=True)
class Seeds:
    """s given songs; the columns of the tables are those of the catalogue's SongFacts.

    songs             (s,) numbers in the catalogue, which are never recommended; OUTSIDE for others
    vectors           (s, ml.vectors.DIMENSIONS) unit vectors
    genre_shares      (s, genres) rows sum to 1: labels, or what was heard where there are none
    artist_shares     (s, genres) the genres of the song's artists
    genre_count       (s,)
    artists, albums   (s, artists) and (s, albums) 0/1
    first_artist      (s,) column of the artist named first; below NOBODY and different for each unknown one
    fame, fame_rank, artist_fame   (s,) 0..1
    versions          (s,) log of the number of track ids
    shares            (s, continuous features) percentiles 0..1
    remastered, guests, explicit   (s,) 0 or 1
    years             (s,) about when it came out, guessed
    """

    songs: np.ndarray
    vectors: np.ndarray
    genre_shares: np.ndarray
    artist_shares: np.ndarray
    genre_count: np.ndarray
    artists: csr_matrix
    albums: csr_matrix
    first_artist: np.ndarray
    fame: np.ndarray
    fame_rank: np.ndarray
    artist_fame: np.ndarray
    versions: np.ndarray
    shares: np.ndarray
    remastered: np.ndarray
    guests: np.ndarray
    explicit: np.ndarray
    years: np.ndarray

    @classmethod
    def of(cls, facts: SongFacts, vectors: np.ndarray, songs: np.ndarray) -> "Seeds":
        """Songs of the catalogue by their numbers; `vectors` (n, DIMENSIONS) those of all its songs."""
        count = facts.genre_count[songs]
        return cls(
            songs=songs,
            vectors=vectors[songs],
            genre_shares=facts.carries[songs] / count[:, None],
            artist_shares=facts.credit_share[songs] @ facts.artist_genres,
            genre_count=count,
            artists=facts.artists[songs],
            albums=facts.albums[songs],
            first_artist=facts.first_artist[songs],
            fame=facts.fame[songs],
            fame_rank=facts.fame_rank[songs],
            artist_fame=facts.artist_fame[songs],
            versions=facts.versions[songs],
            shares=facts.shares[songs],
            remastered=facts.remastered[songs],
            guests=facts.guests[songs],
            explicit=facts.explicit[songs],
            years=facts.years[songs],
        )

    def __len__(self) -> int:
        return len(self.songs)

    def likely_genres(self, seed: int) -> np.ndarray:
        """Bool (genres,): the seed's labels; of what was only heard, the likeliest and what is half as likely."""
        shares = self.genre_shares[seed]
        return shares * LIKELY > shares.max()

    @property
    def known(self) -> np.ndarray:
        """The numbers of those that stand in the catalogue."""
        return self.songs[self.songs != OUTSIDE]


def all_seeds(parts: Sequence[Seeds]) -> Seeds:
    """The seeds of all `parts`, in their order."""
    if len(parts) == 1:
        return parts[0]
    columns = {
        field.name: vstack([getattr(part, field.name) for part in parts], format="csr")
        if field.name in ("artists", "albums")
        else np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Seeds)
    }
    return Seeds(**columns)
