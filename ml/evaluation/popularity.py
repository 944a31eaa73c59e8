"""How far a track's popularity can be told from its sound, its genres, its artists and its album."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from ml.catalogue import genre_matrix
from ml.encoder import feature_values
from ml.names import credited_artists, first_artist, fold, song_keys
from ml.splits import Split, split_by_artist, split_by_track

PROTOCOLS: dict[str, Callable[[pd.DataFrame, int], Split]] = {
    "random": split_by_track,
    "artist-disjoint": split_by_artist,
}
# Parts into which the training rows are cut to learn each part's artists from the others only.
FOLDS = 10
# Tracks at the overall mean that a group's own mean is mixed with.
SMOOTHING = 3.0

# encode(source rows, target rows) -> features of the target rows, learnt from the popularity of the source rows.
Encode = Callable[[np.ndarray, np.ndarray], np.ndarray]


def popularity_scores(frame: pd.DataFrame, genres: list[str], seed: int, protocol: str) -> dict[str, dict[str, float]]:
    """MAE, RMSE and R² on the test rows of two baselines and of a ladder of models; `frame` has one row per track.

    `protocol` is "random" (the artist's other tracks may be known) or "artist-disjoint" (nobody who is listed first
    on a test track is in training). "+ artist" knows who made other tracks, but not on which album; an album may
    collect strangers, so "+ album" can know a test track's album under either protocol.
    """
    if protocol not in PROTOCOLS:
        raise ValueError(f"protocol must be one of {', '.join(PROTOCOLS)}, not {protocol!r}")
    frame = frame[frame["popularity"].notna()].reset_index(drop=True)
    popularity = frame["popularity"].to_numpy(dtype=float)
    split = PROTOCOLS[protocol](frame, seed)
    folds = draw_folds(frame, protocol, seed)
    # Genres are known under either protocol.
    by_track = draw_folds(frame, "random", seed)
    carries = genre_matrix(frame, genres)
    audio = feature_values(frame)
    genre = out_of_fold(genre_encoding(carries, popularity), split, by_track)
    artist = out_of_fold(artist_encoding(frame, popularity), split, folds)
    album = out_of_fold(album_encoding(frame, popularity), split, folds)
    ladder = {
        "audio": [audio],
        "audio + genre": [audio, genre],
        "audio + genre + artist": [audio, genre, artist],
        "audio + genre + artist + album": [audio, genre, artist, album],
    }
    guesses = {
        "mean": np.full(len(split.test), popularity[split.train].mean()),
        "genre median": genre_medians(carries, popularity, split),
        **{name: _predict(np.hstack(inputs), popularity, split, seed) for name, inputs in ladder.items()},
    }
    return {name: _scores(popularity[split.test], guess) for name, guess in guesses.items()}


def draw_folds(frame: pd.DataFrame, protocol: str, seed: int) -> np.ndarray:
    """The fold of each row. Drawn as the protocol draws its parts, by track or by whole artists.

    So a training row sees as much of its own artist as a test row does; a model that always knew the artist in
    training would be lost without one.
    """
    random = np.random.default_rng(seed)
    if protocol == "random":
        return random.integers(FOLDS, size=len(frame))
    artist = _codes([first_artist(names) for names in frame["artists"]])
    return random.integers(FOLDS, size=artist.max() + 1)[artist]


def out_of_fold(encode: Encode, split: Split, folds: np.ndarray) -> np.ndarray:
    """Features of all rows: of a training row from the other folds' training rows, of any other from all of them."""
    others = np.concatenate([split.validation, split.test])
    from_all = encode(split.train, others)
    features = np.full((len(folds), from_all.shape[1]), np.nan)
    features[others] = from_all
    fold_of_train = folds[split.train]
    for number in np.unique(fold_of_train):
        inside = fold_of_train == number
        features[split.train[inside]] = encode(split.train[~inside], split.train[inside])
    return features


def genre_encoding(carries: np.ndarray, popularity: np.ndarray) -> Encode:
    """Encodes a track's set of genres; `carries` is bool (rows, genres).

    Columns: number of genres, mean, maximum and minimum of the genres' mean
    popularity, mean of their shares of zeros. A genre that no source row carries is unknown.
    """

    def encode(source: np.ndarray, target: np.ndarray) -> np.ndarray:
        tracks = carries[source].sum(axis=0)
        with np.errstate(invalid="ignore"):
            mean = popularity[source] @ carries[source] / tracks
            zeros = (popularity[source] == 0).astype(float) @ carries[source] / tracks
        has = carries[target] & (tracks > 0)
        count = has.sum(axis=1)
        highest = np.where(has, mean, -np.inf)
        lowest = np.where(has, mean, np.inf)
        with np.errstate(invalid="ignore"):
            columns = [
                count,
                np.where(has, mean, 0.0).sum(axis=1) / count,
                highest.max(axis=1),
                lowest.min(axis=1),
                np.where(has, zeros, 0.0).sum(axis=1) / count,
            ]
        features = np.column_stack(columns).astype(float)
        features[count == 0] = np.nan
        return features

    return encode


