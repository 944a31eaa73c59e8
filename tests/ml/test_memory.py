import numpy as np
import pytest

from ml.inputs import NAME_SOURCES, SOUND_SOURCES, without_names, without_sound
from ml.memory import KINDS, evidence_for_strangers, fit_memory
from ml.training_tracks import TrainingTracks, genre_targets
from tests.ml.worlds import catalogue_frame, song

GENRES = ["jazz", "metal"]


def memory_of(frame):
    return fit_memory(frame, TrainingTracks(frame["track_id"].to_numpy(), genre_targets(frame, GENRES)))


def said(memory, frame, kind):
    """How strongly each row's kind of key speaks for metal over jazz, and on how many tracks that rests."""
    ratios, strengths = memory.evidence(frame)
    position = KINDS.index(kind)
    return (ratios[:, position, 1] - ratios[:, position, 0]).tolist(), strengths[:, position].tolist()


@pytest.fixture
def frame():
    return catalogue_frame(
        song(0, "metal", artists="Ada;Bo", album_name="Iron"),
        song(1, "metal", artists="Ada", album_name="Rust"),
        song(2, "jazz", artists="Cy", album_name="Blue"),
        song(3, "jazz", artists="Di", album_name="Blue"),
    )


def test_an_artist_speaks_for_the_genres_of_its_tracks(frame):
    stranger = catalogue_frame(song(9, artists="ADA"), song(10, artists="Cy"), song(11, artists="Nobody"))
    favours, strengths = said(memory_of(frame), stranger, "artist")
    assert favours[0] > 0 > favours[1]
    assert favours[2] == 0
    assert strengths == [2, 1, 0]


def test_a_guest_is_remembered_as_credited_but_not_as_the_artist(frame):
    guest = catalogue_frame(song(9, artists="Bo"))
    assert said(memory_of(frame), guest, "artist")[1] == [0]
    assert said(memory_of(frame), guest, "credited")[1] == [1]


def test_a_remembered_track_called_otherwise_takes_nothing_away_from_others():
    blue, monday = song(0, "jazz", artists="Ada", track_name="Blue"), song(1, "metal", artists="Ada;Bo")
    memory = memory_of(catalogue_frame(blue, monday))
    renamed = catalogue_frame({**monday, "track_name": "Blue"})
    ratios, strengths = memory.evidence(renamed)
    assert strengths[0, KINDS.index("song")] == 1
    # One track under jazz, half a track of the prior: (1 + 0.25) / 1.5 against a prior of a half.
    assert ratios[0, KINDS.index("song"), 0] == pytest.approx(np.log(1.25 / 1.5 / 0.5), abs=1e-3)


def test_a_remembered_track_is_told_of_the_others_only(frame):
    favours, strengths = said(memory_of(frame), frame, "artist")
    assert strengths == [1, 1, 0, 0]
    assert favours[2] == favours[3] == 0


def test_changing_a_tracks_genre_never_changes_what_it_is_told_itself(frame):
    before = memory_of(frame).evidence(frame)[0][0]
    changed = frame.assign(genres=["metal" if row else "jazz" for row in range(4)])
    changed.loc[2:, "genres"] = "jazz"
    tracks = TrainingTracks(frame["track_id"].to_numpy(), genre_targets(changed, GENRES))
    object.__setattr__(tracks, "prior", memory_of(frame).tracks.prior)
    assert np.allclose(fit_memory(changed, tracks).evidence(changed)[0][0], before)


def test_a_stranger_is_told_nothing_by_its_own_first_artist(frame):
    ratios, strengths = evidence_for_strangers(memory_of(frame), frame)
    assert (strengths[:, KINDS.index("artist")] == 0).all()
    # The album "Blue" is shared by two artists: each hears of the other.
    assert strengths[:, KINDS.index("album")].tolist() == [0, 0, 1, 1]
    assert ratios[2, KINDS.index("album"), 0] > 0


def test_missing_names_are_unknown(frame):
    ratios, strengths = memory_of(frame).evidence(frame[["energy"]])
    assert not ratios.any()
    assert not strengths.any()


def test_withholding_names_or_sound_leaves_the_other(bundle):
    inputs = bundle.classifier._encoder.encode(bundle.catalogue.frame.head(5))
    assert not without_names(inputs).ratios[:, NAME_SOURCES].any()
    assert without_names(inputs).ratios[:, SOUND_SOURCES].any()
    assert not without_sound(inputs).ratios[:, SOUND_SOURCES].any()
    assert without_sound(inputs).characters.any()
