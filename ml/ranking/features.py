"""What speaks for a song beside given songs, as named numbers: the columns that the ranker weighs.

Each part of the score (genre, artist, company, fame, sound, era, words) is a function of its own, so that it can be
left out in an ablation and named as a reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ml.ranking.facts import NOBODY, UNDATED, SongFacts
from ml.ranking.seeds import Seeds
from ml.tracks import CONTINUOUS
from ml.vectors import COMPANY, SOUND, cosines

Columns = dict[str, np.ndarray]
# Keep quotients and logarithms finite; what is smaller is noise.
RARE, UNLIKELY = 1e-3, 1e-4
# A seed's taste in a feature is its mean and spread; so many songs of the catalogue at large are mixed in, since one
# song says little about how far the next may be from it.
PRIOR_MEAN, PRIOR_SPREAD = 1.0, 4.0
CATALOGUE_MEAN, CATALOGUE_VARIANCE = 0.5, 1 / 12
# Spread of fame supposed of a list of few songs, and the number of songs that belief is worth.
FAME_SPREAD, FAME_PRIOR = 0.15, 3.0
# Years that songs of a list are supposed to lie apart, and the number of songs that belief is worth.
ERA_SPREAD, ERA_PRIOR = 8.0, 3.0
# Beyond three standard deviations a song is simply too far off.
FARTHEST = 9.0
# So many songs of the catalogue at large are mixed in before a list is believed to be of explicit songs, or of
# remasters: one song says little about the next.
WORDS_PRIOR = 2.0
# How sharply the nearest seeds count above the others in the soft maximum of likeness.
SHARPNESS = 8.0


@dataclass(frozen=True)
class Query:
    """Given songs and songs to judge (`candidates`, numbers into `facts`).

    `vectors` (n songs, ml.vectors.DIMENSIONS) are unit vectors; `lift` (genres, genres) says how many times likelier
    than by chance a song of the column's genre stands in a playlist with one of the row's.
    """

    facts: SongFacts
    vectors: np.ndarray
    lift: np.ndarray
    seeds: Seeds
    candidates: np.ndarray

    @cached_property
    def artists(self) -> np.ndarray:
        """(artists,) how many seeds credit each artist."""
        return np.asarray(self.seeds.artists.sum(axis=0), dtype=np.float32).ravel()

    @cached_property
    def repetition(self) -> float:
        """The share of seeds whose first artist another seed has already."""
        first = self.seeds.first_artist
        named = first[first != NOBODY]
        return (len(named) - len(np.unique(named))) / len(first)

    @cached_property
    def by_seed_artist(self) -> np.ndarray:
        """(candidates,) how many seeds share an artist, summed over the candidate's artists."""
        return self.facts.artists[self.candidates] @ self.artists

    @cached_property
    def carries(self) -> np.ndarray:
        return self.facts.carries[self.candidates].astype(np.float32)

    @cached_property
    def company(self) -> np.ndarray:
        """(candidates, seeds) cosines of where their artists stand."""
        return cosines(self.vectors[self.candidates], self.seeds.vectors, COMPANY)


def genre(query: Query) -> Columns:
    facts, carries = query.facts, query.carries
    wanted = query.seeds.genre_shares.mean(axis=0) @ query.lift
    wanted_artists = query.seeds.artist_shares.mean(axis=0) @ query.lift
    shares = carries / facts.genre_count[query.candidates, None]
    artist_shares = facts.credit_share[query.candidates] @ facts.artist_genres
    ranks = facts.rank_in_genre[query.candidates] @ wanted_artists
    return {
        "genre": np.log(UNLIKELY + shares @ wanted),
        "artist's genres": np.log(UNLIKELY + artist_shares @ wanted_artists),
        "known in its wanted genres": ranks / (carries @ wanted_artists + RARE),
    }


def artist(query: Query) -> Columns:
    facts, count = query.facts, len(query.seeds)
    shared = query.by_seed_artist
    any_ = (shared > 0).astype(np.float32)
    first = facts.first_artist[query.candidates]
    by_first = np.where(first == NOBODY, 0, query.artists[first])
    songs = np.log(facts.songs_of_first_artist[query.candidates])
    return {
        "artist shared": any_,
        "first artist shared": (by_first > 0).astype(np.float32),
        "artist shared, seeds": np.log1p(shared),
        "artist shared, share of seeds": np.sqrt(shared / count),
        "artist shared x repetition": any_ * query.repetition,
        "artist shared x number of seeds": any_ * np.log(count),
        "artist shared x artist's songs": any_ * songs,
        "artist shared x place at artist": any_ * np.log(facts.place_at_artist[query.candidates]),
        "artist shared x fame": any_ * facts.fame_rank[query.candidates],
    }


def company(query: Query) -> Columns:
    facts = query.facts
    on = np.asarray(query.seeds.albums.sum(axis=0), dtype=np.float32).ravel()
    albums = facts.albums[query.candidates]
    album = albums @ (on * facts.album_weight)
    small = albums @ (on * facts.small_album)
    # Other artists of the albums (mostly compilations) on which the seeds' artists have songs.
    present = (query.artists > 0).astype(np.float32)
    near = facts.artist_albums @ ((facts.artist_albums.T @ present) * facts.album_weight)
    near[query.artists > 0] = 0
    likeness = query.company
    return {
        "album shared, weighed": np.log1p(album),
        "album shared": (album > 0).astype(np.float32),
        "artist's own album shared": ((small > 0) & (query.by_seed_artist > 0)).astype(np.float32),
        "albums with the seeds' artists": np.log1p(facts.credit_share[query.candidates] @ near),
        "company, mean": likeness.mean(axis=1),
        "company, nearest seed": likeness.max(axis=1),
        "company, nearest seeds": np.log(np.exp(SHARPNESS * (likeness - 1)).mean(axis=1) + UNLIKELY),
    }


