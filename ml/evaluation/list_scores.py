"""How good a recommended list is: against songs that a person chose, and by itself."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

DEEP = 500
# A page of the reply that people refresh until something they want is on it, as in the RecSys Challenge 2018.
PAGE = 10
SHORT = 50


def found_scores(ranked: np.ndarray, wanted: np.ndarray, first_artist: np.ndarray) -> dict[str, float]:
    """Scores of song numbers `ranked`, best first, against the `wanted` ones that were kept back.

    R-precision, NDCG and clicks as in the RecSys Challenge 2018 (Zamani et al. 2019, "An Analysis of Approaches Taken
    in the ACM RecSys Challenge 2018"), without partial credit for the artist; `artist R-precision` is the share of
    the wanted songs' artists (`first_artist` (n,)) that are among those of as many first songs.
    """
    top = ranked[:DEEP]
    hits = np.isin(top, wanted)
    count = len(wanted)
    discounts = 1 / np.log2(np.arange(2, DEEP + 2))
    artists = np.unique(first_artist[wanted])
    return {
        "R-precision": hits[:count].sum() / count,
        "NDCG@500": (hits * discounts[: len(hits)]).sum() / discounts[: min(count, DEEP)].sum(),
        "recall@500": hits.sum() / count,
        "clicks": float(np.flatnonzero(hits)[0] // PAGE if hits.any() else DEEP // PAGE + 1),
        "artist R-precision": np.isin(artists, first_artist[ranked[:count]]).mean(),
    }


def list_scores(songs: np.ndarray, vectors: np.ndarray, fame: np.ndarray) -> dict[str, float]:
    """Of one list's song numbers: `diversity`, the mean cosine distance of its pairs (Ziegler et al. 2005), and
    `novelty`, the mean bits of surprise, -log2 of a song's share of all popularity (Castells et al. 2015)."""
    inside = vectors[songs]
    likeness = inside @ inside.T
    pairs = len(songs) * (len(songs) - 1)
    share = (fame + 0.01) / (fame + 0.01).sum()
    return {
        "diversity": float(1 - (likeness.sum() - np.trace(likeness)) / pairs) if pairs else 0.0,
        "novelty": float(-np.log2(share[songs]).mean()),
    }


def spread_scores(lists: Sequence[np.ndarray], songs: int) -> dict[str, float]:
    """Of many lists together: the share of the catalogue's `songs` on any, and the Gini coefficient of how often."""
    counts = np.sort(np.bincount(np.concatenate(lists), minlength=songs))
    places = np.arange(1, songs + 1)
    gini = ((2 * places - songs - 1) * counts).sum() / (songs * counts.sum())
    return {"coverage": float((counts > 0).mean()), "Gini": float(gini)}


def crowded(songs: np.ndarray, artists: csr_matrix) -> int:
    """How often the most frequent artist is credited on a list; `artists` (n, artists) 0/1."""
    return int(artists[songs].sum(axis=0).max())
