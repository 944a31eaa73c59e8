"""What bends the learned score of songs: the adventurous dial, a wished sound, unwanted songs."""

from collections.abc import Mapping

import numpy as np

from ml.adventure import Dial
from ml.filters import POPULARITY, RANGED
from ml.ranking.facts import SongFacts
from ml.ranking.seeds import Seeds
from ml.tracks import CONTINUOUS

# Being as like an unwanted song as can be costs a song this many log-odds.
UNLIKE_WEIGHT = 8.0
# Missing a wished sound by all tracks costs this many log-odds, by half of them a quarter.
TARGET_WEIGHT = 16.0
# Being ten years outside of a wished time costs this many log-odds, twenty years four times as many; guessed years are
# not worth more than the last.
ERA_WEIGHT, MOST_FOR_ERA = 2.0, 10.0
Years = tuple[int | None, int | None]


def bent(
    facts: SongFacts,
    vectors: np.ndarray,
    candidates: np.ndarray,
    *,
    artists: np.ndarray,
    dial: Dial,
    targets: Mapping[str, float] | None = None,
    years: Years | None = None,
    unwanted: np.ndarray,
) -> np.ndarray:
    """What is added to the scores of `candidates` (n,), log-odds (n,).

    `artists` bool (artists,) marks those of the seeds, `unwanted` (u,) are song numbers.
    """
    added = -missed(facts, candidates, targets, years)
    if dial.fame:
        added += dial.fame * facts.familiarity[candidates]
    if dial.same_artist:
        added += dial.same_artist * (facts.artists[candidates] @ artists > 0)
    if len(unwanted):
        added -= UNLIKE_WEIGHT * (vectors[candidates] @ vectors[unwanted].T).max(axis=1)
    return added


def missed(
    facts: SongFacts, candidates: np.ndarray, targets: Mapping[str, float] | None, years: Years | None = None
) -> np.ndarray:
    """What missing `targets` (features to percentile shares 0..1) and `years` (first and last) costs, log-odds (n,).

    Raises ValueError for a target that is no feature.
    """
    costs = np.zeros(len(candidates))
    for feature, share in (targets or {}).items():
        if feature not in RANGED:
            raise ValueError(f"there is no {feature} to come near to")
        values = facts.fame_rank if feature == POPULARITY else facts.shares[:, CONTINUOUS.index(feature)]
        costs += TARGET_WEIGHT * (values[candidates] - share) ** 2
    if years is not None:
        first = -np.inf if years[0] is None else years[0]
        last = np.inf if years[1] is None else years[1]
        came_out = facts.years[candidates].astype(np.float64)
        decades = np.maximum(np.maximum(first - came_out, came_out - last), 0) / 10
        costs += np.minimum(ERA_WEIGHT * decades**2, MOST_FOR_ERA)
    return costs


def artists_of(seeds: Seeds) -> np.ndarray:
    """Bool (artists,): who is credited on any seed."""
    return np.asarray(seeds.artists.sum(axis=0)).ravel() > 0
