"""What the clusters are worth: how many there should be, whether they come back, and what can be told of them.

A network that hears the very features the clusters were made of only finds their borders again (K-Means cells are
Voronoi cells, for which any decent classifier scores far above 90 %): that accuracy says that the clusters can be
computed, not that anything was learned about music. The honest figures are the stability, what the clusters have in
common with the real genres, and the accuracy from names alone, which took no part in the clustering.
"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ml.catalogue import genre_matrix
from ml.clusters import MOOD_COLUMNS
from ml.evaluation.clusters_networks import guess_from_audio, guess_from_text
from ml.percentiles import Percentiles
from ml.splits import Split, strangers
from ml.synthetic_genres import GenreSpace, SyntheticGenres, fit_synthetic_genres
from ml.tracks import split_values

SMALLEST_K, LARGEST_K = 4, 40
# Tracks that the table is made from: minutes instead of a quarter of an hour.
TABLE_SAMPLE = 30_000
TABLE_STARTS = 5
TABLE_REPEATS = 3
SILHOUETTE_SAMPLE = 4_000
# Fits on all tracks whose agreement is the stability of the chosen model.
REPEATS = 5
MOODS, SYNTHETIC_GENRES = SPACES = ("moods", "synthetic genres")


def cluster_table(frame: pd.DataFrame, percentiles: Percentiles, seed: int, *, space: str) -> list[dict[str, Any]]:
    """K-Means for every k from SMALLEST_K to LARGEST_K in the space of the moods or of the synthetic genres (SPACES).

    Each row holds `k`, `silhouette` (higher is better), `davies_bouldin` (lower is better), `ari_seeds` and
    `ari_bootstraps` (mean adjusted Rand index between fits with other seeds, and on other bootstrap samples: 1 means
    the same clusters, 0 mere chance) and `smallest_share`. On a sample of the tracks, so that stability comes out
    lower than on all of them. Raises ValueError for another space.
    """
    from threadpoolctl import threadpool_limits

    points = _points(frame, percentiles, space)
    random = np.random.default_rng(seed)
    points = points[random.permutation(len(points))[:TABLE_SAMPLE]]
    most = min(LARGEST_K, len(np.unique(points, axis=0)) - 1)
    with threadpool_limits(1):
        return [_table_row(points, k, seed) for k in range(SMALLEST_K, most + 1)]


def synthetic_scores(frame: pd.DataFrame, genres: list[str], split: Split, seed: int) -> dict[str, Any]:
    """What the synthetic genres are worth; the accuracies are those on the split's test rows.

    For them, the clusters are made from the training rows only; a test row belongs to the nearest. `nmi` (normalised
    mutual information with the real genres) and the entropies, in bits, of a track's real genre with and without its
    synthetic one known, are of the test rows too. `ari_seeds` and `ari_bootstraps` compare fits on the whole frame,
    percentiles and directions included. `text_accuracy_strangers` is of test rows none of whose artists stands in a
    training row: there it is not a matter of remembering who sounds how (None without such rows).
    """
    carries = genre_matrix(frame, genres)
    train = frame.iloc[split.train]
    model = fit_synthetic_genres(train, genres, carries[split.train], Percentiles.fit(train), seed=seed)
    groups = _numbers(model, frame)
    truth = groups[split.test]
    heard = guess_from_audio(frame, groups, split, seed=seed) == truth
    read = guess_from_text(frame, groups, split, seed=seed) == truth
    unheard_of = np.isin(split.test, strangers(frame, split))
    majority = np.bincount(groups[split.train]).argmax()
    return {
        "k": len(model.all),
        "test_tracks": len(split.test),
        **_in_common(frame.iloc[split.test], truth),
        **stability(frame, genres, carries, seed),
        "majority_accuracy": float((truth == majority).mean()),
        "audio_accuracy": float(heard.mean()),
        "text_accuracy": float(read.mean()),
        "strangers": int(unheard_of.sum()),
        "text_accuracy_strangers": float(read[unheard_of].mean()) if unheard_of.any() else None,
    }


def stability(frame: pd.DataFrame, genres: list[str], carries: np.ndarray, seed: int) -> dict[str, float]:
    """Mean adjusted Rand index between every two of REPEATS fits, judged on all rows of `frame`.

    `ari_seeds`: the same rows, other seeds. `ari_bootstraps`: other rows too, drawn with replacement.
    """

    def fitted(rows: np.ndarray, repeat: int) -> np.ndarray:
        drawn = frame.iloc[rows]
        model = fit_synthetic_genres(drawn, genres, carries[rows], Percentiles.fit(drawn), seed=seed + repeat)
        return _numbers(model, frame)

    random = np.random.default_rng(seed)
    everything = np.arange(len(frame))
    return {
        "ari_seeds": _agreement([fitted(everything, repeat) for repeat in range(REPEATS)]),
        "ari_bootstraps": _agreement(
            [fitted(random.integers(0, len(frame), len(frame)), repeat) for repeat in range(REPEATS)]
        ),
    }


def _points(frame: pd.DataFrame, percentiles: Percentiles, space: str) -> np.ndarray:
    if space == MOODS:
        return percentiles.of(frame)[:, MOOD_COLUMNS]
    if space != SYNTHETIC_GENRES:
        raise ValueError(f"there is no space {space!r}")
    genres = sorted({genre for joined in frame["genres"].unique() for genre in split_values(joined)})
    return GenreSpace.fit(frame, genre_matrix(frame, genres), percentiles).encode(frame)


def _table_row(points: np.ndarray, k: int, seed: int) -> dict[str, Any]:
    from sklearn.cluster import KMeans
    from sklearn.metrics import davies_bouldin_score, silhouette_score

    def fitted(rows: np.ndarray, repeat: int) -> np.ndarray:
        return KMeans(k, n_init=TABLE_STARTS, random_state=seed + repeat).fit(rows).predict(points)

    random = np.random.default_rng(seed)
    by_seed = [fitted(points, repeat) for repeat in range(TABLE_REPEATS)]
    by_bootstrap = [
        fitted(points[random.integers(0, len(points), len(points))], repeat) for repeat in range(TABLE_REPEATS)
    ]
    member = by_seed[0]
    sample = min(SILHOUETTE_SAMPLE, len(points))
    return {
        "k": k,
        "silhouette": float(silhouette_score(points, member, sample_size=sample, random_state=seed)),
        "davies_bouldin": float(davies_bouldin_score(points, member)),
        "ari_seeds": _agreement(by_seed),
        "ari_bootstraps": _agreement(by_bootstrap),
        "smallest_share": float(np.bincount(member, minlength=k).min() / len(points)),
    }


def _agreement(memberships: list[np.ndarray]) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(np.mean([adjusted_rand_score(one, other) for one, other in combinations(memberships, 2)]))


def _numbers(model: SyntheticGenres, frame: pd.DataFrame) -> np.ndarray:
    """The synthetic genre's number for each row, int (rows,)."""
    number = {name: number for number, name in enumerate(model.names)}
    return model.predict(frame).map(number).to_numpy(dtype=int)


def _in_common(frame: pd.DataFrame, groups: np.ndarray) -> dict[str, float]:
    """Mutual information of real and synthetic genres; a track counts once for each of its real genres."""
    from scipy.stats import entropy
    from sklearn.metrics import normalized_mutual_info_score

    pairs = [
        (genre, group) for joined, group in zip(frame["genres"], groups, strict=True) for genre in split_values(joined)
    ]
    real, synthetic = (np.array(column) for column in zip(*pairs, strict=True))
    counts = pd.crosstab(synthetic, real).to_numpy()
    inside = entropy(counts, base=2, axis=1)
    return {
        "nmi": float(normalized_mutual_info_score(real, synthetic)),
        "genre_entropy": float(entropy(counts.sum(axis=0), base=2)),
        "genre_entropy_inside": float(np.average(inside, weights=counts.sum(axis=1))),
    }
