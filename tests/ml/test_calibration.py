import numpy as np
import pytest

from ml.calibration import ARTIST_SOURCE, Calibration, fit_calibration
from ml.inputs import SOURCES, Inputs


def inputs_of(known: np.ndarray, genres: int = 4) -> Inputs:
    rows = len(known)
    ratios, strengths = np.zeros((rows, len(SOURCES), genres)), np.zeros((rows, len(SOURCES)))
    strengths[:, ARTIST_SOURCE] = known
    empty = np.zeros((rows, 0))
    return Inputs(empty, empty, empty, ratios, strengths)


def answers(random, rows, certainty):
    """Logits of a model that is as sure as `certainty` makes it, and genres drawn from its honest chances."""
    honest = random.normal(size=(rows, 4))
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    drawn = (random.random((rows, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    return honest * certainty, np.eye(4, dtype=bool)[drawn]


def test_a_model_that_is_too_sure_learns_modesty():
    logits, carries = answers(np.random.default_rng(0), 20_000, certainty=3.0)
    fitted = fit_calibration(logits, inputs_of(np.zeros(20_000)), carries)
    assert fitted.unknown == pytest.approx(3.0, rel=0.1)


def test_known_and_unknown_artists_are_calibrated_apart():
    random = np.random.default_rng(1)
    sure, carries = answers(random, 20_000, certainty=2.0)
    timid, more = answers(random, 20_000, certainty=0.5)
    known = np.repeat([1.0, 0.0], 20_000)
    fitted = fit_calibration(np.vstack([sure, timid]), inputs_of(known), np.vstack([carries, more]))
    assert fitted.known == pytest.approx(2.0, rel=0.1)
    assert fitted.unknown == pytest.approx(0.5, rel=0.1)


def test_an_artist_that_knows_better_than_the_network_is_trusted():
    random = np.random.default_rng(2)
    logits, carries = random.normal(size=(2_000, 4)), np.eye(4, dtype=bool)[random.integers(0, 4, 2_000)]
    inputs = inputs_of(np.ones(2_000))
    inputs.ratios[:, ARTIST_SOURCE] = 4.0 * carries
    assert fit_calibration(logits, inputs, carries).trust > 0


def test_chances_sum_to_one():
    chances = Calibration(0.5, 2.0, 1.0).chances(np.array([[3.0, 1.0, 0.0, 0.0]]), inputs_of(np.ones(1)))
    assert chances.sum() == pytest.approx(1.0)
