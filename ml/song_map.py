"""The catalogue's songs on a map: neighbours are alike, regions are genres.

A sample of every genre is laid out by t-SNE (van der Maaten & Hinton 2008) of the one vector space; every other song
is placed among those of the sample that it is most like.

On the real catalogue's map, 96 % of the ten songs next to a song have a genre in common with it (92 % where it is well
known), and their features differ by 18 percentiles, where those of any two songs differ by 34. Laid out by genre and
company alone it is 98 %, but 21 percentiles; by sound alone 11 % and 12. Trustworthiness, of places for the whole
vector: 0.998, 0.998, 0.914. Cut down to its first 50 principal components, the vector keeps all of the sound and loses
some of the genre: 91 %.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np

from ml.ranking.facts import SongFacts

MAP_FILE = "map.npz"
# Takes 13 s on one core. 3,000 leave more of the map empty, 8,000 take half as long again; neither changes by more
# than 1 % what share of neighbours have a genre in common. A small catalogue is laid out by half of its songs.
SAMPLE, SMALL_SAMPLE = 6_000, 1_000
# How many others each song stays near. With 50 or 80 the figures are the same, but genres shrink and less is filled.
PERPLEXITY = 30.0
# Half of what scikit-learn takes; the rest of them change no figure above by more than 0.002.
STEPS = 500
# How coarsely distant songs push each other away: a quarter faster than scikit-learn's 0.5, and no worse.
ANGLE = 0.7
# Fewer can't be told apart by t-SNE; they lie along their principal components.
FEWEST = 10
# t-SNE leaves wide gaps between genres. Moving every song so far towards evenly filled axes draws them larger and
# keeps the order from left to right and from top to bottom: a quarter of the map is filled, not a fifth.
EVENNESS = 0.8
# A song lies between the NEIGHBOURS of the sample that it is most like, but only those that lie together: halfway
# between two genres there is neither. Without this, known songs have 89 % of their neighbours in their genres.
NEIGHBOURS, TOGETHER = 3, 0.1
# Added to squared distances, so that a song of the sample stays in its own place.
CLOSEST = 1e-3
# Names further apart than this don't write over each other; as far around its middle a region is looked at.
APART = 0.12
MOST_REGIONS = 40
# Every genre of the catalogue has about as many songs. A map is read by the genres of which people know songs, the best
# known tenth of all: sorted by size or purity, "study" and "malay" are named, pop and metal are not.
WELL_KNOWN = 0.9
# How finely a genre's densest spot is looked for, and over how many of such cells it is blurred.
CELLS, BLUR = 64, 1.5


class Region(NamedTuple):
    """Where songs of a genre lie closest together."""

    x: float
    y: float
    genre: str


@dataclass(frozen=True)
class SongMap:
    """`places` float32 (songs, 2), each coordinate in -1..1; `names` most important first, none over another."""

    places: np.ndarray
    names: tuple[Region, ...]

    @classmethod
    def fit(cls, vectors: np.ndarray, facts: SongFacts, *, seed: int = 0) -> "SongMap":
        """From the songs' unit vectors, float32 (songs, dimensions)."""
        rows = sampled(facts, seed)
        layout = _framed(_even(_laid_out(vectors[rows], seed)))
        # As precise as the file, so that a map once loaded is the one that was made.
        places = _halved(_placed(vectors, vectors[rows], layout))
        return cls(places, _regions(places, facts))

    def __len__(self) -> int:
        return len(self.places)

    def save(self, folder: Path) -> None:
        with (folder / MAP_FILE).open("wb") as file:
            np.savez(
                file,
                places=self.places.astype(np.float16),
                spots=np.array([(region.x, region.y) for region in self.names]).reshape(-1, 2),
                genres=np.frombuffer("\n".join(region.genre for region in self.names).encode(), dtype=np.uint8),
            )

    @classmethod
    def load(cls, folder: Path) -> "SongMap":
        with np.load(folder / MAP_FILE, allow_pickle=False) as stored:
            genres = stored["genres"].tobytes().decode().split("\n")
            names = (Region(float(x), float(y), genre) for (x, y), genre in zip(stored["spots"], genres, strict=True))
            return cls(stored["places"].astype(np.float32), tuple(names))


