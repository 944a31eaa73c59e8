"""Per-genre statistics of a catalogue: all that the built-in sample is made from, and nothing of any one track."""

import gzip
import io
import json
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

from ml.errors import CatalogueError
from ml.tracks import CATALOGUE_COLUMNS, CATEGORICAL, CONTINUOUS, FEATURES, split_values

STATISTICS_FILE = Path(__file__).parent / "data" / "genre_statistics.json.gz"
# Raised when a key changes its meaning; older files are then refused instead of misread.
STATISTICS_VERSION = 1

MEASURES: tuple[str, ...] = (*CONTINUOUS, "popularity")
# The ends stay clear of 0 and 1, so that no value is a single track's minimum or maximum.
LEVELS: tuple[float, ...] = (0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995)
# More overlaps are single tracks that say little; eight hold over 80 % of nearly every genre's shared tracks.
MOST_OVERLAPS = 8
# An artist share of 1 would make all tracks of an artist one and the same.
HIGHEST_ARTIST_SHARE = 0.95

CATEGORIES: dict[str, tuple[int, ...]] = {
    feature.name: feature.categories for feature in FEATURES if feature.categories is not None
}


def describe(frame: pd.DataFrame) -> dict:
    """Aggregated statistics per genre of a cleaned catalogue.

    `frame` has the columns `ml.tracks.CATALOGUE_COLUMNS`, one row per track id; a track counts in every genre it
    carries. Returns a dict that JSON can hold: `levels` and `measures` (the order of quantiles and correlations) and
    `genres`, by name, each with

    - `tracks`: how many carry the genre; `weight`: the same with a track of n genres counted as 1/n,
    - `quantiles`: per measure its values at `levels`, in the feature's unit,
    - `correlations`: of the measures' normal scores, upper triangle row by row,
    - `artist_share`: per measure the part of the variance that lies between artists, 0 to 0.95,
    - `shares`: per categorical feature the share of each category, in the order of `ml.tracks.FEATURES`,
    - `alone`: the part of the weight whose tracks carry no other genre; `overlaps`: the genres that it stands with
      most often, and in what part of the weight,
    - `artist_tracks`: tracks per lead artist at `levels`; `joint`: share of tracks by two or more artists.

    Raises CatalogueError for missing columns and for a genre in which a feature is never known.
    """
    missing = [column for column in CATALOGUE_COLUMNS if column not in frame.columns]
    if missing:
        raise CatalogueError(f"These columns are missing from the catalogue: {', '.join(missing)}.")
    names = frame["genres"].map(split_values)
    entries = frame.assign(
        genre=names,
        genre_count=names.map(len),
        lead=frame["artists"].map(lambda artists: split_values(artists)[0]),
        joint=frame["artists"].map(lambda artists: len(split_values(artists)) > 1),
    ).explode("genre")
    overlaps = _overlaps(entries)
    return {
        "version": STATISTICS_VERSION,
        "tracks": len(frame),
        "levels": list(LEVELS),
        "measures": list(MEASURES),
        "genres": {
            genre: _describe_genre(str(genre), rows) | {"overlaps": overlaps[str(genre)]}
            for genre, rows in entries.groupby("genre", sort=True)
        },
    }


