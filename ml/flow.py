"""The order in which songs of a list follow each other best, as a DJ would play them.

A step from one song to the next costs what changes: tempo, energy, key and, where vectors are given, everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from ml.flow_search import cheapest_order
from ml.names import credited_artists

Shape = Literal["steady", "rise", "fall", "wave"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

# What the parts of a step weigh; each part is from 0 (no change) to 1 (as much as can be).
TEMPO_WEIGHT, ENERGY_WEIGHT, KEY_WEIGHT, VECTOR_WEIGHT = 0.3, 0.3, 0.15, 0.25
# Half or double the tempo keeps the beat, but is heard: it counts as this part of an octave.
HALF_TEMPO = 0.1
# No tempo is farther from another, its half and its double than half an octave.
FARTHEST_TEMPO = 0.5
FARTHEST_KEYS = 7
# For a step that costs 0.1 less, a song may stand a tenth of the list away from where its level belongs.
SHAPE_WEIGHT = 1.0
# The level of a song, which rises and falls, is mostly its energy.
LEVEL_OF_ENERGY = 0.7
# Where a wave is highest, and how much of its height it loses until the end.
PEAK, COOL_DOWN = 0.65, 0.8


@dataclass(frozen=True)
class Flow:
    """`order[i]` is the given place of the song that now comes i-th; `before` and `after` the mean costs of a step.

    0 is a step without any change, 1 one in which everything changes as much as it can.
    """

    order: tuple[int, ...]
    before: float
    after: float


def camelot(key: float, mode: float) -> str | None:
    """The code of a key on the Camelot wheel, such as "8A" for A minor; None where key or mode is unknown.

    `key` 0–11 from C, `mode` 1 major, 0 minor, as in Spotify's features; -1 and NaN are unknown. The wheel (Mark Davis,
    Camelot Sound, used by Mixed In Key) is the circle of fifths with its keys numbered clockwise so that C major is 8B
    and its relative A minor 8A.
    """
    if key not in range(12) or mode not in (0, 1):
        return None
    major = int(key) if mode == 1 else int(key) + 3
    return f"{(7 * major + 7) % 12 + 1}{'B' if mode == 1 else 'A'}"


def harmonic_distance(code: str, other: str) -> int:
    """Steps on the Camelot wheel from 0 to 7: one for each hour and one for a change between minor and major.

    0 is the same key; 1 a fifth up or down, or the relative key: what DJs mix without a second thought.
    """
    hours = abs(int(code[:-1]) - int(other[:-1]))
    return min(hours, 12 - hours) + (code[-1] != other[-1])


def flow_order(
    tempo: np.ndarray,
    energy: np.ndarray,
    key: np.ndarray,
    mode: np.ndarray,
    *,
    artists: Sequence[str] | None = None,
    vectors: np.ndarray | None = None,
    shape: Shape = "steady",
    first: int | None = None,
    last: int | None = None,
) -> Flow:
    """The songs in an order that flows and keeps to `shape`; the same songs always come in the same order.

    `tempo` in BPM, `energy` 0–1, `key` and `mode` as in `camelot`, all (n,), unknown is NaN; `artists` the ";"-joined
    names of each song, kept from standing in two songs in a row as far as that can be helped; `vectors` (n, d) unit
    vectors. "steady" makes steps small, "rise" and "fall" let energy and tempo climb and sink, "wave" warms up, peaks
    and cools down. `first` and `last` are songs that stay at the ends.

    Raises ValueError for an unknown shape, an end that is none of the songs, and one song at both ends of several.
    """
    count = len(tempo)
    if shape not in SHAPES:
        raise ValueError(f"there is no shape “{shape}”; there are {', '.join(SHAPES)}")
    if not {first, last} <= {None, *range(count)}:
        raise ValueError(f"the ends must be among the {count} songs")
    if count > 1 and first is not None and first == last:
        raise ValueError("one song can't be both the first and the last")
    steps = step_costs(tempo, energy, key, mode, vectors)
    apart = np.zeros(steps.shape, dtype=bool) if artists is None else _share_artist(artists)
    places = SHAPE_WEIGHT * _place_costs(_levels(tempo, energy), shape)
    order = cheapest_order(steps, places, apart, first, last)
    return Flow(tuple(order), _mean_step(steps, list(range(count))), _mean_step(steps, order))


def step_costs(
    tempo: np.ndarray, energy: np.ndarray, key: np.ndarray, mode: np.ndarray, vectors: np.ndarray | None = None
) -> np.ndarray:
    """What it costs to go from each song to each other: (n, n), symmetric, 0 to 1.

    A part that is unknown of either song costs what it costs on average among the rest.
    """
    pitch = np.log2(np.where(tempo > 0, tempo, np.nan))
    octaves = np.abs(pitch[:, None] - pitch)
    whole = np.round(octaves)
    tempo_part = np.minimum(np.abs(octaves - whole) + HALF_TEMPO * whole, FARTHEST_TEMPO) / FARTHEST_TEMPO
    parts = [
        (TEMPO_WEIGHT, tempo_part),
        (ENERGY_WEIGHT, np.abs(energy[:, None] - energy)),
        (KEY_WEIGHT, _key_distances(key, mode) / FARTHEST_KEYS),
    ]
    if vectors is not None:
        parts.append((VECTOR_WEIGHT, np.clip(1 - vectors @ vectors.T, 0, 1)))
    total = sum(weight for weight, _ in parts)
    return sum((weight / total * _unknown_as_usual(part) for weight, part in parts), np.zeros(octaves.shape))


def _key_distances(key: np.ndarray, mode: np.ndarray) -> np.ndarray:
    """`harmonic_distance` of all pairs, (n, n); NaN where a key is unknown."""
    codes = [camelot(*pair) for pair in zip(key.tolist(), mode.tolist(), strict=True)]
    hour = np.array([np.nan if code is None else int(code[:-1]) for code in codes])
    letter = np.array([code is not None and code[-1] == "A" for code in codes])
    hours = np.abs(hour[:, None] - hour)
    return np.minimum(hours, 12 - hours) + (letter[:, None] != letter)


def _unknown_as_usual(part: np.ndarray) -> np.ndarray:
    unknown = np.isnan(part)
    usual = part[~unknown].mean() if not unknown.all() else 0.0
    filled = np.where(unknown, usual, part)
    np.fill_diagonal(filled, 0.0)
    return filled


def _share_artist(artists: Sequence[str]) -> np.ndarray:
    """Which two different songs credit the same artist: bool (n, n)."""
    credited = [set(credited_artists(names)) for names in artists]
    numbers = {name: number for number, name in enumerate(sorted(set().union(*credited)))}
    credits = np.zeros((len(credited), len(numbers)), dtype=np.float32)
    for song, names in enumerate(credited):
        credits[song, [numbers[name] for name in names]] = 1
    return (credits @ credits.T > 0) & ~np.eye(len(credited), dtype=bool)


def _levels(tempo: np.ndarray, energy: np.ndarray) -> np.ndarray:
    """How high each song stands among these, 0 to 1: mostly by energy, partly by tempo; unknown is the middle."""
    ranks = [pd.Series(values).rank(pct=True).fillna(0.5) for values in (energy, tempo)]
    level = pd.Series(LEVEL_OF_ENERGY * ranks[0] + (1 - LEVEL_OF_ENERGY) * ranks[1]).rank().to_numpy()
    return (level - 1) / max(len(level) - 1, 1)


def _place_costs(levels: np.ndarray, shape: Shape) -> np.ndarray:
    """How far each song's level is from the one its place should have: (songs, places); 0 for a steady flow."""
    count = len(levels)
    if shape == "steady":
        return np.zeros((count, count))
    time = np.linspace(0, 1, count)
    wave = np.where(time <= PEAK, time / PEAK, 1 - COOL_DOWN * (time - PEAK) / (1 - PEAK))
    curve = {"rise": time, "fall": -time, "wave": wave}[shape]
    # The levels are ranks, so the curve is one as well: somebody is there for every height.
    wanted = (pd.Series(curve).rank().to_numpy() - 1) / max(count - 1, 1)
    return np.abs(levels[:, None] - wanted)


def _mean_step(steps: np.ndarray, order: list[int]) -> float:
    return float(steps[order[:-1], order[1:]].mean()) if len(order) > 1 else 0.0
