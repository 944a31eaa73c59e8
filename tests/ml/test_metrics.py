import numpy as np
import pytest

from ml.metrics import calibration_error, hit_at, log_loss, neighbour_genre_precision

# Four tracks on a line; the first two are by the same artist.
POOL = np.array([[1.0, 0.0], [0.9, 0.1], [0.7, 0.3], [0.0, 1.0]])
ARTISTS = np.array(["ada", "ada", "bo", "cy"])
JAZZ, METAL = [True, False], [False, True]


def precision(genres, k):
    """Of one query that sounds like the first track, is by the same artist, and is jazz."""
    return neighbour_genre_precision(
        np.array([[1.0, 0.0]]), np.array([JAZZ]), np.array(["ada"]), POOL, np.array(genres), ARTISTS, k
    )


def test_neighbours_by_the_same_artist_do_not_count():
    assert precision([JAZZ, JAZZ, METAL, METAL], k=1) == 0.0
    assert precision([METAL, METAL, JAZZ, METAL], k=1) == 1.0


def test_it_is_the_share_of_the_nearest_that_carry_one_of_the_genres():
    assert precision([JAZZ, JAZZ, JAZZ, METAL], k=2) == 0.5


def test_hits_are_counted_against_the_set_of_genres():
    chances = np.array([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])
    carries = np.array([[False, True, False], [True, False, True]])
    assert hit_at(chances, carries, 1) == 0.5
    assert hit_at(chances, carries, 2) == 1.0


def test_log_loss_is_that_of_the_whole_set():
    chances = np.array([[0.5, 0.25, 0.25]])
    assert log_loss(chances, np.array([[True, True, False]])) == pytest.approx(-np.log(0.75))


def test_a_forecaster_who_is_right_as_often_as_it_says_is_calibrated():
    chances = np.tile([0.75, 0.25], (4, 1))
    carries = np.array([[True, False]] * 3 + [[False, True]])
    assert calibration_error(chances, carries) == pytest.approx(0.0)
    assert calibration_error(chances, ~carries) == pytest.approx(0.5)
