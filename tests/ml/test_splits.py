import numpy as np

from ml.catalogue import genre_matrix
from ml.splits import split_by_song
from tests.ml.worlds import catalogue_frame, song, two_camps


def test_every_row_is_in_exactly_one_part():
    frame = two_camps()
    split = split_by_song(frame, seed=0)
    rows = np.concatenate([split.train, split.validation, split.test])
    assert sorted(rows.tolist()) == list(range(len(frame)))


def test_the_parts_are_three_one_and_one_fifths():
    split = split_by_song(two_camps(200), seed=0)
    assert (len(split.train), len(split.validation), len(split.test)) == (120, 40, 40)


def test_all_versions_of_a_song_stay_together():
    songs = [song(number, artists="Ada", track_name=f"Song {number // 4}") for number in range(80)]
    for number in range(0, 80, 4):
        songs[number]["track_name"] += " - Live"
    split = split_by_song(catalogue_frame(*songs), seed=0)
    part = split.part_of_row(80).reshape(20, 4)
    assert all(len(set(versions)) == 1 for versions in part)


def test_every_genre_is_in_proportion():
    frame = two_camps(200)
    split = split_by_song(frame, seed=1)
    metal = genre_matrix(frame, ["metal"])[:, 0]
    assert abs(metal[split.test].mean() - metal.mean()) < 0.03


def test_the_same_seed_splits_the_same_way():
    frame = two_camps()
    assert np.array_equal(split_by_song(frame, 3).test, split_by_song(frame, 3).test)
    assert not np.array_equal(split_by_song(frame, 3).test, split_by_song(frame, 4).test)
