import numpy as np
import pytest

from ml.calibration import Answer
from ml.evaluation.scores import confusion_matrix, full_scores, mean_and_interval, most_confused, per_genre

GENRES = ["jazz", "metal", "pop"]
# The first guess is right, right under its second genre, and wrong.
CHANCES = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.1, 0.6]])
CARRIES = np.array([[True, False, False], [True, True, False], [True, False, False]])


def test_a_guess_counts_when_the_track_carries_it():
    scores = full_scores(Answer(CHANCES, CHANCES), CARRIES)
    assert scores["hit@1"] == pytest.approx(2 / 3)
    # The second track carries two genres: half of them.
    assert scores["top-1"] == pytest.approx((1 + 0.5 + 0) / 3)


def test_precision_and_recall_by_hand():
    rows = {row["genre"]: row for row in per_genre(CHANCES, CARRIES, GENRES)}
    # The second track counts under metal, its first guess, and is carried by both.
    assert (rows["jazz"]["precision"], rows["jazz"]["recall"], rows["jazz"]["tracks"]) == (1.0, 0.5, 3)
    assert (rows["metal"]["precision"], rows["metal"]["recall"], rows["metal"]["tracks"]) == (1.0, 1.0, 1)
    assert rows["jazz"]["taken for"] == "pop"
    assert "pop" not in rows


def test_the_confusion_matrix_counts_every_track_once():
    matrix = confusion_matrix(CHANCES, CARRIES)
    assert matrix.sum() == 3
    assert matrix[0].tolist() == [1, 0, 1]
    assert most_confused(CHANCES, CARRIES, GENRES) == [{"genre": "jazz", "taken for": "pop", "tracks": 1}]


def test_a_perfect_model_scores_one():
    chances = np.eye(3) * 0.9 + 0.03
    scores = full_scores(Answer(chances, chances), np.eye(3, dtype=bool))
    assert all(scores[name] == 1.0 for name in ("hit@1", "top-1", "macro precision", "macro recall", "macro F1"))


def test_the_interval_is_students_t():
    mean, half = mean_and_interval([1.0, 2.0, 3.0])
    assert mean == 2.0
    assert half == pytest.approx(4.30 / np.sqrt(3))
    assert mean_and_interval([0.5]) == (0.5, None)


def test_a_perfect_model_is_not_blamed_for_genres_that_only_stand_beside_others():
    """Guessing the first of two genres of every track is all that one guess can do."""
    chances, carries = np.array([[0.6, 0.4], [0.7, 0.3]]), np.array([[True, True], [True, True]])
    assert full_scores(Answer(chances, chances), carries)["macro F1"] == 1.0
    assert [row["genre"] for row in per_genre(chances, carries, ["a", "b"])] == ["a"]
