import numpy as np
import pandas as pd
import pytest

from ml.catalogue import genre_matrix
from ml.evaluation import clusters, clusters_networks
from ml.evaluation.clusters import cluster_table, stability, synthetic_scores
from ml.evaluation.clusters_networks import PADDING, RARE, TEXT_LENGTHS, encode_text, guess_from_audio, guess_from_text
from ml.percentiles import Percentiles
from ml.splits import Split
from tests.ml.worlds import catalogue_frame, song, two_camps

GENRES = ["metal", "piano"]


def thirds(rows: int) -> Split:
    number = np.arange(rows)
    return Split(number[number % 3 == 0], number[number % 3 == 1], number[number % 3 == 2])


def camp_of(frame: pd.DataFrame) -> np.ndarray:
    return (frame["genres"] == "piano").to_numpy(dtype=int)


@pytest.fixture
def few_rounds(monkeypatch):
    monkeypatch.setattr(clusters, "LARGEST_K", 6)
    monkeypatch.setattr(clusters, "TABLE_REPEATS", 2)
    monkeypatch.setattr(clusters, "REPEATS", 2)


@pytest.mark.parametrize("space", ["moods", "synthetic genres"])
def test_the_table_has_a_row_with_every_criterion_for_each_k(few_rounds, space):
    frame = two_camps()
    table = cluster_table(frame, Percentiles.fit(frame), 0, space=space)
    assert [row["k"] for row in table] == [4, 5, 6]
    for row in table:
        assert -1 <= row["silhouette"] <= 1
        assert row["davies_bouldin"] > 0
        assert row["ari_seeds"] <= 1
        assert row["ari_bootstraps"] <= 1
        assert 0 < row["smallest_share"] <= 1 / row["k"]


def test_four_clear_clusters_come_back_with_every_seed_and_sample(few_rounds):
    # Two levels of energy times two of valence; now and then one was recorded live.
    songs = [
        song(
            number,
            energy=(0.1, 0.9)[number % 2],
            valence=(0.1, 0.9)[number // 2 % 2],
            liveness=0.8 if number // 4 % 10 == 0 else 0.1,
        )
        for number in range(120)
    ]
    frame = catalogue_frame(*songs)
    four = cluster_table(frame, Percentiles.fit(frame), 0, space="moods")[0]
    assert (four["ari_seeds"], four["ari_bootstraps"], four["smallest_share"]) == (1, 1, 0.25)


def test_there_is_no_table_of_an_unknown_space():
    frame = two_camps()
    with pytest.raises(ValueError, match="colours"):
        cluster_table(frame, Percentiles.fit(frame), 0, space="colours")


def test_stability_is_the_same_under_the_same_seed(few_rounds):
    frame = two_camps()
    carries = genre_matrix(frame, GENRES)
    first = stability(frame, GENRES, carries, 3)
    assert first == stability(frame, GENRES, carries, 3)
    assert all(0 < value <= 1 for value in first.values())


def test_real_genres_that_are_known_with_the_synthetic_one_have_no_entropy_left():
    frame = catalogue_frame(song(1, "metal"), song(2, "metal"), song(3, "piano"), song(4, "piano"))
    told = clusters._in_common(frame, np.array([0, 0, 1, 1]))
    assert told == pytest.approx({"nmi": 1, "genre_entropy": 1, "genre_entropy_inside": 0})
    nothing = clusters._in_common(frame, np.array([0, 1, 0, 1]))
    assert nothing == pytest.approx({"nmi": 0, "genre_entropy": 1, "genre_entropy_inside": 1})


def test_the_network_hears_which_camp_a_track_belongs_to():
    frame = two_camps()
    split = thirds(len(frame))
    truth = camp_of(frame)
    assert (guess_from_audio(frame, truth, split, seed=0) == truth[split.test]).mean() > 0.95


def test_the_network_reads_which_camp_an_artist_belongs_to(monkeypatch):
    monkeypatch.setattr(clusters_networks, "BATCH", 8)
    monkeypatch.setattr(clusters_networks, "WIDTHS", (3,))
    frame = two_camps()
    split = thirds(len(frame))
    truth = camp_of(frame)
    first = guess_from_text(frame, truth, split, seed=0)
    assert (first == truth[split.test]).mean() > 0.9
    assert (guess_from_text(frame, truth, split, seed=0) == first).all()


def test_letters_have_numbers_and_unseen_ones_share_one():
    frame = catalogue_frame(song(1, artists="ab", album_name="", track_name="A"), song(2, artists="bż"))
    numbers, alphabet = encode_text(frame, np.array([0]))
    assert numbers.shape == (2, sum(TEXT_LENGTHS.values()))
    assert alphabet == 4
    a, b = numbers[0, :2]
    assert len({PADDING, RARE, a, b}) == 4
    assert numbers[0, 2] == PADDING
    assert numbers[0, TEXT_LENGTHS["artists"] + TEXT_LENGTHS["album_name"]] == a
    assert numbers[1, :3].tolist() == [b, RARE, PADDING]


def test_long_and_missing_texts_fit_in():
    frame = catalogue_frame(song(1, track_name="x" * 500), song(2, album_name=None))
    numbers, _ = encode_text(frame, np.array([0, 1]))
    assert numbers.shape == (2, sum(TEXT_LENGTHS.values()))


def test_the_scores_hold_every_figure(few_rounds, monkeypatch):
    monkeypatch.setattr(clusters_networks, "AUDIO_EPOCHS", 1)
    monkeypatch.setattr(clusters_networks, "TEXT_EPOCHS", 1)
    monkeypatch.setattr(clusters_networks, "WIDTHS", (3,))
    frame = two_camps()
    scores = synthetic_scores(frame, GENRES, thirds(len(frame)), 0)
    for name in ("nmi", "majority_accuracy", "audio_accuracy", "text_accuracy", "ari_seeds", "ari_bootstraps"):
        assert 0 <= scores[name] <= 1
    assert scores["test_tracks"] == len(frame) // 3
    # Each of the forty artists has three tracks here, one in each part.
    assert scores["strangers"] == 0
    assert scores["text_accuracy_strangers"] is None
