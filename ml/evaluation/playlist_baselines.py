"""What else one could recommend by: chance, fame, raw audio features, genres, artists, a blend by hand."""

from collections.abc import Callable

import numpy as np

from ml.evaluation.list_scores import DEEP
from ml.recommender import Recommender
from ml.tracks import CONTINUOUS

RANDOM, POPULARITY, AUDIO, GENRE, ARTIST, NEAREST, BLEND = BASELINES = (
    "random",
    "popularity",
    "raw audio cosine",
    "genre cosine",
    "same artists",
    "nearest vectors",
    "blend by hand",
)
# The blend's weights: the best of a coarse grid, seen on these very playlists, which flatters it.
FAME_SHARE, ARTIST_SHARE, SOUND_SHARE = 0.2, 0.1, 0.1


def baseline_lists(name: str, recommender: Recommender, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """A function from given song numbers to DEEP recommended ones, best first, none of the given."""
    if name == AUDIO:
        return _raw_audio(recommender)
    score = _scores(name, recommender, np.random.default_rng(seed))

    def lists(given: np.ndarray) -> np.ndarray:
        scores = score(given)
        scores[given] = -np.inf
        return np.argsort(-scores, kind="stable")[:DEEP]

    return lists


def _raw_audio(recommender: Recommender) -> Callable[[np.ndarray], np.ndarray]:
    """What most projects do: standardised audio features, cosine to the mean of the given songs."""
    from sklearn.neighbors import NearestNeighbors
    from sklearn.preprocessing import StandardScaler

    raw = np.column_stack([recommender.columns.numbers[name] for name in CONTINUOUS]).astype(np.float64)
    features = StandardScaler().fit_transform(np.where(np.isnan(raw), np.nanmean(raw, axis=0), raw))
    neighbours = NearestNeighbors(metric="cosine", algorithm="brute").fit(features)

    def lists(given: np.ndarray) -> np.ndarray:
        count = min(DEEP + len(given), len(features))
        found = neighbours.kneighbors(features[given].mean(axis=0)[None], count, return_distance=False)[0]
        return found[~np.isin(found, given)][:DEEP]

    return lists


def _scores(name: str, recommender: Recommender, random: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    facts, vectors = recommender.facts, recommender.vectors
    shares = facts.carries / facts.genre_count[:, None]
    lengths = np.linalg.norm(shares, axis=1, keepdims=True)
    unit_genres = shares / np.maximum(lengths, 1e-12)
    sound = facts.shares - 0.5
    unit_sound = sound / np.maximum(np.linalg.norm(sound, axis=1, keepdims=True), 1e-12)
    # Between songs that score the same, the better known comes first: otherwise the order would be the file's.
    tie = 1e-6 * facts.fame_rank

    def same_artist(given: np.ndarray) -> np.ndarray:
        return facts.artists @ np.asarray(facts.artists[given].sum(axis=0)).ravel()

    def blend(given: np.ndarray) -> np.ndarray:
        return (
            shares @ shares[given].mean(axis=0)
            + FAME_SHARE * facts.fame_rank
            + ARTIST_SHARE * (same_artist(given) > 0)
            + SOUND_SHARE * (unit_sound @ unit_sound[given].mean(axis=0))
        )

    return {
        RANDOM: lambda given: random.random(len(facts)),
        POPULARITY: lambda given: facts.fame.astype(np.float64),
        GENRE: lambda given: unit_genres @ unit_genres[given].mean(axis=0) + tie,
        ARTIST: lambda given: same_artist(given) + tie,
        NEAREST: lambda given: vectors @ vectors[given].mean(axis=0) + tie,
        BLEND: blend,
    }[name]
