import numpy as np
import pytest

from ml.catalogue import genre_matrix
from ml.errors import LeakError
from ml.splits import (
    Split,
    refuse_leaks,
    split_beside,
    split_by_artist,
    split_by_song,
    split_by_track,
    strangers,
    with_labelled,
)
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


def beside(frame, known, part_of_known, labelled=(), seed=0):
    return split_beside(frame, seed, known, np.array(part_of_known, dtype=object), list(labelled)).part_of_row(
        len(frame)
    )


def test_songs_stay_in_the_part_where_an_earlier_split_put_them():
    known = two_camps(200)
    earlier = split_by_song(known, seed=1).part_of_row(200)
    assert (beside(known, known, earlier, seed=2) == earlier).all()


def test_new_songs_are_dealt_three_to_one_to_one_and_old_ones_stay():
    frame = two_camps(400)
    earlier = split_by_song(frame.head(200), seed=1).part_of_row(200)
    part = beside(frame, frame.head(200), earlier)
    assert (part[:200] == earlier).all()
    assert [(part[200:] == name).sum() for name in ("train", "validation", "test")] == [120, 40, 40]


def test_a_song_comes_back_under_another_id_or_another_name():
    known = two_camps(200)
    earlier = split_by_song(known, seed=1).part_of_row(200)
    renamed = known.assign(track_name=[f"New {number}" for number in range(200)])
    assert (beside(renamed, known, earlier) == earlier).all()
    other_ids = known.assign(track_id=[f"{number:022d}" for number in range(1_000, 1_200)])
    assert (beside(other_ids, known, earlier) == earlier).all()


def test_of_a_song_that_stood_in_several_parts_any_sight_of_it_in_training_counts():
    known = two_camps(200)
    earlier = split_by_song(known, seed=1).part_of_row(200)
    one_of = {name: int(np.flatnonzero(earlier == name)[0]) for name in ("train", "validation", "test")}
    frame = known.copy()
    # Now versions of one song: the test track of the training track's, another test track of the validation track's.
    second_test = int(np.flatnonzero(earlier == "test")[1])
    for row, like in ((one_of["test"], one_of["train"]), (second_test, one_of["validation"])):
        frame.loc[row, ["artists", "track_name"]] = frame.loc[like, ["artists", "track_name"]].to_numpy()
    part = beside(frame, known, earlier)
    assert part[one_of["test"]] == part[one_of["train"]] == "train"
    assert part[second_test] == part[one_of["validation"]] == "validation"


def test_labelled_songs_are_trained_on_with_all_their_versions():
    songs = [song(number, artists="Ada", track_name=f"Song {number // 2}") for number in range(200)]
    frame = catalogue_frame(*songs)
    earlier = split_by_song(frame, seed=1).part_of_row(200)
    labelled = np.flatnonzero(earlier == "test")[:3]
    part = beside(frame, frame, earlier, labelled)
    versions = np.isin(np.arange(200) // 2, labelled // 2)
    assert (part[versions] == "train").all()
    assert (part[~versions] == earlier[~versions]).all()
    fresh = with_labelled(frame, split_by_song(frame, seed=2), labelled).part_of_row(200)
    assert (fresh[versions] == "train").all()


def test_where_hardly_anything_unseen_would_be_left_all_songs_are_dealt_anew():
    known = two_camps(200)
    part = beside(known, known, ["train"] * 200)
    assert (part == "test").sum() == (part == "validation").sum() == 40
