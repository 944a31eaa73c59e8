import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ml.evaluation.list_scores import crowded, found_scores, list_scores, spread_scores

# Songs 0 and 1 are by artist 0, songs 2 and 3 by artist 1, and so on.
FIRST_ARTIST = np.arange(1_000) // 2


def test_a_perfect_list_has_everything_at_once():
    wanted = np.array([4, 8, 600])
    scores = found_scores(np.array([8, 600, 4, *range(10, 500)]), wanted, FIRST_ARTIST)
    assert scores == {
        "R-precision": 1.0,
        "NDCG@500": pytest.approx(1.0),
        "recall@500": 1.0,
        "clicks": 0.0,
        "artist R-precision": 1.0,
    }


def test_a_list_without_any_wanted_song_scores_nothing_and_costs_fifty_one_clicks():
    scores = found_scores(np.arange(100, 600), np.array([0, 2]), FIRST_ARTIST)
    assert scores["R-precision"] == scores["NDCG@500"] == scores["recall@500"] == 0
    assert scores["clicks"] == 51


def test_the_scores_of_a_list_worked_out_by_hand():
    # Wanted songs come second and thirteenth; song 1 is by the artist of the wanted song 0.
    ranked = np.array([1, 20, *range(100, 110), 30])
    scores = found_scores(ranked, np.array([0, 20, 30]), FIRST_ARTIST)
    assert scores["R-precision"] == pytest.approx(1 / 3)
    assert scores["recall@500"] == pytest.approx(2 / 3)
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert scores["NDCG@500"] == pytest.approx((1 / np.log2(3) + 1 / np.log2(14)) / ideal)
    assert scores["clicks"] == 0
    # Of the artists of songs 0, 20 and 30 the first three songs have two.
    assert scores["artist R-precision"] == pytest.approx(2 / 3)


def test_only_the_first_five_hundred_count():
    assert found_scores(np.arange(100, 700), np.array([650]), FIRST_ARTIST)["recall@500"] == 0


def test_what_lies_opposite_is_as_diverse_as_can_be():
    vectors = np.array([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]])
    fame = np.array([0.5, 0.5, 0.5])
    assert list_scores(np.array([0, 1]), vectors, fame)["diversity"] == pytest.approx(2)
    assert list_scores(np.array([0, 2]), vectors, fame)["diversity"] == pytest.approx(0)
    assert list_scores(np.array([0]), vectors, fame)["diversity"] == 0


def test_a_song_with_half_of_all_popularity_surprises_by_one_bit():
    fame = np.array([0.49, 0.24, 0.24])
    assert list_scores(np.array([0]), np.eye(3), fame)["novelty"] == pytest.approx(1)
    assert list_scores(np.array([1, 2]), np.eye(3), fame)["novelty"] == pytest.approx(2)


def test_the_same_song_on_every_list_is_the_most_unequal_and_covers_least():
    same = spread_scores([np.array([3])] * 5, 10)
    each = spread_scores([np.array([song]) for song in range(10)], 10)
    assert same == {"coverage": pytest.approx(0.1), "Gini": pytest.approx(0.9)}
    assert each == {"coverage": 1.0, "Gini": pytest.approx(0)}


def test_a_guest_counts_among_the_songs_of_an_artist():
    artists = csr_matrix(np.array([[1, 0], [1, 1], [0, 1], [0, 1]], dtype=np.float32))
    assert crowded(np.array([0, 1]), artists) == 2
    assert crowded(np.array([1, 2, 3]), artists) == 3