def sampled(facts: SongFacts, seed: int) -> np.ndarray:
    """Rows of songs, as many of each genre as of any other where there are so many; half of them its best-known."""
    wanted = min(SAMPLE, max(SMALL_SAMPLE, len(facts) // 2))
    if len(facts) <= wanted:
        return np.arange(len(facts))
    random = np.random.default_rng(seed)
    each = max(1, wanted // len(facts.genres))
    taken = np.zeros(len(facts), dtype=bool)
    for carries in facts.carries.T:
        songs = np.flatnonzero(carries)
        known = songs[np.argsort(-facts.fame[songs], kind="stable")]
        order = np.concatenate([known[: each // 2], random.permutation(known[each // 2 :])])
        taken[order[~taken[order]][:each]] = True
    return np.flatnonzero(taken)


def _laid_out(vectors: np.ndarray, seed: int) -> np.ndarray:
    """Places (n, 2) of vectors (n, dimensions) by t-SNE, from their two first principal components on."""
    from threadpoolctl import threadpool_limits

    # Sums by several threads differ in the last digit from run to run, and t-SNE makes another map of that.
    with threadpool_limits(1):
        centred = vectors - vectors.mean(axis=0)
        _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        start = centred @ axes[:, :-3:-1]
        if len(vectors) < FEWEST:
            return start
        from sklearn.manifold import TSNE

        # As small as scikit-learn makes its own: t-SNE needs room to move.
        start *= 1e-4 / max(float(start[:, 0].std()), 1e-12)
        perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
        model = TSNE(
            perplexity=perplexity, max_iter=STEPS, angle=ANGLE, init=start.astype(np.float32), random_state=seed
        )
        return model.fit_transform(vectors)


def _even(places: np.ndarray) -> np.ndarray:
    ranks = places.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / max(len(places) - 1, 1)
    return (1 - EVENNESS) * _framed(places) + EVENNESS * (2 * ranks - 1)


def _framed(places: np.ndarray) -> np.ndarray:
    """Stretched so that each axis goes from -1 to 1."""
    lowest, highest = places.min(axis=0), places.max(axis=0)
    return (places - (lowest + highest) / 2) / np.maximum((highest - lowest) / 2, 1e-12)


def _placed(vectors: np.ndarray, sample: np.ndarray, layout: np.ndarray) -> np.ndarray:
    """Places (n, 2), each the weighted mean of those of the sample that are most like it and lie together."""
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    distances, nearest = faiss.knn(vectors, sample.astype(np.float32), min(NEIGHBOURS, len(sample)))
    around = layout[nearest]
    together = np.linalg.norm(around - around[:, :1], axis=2) <= TOGETHER
    # Rounding may make the square of no distance negative.
    weights = together / (np.maximum(distances, 0) + CLOSEST)
    weights /= weights.sum(axis=1, keepdims=True)
    return (weights[:, :, None] * around).sum(axis=1, dtype=np.float64).astype(np.float32)


def _regions(places: np.ndarray, facts: SongFacts) -> tuple[Region, ...]:
    """Each genre at its densest spot, by how many of its well-known songs lie there; of two in one spot the first."""
    known = facts.fame_rank > WELL_KNOWN
    found: list[tuple[tuple[int, int], np.ndarray, str]] = []
    for genre, carries in zip(facts.genres, facts.carries.T > 0, strict=True):
        spot = _densest(places[carries])
        there = carries & (np.linalg.norm(places - spot, axis=1) <= APART)
        found.append(((-int((there & known).sum()), -int(there.sum())), spot, genre))
    named: list[tuple[np.ndarray, str]] = []
    for _, spot, genre in sorted(found, key=lambda one: (one[0], one[2])):
        if len(named) < MOST_REGIONS and all(np.linalg.norm(spot - other) > APART for other, _ in named):
            named.append((spot, genre))
    return tuple(Region(float(x), float(y), genre) for (x, y), genre in named)


def _densest(places: np.ndarray) -> np.ndarray:
    """Where most of some places (n, 2) lie closest together."""
    from scipy.ndimage import gaussian_filter

    edges = np.linspace(-1, 1, CELLS + 1)
    counts, _, _ = np.histogram2d(places[:, 0], places[:, 1], bins=[edges, edges])
    cell = np.unravel_index(gaussian_filter(counts, BLUR, mode="constant").argmax(), counts.shape)
    middle = (edges[np.array(cell)] + edges[np.array(cell) + 1]) / 2
    near = places[np.linalg.norm(places - middle, axis=1) <= APART / 2]
    return np.median(near, axis=0) if len(near) else middle


def _halved(places: np.ndarray) -> np.ndarray:
    """Float32 with no more than float16 holds."""
    return places.astype(np.float16).astype(np.float32)
