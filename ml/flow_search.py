"""The cheapest order of a list: steps cost, places cost, and some pairs should not meet.

Found by local search: reversing a stretch (2-opt, Croes 1958) and moving one item to another place (Or-opt, Or 1976),
all such moves of a list compared at once. What costs is the caller's business.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

# A pair that should not meet is worse than all steps and places of a list together.
CONFLICT_COST = 1_000.0
# A gain below this is rounding.
LEAST_GAIN = 1e-9


def cheapest_order(
    steps: np.ndarray, places: np.ndarray, apart: np.ndarray, first: int | None = None, last: int | None = None
) -> list[int]:
    """The items 0 to n - 1 in an order whose sum of costs no single move makes smaller.

    `steps` (n, n) is what it costs to go from one item to another, the same in both directions; `places` (n, n) what
    each item costs in each place; `apart` bool (n, n) which items should not follow each other. `first` and `last` stay
    at the ends. Never dearer than the given order; deterministic.
    """
    costs = steps + CONFLICT_COST * apart
    ends = (first, last)
    starts = [_with_ends(start, *ends) for start in (list(range(len(steps))), _nearest_next(costs, places))]
    order = _improved(costs, places, min(starts, key=lambda start: _total(costs, places, start)), ends)
    if apart[order[:-1], order[1:]].any():
        # Moves that pull a pair apart may all need another pair to meet first; so start with pairs apart.
        other = _improved(costs, places, _with_ends(_kept_apart(apart), *ends), ends)
        order = min(order, other, key=lambda found: _total(costs, places, found))
    return order


def _nearest_next(costs: np.ndarray, places: np.ndarray) -> list[int]:
    """From the item that fits the first place best, or has the least in common with the rest, always the nearest."""
    left = np.ones(len(costs), dtype=bool)
    order: list[int] = []
    value = places[:, 0] - costs.mean(axis=1) if len(costs) else costs
    for place in range(len(costs)):
        if order:
            value = costs[order[-1]] + places[:, place]
        order.append(int(np.where(left, value, np.inf).argmin()))
        left[order[-1]] = False
    return order


def _kept_apart(apart: np.ndarray) -> list[int]:
    """An order in which few that should stay `apart` meet: always next the one that has most of those still to come."""
    left = np.ones(len(apart), dtype=bool)
    order: list[int] = []
    while left.any():
        value = np.where(left, (apart & left).sum(axis=1), -1)
        if order and (left & ~apart[order[-1]]).any():
            value[apart[order[-1]]] = -1
        order.append(int(value.argmax()))
        left[order[-1]] = False
    return order


def _with_ends(order: list[int], first: int | None, last: int | None) -> list[int]:
    """`order` with `first` and `last` moved to the ends."""
    middle = [item for item in order if item not in (first, last)]
    return [*([] if first is None else [first]), *middle, *([] if last is None or last == first else [last])]


def _total(costs: np.ndarray, places: np.ndarray, order: list[int]) -> float:
    return float(costs[order[:-1], order[1:]].sum() + places[order, np.arange(len(order))].sum())


def _improved(
    costs: np.ndarray, places: np.ndarray, order: list[int], ends: tuple[int | None, int | None]
) -> list[int]:
    """`order` after all moves that make it cheaper; an end that is given stays where it is."""
    items = np.array(order, dtype=np.intp)
    movable = np.triu(np.ones((len(items), len(items)), dtype=bool), 1)
    if ends[0] is not None:
        movable[:1] = False
    if ends[1] is not None:
        movable[:, -1:] = False
    while True:
        changes = _changes(costs, places, items)
        best = np.where(movable, changes.min(axis=0), 0.0).ravel()
        moves = np.flatnonzero(best < -LEAST_GAIN)
        if not len(moves):
            return [int(item) for item in items]
        moves = moves[np.argsort(best[moves], kind="stable")[: len(items)]]
        _make(items, [divmod(move, len(items)) for move in moves.tolist()], changes)


def _make(items: np.ndarray, moves: list[tuple[int, int]], changes: np.ndarray) -> None:
    """Makes those `moves` of stretches, best first, that don't touch a stretch already changed or its neighbours."""
    # One place more on each side: the steps into and out of a stretch count for its gain.
    free = np.ones(len(items) + 2, dtype=bool)
    for start, end in moves:
        if free[start : end + 3].all():
            free[start : end + 3] = False
            stretch = items[start : end + 1]
            moved = (stretch[::-1], np.roll(stretch, -1), np.roll(stretch, 1))
            items[start : end + 1] = moved[changes[:, start, end].argmin()].copy()


def _changes(costs: np.ndarray, places: np.ndarray, items: np.ndarray) -> np.ndarray:
    """What it changes to reverse each stretch, to move its first item to its end, and its last to its start: (3, n, n).

    Entry [:, a, b] is the stretch from place a to place b > a; what lies below the diagonal means nothing.
    """
    # Beyond the ends lie two places that cost nothing to come from and go to.
    around = np.zeros((len(items) + 2, len(items) + 2))
    around[1:-1, 1:-1] = costs[np.ix_(items, items)]
    step, skip = np.diagonal(around, 1), np.diagonal(around, 2)
    # Steps, by the stretch's first place (down) and last place (across), of which those of today fall away.
    into, out = step[:-1, None], step[1:]
    before_to_last, first_to_after, last_to_first = around[:-2, 1:-1], around[1:-1, 2:], around[1:-1, 1:-1]
    cut = into + out
    changes = np.stack(
        [
            before_to_last + first_to_after - cut,
            skip[:, None] + last_to_first + first_to_after - cut - step[1:, None],
            before_to_last + last_to_first + skip - cut - step[:-1],
        ]
    )
    return changes + _place_changes(places[items]) if places.any() else changes


def _place_changes(here: np.ndarray) -> np.ndarray:
    """The part of `_changes` that is of places; `here` [a, b] is what the item at place a would cost at place b."""
    count = len(here)
    stay = np.diagonal(here)
    stayed = np.concatenate([[0.0], np.cumsum(stay)])
    # An item's old and new place in a reversed stretch always have the same sum. So each sum of places gets a row, in
    # which the costs are added up by old place; strided views read row a + b without copying.
    mirrored = np.zeros((2 * count - 1, count + 1))
    row, column = mirrored.strides
    as_strided(mirrored[:, 1:], here.shape, (row + column, row))[:] = here
    np.cumsum(mirrored, axis=1, out=mirrored)
    upto_last = as_strided(mirrored[:, 1:], here.shape, (row, row + column))
    before_first = as_strided(mirrored, here.shape, (row + column, row))
    earlier = np.concatenate([[0.0], np.cumsum(np.diagonal(here, -1) - stay[1:])])
    later = np.concatenate([[0.0], np.cumsum(np.diagonal(here, 1) - stay[:-1])])
    return np.stack(
        [
            upto_last - before_first - stayed[1:] + stayed[:-1, None],
            earlier - earlier[:, None] + here - stay[:, None],
            later - later[:, None] + here.T - stay,
        ]
    )
