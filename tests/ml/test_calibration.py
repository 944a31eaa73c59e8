import numpy as np
import pytest

from ml.calibration import (
    ARTIST_SOURCE,
    KNOWN,
    STRANGER,
    UNHEARD,
    UNNAMED,
    Calibration,
    fit_calibration,
    situations,
)
from ml.encoder import TOKEN_WIDTH
from ml.inputs import SOUND_SOURCES, SOURCES, Inputs, without_names, without_sound


def inputs_of(known: np.ndarray, genres: int = 4) -> Inputs:
    rows = len(known)
    ratios, strengths = np.zeros((rows, len(SOURCES), genres)), np.zeros((rows, len(SOURCES)))
    # Named and heard, all of them.
    strengths[:, 0], strengths[:, SOUND_SOURCES] = 1.0, 1.0
    strengths[:, ARTIST_SOURCE] = known
    tokens, empty = np.zeros((rows, 1, TOKEN_WIDTH)), np.zeros((rows, 0))
    return Inputs(tokens, empty, empty, ratios, strengths)


def answers(random, rows, certainty):
    """Logits of a model that is as sure as `certainty` makes it, and genres drawn from its honest chances."""
    honest = random.normal(size=(rows, 4))
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    drawn = (random.random((rows, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    return honest * certainty, np.eye(4, dtype=bool)[drawn]


def predictor(logits):
    """A network that says `logits` whatever it is shown."""
    return lambda inputs: logits


def confidence_and_hits(answer, carries):
    guess = answer.memberships.argmax(axis=1)
    rows = np.arange(len(guess))
    return answer.memberships[rows, guess], carries[rows, guess]


@pytest.mark.parametrize("certainty", [3.0, 0.4])
def test_a_model_that_is_too_sure_or_too_timid_learns_how_often_it_is_right(certainty):
    logits, carries = answers(np.random.default_rng(0), 20_000, certainty)
    inputs = inputs_of(np.zeros(20_000))
    fitted = fit_calibration(predictor(logits), inputs, carries)
    confidence, hits = confidence_and_hits(fitted.answer(logits, inputs), carries)
    for low, high in ((0.3, 0.5), (0.5, 0.7), (0.7, 0.95)):
        inside = (low <= confidence) & (confidence < high)
        assert hits[inside].mean() == pytest.approx(confidence[inside].mean(), abs=0.05)


def test_known_and_unknown_artists_are_calibrated_apart():
    random = np.random.default_rng(1)
    sure, carries = answers(random, 20_000, certainty=2.0)
    timid, more = answers(random, 20_000, certainty=0.5)
    inputs, carries = inputs_of(np.repeat([1.0, 0.0], 20_000)), np.vstack([carries, more])
    fitted = fit_calibration(predictor(np.vstack([sure, timid])), inputs, carries)
    confidence, hits = confidence_and_hits(fitted.answer(np.vstack([sure, timid]), inputs), carries)
    for half in (slice(0, 20_000), slice(20_000, None)):
        assert confidence[half].mean() == pytest.approx(hits[half].mean(), abs=0.02)


def test_with_names_or_sound_alone_confidence_is_honest_too():
    """A network that is as sure of itself as ever when it sees half: it has to learn that from seeing half."""
    random = np.random.default_rng(5)
    logits, carries = answers(random, 20_000, certainty=1.0)
    blunt = logits + random.normal(scale=3.0, size=logits.shape)
    inputs = inputs_of(np.ones(20_000))

    def predict(shown):
        return logits if np.array_equal(situations(shown), situations(inputs)) else blunt

    fitted = fit_calibration(predict, inputs, carries)
    for less, situation in ((without_names(inputs), UNNAMED), (without_sound(inputs), UNHEARD)):
        assert (situations(less) == situation).all()
        confidence, hits = confidence_and_hits(fitted.answer(blunt, less), carries)
        assert confidence.mean() == pytest.approx(hits.mean(), abs=0.02)


def test_a_track_with_two_genres_is_sure_of_both():
    """The network has learned to share one whole among a track's genres; each of them is nevertheless certain."""
    random = np.random.default_rng(3)
    carries = np.zeros((4_000, 4), dtype=bool)
    for row, count in enumerate(random.integers(1, 3, 4_000)):
        carries[row, random.permutation(4)[:count]] = True
    logits = 8.0 * carries + random.normal(scale=0.3, size=carries.shape)
    inputs = inputs_of(np.ones(4_000))
    answer = fit_calibration(predictor(logits), inputs, carries).answer(logits, inputs)
    assert answer.memberships[carries].min() > 0.8
    assert answer.memberships[~carries].max() < 0.2


def test_an_artist_that_knows_better_than_the_network_is_trusted():
    random = np.random.default_rng(2)
    logits, carries = random.normal(size=(2_000, 4)), np.eye(4, dtype=bool)[random.integers(0, 4, 2_000)]
    inputs = inputs_of(np.ones(2_000))
    inputs.ratios[:, ARTIST_SOURCE] = 4.0 * carries
    assert fit_calibration(predictor(logits), inputs, carries).trust > 0


def test_too_few_tracks_of_a_kind_are_judged_like_all_others():
    logits, carries = answers(np.random.default_rng(4), 2_000, certainty=2.0)
    known = np.zeros(2_000)
    known[:10] = 1.0
    fitted = fit_calibration(predictor(logits), inputs_of(known), carries)
    assert fitted.curves[KNOWN] != fitted.curves[STRANGER]
    assert fitted.curves[KNOWN] == fitted.curves[UNHEARD]


def test_a_model_that_is_always_wrong_keeps_its_ranking():
    logits = np.tile([3.0, 1.0, 0.0, -1.0], (500, 1))
    carries = np.tile([False, False, False, True], (500, 1))
    answer = fit_calibration(predictor(logits), inputs_of(np.zeros(500)), carries).answer(
        logits, inputs_of(np.zeros(500))
    )
    assert (answer.memberships.argmax(axis=1) == 0).all()


def test_chances_sum_to_one():
    curves = ((0.5, 1.0),) * 5
    answer = Calibration(0.5, curves).answer(np.array([[3.0, 1.0, 0.0, 0.0]]), inputs_of(np.ones(1)))
    assert answer.chances.sum() == pytest.approx(1.0)
