"""The models every paper and notebook uses, on audio features alone, to stand beside our own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from ml.encoder import feature_values
from ml.splits import Split
from ml.tracks import CATEGORICAL, FEATURE_NAMES

# Keeps the log-loss of models that give a class no chance at all finite; far below the share of any genre.
LEAST_CHANCE = 1e-4
# Nine tenths of the scaled and one-hot columns' variance.
COMPONENTS = 12
NEIGHBOURS = 50

# How a model copes with rare genres: not at all, by class weights, by drawing every genre equally often.
BALANCES = ("unbalanced", "class weights", "re-sampled")


@dataclass(frozen=True)
class TrainingRows:
    """One row per track and genre: features (n, features), genre number (n,), weight (n,) summing to 1 per track."""

    features: np.ndarray
    genre: np.ndarray
    weight: np.ndarray


def audio_columns(frame: pd.DataFrame, *, popularity: bool) -> np.ndarray:
    """The features (rows, features), NaN for unknown; with `popularity` as the last column if asked for."""
    values = feature_values(frame)
    return np.column_stack([values, frame["popularity"]]) if popularity else values


def training_rows(
    features: np.ndarray, targets: np.ndarray, train: np.ndarray, balance: str, seed: int
) -> TrainingRows:
    """The rows to fit to; `targets` (rows, genres) sum to 1 in each row."""
    row, genre = np.nonzero(targets[train])
    weight = targets[train][row, genre].astype(float)
    if balance == "class weights":
        weight = weight * genre_weights(genre, weight, targets.shape[1])[genre]
    elif balance == "re-sampled":
        random = np.random.default_rng(seed)
        largest = int(np.bincount(genre).max())
        drawn = [random.choice(np.flatnonzero(genre == number), largest) for number in np.unique(genre)]
        chosen = np.concatenate(drawn)
        row, genre, weight = row[chosen], genre[chosen], np.ones(len(chosen))
    return TrainingRows(features[train][row], genre, weight)


def genre_weights(genre: np.ndarray, weight: np.ndarray, genres: int) -> np.ndarray:
    """A weight for each of `genres` genres so that all weigh the same in total and the average row weighs 1."""
    totals = np.bincount(genre, weight, minlength=genres)
    return totals[totals > 0].mean() / np.maximum(totals, 1e-9)


def _prepared(model: Any | None, *, pca: bool) -> Pipeline:
    """Scaling and one-hot columns before `model` (or nothing), with PCA between if asked for."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    )
    positions = [FEATURE_NAMES.index(name) for name in CATEGORICAL]
    columns = ColumnTransformer(
        [("categories", categories, positions)], remainder=numbers, verbose_feature_names_out=False
    )
    steps = [columns, PCA(COMPONENTS, random_state=0)] if pca else [columns]
    return make_pipeline(*steps, *([model] if model is not None else []))


def _estimator(build: Callable[[int], Any]) -> Callable[[TrainingRows, np.ndarray, int, int], np.ndarray]:
    """Fits what `build(seed)` makes; gives chances (queries, genres)."""

    def fit_predict(rows: TrainingRows, queries: np.ndarray, genres: int, seed: int) -> np.ndarray:
        model = build(seed)
        last = model.steps[-1][0] if isinstance(model, Pipeline) else None
        name = "sample_weight" if last is None else f"{last}__sample_weight"
        model.fit(rows.features, rows.genre, **{name: rows.weight})
        chances = np.zeros((len(queries), genres))
        # Half of the memory of one big matrix of float64 for a forest.
        for start in range(0, len(queries), 4096):
            part = slice(start, start + 4096)
            chances[part, model.classes_] = model.predict_proba(queries[part])
        return chances

    return fit_predict


def _nearest(*, pca: bool) -> Callable[[TrainingRows, np.ndarray, int, int], np.ndarray]:
    def fit_predict(rows: TrainingRows, queries: np.ndarray, genres: int, seed: int) -> np.ndarray:
        columns = _prepared(None, pca=pca)
        index = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(rows.genre)), n_jobs=-1)
        index.fit(columns.fit_transform(rows.features))
        distance, neighbour = index.kneighbors(columns.transform(queries))
        closeness = rows.weight[neighbour] / (distance + 0.1)
        chances = np.zeros((len(queries), genres))
        np.add.at(chances, (np.arange(len(queries))[:, None], rows.genre[neighbour]), closeness)
        return chances / chances.sum(axis=1, keepdims=True)

    return fit_predict


def _majority(rows: TrainingRows, queries: np.ndarray, genres: int, seed: int) -> np.ndarray:
    shares = np.bincount(rows.genre, rows.weight, minlength=genres)
    return np.tile(shares / shares.sum(), (len(queries), 1))


def _tree(seed: int) -> Any:
    return DecisionTreeClassifier(min_samples_leaf=20, random_state=seed)


def _regression(seed: int) -> Any:
    return LogisticRegression(max_iter=40, random_state=seed)


def _forest(seed: int) -> Any:
    return RandomForestClassifier(150, max_features=4, n_jobs=-1, random_state=seed)


def _boosting(seed: int) -> Any:
    # 114 trees a round: few rounds of small trees take as long as the forest.
    return HistGradientBoostingClassifier(
        max_iter=50, learning_rate=0.15, max_leaf_nodes=8, l2_regularization=10, early_stopping=False, random_state=seed
    )


BASELINES: dict[str, Callable[[TrainingRows, np.ndarray, int, int], np.ndarray]] = {
    "majority": _majority,
    "k-nearest neighbours": _nearest(pca=False),
    "k-nearest neighbours, PCA": _nearest(pca=True),
    "decision tree": _estimator(_tree),
    "decision tree, PCA": _estimator(lambda seed: _prepared(_tree(seed), pca=True)),
    "logistic regression": _estimator(lambda seed: _prepared(_regression(seed), pca=False)),
    "logistic regression, PCA": _estimator(lambda seed: _prepared(_regression(seed), pca=True)),
    "random forest": _estimator(_forest),
    "gradient boosting": _estimator(_boosting),
}


def baseline_chances(
    name: str,
    features: np.ndarray,
    targets: np.ndarray,
    split: Split,
    *,
    seed: int,
    balance: str = "unbalanced",
) -> np.ndarray:
    """Chances (test rows, genres) of one of BASELINES, fitted to the training and validation rows of `split`.

    They choose nothing on validation rows; without them they would know less than our own models, which remember them.
    """
    rows = training_rows(features, targets, np.concatenate([split.train, split.validation]), balance, seed)
    chances = BASELINES[name](rows, features[split.test], targets.shape[1], seed)
    chances = np.maximum(chances, LEAST_CHANCE)
    return chances / chances.sum(axis=1, keepdims=True)