def artist_encoding(frame: pd.DataFrame, popularity: np.ndarray) -> Encode:
    """Encodes the other tracks of the first artist, of the whole line-up, of each credited artist, and re-releases."""
    first = [first_artist(names) for names in frame["artists"]]
    credited = [sorted(set(credited_artists(names))) for names in frame["artists"]]
    groups = [
        _codes(first),
        _codes([tuple(names) for names in credited]),
        # The dataset was collected genre by genre, so one artist's tracks of one genre were picked alike.
        _codes(list(zip(first, frame["genres"], strict=True))),
        _codes(song_keys(frame).tolist()),
    ]
    row = np.repeat(np.arange(len(frame)), [len(names) for names in credited])
    artist = _codes([name for names in credited for name in names])

    def encode(source: np.ndarray, target: np.ndarray) -> np.ndarray:
        of_groups = [_group_statistics(group, popularity, source, target) for group in groups]
        return np.hstack([*of_groups, _credited_statistics(row, artist, popularity, source, target)])

    return encode


def album_encoding(frame: pd.DataFrame, popularity: np.ndarray) -> Encode:
    """Encodes the other tracks of the album, by the same artist and by anybody; a track without one is alone."""
    names = frame["album_name"].fillna("")
    album = [fold(name) or name.strip() or f"\t{row}" for row, name in enumerate(names)]
    first = [first_artist(names) for names in frame["artists"]]
    groups = [_codes(list(zip(first, album, strict=True))), _codes(album)]

    def encode(source: np.ndarray, target: np.ndarray) -> np.ndarray:
        return np.hstack([_group_statistics(group, popularity, source, target) for group in groups])

    return encode


def genre_medians(carries: np.ndarray, popularity: np.ndarray, split: Split) -> np.ndarray:
    """For each test row the mean of its genres' median popularity in training, or the overall median without one."""
    overall = float(np.median(popularity[split.train]))
    of_genre = [popularity[split.train][member] for member in carries[split.train].T]
    medians = np.array([np.median(values) if values.size else overall for values in of_genre])
    has = carries[split.test]
    count = has.sum(axis=1)
    return np.where(count > 0, has @ medians / np.maximum(count, 1), overall)


def _group_statistics(group: np.ndarray, popularity: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """What the source rows say of each target row's group: shape (targets, 8), NaN where they don't know the group.

    Columns: count, mean, smoothed mean, standard deviation, minimum, median, maximum, share of zeros.
    """
    values = pd.DataFrame({"popularity": popularity[source], "zero": popularity[source] == 0})
    grouped = values.groupby(group[source])
    table = grouped["popularity"].agg(["size", "mean", "std", "min", "median", "max"])
    table.insert(2, "smoothed", _smoothed(table, popularity[source].mean()))
    table["zeros"] = grouped["zero"].mean()
    return table.reindex(group[target]).to_numpy(dtype=float)


def _credited_statistics(
    row: np.ndarray, artist: np.ndarray, popularity: np.ndarray, source: np.ndarray, target: np.ndarray
) -> np.ndarray:
    """Known tracks of a row's credited artists, mean and maximum of their smoothed means: (targets, 3), or NaN.

    `row` and `artist` are the pairs of a row and an artist credited in it.
    """
    in_source = np.isin(row, source)
    table = pd.Series(popularity[row[in_source]]).groupby(artist[in_source]).agg(["size", "mean"])
    table["smoothed"] = _smoothed(table, popularity[source].mean())
    in_target = np.isin(row, target)
    known = table.reindex(artist[in_target]).groupby(row[in_target])
    features = pd.DataFrame(
        {
            "tracks": known["size"].sum(min_count=1),
            "mean": known["smoothed"].mean(),
            "max": known["smoothed"].max(),
        }
    )
    return features.reindex(target).to_numpy(dtype=float)


def _smoothed(table: pd.DataFrame, overall: float) -> pd.Series:
    return (table["size"] * table["mean"] + SMOOTHING * overall) / (table["size"] + SMOOTHING)


def _codes(values: list) -> np.ndarray:
    """The same number for the same value."""
    number_of: dict = {}
    return np.array([number_of.setdefault(value, len(number_of)) for value in values], dtype=int)


def _predict(inputs: np.ndarray, popularity: np.ndarray, split: Split, seed: int) -> np.ndarray:
    """Popularity of the test rows by a model of the training rows, stopped when the validation rows gain no more."""
    model = HistGradientBoostingRegressor(
        learning_rate=0.06,
        max_features=0.5,
        max_iter=500,
        max_leaf_nodes=31,
        l2_regularization=1.0,
        early_stopping=True,
        n_iter_no_change=30,
        random_state=seed,
    )
    # A column without any known value can't be cut into bins: under "artist-disjoint" no first artist is known.
    told = ~np.isnan(inputs[split.train]).all(axis=0)
    inputs = inputs[:, told]
    model.fit(
        inputs[split.train],
        popularity[split.train],
        X_val=inputs[split.validation],
        y_val=popularity[split.validation],
    )
    return np.clip(model.predict(inputs[split.test]), 0.0, 100.0)


def _scores(truth: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    return {
        "mae": float(mean_absolute_error(truth, guess)),
        "rmse": float(root_mean_squared_error(truth, guess)),
        "r2": float(r2_score(truth, guess)),
    }
