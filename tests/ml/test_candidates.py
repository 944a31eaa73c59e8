import numpy as np
import pytest

from ml.index import TrackIndex
from ml.ranking.candidates import MOST_BY_ARTIST, candidate_songs, with_fame
from ml.ranking.seeds import Seeds
from tests.ml.worlds import catalogue_frame, song, two_camps, world


@pytest.fixture(scope="module")
def camps():
    return world(two_camps(400))


def candidates(made, seeds, count, allowed=None) -> np.ndarray:
    chosen = Seeds.of(made.facts, made.vectors, np.array(seeds))
    return candidate_songs(made.index, made.facts, chosen, count, allowed)


def test_the_nearest_songs_are_candidates(camps):
    # Every even song is metal.
    assert set(candidates(camps, [0], 50) % 2) == {0}


def test_no_seed_is_a_candidate(camps):
    assert not {0, 2} & {*candidates(camps, [0, 2], 50).tolist()}


def test_each_candidate_comes_once_and_rising(camps):
    assert (np.diff(candidates(camps, [0, 1], 50)) > 0).all()


def test_all_songs_by_the_seeds_artist_are_candidates(camps):
    # Song 40, 80 … are by the artist of song 0.
    assert {*range(40, 400, 40)} <= {*candidates(camps, [0], 10).tolist()}


def test_of_a_tireless_artist_the_best_known_songs_are_candidates():
    songs = [song(n, artists="Ada", popularity=n / 2, tempo=60.0 + n) for n in range(100)]
    made = world(catalogue_frame(*songs))
    assert len(made.facts.songs_by(np.array([0]), MOST_BY_ARTIST)) == MOST_BY_ARTIST
    assert made.facts.songs_by(np.array([0]), 3).tolist() == [99, 98, 97]


@pytest.mark.parametrize("few", [30, 390])
def test_only_what_is_allowed_is_a_candidate(camps, few):
    allowed = np.zeros(400, dtype=bool)
    allowed[np.random.default_rng(0).permutation(400)[:few]] = True
    found = candidates(camps, [0], 20, allowed)
    assert len(found) >= 20
    assert allowed[found].all()


def test_where_no_more_are_allowed_all_of_them_are_candidates(camps):
    allowed = np.zeros(400, dtype=bool)
    allowed[[0, 7, 9]] = True
    assert candidates(camps, [0], 20, allowed).tolist() == [7, 9]


def test_known_seeds_pull_known_songs_in():
    # All songs are the same but for how known they are.
    frame = catalogue_frame(*(song(n, artists=f"Artist {n}", popularity=float(n)) for n in range(100)))
    made = world(frame)
    same = np.tile(made.vectors[:1], (100, 1))
    chosen = Seeds.of(made.facts, same, np.array([50]))
    index = TrackIndex.build(with_fame(same, made.facts.fame))
    assert candidate_songs(index, made.facts, chosen, 10).min() >= 89
