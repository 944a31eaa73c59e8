from dataclasses import replace

import numpy as np
import pytest

from ml.ranking.bending import ERA_WEIGHT, MOST_FOR_ERA, missed
from tests.ml.worlds import catalogue_frame, song, world

SONGS = [song(number, energy=number / 10) for number in range(4)]


@pytest.fixture
def facts():
    found = world(catalogue_frame(*SONGS)).facts
    return replace(found, years=np.array([1965, 1985, 1995, 2020], dtype=np.float32))


@pytest.mark.parametrize(
    ("years", "costs"),
    [
        ((1980, 1989), [ERA_WEIGHT * 2.25, 0, ERA_WEIGHT * 0.36, MOST_FOR_ERA]),
        ((None, 1989), [0, 0, ERA_WEIGHT * 0.36, MOST_FOR_ERA]),
        ((1990, None), [ERA_WEIGHT * 6.25, ERA_WEIGHT * 0.25, 0, 0]),
        (None, [0, 0, 0, 0]),
    ],
)
def test_the_farther_from_the_wished_time_the_more_it_costs_up_to_a_limit(facts, years, costs):
    expected = np.minimum(costs, MOST_FOR_ERA)
    assert missed(facts, np.arange(4), None, years) == pytest.approx(expected)


def test_a_target_that_is_no_feature_is_refused(facts):
    with pytest.raises(ValueError, match="there is no colour"):
        missed(facts, np.arange(4), {"colour": 0.5})
