import numpy as np
import pandas as pd

from ml.catalogue import genre_matrix
from ml.clusters import LARGEST_K, MOOD_FEATURES, MOODS, Clusters, dominant_genres, fit_clusters, name_moods
from ml.percentiles import Percentiles
from tests.ml.worlds import catalogue_frame, song, two_camps


def fitted(frame) -> tuple[Clusters, dict]:
    genres = ["metal", "piano"]
    return fit_clusters(
        frame, genres, genre_matrix(frame, genres), Percentiles.fit(frame), seed=0, tried_one=lambda *_: None
    )


def centre(**levels: float) -> list[float]:
    return [levels.get(name, 0.5) for name in MOOD_FEATURES]


def test_there_is_a_mood_for_every_possible_cluster():
    assert len(MOODS) >= LARGEST_K
    assert all(set(prototype) <= set(MOOD_FEATURES) for prototype in MOODS.values())


def test_a_quiet_sad_acoustic_centre_is_melancholic_and_a_bright_one_cheerful():
    sad = centre(valence=0.15, energy=0.25, acousticness=0.7)
    bright = centre(valence=0.9, energy=0.6, danceability=0.65, instrumentalness=0.3)
    assert name_moods(np.array([sad, bright])) == ["Melancholic", "Cheerful"]


def test_no_mood_is_given_twice():
    names = name_moods(np.full((LARGEST_K, len(MOOD_FEATURES)), 0.5))
    assert len(set(names)) == LARGEST_K


def test_the_genre_that_is_unusually_frequent_dominates():
    everywhere = np.array([[True, False]] * 50 + [[False, True]] * 50)
    inside = np.array([[False, True]] * 10 + [[True, False]])
    assert dominant_genres(inside, everywhere, ["common", "special"])[0] == "special"


def test_clusters_separate_what_sounds_different():
    frame = two_camps()
    clusters, _ = fitted(frame)
    moods = clusters.predict(frame)
    shared = set(moods[frame["genres"] == "metal"]) & set(moods[frame["genres"] == "piano"])
    assert not shared


def test_the_choice_of_k_is_reported_with_what_was_tried():
    _, choice = fitted(two_camps())
    best = max(tried["silhouette"] for tried in choice["tried"] if tried["smallest_share"] >= 0.02)
    assert choice["silhouette"] == best
    assert choice["k"] in [tried["k"] for tried in choice["tried"]]


def test_clusters_read_back_as_they_were_written(tmp_path):
    frame = two_camps()
    clusters, _ = fitted(frame)
    clusters.save(tmp_path)
    again = Clusters.load(tmp_path, Percentiles.fit(frame))
    assert again.predict(frame).equals(clusters.predict(frame))
    assert again.all == clusters.all


def test_a_track_without_features_still_gets_a_mood():
    clusters, _ = fitted(two_camps())
    assert clusters.predict(pd.DataFrame({"track_id": ["x"]})).iloc[0] in clusters.names


def test_percentiles_of_known_values():
    frame = catalogue_frame(*(song(n, energy=n / 100) for n in range(101)))
    shares = Percentiles.fit(frame).of(catalogue_frame(song(1, energy=0.25), song(2, energy=np.nan)))
    assert shares[0, 1] == 0.25
    assert shares[1, 1] == 0.5
