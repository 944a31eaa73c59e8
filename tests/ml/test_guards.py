import math
from pathlib import Path

import pytest

from ml.errors import SegueError
from ml.guards import CALIBRATION, DEFAULT_TOLERANCES, FIGURES, HIT_1, LOG_LOSS, check_tolerances, compare

MANY = dict.fromkeys(FIGURES, 1_000_000)


def compared(metric, champion, challenger, counts=MANY, **tolerances):
    (one,) = compare({metric: champion}, {metric: challenger}, counts, tolerances)
    return one


def test_a_figure_may_fall_by_its_tolerance_and_no_more():
    assert not compared(HIT_1, 0.75, 0.5, **{HIT_1: 0.25}).fell
    assert compared(HIT_1, 0.75, 0.4999, **{HIT_1: 0.25}).fell
    assert not compared(HIT_1, 0.5, 0.75, **{HIT_1: 0.0}).fell


def test_an_error_falls_by_rising():
    assert compared(CALIBRATION, 0.25, 0.5, **{CALIBRATION: 0.1}).fell
    assert not compared(CALIBRATION, 0.5, 0.25, **{CALIBRATION: 0.1}).fell


def test_with_no_tolerance_at_all_nothing_may_get_worse():
    assert compared(HIT_1, 0.75, 0.7499, **{HIT_1: 0.0}).fell
    assert not compared(HIT_1, 0.75, 0.75, **{HIT_1: 0.0}).fell


def test_what_is_no_number_has_fallen():
    assert compared(HIT_1, 0.75, math.nan).fell


def test_where_few_tracks_tell_a_figure_it_may_fall_further_unless_somebody_set_how_far():
    few = {**MANY, HIT_1: 100}
    assert compared(HIT_1, 0.75, 0.7).fell
    assert not compared(HIT_1, 0.75, 0.7, few).fell
    assert compared(HIT_1, 0.75, 0.7, few, **{HIT_1: 0.01}).fell


def test_figures_that_nobody_guards_are_told_and_never_fall():
    one = compared(LOG_LOSS, 1.0, 9.0)
    assert not one.guarded
    assert not one.fell


def test_no_figure_may_fall_to_that_of_a_model_that_knows_nothing():
    """However few tracks there are: the least that are ever compared are a fifth of two hundred."""
    assert DEFAULT_TOLERANCES[HIT_1].among(40) < 0.3


@pytest.mark.parametrize("tolerances", [{"no such": 0.1}, {LOG_LOSS: 0.1}, {HIT_1: -0.1}, {HIT_1: math.nan}])
def test_what_is_no_tolerance_is_refused_with_a_sentence(tolerances):
    with pytest.raises(SegueError) as refused:
        check_tolerances(tolerances)
    assert str(refused.value).endswith(".")


def test_the_page_for_operators_tells_the_same_tolerances():
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    for name, tolerance in DEFAULT_TOLERANCES.items():
        assert f"| {FIGURES[name]} (`{name}`) | {tolerance.always:g} + {tolerance.spread:g}/√n |" in page
