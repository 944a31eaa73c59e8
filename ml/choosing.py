"""From scores to a list: the next song is the best that is unlike those already on it, by artists not yet full."""

from collections import Counter
from collections.abc import Callable, Collection

import numpy as np

# So many log-odds weigh as much as the whole way from "nothing in common" to "the same".
LOG_ODDS_PER_LIKENESS = 8.0


def choose(
    scores: np.ndarray,
    vectors: np.ndarray,
    artists_of: Callable[[int], Collection[int]],
    k: int,
    *,
    per_artist: int | None,
    diversity: float,
) -> list[int]:
    """Places (0…n-1) of at most `k` songs in the order chosen.

    `scores` (n,) in log-odds, `vectors` (n, d) unit vectors; `artists_of` says who is credited at a place. Maximal
    marginal relevance (Carbonell & Goldstein 1998) with `diversity`, 0 (best first) to 1, as the weight of difference;
    no artist is credited more than `per_artist` times (None: no limit).
    """
    relevance = ((1 - diversity) / LOG_ODDS_PER_LIKENESS * scores).astype(np.float64)
    nearest = np.zeros(len(scores), dtype=np.float64)
    heard: Counter[int] = Counter()
    chosen: list[int] = []
    order = iter(np.argsort(-relevance, kind="stable").tolist())
    while len(chosen) < k and len(scores):
        best = int((relevance - diversity * nearest).argmax()) if diversity else next(order, -1)
        if best < 0 or relevance[best] == -np.inf:
            break
        relevance[best] = -np.inf
        if per_artist is not None:
            artists = artists_of(best)
            if any(heard[artist] >= per_artist for artist in artists):
                continue
            heard.update(artists)
        chosen.append(best)
        if diversity:
            np.maximum(nearest, vectors @ vectors[best], out=nearest)
    return chosen
