"""K-Means over the sound of tracks, each cluster named by its mood and by the genres that dominate it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.percentiles import Percentiles
from ml.tracks import CONTINUOUS

CLUSTERS_FILE = "clusters.json"
# How long a track is says nothing about its mood.
MOOD_FEATURES = tuple(name for name in CONTINUOUS if name != "duration_ms")
MOOD_COLUMNS = [CONTINUOUS.index(name) for name in MOOD_FEATURES]
DOMINANT_GENRES = 3
SMALLEST_K, LARGEST_K = 8, 14
# A cluster below this share of all tracks is an accident, not a mood.
SMALLEST_SHARE = 0.02
SILHOUETTE_SAMPLE = 4_000

# What each mood sounds like, as percentiles among all tracks. A cluster takes the mood nearest to its centre, each
# mood at most once; features not named don't count. There are at least as many moods as clusters.
MOODS: dict[str, dict[str, float]] = {
    "Chill": {"energy": 0.25, "acousticness": 0.7, "valence": 0.5, "tempo": 0.35, "instrumentalness": 0.35},
    "Energetic": {
        "energy": 0.8,
        "loudness": 0.75,
        "tempo": 0.7,
        "acousticness": 0.2,
        "valence": 0.55,
        "danceability": 0.5,
    },
    "Cheerful": {"valence": 0.88, "energy": 0.6, "danceability": 0.65, "instrumentalness": 0.3},
    "Romantic": {"acousticness": 0.75, "energy": 0.3, "valence": 0.35, "instrumentalness": 0.25, "speechiness": 0.2},
    "Melancholic": {"valence": 0.15, "energy": 0.25, "acousticness": 0.7, "instrumentalness": 0.5},
    "Party": {"danceability": 0.9, "energy": 0.7, "valence": 0.7, "speechiness": 0.75},
    "Aggressive": {"energy": 0.9, "loudness": 0.8, "valence": 0.25, "danceability": 0.2, "acousticness": 0.1},
    "Dreamy": {"instrumentalness": 0.9, "acousticness": 0.85, "energy": 0.12, "valence": 0.2, "loudness": 0.1},
    "Hypnotic": {"instrumentalness": 0.92, "danceability": 0.75, "energy": 0.7, "acousticness": 0.25},
    "Live": {"liveness": 0.93, "energy": 0.65},
    "Groovy": {"danceability": 0.8, "valence": 0.75, "energy": 0.5, "acousticness": 0.5, "tempo": 0.4},
    "Driving": {"energy": 0.75, "instrumentalness": 0.85, "danceability": 0.35, "valence": 0.4, "acousticness": 0.2},
    "Urban": {"speechiness": 0.9, "danceability": 0.75, "energy": 0.65, "instrumentalness": 0.2, "acousticness": 0.35},
    "Laid-back": {"speechiness": 0.75, "danceability": 0.7, "energy": 0.35, "acousticness": 0.6, "valence": 0.6},
    "Heartfelt": {"energy": 0.55, "valence": 0.3, "instrumentalness": 0.2, "speechiness": 0.2, "danceability": 0.4},
}


@dataclass(frozen=True)
class Cluster:
    """One mood: `genres` dominate it, `share` is its part of all tracks, `centre` its middle in percentiles."""

    name: str
    genres: tuple[str, ...]
    share: float
    centre: tuple[float, ...]


class Clusters:
    """The named clusters of a catalogue."""

    def __init__(self, clusters: list[Cluster], percentiles: Percentiles) -> None:
        self.all = clusters
        self._percentiles = percentiles
        self._centres = np.array([cluster.centre for cluster in clusters])
        self._named = {cluster.name: cluster for cluster in clusters}

    @property
    def names(self) -> list[str]:
        return list(self._named)

    def named(self, name: str) -> Cluster:
        return self._named[name]

    def predict(self, frame: pd.DataFrame) -> pd.Series:
        """The cluster's name for each row of `frame`; unknown features count as average."""
        sound = self._percentiles.of(frame)[:, MOOD_COLUMNS]
        return pd.Series([self.all[number].name for number in nearest(sound, self._centres)], index=frame.index)

    def save(self, folder: Path) -> None:
        rows = [
            {"name": cluster.name, "genres": cluster.genres, "share": cluster.share, "centre": cluster.centre}
            for cluster in self.all
        ]
        (folder / CLUSTERS_FILE).write_text(json.dumps(rows), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, percentiles: Percentiles) -> "Clusters":
        rows = json.loads((folder / CLUSTERS_FILE).read_text(encoding="utf-8"))
        clusters = [Cluster(row["name"], tuple(row["genres"]), row["share"], tuple(row["centre"])) for row in rows]
        return cls(clusters, percentiles)


def nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Number of the nearest centre for each point: (rows, d) and (k, d) -> (rows,)."""
    distance = (centres**2).sum(axis=1) - 2 * points @ centres.T
    return distance.argmin(axis=1)


def fit_clusters(
    frame: pd.DataFrame,
    genres: list[str],
    carries: np.ndarray,
    percentiles: Percentiles,
    *,
    seed: int,
    tried_one: Callable[[int, int], None],
) -> tuple[Clusters, dict]:
    """K-Means on the rows of `frame`; returns the clusters and how k was chosen.

    k is the one from SMALLEST_K to LARGEST_K with the highest mean silhouette whose smallest cluster holds at least
    SMALLEST_SHARE of the tracks (or, where none does, the highest silhouette). `tried_one(done, total)` is called
    after each k.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    sound = percentiles.of(frame)[:, MOOD_COLUMNS]
    tried = []
    for k in range(SMALLEST_K, LARGEST_K + 1):
        model = KMeans(k, n_init=3, random_state=seed).fit(sound)
        sample = min(SILHOUETTE_SAMPLE, len(sound))
        silhouette = silhouette_score(sound, model.labels_, sample_size=sample, random_state=seed)
        smallest = np.bincount(model.labels_, minlength=k).min() / len(sound)
        tried.append((smallest >= SMALLEST_SHARE, float(silhouette), float(smallest), model))
        tried_one(len(tried), LARGEST_K - SMALLEST_K + 1)
    _, silhouette, _, chosen = max(tried, key=lambda attempt: attempt[:2])
    centres = chosen.cluster_centers_
    member = chosen.labels_
    clusters = [
        Cluster(
            name,
            dominant_genres(carries[member == number], carries, genres),
            float((member == number).mean()),
            tuple(float(value) for value in centres[number]),
        )
        for number, name in enumerate(name_moods(centres))
    ]
    clusters.sort(key=lambda cluster: -cluster.share)
    choice = {
        "k": len(clusters),
        "silhouette": silhouette,
        "tried": [{"k": len(m.cluster_centers_), "silhouette": s, "smallest_share": share} for _, s, share, m in tried],
    }
    return Clusters(clusters, percentiles), choice


def name_moods(centres: np.ndarray) -> list[str]:
    """One mood for each centre (k, mood features), none twice, the sum of distances as small as can be."""
    # Only naming needs it, and it takes half a second of every start.
    from scipy.optimize import linear_sum_assignment

    cost = np.zeros((len(centres), len(MOODS)))
    for column, prototype in enumerate(MOODS.values()):
        features = [MOOD_FEATURES.index(name) for name in prototype]
        cost[:, column] = np.abs(centres[:, features] - np.array(list(prototype.values()))).mean(axis=1)
    rows, columns = linear_sum_assignment(cost)
    names = list(MOODS)
    return [names[column] for _, column in sorted(zip(rows, columns, strict=True))]


def dominant_genres(inside: np.ndarray, everywhere: np.ndarray, genres: list[str]) -> tuple[str, ...]:
    """The genres that are frequent inside and unusually so: share inside x log(share inside / share everywhere)."""
    share = inside.mean(axis=0) + 1e-9
    usual = everywhere.mean(axis=0) + 1e-9
    weight = share * np.log(share / usual)
    return tuple(genres[number] for number in np.argsort(-weight, kind="stable")[:DOMINANT_GENRES])
