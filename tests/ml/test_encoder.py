import numpy as np
import pytest

from ml.encoder import TOKEN_WIDTH, UNKNOWN, FeatureEncoder, feature_values
from ml.tracks import FEATURE_NAMES
from tests.ml.worlds import catalogue_frame, song

ENERGY = FEATURE_NAMES.index("energy")
KEY = FEATURE_NAMES.index("key")


@pytest.fixture
def encoder():
    return FeatureEncoder.fit(catalogue_frame(*(song(n, energy=n / 100) for n in range(101))))


def token(encoder, feature, **changes):
    return encoder.encode(catalogue_frame(song(1, **changes)))[0, feature]


def test_a_number_fills_the_bins_below_it(encoder):
    half = token(encoder, ENERGY, energy=0.5)
    assert half[:14].tolist() == [1.0] * 14
    assert half[14:28].tolist() == [0.0] * 14


def test_a_number_between_two_edges_fills_its_bin_in_part(encoder):
    low, high = encoder.edges[ENERGY][3:5]
    assert token(encoder, ENERGY, energy=low + 0.25 * (high - low))[3] == pytest.approx(0.25)


def test_a_number_beyond_the_training_range_is_clipped(encoder):
    assert token(encoder, ENERGY, energy=1.0).max() == 1.0


def test_a_category_is_one_slot(encoder):
    assert np.flatnonzero(token(encoder, KEY, key=7)).tolist() == [7]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.1, 1.1])
def test_what_cannot_be_true_is_unknown(encoder, value):
    assert np.flatnonzero(token(encoder, ENERGY, energy=value)).tolist() == [UNKNOWN]


def test_a_missing_column_is_unknown(encoder):
    tokens = encoder.encode(catalogue_frame(song(1)).drop(columns="energy"))
    assert tokens[0, ENERGY, UNKNOWN] == 1.0


def test_popularity_and_names_change_nothing(encoder):
    plain = encoder.encode(catalogue_frame(song(1)))
    other = encoder.encode(catalogue_frame(song(2, popularity=99.0, artists="Other", track_name="Other")))
    assert np.array_equal(plain, other)


def test_the_order_of_columns_changes_nothing(encoder):
    frame = catalogue_frame(song(1, energy=0.2, valence=0.9))
    assert np.array_equal(encoder.encode(frame), encoder.encode(frame[frame.columns[::-1]]))


def test_a_feature_with_one_value_only_still_encodes():
    encoder = FeatureEncoder.fit(catalogue_frame(song(1), song(2)))
    assert np.isfinite(encoder.encode(catalogue_frame(song(3, energy=0.9)))).all()


def test_no_rows_encode_to_no_tokens(encoder):
    assert encoder.encode(catalogue_frame()).shape == (0, len(FEATURE_NAMES), TOKEN_WIDTH)


def test_a_key_between_two_keys_is_unknown():
    assert np.isnan(feature_values(catalogue_frame(song(1, key=3.5)))[0, KEY])
