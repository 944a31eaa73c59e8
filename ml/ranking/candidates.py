"""The songs worth judging: nearest in the vector space, known about as well, and all by the seeds' artists."""

from collections.abc import Sequence

import numpy as np

from ml.index import TrackIndex
from ml.ranking.facts import SongFacts
from ml.ranking.seeds import Seeds

# Fame stands as one more coordinate beside the unit vectors, so that the nearest-neighbour search can weigh it.
# Seeds that are known well pull known songs in; of the weights tried, this one misses fewest of people's choices.
FAME_PULL = 0.6
# Of an artist with hundreds of songs, the best known are candidates anyway.
MOST_BY_ARTIST = 60


def with_fame(vectors: np.ndarray, fame: np.ndarray) -> np.ndarray:
    """What the index holds: unit vectors (n, d) with fame 0..1 as the last coordinate, float32 (n, d + 1)."""
    return np.ascontiguousarray(np.column_stack([vectors, fame]), dtype=np.float32)


def query_vector(vectors: np.ndarray, fame: np.ndarray) -> np.ndarray:
    """The search's vector for seeds with unit vectors (s, d) and fame (s,), float32 (1, d + 1)."""
    return np.append(vectors.mean(axis=0), FAME_PULL * fame.mean()).astype(np.float32)[None]


def candidate_songs(
    index: TrackIndex, facts: SongFacts, seeds: Seeds, count: int, allowed: np.ndarray | None = None
) -> np.ndarray:
    """About `count` song numbers, rising, without the seeds; fewer only where no more are allowed.

    `allowed` bool (songs,); None: all.
    """
    return candidates_of_each(index, facts, [seeds], count, allowed)[0]


def candidates_of_each(
    index: TrackIndex, facts: SongFacts, several: Sequence[Seeds], count: int, allowed: np.ndarray | None = None
) -> list[np.ndarray]:
    """`candidate_songs` of each of `several` seeds, found in one search."""
    if allowed is None:
        allowed = np.ones(len(facts), dtype=bool)
    forbidden = len(facts) - int(np.count_nonzero(allowed))
    if len(facts) - forbidden <= count:
        return [np.setdiff1d(np.flatnonzero(allowed), seeds.known) for seeds in several]
    queries = np.concatenate([query_vector(seeds.vectors, seeds.fame) for seeds in several])
    # Checking each song costs more than finding a few too many.
    if forbidden <= count:
        _, near = index.search(queries, count + forbidden)
    else:
        _, near = index.search(queries, count, allowed)
    found = []
    for seeds, own in zip(several, near, strict=True):
        by_artists = facts.songs_by(np.unique(seeds.artists.indices), MOST_BY_ARTIST)
        candidates = np.union1d(own, by_artists)
        found.append(np.setdiff1d(candidates[allowed[candidates]], seeds.known, assume_unique=True))
    return found
