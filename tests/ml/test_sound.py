import numpy as np
import pytest

from ml.sound import SCALES, fit_sound
from ml.training_tracks import TrainingTracks, genre_targets
from tests.ml.worlds import two_camps

GENRES = ["metal", "piano"]


@pytest.fixture(scope="module")
def frame():
    return two_camps()


@pytest.fixture(scope="module")
def sound(frame):
    return fit_sound(frame, TrainingTracks(frame["track_id"].to_numpy(), genre_targets(frame, GENRES)))


def test_what_sounds_alike_speaks_for_its_genre(frame, sound):
    ratios, _ = sound.evidence(frame.drop(columns="track_id"))
    metal = (frame["genres"] == "metal").to_numpy()
    assert ((ratios[:, -1, 0] > ratios[:, -1, 1]) == metal).all()


def test_a_track_is_never_its_own_neighbour(frame, sound):
    _, strengths = sound.evidence(frame)
    _, with_itself = sound.evidence(frame.drop(columns="track_id"))
    assert np.allclose(with_itself[:, 0] - strengths[:, 0], 1, atol=1e-3)


def test_the_same_artists_tracks_can_be_set_aside(frame, sound):
    artists = np.zeros(len(frame), dtype=int)
    ratios, strengths = sound.evidence(frame, artists, artists)
    assert not ratios.any()
    assert not strengths.any()


def test_without_any_feature_there_is_nothing_to_go_by(frame, sound):
    ratios, strengths = sound.evidence(frame[["artists"]])
    assert ratios.shape == (len(frame), len(SCALES), 2)
    assert not ratios.any()
    assert not strengths.any()
