import numpy as np
import pytest

from ml.choosing import LOG_ODDS_PER_LIKENESS, choose

# East, nearly east, and north.
VECTORS = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
SCORES = np.array([3.0, 2.0, 1.0])


def chosen(scores=SCORES, vectors=VECTORS, artists=([], [], []), k=3, per_artist=None, diversity=0.0):
    return choose(
        np.array(scores), vectors, lambda place: artists[place], k, per_artist=per_artist, diversity=diversity
    )


def test_without_diversity_the_best_come_first():
    assert chosen(scores=[1.0, 3.0, 2.0]) == [1, 2, 0]


def test_with_diversity_what_is_unlike_the_first_overtakes_what_is_like_it():
    # Relevance halved in eighths: 2/16 less half of the cosine 0.8 against 1/16 less nothing.
    assert chosen(diversity=0.5) == [0, 2, 1]


def test_the_weight_at_which_the_two_change_places():
    # (1 - d) (2 - 1) / 8 = 0.8 d at d = 5/37.
    assert chosen(diversity=5 / 37 - 0.01) == [0, 1, 2]
    assert chosen(diversity=5 / 37 + 0.01) == [0, 2, 1]


def test_likeness_counts_to_the_nearest_of_those_chosen_not_to_their_mean():
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [-0.6, 0.8]])
    scores = LOG_ODDS_PER_LIKENESS * np.array([1.0, 0.99, 0.9, 0.75])
    # A copy of the first loses 1, the other only 0.8; by the mean it would be 0.5 against 0.1.
    assert choose(scores, vectors, lambda _: [], 3, per_artist=None, diversity=0.5) == [0, 1, 3]


def test_full_diversity_starts_with_the_best_and_then_asks_for_difference_alone():
    assert chosen(scores=[2.0, 3.0, -50.0], vectors=np.array([[1.0, 0], [1.0, 0], [0, 1.0]]), diversity=1.0)[1] == 2


@pytest.mark.parametrize("diversity", [0.0, 0.5])
def test_an_artist_who_is_full_is_passed_over(diversity):
    artists = ([7], [7], [8])
    assert chosen(artists=artists, per_artist=1, diversity=diversity) == [0, 2]


def test_a_guest_fills_up_like_anybody():
    assert chosen(artists=([1, 2], [2, 3], [3]), per_artist=1) == [0, 2]


def test_who_was_passed_over_fills_nobody_up():
    # The second is refused for 1, so 3 is still free.
    assert chosen(artists=([1], [1, 3], [3]), per_artist=1) == [0, 2]


def test_songs_without_an_artist_are_never_too_many():
    assert chosen(per_artist=1) == [0, 1, 2]


@pytest.mark.parametrize("diversity", [0.0, 0.5, 1.0])
def test_fewer_songs_than_wanted_are_all_chosen(diversity):
    assert sorted(chosen(k=9, diversity=diversity)) == [0, 1, 2]


@pytest.mark.parametrize("diversity", [0.0, 0.5, 1.0])
def test_no_more_than_wanted_are_chosen(diversity):
    assert len(chosen(k=2, diversity=diversity)) == 2


def test_between_equal_songs_the_earlier_comes_first():
    assert chosen(scores=[1.0, 1.0, 1.0]) == [0, 1, 2]


def test_no_songs_make_an_empty_list():
    assert chosen(scores=[], vectors=np.empty((0, 2)), diversity=0.5) == []
