"""Invented vectors that lie about as tracks do: many overlapping groups of very different sizes, on few axes.

A mixture of COMPONENTS Gaussians, brought to unit length. Each has a centre anywhere, AXES axes of its own, the first
WIDEST times as wide as the last, and a size and a reach drawn from log-normal distributions. At 90,000 rows this is a
little harder to search than the vectors of the real catalogue: the 1st and 10th neighbours have cosines 0.91 and 0.86
(there 0.97 and 0.94), the local dimension is 9 (there 7), and as many lists have to be looked into.

Every block of rows has its own seed, so the first rows of a large set are those of a small one and nothing has to be in
memory twice.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

DIMENSIONS = 64
COMPONENTS = 300
# About as many directions as a dozen sound features and mixed genres span.
AXES = 20
# The largest groups hold a hundred times as many tracks as the smallest, like genres in a catalogue.
SIZE_SPREAD = 1.0
# How far a group reaches, its centre being at distance 1 from the origin, and how much groups differ in that.
REACH, REACH_SPREAD = 0.7, 0.3
WIDEST = 5.0
# Noise on every dimension: no real vector lies exactly on a few axes.
NOISE = 0.02
BLOCK = 100_000
# Blocks count from 0; the queries' block is one that no set of vectors ever reaches.
QUERY_BLOCK = 2**31


@dataclass(frozen=True)
class Mixture:
    """`shares` (COMPONENTS,) sum to 1; `centres` (COMPONENTS, DIMENSIONS); `axes` (COMPONENTS, AXES, DIMENSIONS)."""

    seed: int
    shares: np.ndarray
    centres: np.ndarray
    axes: np.ndarray

    @classmethod
    def drawn(cls, seed: int) -> "Mixture":
        random = np.random.default_rng(seed)
        shares = random.lognormal(0, SIZE_SPREAD, COMPONENTS)
        centres = _unit(random.standard_normal((COMPONENTS, DIMENSIONS), dtype=np.float32))
        reaches = REACH * random.lognormal(0, REACH_SPREAD, COMPONENTS).astype(np.float32)
        widths = np.geomspace(WIDEST, 1, AXES, dtype=np.float32)
        directions = _unit(random.standard_normal((COMPONENTS, AXES, DIMENSIONS), dtype=np.float32))
        axes = directions * (widths / np.linalg.norm(widths))[:, None] * reaches[:, None, None]
        return cls(seed, shares / shares.sum(), centres, axes)

    def block(self, number: int, rows: int) -> np.ndarray:
        """Unit vectors, float32 (rows, DIMENSIONS), the same for the same number and rows."""
        random = np.random.default_rng((self.seed, number))
        components = np.sort(random.choice(COMPONENTS, rows, p=self.shares))
        points = NOISE * random.standard_normal((rows, DIMENSIONS), dtype=np.float32)
        places = random.standard_normal((rows, AXES), dtype=np.float32)
        present, starts = np.unique(components, return_index=True)
        for component, start, end in zip(present, starts, [*starts[1:], rows], strict=True):
            points[start:end] += self.centres[component] + places[start:end] @ self.axes[component]
        return _unit(points)[random.permutation(rows)]

    def queries(self, rows: int) -> np.ndarray:
        """Fresh points of the same mixture, float32 (rows, DIMENSIONS): none of them is in any set of vectors."""
        return self.block(QUERY_BLOCK, rows)


def write_points(mixture: Mixture, rows: int, path: Path) -> np.ndarray:
    """Writes the first `rows` points to a .npy file, block by block, and returns it memory-mapped for reading."""
    points = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(rows, DIMENSIONS))
    for start in range(0, rows, BLOCK):
        here = min(BLOCK, rows - start)
        points[start : start + here] = mixture.block(start // BLOCK, BLOCK)[:here]
    points.flush()
    return np.load(path, mmap_mode="r")


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)