def write_statistics(frame: pd.DataFrame, path: Path = STATISTICS_FILE) -> None:
    """Writes `describe(frame)` as JSON, gzip-compressed when `path` ends in .gz; equal frames give equal bytes."""
    data = json.dumps(describe(frame), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    if path.suffix == ".gz":
        buffer = io.BytesIO()
        # Without a name and a time in the header the same statistics are the same file.
        with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as packed:
            packed.write(data)
        data = buffer.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def read_statistics(path: Path = STATISTICS_FILE) -> dict:
    """The statistics in a file that `write_statistics` wrote.

    Raises CatalogueError when the file can't be read or is of another version.
    """
    try:
        data = path.read_bytes()
        statistics = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    except (OSError, EOFError, ValueError) as error:
        raise CatalogueError(f"{path} can't be read as genre statistics: {error}.") from error
    version = statistics.get("version") if isinstance(statistics, dict) else None
    if version != STATISTICS_VERSION:
        raise CatalogueError(f"{path} holds genre statistics of version {version}; {STATISTICS_VERSION} is needed.")
    return statistics


def _describe_genre(genre: str, rows: pd.DataFrame) -> dict:
    unknown = [name for name in (*MEASURES, *CATEGORICAL) if rows[name].isna().all()]
    if unknown:
        raise CatalogueError(f"No track of the genre “{genre}” has a known value of {', '.join(unknown)}.")
    scores = np.column_stack([_normal_scores(rows[name]) for name in MEASURES])
    per_artist = rows.groupby("lead").size()
    weights = 1.0 / rows["genre_count"]
    return {
        "tracks": len(rows),
        "weight": _short(weights.sum()),
        "quantiles": {name: [_short(value) for value in rows[name].quantile(list(LEVELS))] for name in MEASURES},
        "correlations": [round(float(value), 3) for value in _upper_triangle(scores)],
        "artist_share": {
            name: round(_between_share(scores[:, column], rows["lead"]), 3) for column, name in enumerate(MEASURES)
        },
        "shares": {name: _category_shares(rows[name], CATEGORIES[name]) for name in CATEGORICAL},
        "alone": round(float(weights[rows["genre_count"] == 1].sum() / weights.sum()), 4),
        "artist_tracks": [_short(value) for value in per_artist.quantile(list(LEVELS))],
        "joint": round(float(rows["joint"].mean()), 4),
    }


def _overlaps(entries: pd.DataFrame) -> dict[str, dict[str, float]]:
    """For each genre the most frequent others, with the part of its weight that they share."""
    weighted = entries[["track_id", "genre"]].assign(weight=1.0 / entries["genre_count"])
    total = weighted.groupby("genre")["weight"].sum()
    pairs = weighted.merge(entries[["track_id", "genre"]], on="track_id", suffixes=("", "_other"))
    pairs = pairs[pairs["genre"] != pairs["genre_other"]]
    shared = pairs.groupby(["genre", "genre_other"])["weight"].sum().reset_index()
    shared["share"] = (shared["weight"] / shared["genre"].map(total)).round(4)
    shared = shared[shared["share"] > 0].sort_values(["genre", "share", "genre_other"], ascending=[True, False, True])
    top = shared.groupby("genre").head(MOST_OVERLAPS)
    overlaps: dict[str, dict[str, float]] = {str(genre): {} for genre in total.index}
    for genre, other, share in zip(top["genre"], top["genre_other"], top["share"], strict=True):
        overlaps[genre][other] = float(share)
    return overlaps


def _normal_scores(values: pd.Series) -> np.ndarray:
    """Each value's rank as a standard normal score; unknown ones sit in the middle, at 0."""
    ranks = values.rank(method="average").to_numpy(dtype=float)
    known = ~np.isnan(ranks)
    distinct, where = np.unique(ranks[known], return_inverse=True)
    normal = NormalDist()
    scores = np.zeros(len(values))
    scores[known] = np.array([normal.inv_cdf(rank / (known.sum() + 1)) for rank in distinct])[where]
    return scores


def _upper_triangle(scores: np.ndarray) -> np.ndarray:
    """Correlations above the diagonal, row by row; 0 where a column never varies."""
    centred = scores - scores.mean(axis=0)
    norms = np.sqrt((centred**2).sum(axis=0))
    scaled = centred / np.where(norms > 0, norms, 1.0)
    return (scaled.T @ scaled)[np.triu_indices(scores.shape[1], k=1)]


def _between_share(scores: np.ndarray, artists: pd.Series) -> float:
    """The intraclass correlation of one artist's tracks (one-way analysis of variance), 0 when it can't be told."""
    groups = pd.Series(scores).groupby(artists.to_numpy())
    sizes = groups.size().to_numpy()
    count, tracks = len(sizes), len(scores)
    if count < 2 or tracks == count:
        return 0.0
    means = groups.mean().to_numpy()
    between = float((sizes * (means - scores.mean()) ** 2).sum()) / (count - 1)
    within = float(((scores - groups.transform("mean").to_numpy()) ** 2).sum()) / (tracks - count)
    typical_size = (tracks - float((sizes**2).sum()) / tracks) / (count - 1)
    total = between + (typical_size - 1) * within
    return min(max((between - within) / total, 0.0), HIGHEST_ARTIST_SHARE) if total > 0 else 0.0


def _category_shares(values: pd.Series, categories: tuple[int, ...]) -> list[float]:
    shares = values.value_counts(normalize=True)
    return [round(float(shares.get(category, 0.0)), 4) for category in categories]


def _short(value: float) -> float:
    """Four significant digits: enough to draw from, too few to be a track's fingerprint."""
    return float(f"{value:.4g}")
