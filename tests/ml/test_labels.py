import numpy as np
import pytest

from ml.catalogue import sample
from ml.labels import Label, join_labels
from ml.training_tracks import genre_targets
from tests.ml.worlds import catalogue_frame, song, track_id

GENRES = ["jazz", "pop", "rock"]
FRAME = catalogue_frame(song(0, "pop"), song(1, "pop;rock"), song(2, "jazz"))


def targets(*labels):
    return join_labels(FRAME, GENRES, labels).targets


def test_a_label_of_full_weight_is_as_strong_as_a_genre_of_the_catalogue():
    assert targets(Label(track_id(0), "rock", 1.0))[0].tolist() == [0, 0.5, 0.5]


def test_a_lighter_label_counts_for_less():
    assert targets(Label(track_id(0), "rock", 0.25))[0] == pytest.approx([0, 0.8, 0.2])


def test_a_label_that_agrees_makes_its_genre_stronger():
    assert targets(Label(track_id(1), "rock", 1.0))[1] == pytest.approx([0, 1 / 3, 2 / 3])


def test_other_tracks_stay_as_they_were():
    plain = genre_targets(FRAME, GENRES)
    assert np.array_equal(targets(Label(track_id(0), "rock", 1.0))[1:], plain[1:])


def test_without_labels_targets_are_the_catalogue_s():
    catalogue = sample(300)
    joined = join_labels(catalogue.frame, catalogue.genres, [])
    assert np.array_equal(joined.targets, genre_targets(catalogue.frame, catalogue.genres))
    assert joined.told == ""


def test_labels_of_unknown_tracks_and_genres_are_left_out_and_counted():
    labels = [Label(track_id(9), "rock", 1.0), Label(track_id(0), "polka", 1.0), Label(track_id(2), "pop", 1.0)]
    joined = join_labels(FRAME, GENRES, labels)
    assert (joined.used, joined.unknown_tracks, joined.unknown_genres) == (1, 1, 1)
    assert joined.rows.tolist() == [2]
    assert joined.told == "1 label used, 2 left out"


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        Label(track_id(0), "pop", weight)