def fame(query: Query) -> Columns:
    facts, seeds, at, count = query.facts, query.seeds, query.candidates, len(query.seeds)
    rank, known, artist_fame = facts.fame_rank[at], facts.fame[at], facts.artist_fame[at]
    seeds_rank, seeds_known = seeds.fame_rank.mean(), seeds.fame.mean()
    weight = count / (count + FAME_PRIOR)
    spread = seeds.fame.std() * np.sqrt(weight) + FAME_SPREAD * np.sqrt(1 - weight)
    versions, genres = facts.versions[at], np.log(facts.genre_count[at])
    return {
        "fame rank": rank,
        "fame rank squared": rank**2,
        "fame rank off": np.abs(rank - seeds_rank),
        "fame rank x seeds'": rank * seeds_rank,
        "fame rank squared x seeds'": rank**2 * seeds_rank,
        "fame": known,
        "fame x seeds'": known * seeds_known,
        "fame off": np.abs(known - seeds_known),
        "fame off in spreads": np.minimum(((known - seeds_known) / spread) ** 2, FARTHEST),
        "artist's fame": artist_fame,
        "artist's fame x seeds' fame": artist_fame * seeds_rank,
        "artist's fame off": np.abs(artist_fame - seeds.artist_fame.mean()),
        "fame within genre": rank - query.carries @ facts.typical_fame / facts.genre_count[at],
        "versions": versions,
        "versions x seeds'": versions * seeds.versions.mean(),
        "genres": genres,
        "genres x seeds'": genres * np.log(seeds.genre_count).mean(),
        "place at artist": np.log(facts.place_at_artist[at]),
        "artist's songs": np.log(facts.songs_of_first_artist[at]),
    }


def sound(query: Query) -> Columns:
    shares, seeds, count = query.facts.shares[query.candidates], query.seeds.shares, len(query.seeds)
    mean = seeds.mean(axis=0)
    known = count / (count + PRIOR_SPREAD)
    variance = seeds.var(axis=0) * known + CATALOGUE_VARIANCE * (1 - known)
    mean = (mean * count + CATALOGUE_MEAN * PRIOR_MEAN) / (count + PRIOR_MEAN)
    off = np.minimum((shares - mean) ** 2 / variance, FARTHEST)
    likeness = cosines(query.vectors[query.candidates], query.seeds.vectors, SOUND)
    return {
        "sound off": off.mean(axis=1),
        "sound, mean": likeness.mean(axis=1),
        "sound, nearest seed": likeness.max(axis=1),
        **{f"{name} off": off[:, column] for column, name in enumerate(CONTINUOUS)},
    }


def era(query: Query) -> Columns:
    years, seeds = query.facts.years[query.candidates], query.seeds.years
    mean, known = seeds.mean(), len(seeds) / (len(seeds) + ERA_PRIOR)
    variance = seeds.var() * known + ERA_SPREAD**2 * (1 - known)
    decades, seeds_decades = (years - UNDATED) / 10, (mean - UNDATED) / 10
    return {
        "era": decades,
        "era x seeds'": decades * seeds_decades,
        "era off": np.abs(decades - seeds_decades),
        "era newer": np.maximum(decades - seeds_decades, 0),
        "era off in spreads": np.minimum((years - mean) ** 2 / variance, FARTHEST),
    }


def words(query: Query) -> Columns:
    columns: Columns = {}
    for name in ("remastered", "guests", "explicit"):
        values = getattr(query.facts, name)[query.candidates]
        columns[name] = values
        columns[f"{name} x seeds'"] = values * _usual(query, name)
    return columns


def _usual(query: Query, name: str) -> float:
    """The share of songs with a word that the seeds' list is believed to have."""
    count = len(query.seeds)
    return float((getattr(query.seeds, name).sum() + WORDS_PRIOR * query.facts.usual[name]) / (count + WORDS_PRIOR))


def setting(query: Query) -> Columns:
    """What the network may condition on: the same for all candidates."""
    size = len(query.candidates)
    facts = {
        "number of seeds": np.log(len(query.seeds)),
        "repetition of artists": query.repetition,
        "fame of the seeds": query.seeds.fame.mean(),
    }
    return {name: np.full(size, value, dtype=np.float32) for name, value in facts.items()}


PARTS: dict[str, Callable[[Query], Columns]] = {
    "genre": genre,
    "artist": artist,
    "company": company,
    "fame": fame,
    "sound": sound,
    "era": era,
    "words": words,
    "setting": setting,
}


def feature_columns(query: Query) -> dict[str, Columns]:
    """All columns by part, each float array (candidates,)."""
    return {name: part(query) for name, part in PARTS.items()}


def feature_table(query: Query) -> np.ndarray:
    """All columns side by side, float32 (candidates, features), in the order of `feature_columns`."""
    columns = [values for part in feature_columns(query).values() for values in part.values()]
    return np.stack(columns, axis=1, dtype=np.float32)
