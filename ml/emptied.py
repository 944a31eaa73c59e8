"""Why conditions leave no song, and the nearest conditions that leave some."""

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from ml.filters import FilterColumns, Filters, Range, conditions, in_words, together
from ml.phrases import Phrase

# What a change costs the person who asked. A widened range costs the share of all tracks that it lets in besides;
# another mood or genre in place of the wanted one costs from `nearest` to `farthest`, by how unlike it is.
MOOD_COSTS = (0.2, 0.5)
GENRE_COSTS = (0.5, 1.0)
# Below this likeness another genre is no help: opera and death metal share a track or two as well.
LEAST_ALIKE = 0.03
# Giving a wish up is worse than bending it; letting in what was ruled out (an excluded genre, explicit lyrics) is
# what nobody should be offered while there is another way.
DROPPED_COST = 1.2
LET_IN_COST = 10.0
# Proposed bounds are rounded outwards to numbers that people would type. Everything else goes by hundredths.
STEPS = {"tempo": 1.0, "duration_ms": 5_000.0, "popularity": 1.0, "loudness": 0.5}
STEP = 0.01


@dataclass(frozen=True)
class Emptied:
    """Why nothing was left, and a way out.

    `blamed` are the conditions, mostly a single one, without which enough songs are left; `proposal` the nearest
    filters that leave enough, namely `left`.
    """

    blamed: Filters
    proposal: Filters
    left: int


def why_empty(columns: FilterColumns, filters: Filters, available: np.ndarray, least: int = 1) -> Emptied | None:
    """Which condition leaves fewer than `least` of the `available` tracks, bool (rows,), and what to ask instead.

    One row per song in `available` makes the numbers songs rather than versions. If a single condition is to blame,
    it is the one whose change costs least; if none is, the smallest set. None when enough is left, and when the
    conditions aren't to blame because nothing is available at all. Where fewer than `least` are available, all of
    them are enough.
    """
    least = min(least, int(available.sum()))
    if least < 1 or _count(available & columns.allowed(filters)) >= least:
        return None
    blamed_sets = _smallest_sets(columns, conditions(filters), available, least)
    changes = [(_changed(columns, filters, blamed, available, least), together(blamed)) for blamed in blamed_sets]
    (_, proposal), blamed = min(changes, key=lambda change: change[0][0])
    return Emptied(blamed, proposal, _count(available & columns.allowed(proposal)))


def _count(marked: np.ndarray) -> int:
    return int(np.count_nonzero(marked))


def _smallest_sets(
    columns: FilterColumns, single: list[Filters], available: np.ndarray, least: int
) -> list[tuple[Filters, ...]]:
    """The sets of as few conditions as possible, each of which leaves `least` tracks when dropped."""
    failed = np.zeros(_count(available), dtype=np.int64)
    for number, condition in enumerate(single):
        failed |= ~columns.allowed(condition)[available] * np.int64(1 << number)
    # Tracks that fail the same conditions are alike here: a handful of patterns stands for all of them.
    patterns, counts = np.unique(failed, return_counts=True)
    for size in range(1, len(single) + 1):
        found = []
        for dropped in combinations(range(len(single)), size):
            others = ~np.int64(sum(1 << number for number in dropped))
            if counts[(patterns & others) == 0].sum() >= least:
                found.append(tuple(single[number] for number in dropped))
        if found:
            return found
    raise ValueError("fewer tracks are available than should be left")


def _changed(
    columns: FilterColumns, filters: Filters, blamed: tuple[Filters, ...], available: np.ndarray, least: int
) -> tuple[float, Filters]:
    """The cost of the nearest change to `blamed`, and the filters with it."""
    cost = 0.0
    now = together(condition for condition in conditions(filters) if condition not in blamed)
    # Ranges come last in `conditions`, so they are widened for what the other changes let in.
    for condition in blamed:
        pool = available & columns.allowed(now)
        paid, nearest = _nearest(columns, condition, pool, least)
        cost += paid
        now = together((now, nearest))
    return cost, now


def _nearest(columns: FilterColumns, condition: Filters, pool: np.ndarray, least: int) -> tuple[float, Filters]:
    """The cost and the nearest change of a single condition that leaves `least` of `pool`, which holds as many."""
    if condition.ranges:
        return _widened(columns, condition.ranges[0], pool, least)
    if condition.genres or condition.moods:
        return _exchanged(columns, condition, pool, least)
    if condition.without:
        return LET_IN_COST, _fewer_excluded(columns, condition, pool, least)
    return DROPPED_COST if condition.explicit else LET_IN_COST, Filters()


