import numpy as np
import pytest

from ml.evaluation.baselines import BALANCES, BASELINES, audio_columns, baseline_chances, training_rows
from ml.splits import split_by_track
from ml.training_tracks import genre_targets
from tests.ml.worlds import two_camps

GENRES = ["metal", "piano"]


@pytest.fixture(scope="module")
def world():
    frame = two_camps(240)
    frame.loc[:5, "tempo"] = np.nan
    return audio_columns(frame, popularity=False), genre_targets(frame, GENRES), split_by_track(frame, seed=0)


@pytest.mark.parametrize("name", BASELINES)
def test_every_model_but_the_majority_tells_two_camps_apart(world, name):
    features, targets, split = world
    chances = baseline_chances(name, features, targets, split, seed=0)
    assert np.allclose(chances.sum(axis=1), 1)
    right = (chances.argmax(axis=1) == targets[split.test].argmax(axis=1)).mean()
    assert right > 0.95 if name != "majority" else right <= 0.6


@pytest.mark.parametrize("balance", BALANCES)
def test_balancing_gives_a_rare_genre_the_weight_of_a_frequent_one(balance):
    targets = np.repeat([[1.0, 0.0], [0.0, 1.0]], [90, 10], axis=0)
    rows = training_rows(np.zeros((100, 1)), targets, np.arange(100), balance, seed=0)
    totals = np.bincount(rows.genre, rows.weight)
    assert totals[0] / totals[1] == pytest.approx(9.0 if balance == "unbalanced" else 1.0)


def test_a_track_with_two_genres_weighs_as_much_as_any_other():
    rows = training_rows(np.zeros((2, 1)), np.array([[0.5, 0.5], [1.0, 0.0]]), np.arange(2), "unbalanced", seed=0)
    assert sorted(zip(rows.genre, rows.weight, strict=True)) == [(0, 0.5), (0, 1.0), (1, 0.5)]


def test_popularity_is_a_column_only_when_asked_for():
    frame = two_camps(20)
    assert audio_columns(frame, popularity=True).shape[1] == audio_columns(frame, popularity=False).shape[1] + 1
