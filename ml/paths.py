"""A list of songs that leads from one song to another without a jump.

The way lies along the great circle between the two vectors (slerp: Shoemake 1985, "Animating Rotation with Quaternion
Curves"). Each stop on it takes the song nearest to it; then songs are exchanged as long as that makes the larger of
the two steps around one smaller.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

# Songs considered for all stops together: some 150 for each of ten, so that there is another one where artists or
# versions rule the nearest out.
SHORTLIST = 1_500
# When those are not enough for a whole path, so many times as many are considered.
GROWTH = 8
# Rounds of exchanging; hardly any path changes after the third.
MOST_ROUNDS = 6
# A step must shrink by this much for a song to be exchanged: less is rounding.
LEAST_GAIN = 1e-6
# Nothing between the ends is less like its stop by this much: songs beyond them are taken last.
BEYOND_THE_ENDS = 2.0
# Vectors so close to each other, or to being opposite, don't say where the great circle between them lies.
NO_DIRECTION = 1e-6

# Whether the song in a row may join those in other rows.
Joins = Callable[[int, Iterable[int]], bool]


@dataclass(frozen=True)
class _Shortlist:
    """The songs that a path is made of, the two ends last: `angles` (n,) say how far along the circle each stands."""

    rows: np.ndarray
    vectors: np.ndarray
    songs: np.ndarray
    angles: np.ndarray

    @property
    def ends(self) -> list[int]:
        return [len(self.rows) - 2, len(self.rows) - 1]


def steps(vectors: np.ndarray, rows: Sequence[int]) -> np.ndarray:
    """Cosine distances (len(rows) - 1,) between consecutive songs; `vectors` are unit vectors (n, d)."""
    path = vectors[list(rows)]
    return 1 - (path[:-1] * path[1:]).sum(axis=1)


def find_path(
    vectors: np.ndarray,
    start: int,
    end: int,
    length: int,
    *,
    candidates: np.ndarray,
    songs: np.ndarray,
    artists_of: Callable[[int], Collection[str]] = lambda row: (),
    per_artist: int | None = 2,
) -> list[int]:
    """`length` rows that lead from `start` to `end`, both included; fewer only when the candidates run out.

    `vectors` are unit vectors, float32 (n, d); `candidates` the rows that may stand between; `songs` (n,) numbers, the
    same for versions of one song, of which a path holds only one. At most `per_artist` songs credit any one artist
    (None: no limit), the ends counted. Each song lies further along the circle than the one before it, as long as there
    are enough between the ends.

    Raises ValueError for a length below 2, and for ends that are versions of one song.
    """
    if length < 2:
        raise ValueError(f"a path holds at least its two ends, not {length} songs")
    if songs[start] == songs[end]:
        raise ValueError("a path leads from one song to another, not to itself")

    def joins(row: int, others: Iterable[int]) -> bool:
        if per_artist is None:
            return True
        heard = Counter(chain.from_iterable(set(artists_of(other)) for other in others))
        return all(heard[artist] < per_artist for artist in artists_of(row))

    candidates = candidates[(songs[candidates] != songs[start]) & (songs[candidates] != songs[end])]
    circle, angle = _great_circle(vectors[start], vectors[end])
    places = (vectors @ circle.T)[candidates]
    angles = _angles(places, angle)
    beyond = BEYOND_THE_ENDS * ((angles < 0) | (angles > angle))
    stops = angle * np.arange(1, length - 1) / (length - 1)
    size = SHORTLIST
    while True:
        near = _near_stops(np.hypot(*places.T), angles, beyond, stops, size)
        rows = np.append(candidates[near], [start, end])
        listed = _Shortlist(rows, vectors[rows], songs[rows], np.append(angles[near], [0.0, angle]))
        likeness = places[near] @ np.array([np.cos(stops), np.sin(stops)]) - beyond[near, None]
        path = _first_path(listed, likeness, joins)
        if len(path) == length or len(near) == len(candidates):
            return [int(row) for row in listed.rows[_smoothed(listed, path, joins)]]
        size *= GROWTH


def _great_circle(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, float]:
    """Two orthonormal axes (2, d), the first one `start`, of the plane of both vectors, and the angle between them."""
    across = end - (start @ end) * start
    if np.linalg.norm(across) < NO_DIRECTION:
        # Every great circle through `start` is as good.
        across = np.eye(len(start), dtype=start.dtype)[np.abs(start).argmin()]
        across = across - (start @ across) * start
    across = across / np.linalg.norm(across)
    return np.array([start, across]), float(np.arctan2(max(end @ across, 0), end @ start))


def _angles(places: np.ndarray, angle: float) -> np.ndarray:
    """How far along the circle each of `places` (n, 2) in its plane lies; negative for those behind the start."""
    # The circle is cut opposite to the middle of the way.
    cut = angle / 2 - np.pi
    return (np.arctan2(places[:, 1], places[:, 0]) - cut) % (2 * np.pi) + cut


def _near_stops(
    closeness: np.ndarray, angles: np.ndarray, beyond: np.ndarray, stops: np.ndarray, size: int
) -> np.ndarray:
    """Which `size` songs, about, to consider: for each stop the best of those that no other stop is nearer to.

    All of them are arrays (n,); `closeness` is the cosine of a song's angle to the plane of the circle.
    """
    if len(stops) == 0:
        return np.empty(0, dtype=np.intp)
    if len(angles) <= size:
        return np.arange(len(angles))
    size = -(-size // len(stops))
    nearest = np.clip(np.searchsorted((stops[1:] + stops[:-1]) / 2, angles), 0, len(stops) - 1)
    likeness = closeness * np.cos(angles - stops[nearest]) - beyond
    found = []
    for stop in range(len(stops)):
        near = np.flatnonzero(nearest == stop)
        if len(near) > size:
            near = near[np.argpartition(-likeness[near], size)[:size]]
        found.append(near)
    return np.sort(np.concatenate(found))


def _first_path(listed: _Shortlist, likeness: np.ndarray, joins: Joins) -> list[int]:
    """The song nearest to each stop by `likeness` (songs but the ends, stops), and the ends, as places in the list."""
    open_ = np.ones(len(likeness), dtype=bool)
    path = listed.ends
    for stop in likeness.T:
        inside = [listed.rows[place] for place in path]
        ranked = np.argsort(np.where(open_, -stop, np.inf), kind="stable")[: np.count_nonzero(open_)]
        chosen = next((int(place) for place in ranked if joins(listed.rows[place], inside)), None)
        # Whoever can't join now never can: artists only become more frequent.
        if chosen is None:
            break
        open_[listed.songs[:-2] == listed.songs[chosen]] = False
        path.append(chosen)
    first, last, *middle = path
    return [first, *sorted(middle, key=lambda place: listed.angles[place]), last]


def _smoothed(listed: _Shortlist, path: list[int], joins: Joins) -> list[int]:
    """`path` with songs exchanged for others between the same neighbours while the larger step around one shrinks."""
    path = list(path)
    for _ in range(MOST_ROUNDS):
        before = list(path)
        for at in range(1, len(path) - 1):
            path[at] = _smoothest(listed, path, at, joins)
        if path == before:
            break
    return path


def _smoothest(listed: _Shortlist, path: list[int], at: int, joins: Joins) -> int:
    """The song for place `at` of the path that is nearest to its farther neighbour; what is there if none is nearer."""
    before, now, after = path[at - 1 : at + 2]
    others = [place for place in path if place != now]
    likeness = listed.vectors @ listed.vectors[[before, after]].T
    larger_step = 1 - likeness.min(axis=1)
    between = (listed.angles >= listed.angles[before]) & (listed.angles <= listed.angles[after])
    better = between & (larger_step < larger_step[now] - LEAST_GAIN) & ~np.isin(listed.songs, listed.songs[others])
    ranked = np.flatnonzero(better)
    ranked = ranked[np.argsort(larger_step[ranked], kind="stable")]
    rows = [listed.rows[place] for place in others]
    return next((int(place) for place in ranked if joins(listed.rows[place], rows)), now)
