"""A member's taste: several interests, distastes, and how known they like their music.

Made anew from what the member did whenever it is needed; nothing of it is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from ml.adventure import SETTINGS
from ml.recommender import Recommender

# After so many days an opinion counts half: taste moves on, but slowly.
HALF_LIFE_DAYS = 180.0
# Of more opinions the weightiest are looked at; the ranking reads means, which a hundred songs settle.
MOST_LIKED, MOST_DISLIKED = 400, 100
# An interest's seeds.
MOST_SEEDS = 40
# Songs whose groups are less alike than this on average are different interests.
APART = 0.6
MOST_INTERESTS = 4
# What a pair of camps differs in fame counts fully only after many presses.
FAME_PRIOR = 12.0
FAME_SLOPE = 6.0


@dataclass(frozen=True)
class Evidence:
    """What a member did about a track: `weight` 1 for a 👍, less for weaker signs, below 0 for a 👎; `days` ago."""

    track_id: str
    weight: float
    days: float = 0.0


@dataclass(frozen=True)
class Interest:
    """Songs that belong together: their numbers (s,), the weightiest first, and the interest's share of the taste."""

    songs: np.ndarray
    share: float


@dataclass(frozen=True)
class Taste:
    """What counts of what a member did.

    interests           the largest first, their shares summing to 1
    disliked, dislikes  song numbers (d,) and how much each is disliked (d,), above 0
    fame                log-odds for the way from unknown to best known, as in ml.adventure
    met                 all song numbers that the member has said anything of, rising; no list holds them again
    """

    interests: tuple[Interest, ...]
    disliked: np.ndarray
    dislikes: np.ndarray
    fame: float
    met: np.ndarray

    def __bool__(self) -> bool:
        """Whether a list can be made of it."""
        return bool(self.interests)

    @property
    def known(self) -> bool:
        """Whether it says anything at all."""
        return bool(self.interests) or len(self.disliked) > 0

    @cached_property
    def liked(self) -> np.ndarray:
        """The liked songs that count: the weightiest of each interest."""
        return np.concatenate([one.songs for one in self.interests]) if self.interests else np.empty(0, dtype=np.intp)


def taste_of(recommender: Recommender, evidence: Iterable[Evidence], *, most: int = MOST_INTERESTS) -> Taste:
    """The taste of at most `most` interests that speaks from `evidence`; unknown tracks are left out.

    A song's weights add up over its versions; one with more against it than for it is disliked.
    """
    weights = weights_of(recommender, evidence)
    liked = _weightiest({song: weight for song, weight in weights.items() if weight > 0}, MOST_LIKED)
    disliked = _weightiest({song: -weight for song, weight in weights.items() if weight < 0}, MOST_DISLIKED)
    return Taste(
        interests=_interests(recommender.vectors, *liked, most),
        disliked=disliked[0],
        dislikes=disliked[1],
        fame=_fame(recommender, *liked, *disliked),
        met=np.array(sorted(weights), dtype=np.intp),
    )


def longest_ago(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The older half of what was liked, one more of an odd number, and everything that was disliked."""
    liked = sorted((one for one in evidence if one.weight > 0), key=lambda one: -one.days)
    return [*liked[: -(-len(liked) // 2)], *(one for one in evidence if one.weight < 0)]


def weights_of(recommender: Recommender, evidence: Iterable[Evidence]) -> dict[int, float]:
    """How much speaks for each song, below 0 for one that is disliked: by age, summed over its versions."""
    weights: dict[int, float] = {}
    for one in evidence:
        song = recommender.number_of(one.track_id)
        if song is not None:
            weights[song] = weights.get(song, 0.0) + one.weight * 0.5 ** (max(0.0, one.days) / HALF_LIFE_DAYS)
    return weights


def _weightiest(weights: dict[int, float], most: int) -> tuple[np.ndarray, np.ndarray]:
    order = sorted(weights, key=lambda song: (-weights[song], song))[:most]
    return np.array(order, dtype=np.intp), np.array([weights[song] for song in order], dtype=np.float32)


def _interests(vectors: np.ndarray, songs: np.ndarray, weights: np.ndarray, most: int) -> tuple[Interest, ...]:
    """Average linkage of the songs' unit vectors, cut where groups are APART."""
    if not len(songs):
        return ()
    label = np.ones(len(songs), dtype=int)
    if len(songs) > 1:
        own = vectors[songs].astype(np.float64)
        # Pair by pair from one product: a tenth of the time that SciPy takes for the distances. Rounding can leave two
        # songs that stand in the same place a little less than nothing apart.
        tree = linkage(np.maximum((1 - own @ own.T)[np.triu_indices(len(own), 1)], 0), "average")
        label = fcluster(tree, APART, "distance")
        if label.max() > most:
            label = fcluster(tree, most, "maxclust")
    groups = [label == number for number in np.unique(label)]
    whole = weights.sum()
    # Within a group the songs stay in order of weight.
    found = [Interest(songs[inside][:MOST_SEEDS], float(weights[inside].sum() / whole)) for inside in groups]
    return tuple(sorted(found, key=lambda one: -one.share))


def _fame(
    recommender: Recommender, liked: np.ndarray, likes: np.ndarray, disliked: np.ndarray, dislikes: np.ndarray
) -> float:
    """Who likes the unknown songs of what they were shown and dislikes the known ones is led further out."""
    if not len(liked) or not len(disliked):
        return 0.0
    known = recommender.facts.familiarity
    difference = np.average(known[liked], weights=likes) - np.average(known[disliked], weights=dislikes)
    presses = 2 * min(likes.sum(), dislikes.sum())
    slope = FAME_SLOPE * difference * presses / (presses + FAME_PRIOR)
    return float(np.clip(slope, SETTINGS["bold"].fame, SETTINGS["easy"].fame))
