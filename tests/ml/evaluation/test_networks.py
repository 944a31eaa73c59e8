import numpy as np
import pytest

from ml.calibration import KNOWN, UNNAMED, situations
from ml.catalogue import sample
from ml.classifier_training import prepare
from ml.evaluation.networks import LESS_KNOWN, NETWORKS, ONLY_AUDIO, SERVED, balanced_weights, seen, withholdings
from ml.inputs import SOUND_SOURCES, SOURCES
from ml.splits import split_by_track


@pytest.fixture(scope="module")
def inputs():
    catalogue = sample(tracks=1500)
    return prepare(catalogue.frame, catalogue.genres, split_by_track(catalogue.frame, 0), seed=0).inputs


def test_a_network_is_shown_only_what_it_has_eyes_for(inputs):
    audio = seen(inputs, NETWORKS["CNN, audio"])
    assert not audio.characters.any()
    assert not audio.ratios.any()
    assert np.array_equal(audio.tokens, inputs.tokens)
    neighbours = seen(inputs, NETWORKS["CNN, audio and neighbours"])
    assert np.array_equal(neighbours.ratios[:, SOUND_SOURCES], inputs.ratios[:, SOUND_SOURCES])
    assert not np.delete(neighbours.ratios, np.r_[SOUND_SOURCES], axis=1).any()
    assert (situations(inputs) == KNOWN).any()
    everything = seen(inputs, NETWORKS[SERVED])
    assert np.array_equal(everything.ratios, inputs.ratios)
    assert np.array_equal(everything.characters, inputs.characters)


def test_each_withholding_takes_something_else(inputs):
    withheld = withholdings(inputs)
    assert set(LESS_KNOWN) < set(withheld)
    assert (situations(withheld[ONLY_AUDIO]) == UNNAMED).all()
    for name, less in withheld.items():
        changed = [field for field, array in less.as_dict().items() if not np.array_equal(array, vars(inputs)[field])]
        assert changed, name
    words = withheld[f"{SERVED}, without the words"]
    assert not words.ratios[:, SOURCES.index("words")].any()
    assert np.array_equal(words.ratios[:, 1:], inputs.ratios[:, 1:])


def test_balanced_genres_weigh_the_same_even_where_one_has_no_track():
    targets = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.float32)
    weights = balanced_weights(targets, "class weights")
    assert weights is not None
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights.mean() == pytest.approx(1.0)
    assert balanced_weights(targets, "unbalanced") is None
