"""Draws audio features for the built-in sample catalogue from a genre's statistics: a Gaussian copula."""

from statistics import NormalDist

import numpy as np

from ml.statistics import MEASURES
from ml.tracks import FEATURES

# Rounding to three decimals can push a correlation matrix just out of the positive definite; this pulls it back.
SHRINKAGE = 0.01
# A live take or a remaster is nearly the same sound: the standard deviation of its difference, in normal scores.
VERSION_DIFFERENCE = 0.06
# As many decimals as Spotify gives; acousticness and instrumentalness are often close to 0.
DECIMALS = {"acousticness": 6, "instrumentalness": 6, "duration_ms": 0, "popularity": 0}
USUAL_DECIMALS = 4

# Where no original is meant in an array of row numbers.
NO_ORIGINAL = -1


def draw_audio(
    statistics: dict, levels: list[float], artist: np.ndarray, original: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Values of every feature, and popularity, for tracks of one genre.

    `statistics` is the genre's part of `ml.statistics.describe` and `levels` its quantile levels. `artist` (tracks,)
    numbers each track's artist from 0; `original` (tracks,) is the row that a track is another version of, or
    NO_ORIGINAL. Returns float arrays (tracks,) in the features' units, whole numbers where the feature has them.
    """
    scores = _scores(statistics, artist, rng)
    is_version = original != NO_ORIGINAL
    audio = [column for column, name in enumerate(MEASURES) if name != "popularity"]
    differences = VERSION_DIFFERENCE * _normals(rng, (len(artist), len(MEASURES)))
    scores[np.ix_(is_version, audio)] = (scores[original] + differences)[np.ix_(is_version, audio)]

    points = [NormalDist().inv_cdf(level) for level in levels]
    values = {
        name: np.round(
            np.interp(scores[:, column], points, statistics["quantiles"][name]), DECIMALS.get(name, USUAL_DECIMALS)
        )
        for column, name in enumerate(MEASURES)
    }
    source = np.where(is_version, original, np.arange(len(artist)))
    for feature in FEATURES:
        if feature.categories is not None:
            drawn = _categories(statistics["shares"][feature.name], feature.categories, len(artist), rng)
            values[feature.name] = drawn[source]
    return values


def _scores(statistics: dict, artist: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Correlated standard normal scores (tracks, measures), an artist's part and a track's part added up."""
    share = np.array([statistics["artist_share"][name] for name in MEASURES])
    root = np.linalg.cholesky(_correlations(statistics["correlations"], share))
    of_artist = _normals(rng, (int(artist.max()) + 1, len(MEASURES))) @ root.T
    of_track = _normals(rng, (len(artist), len(MEASURES))) @ root.T
    return np.sqrt(share) * of_artist[artist] + np.sqrt(1 - share) * of_track


def _correlations(triangle: list[float], share: np.ndarray) -> np.ndarray:
    """The correlation matrix (measures, measures) that both parts need so that their sum has the described one."""
    matrix = np.eye(len(share))
    above = np.triu_indices(len(share), k=1)
    matrix[above] = triangle
    matrix.T[above] = triangle
    # Two measures whose artist shares differ lose part of their correlation in the sum.
    kept = np.sqrt(np.outer(share, share)) + np.sqrt(np.outer(1 - share, 1 - share))
    matrix = (1 - SHRINKAGE) * matrix + SHRINKAGE * np.eye(len(share))
    restored = np.clip(matrix / kept, -1, 1)
    return restored if np.linalg.eigvalsh(restored)[0] > SHRINKAGE / 2 else matrix


def _normals(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Standard normal draws, the same on every platform and with every version of NumPy."""
    inverse = NormalDist().inv_cdf
    uniform = rng.random(shape)
    # The inverse has no value at 0.
    return np.array([inverse(max(value, 2.0**-53)) for value in uniform.ravel().tolist()]).reshape(shape)


def _categories(shares: list[float], categories: tuple[int, ...], tracks: int, rng: np.random.Generator) -> np.ndarray:
    steps = np.cumsum(shares)
    # The rounded shares may add up to a little less than 1.
    index = np.searchsorted(steps / steps[-1], rng.random(tracks), side="right")
    return np.array(categories, dtype=float)[index]
