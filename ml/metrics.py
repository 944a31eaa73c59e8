"""Honest scores of a classifier against sets of genres, and of neighbours."""

import numpy as np

from ml.calibration import Answer

CALIBRATION_BINS = 15


def hit_at(chances: np.ndarray, carries: np.ndarray, k: int) -> float:
    """Share of tracks with one of their genres among the k most probable; both arrays (rows, genres)."""
    top = np.argsort(-chances, axis=1, kind="stable")[:, :k]
    return float(np.take_along_axis(carries, top, axis=1).any(axis=1).mean())


def log_loss(chances: np.ndarray, carries: np.ndarray) -> float:
    """Mean of -log of the probability given to the track's set of genres, in nats."""
    return float(-np.log(np.clip((chances * carries).sum(axis=1), 1e-12, 1.0)).mean())


def calibration_error(memberships: np.ndarray, carries: np.ndarray) -> float:
    """Expected calibration error of the first guess (Naeini et al. 2015), equal-width bins of confidence."""
    guess = memberships.argmax(axis=1)
    confidence = memberships[np.arange(len(memberships)), guess]
    right = carries[np.arange(len(memberships)), guess]
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    error = 0.0
    for number in range(CALIBRATION_BINS):
        inside = bins == number
        if inside.any():
            error += inside.mean() * abs(float(right[inside].mean()) - float(confidence[inside].mean()))
    return float(error)


def classifier_scores(answer: Answer, carries: np.ndarray) -> dict[str, float]:
    """All scores of one classifier on one set of rows."""
    chances = answer.chances
    return {
        "hit@1": hit_at(chances, carries, 1),
        "hit@3": hit_at(chances, carries, 3),
        "hit@5": hit_at(chances, carries, 5),
        "log_loss": log_loss(chances, carries),
        "calibration_error": calibration_error(answer.memberships, carries),
    }


def neighbour_genre_precision(
    queries: np.ndarray,
    query_carries: np.ndarray,
    query_artists: np.ndarray,
    pool: np.ndarray,
    pool_carries: np.ndarray,
    pool_artists: np.ndarray,
    k: int = 10,
) -> float:
    """Share of the k nearest by another artist that carry one of the query's genres.

    `queries` (n, d) and `pool` (m, d) are compared by inner product; artists are one name per row.
    """
    found = 0
    for vector, carries, artist in zip(queries, query_carries, query_artists, strict=True):
        likeness = np.where(pool_artists == artist, -np.inf, pool @ vector)
        nearest = np.argpartition(-likeness, k)[:k]
        found += int(pool_carries[nearest][:, carries].any(axis=1).sum())
    return found / (k * len(queries))
