import numpy as np
import pytest

import ml.classifier_training as training
from ml.catalogue import sample
from ml.classifier_training import disguised, prepare, with_validation
from ml.encoder import UNKNOWN
from ml.inputs import NAME_SOURCES, SOUND_SOURCES
from ml.network import Parts
from ml.splits import split_by_track


@pytest.fixture(scope="module")
def catalogue():
    return sample(tracks=1500)


@pytest.fixture(scope="module")
def prepared(catalogue):
    return prepare(catalogue.frame, catalogue.genres, split_by_track(catalogue.frame, 0), seed=0)


def shown(prepared, monkeypatch, *, strangers=0.0, audio_only=0.0, names_only=0.0):
    """All training rows as one batch, with these shares and without the small losses."""
    for name in ("LOSSY", "SOURCE_DROPOUT", "ARTIST_DROPOUT"):
        monkeypatch.setattr(training, name, 0.0)
    monkeypatch.setattr(training, "FIELD_DROPOUT", np.zeros(3))
    monkeypatch.setattr(training, "AS_STRANGERS", strangers)
    monkeypatch.setattr(training, "AS_AUDIO_ONLY", audio_only)
    monkeypatch.setattr(training, "AS_NAMES_ONLY", names_only)
    return disguised(prepared.inputs[prepared.split.train], prepared.as_strangers, np.random.default_rng(0), Parts())


def test_without_disguise_tracks_are_shown_as_they_are(prepared, monkeypatch):
    plain, batch = prepared.inputs[prepared.split.train].as_dict(), shown(prepared, monkeypatch).as_dict()
    assert all(np.array_equal(batch[name], plain[name]) for name in plain)


def test_strangers_are_shown_without_what_their_artist_is_known_for(prepared, monkeypatch):
    batch = shown(prepared, monkeypatch, strangers=1.0)
    assert not batch.artists.any()
    assert np.array_equal(batch.strengths, prepared.as_strangers.strengths)


def test_some_tracks_are_shown_by_their_sound_or_their_names_alone(prepared, monkeypatch):
    heard = shown(prepared, monkeypatch, audio_only=1.0)
    assert not heard.characters.any()
    assert not heard.artists.any()
    assert not heard.strengths[:, NAME_SOURCES].any()
    assert heard.strengths[:, SOUND_SOURCES].any()
    read = shown(prepared, monkeypatch, names_only=1.0)
    assert (read.tokens[:, :, UNKNOWN] == 1).all()
    assert not read.strengths[:, SOUND_SOURCES].any()
    assert read.characters.any()


def test_the_served_memory_holds_the_validation_tracks_and_no_test_track(catalogue, prepared):
    split, ids = prepared.split, catalogue.frame["track_id"].to_numpy()
    served = with_validation(prepared.encoder, catalogue.frame, prepared.targets, split)
    remembered = set(served.memory.tracks.ids.tolist())
    assert remembered == {*ids[split.train], *ids[split.validation]}
    assert remembered.isdisjoint(ids[split.test])
    assert served.sound.tracks is served.memory.tracks
    assert set(prepared.encoder.memory.tracks.ids.tolist()) == set(ids[split.train])