def _widened(columns: FilterColumns, one: Range, pool: np.ndarray, least: int) -> tuple[float, Filters]:
    """The range with as many tracks of `pool` as are needed, nearest first."""
    everything = columns.numbers[one.feature]
    # Six digits take float32's noise away: 0.7 is stored as 0.699999988.
    values = everything[pool & ~np.isnan(everything)].astype(np.float64).round(6)
    if len(values) < least:
        return DROPPED_COST, Filters()
    low, high = -np.inf if one.low is None else one.low, np.inf if one.high is None else one.high
    gaps = np.maximum(np.maximum(low - values, values - high), 0.0)
    needed = values[np.argsort(gaps, kind="stable")[:least]]
    step = STEPS.get(one.feature, STEP)
    wider = Range(
        one.feature,
        one.low if needed.min() >= low else round(math.floor(needed.min() / step) * step, 6),
        one.high if needed.max() <= high else round(math.ceil(needed.max() / step) * step, 6),
    )
    let_in = _count(wider.holds(everything)) - _count(one.holds(everything))
    return let_in / _count(~np.isnan(everything)), Filters(ranges=(wider,))


def _exchanged(columns: FilterColumns, condition: Filters, pool: np.ndarray, least: int) -> tuple[float, Filters]:
    """The wanted genres or moods that `pool` has, and the one besides that is most like them and leaves enough."""
    kind, (nearest, farthest) = ("genres", GENRE_COSTS) if condition.genres else ("moods", MOOD_COSTS)
    wanted: tuple[str, ...] = getattr(condition, kind)
    rows_of = columns.rows_of_genre if condition.genres else columns.rows_of_mood
    there = tuple(name for name in wanted if name in rows_of and pool[rows_of[name]].any())
    likeness = {name: _likeness(columns, kind, wanted, name) for name in rows_of if name not in wanted}
    for name in sorted(likeness, key=lambda name: (-likeness[name], name)):
        if likeness[name] < LEAST_ALIKE:
            break
        proposal = Filters(genres=(*there, name)) if condition.genres else Filters(moods=(*there, name))
        if _count(pool & columns.allowed(proposal)) >= least:
            return nearest + (farthest - nearest) * (1 - likeness[name]), proposal
    return DROPPED_COST, Filters()


def _likeness(columns: FilterColumns, kind: str, wanted: tuple[str, ...], other: str) -> float:
    """How like the nearest of `wanted` is to `other`, 0 to 1.

    Two genres are alike when they are on the same tracks, two moods when the same genres have them; both are cosines.
    """
    if kind == "genres":
        return max((_shared(columns, name, other) for name in wanted), default=0.0)
    mine = _genre_profile(columns, other)
    return max(float(_genre_profile(columns, name) @ mine) for name in wanted)


def _shared(columns: FilterColumns, genre: str, other: str) -> float:
    if genre not in columns.rows_of_genre:
        return 0.0
    mine, theirs = columns.rows_of_genre[genre], columns.rows_of_genre[other]
    return len(np.intersect1d(mine, theirs, assume_unique=True)) / math.sqrt(len(mine) * len(theirs))


def _genre_profile(columns: FilterColumns, mood: str) -> np.ndarray:
    """Unit vector (genres,): how many tracks of `mood` carry each genre."""
    here = np.zeros(columns.rows, dtype=bool)
    here[columns.rows_of_mood.get(mood, [])] = True
    counts = np.array([np.count_nonzero(here[rows]) for rows in columns.rows_of_genre.values()], dtype=float)
    return counts / max(float(np.linalg.norm(counts)), 1.0)


def _fewer_excluded(columns: FilterColumns, condition: Filters, pool: np.ndarray, least: int) -> Filters:
    """As many of the excluded genres as can stay, those given up first that let in most."""
    kept = condition

    def left(genre: str) -> int:
        return _count(pool & columns.allowed(_still_excluding(kept, genre)))

    while kept.without and _count(pool & columns.allowed(kept)) < least:
        kept = _still_excluding(kept, max(kept.without, key=left))
    return kept


def _still_excluding(condition: Filters, all_but: str) -> Filters:
    return replace(condition, without=tuple(genre for genre in condition.without if genre != all_but))


def nothing_left(filters: Filters, emptied: Emptied) -> str:
    """The sentence for whoever asked for `filters`."""
    return Phrase(
        "No songs are left for {wanted}{culprit}; {instead} there {songs}.",
        wanted=in_words(filters),
        culprit=""
        if emptied.blamed == filters
        else Phrase(": what leaves none is {blamed}", blamed=in_words(emptied.blamed)),
        instead=Phrase("with {proposal}", proposal=in_words(emptied.proposal))
        if emptied.proposal
        else Phrase("without any condition"),
        songs=Phrase.counting("are {count:,} song", "are {count:,} songs", emptied.left),
    )
