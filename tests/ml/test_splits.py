import numpy as np
import pytest

from ml.catalogue import genre_matrix
from ml.errors import LeakError
from ml.splits import Split, refuse_leaks, split_by_artist, split_by_song, split_by_track, strangers
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


@pytest.mark.parametrize("divide", [split_by_track, split_by_song, split_by_artist])
def test_every_way_to_split_covers_all_rows_once(divide):
    split = divide(two_camps(), seed=0)
    assert sorted(np.concatenate([split.train, split.validation, split.test]).tolist()) == list(range(120))


def test_no_first_artist_is_in_two_parts():
    frame = two_camps(200)
    part = split_by_artist(frame, seed=0).part_of_row(200)
    assert all(len(set(part[rows])) == 1 for rows in frame.groupby("artists").indices.values())
    assert set(part) == {"train", "validation", "test"}


def test_spellings_of_one_artist_count_as_one():
    songs = [song(number, artists=("Björk", "BJORK", "björk")[number % 3]) for number in range(30)]
    others = [song(number, artists=f"Artist {number // 2}") for number in range(30, 150)]
    part = split_by_artist(catalogue_frame(*songs, *others), seed=0).part_of_row(150)
    assert len(set(part[:30])) == 1


def test_a_guest_known_from_training_or_validation_is_no_stranger():
    frame = catalogue_frame(
        song(0, artists="Ada"),
        song(1, artists="Bo;Ada"),
        song(2, artists="Cy;Di"),
        song(3, artists="Di"),
        song(4, artists="Ed"),
    )
    split = Split(train=np.array([0]), validation=np.array([3]), test=np.array([1, 2, 4]))
    assert strangers(frame, split).tolist() == [4]


def test_a_split_with_one_artist_on_both_sides_is_refused():
    split = Split(train=np.array([0, 1]), validation=np.array([2]), test=np.array([3]))
    refuse_leaks(split, np.array(["ada", "ada", "bo", "cy"]), "artist")
    with pytest.raises(LeakError, match="1 of its artists stand in more than one part"):
        refuse_leaks(split, np.array(["ada", "bo", "cy", "ada"]), "artist")
