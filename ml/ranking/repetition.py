"""What the ranker can't know of one song alone: the third song by an artist is less likely on a list than the first."""

import numpy as np

from ml.ranking.facts import NOBODY
from ml.ranking.seeds import Seeds

# Log-odds by which the second song by an artist falls behind, per natural logarithm of its place among them. Seen on
# the playlists that the ranker learned from: more finds a little more among the first songs and less among 500.
COST = 0.2
# Whoever gives several songs by one artist wants several: the cost falls with this power of the share of artists that
# are different.
MERCY = 1.5


def repetition_cost(scores: np.ndarray, first_artist: np.ndarray, seeds: Seeds) -> np.ndarray:
    """What to take off each of `scores` (n,) by its first artist (n,): nothing off an artist's best song."""
    order = np.lexsort((-scores, first_artist))
    begins = np.concatenate([[True], first_artist[order][1:] != first_artist[order][:-1]])
    places = np.arange(len(order))
    better = np.empty(len(order))
    better[order] = places - np.maximum.accumulate(np.where(begins, places, 0))
    better[first_artist == NOBODY] = 0
    different = len(np.unique(seeds.first_artist)) / len(seeds)
    return COST * different**MERCY * np.log1p(better)
