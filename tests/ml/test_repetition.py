from dataclasses import replace

import numpy as np
import pytest

from ml.ranking.facts import NOBODY
from ml.ranking.repetition import COST, repetition_cost
from ml.ranking.seeds import Seeds
from tests.ml.worlds import catalogue_frame, song, world


@pytest.fixture(scope="module")
def different():
    """Two songs by two artists."""
    made = world(catalogue_frame(song(0, artists="Ada"), song(1, artists="Ben", tempo=150.0), song(2, artists="Cid")))
    return Seeds.of(made.facts, made.vectors, np.array([0, 1]))


def test_an_artists_best_song_costs_nothing_and_each_further_one_more(different):
    costs = repetition_cost(np.array([1.0, 3.0, 2.0, 0.0]), np.array([7, 7, 7, 8]), different)
    assert costs == pytest.approx(COST * np.log([3, 1, 2, 1]))


def test_songs_by_nobody_known_are_not_by_one_artist(different):
    costs = repetition_cost(np.array([1.0, 3.0, 2.0]), np.array([NOBODY, NOBODY, NOBODY]), different)
    assert costs.tolist() == [0, 0, 0]


def test_who_gives_songs_by_one_artist_gets_more_by_one_artist(different):
    same = replace(different, first_artist=np.array([5, 5]))
    scores, artists = np.array([2.0, 1.0]), np.array([7, 7])
    assert 0 < repetition_cost(scores, artists, same)[1] < repetition_cost(scores, artists, different)[1]


def test_no_songs_cost_nothing(different):
    assert len(repetition_cost(np.empty(0), np.empty(0, dtype=int), different)) == 0
