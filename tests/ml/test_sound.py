import numpy as np
import pandas as pd
import pytest

import ml.sound as sound_module
from ml.sound import MANY, SCALES, fit_sound
from ml.tracks import CATEGORICAL, CONTINUOUS
from ml.training_tracks import TrainingTracks, genre_targets
from tests.ml.worlds import track_id, two_camps

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


def test_looking_into_the_nearest_lists_finds_what_looking_everywhere_finds(monkeypatch):
    random = np.random.default_rng(0)
    # As many clumps as a catalogue has corners; even noise in 14 dimensions has no neighbourhoods to find.
    corners = random.random((300, len(CONTINUOUS)))
    points = corners[random.integers(0, 300, MANY)] + random.normal(scale=0.05, size=(MANY, len(CONTINUOUS)))
    frame = pd.DataFrame(points, columns=list(CONTINUOUS)).clip(0, 1)
    frame["duration_ms"] = 60_000 + 200_000 * frame["duration_ms"]
    tracks = TrainingTracks(np.array([track_id(row) for row in range(MANY)]), np.eye(2)[random.integers(0, 2, MANY)])
    listed = fit_sound(frame, tracks)
    monkeypatch.setattr(sound_module, "MANY", MANY + 1)
    (found, weights), (all_found, all_weights) = (
        sounds.evidence(frame.head(200)) for sounds in (listed, fit_sound(frame, tracks))
    )
    assert np.isclose(found, all_found, atol=0.01).mean() > 0.98
    assert weights.sum() == pytest.approx(all_weights.sum(), rel=0.01)


def test_one_unknown_category_hardly_moves_a_track(frame, sound):
    heard = frame.drop(columns="track_id")
    _, weights = sound.evidence(heard)
    for name in CATEGORICAL:
        _, without = sound.evidence(heard.drop(columns=name))
        assert without[:, -1].mean() > 0.6 * weights[:, -1].mean()
