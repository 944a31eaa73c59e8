"""Three members of one mind and a fourth who presses and presses."""

import pytest

from ml.taste.group import SAY, fair
from ml.taste.taste import Evidence, taste_of
from tests.ml.taste.tastes import metal, piano


def presses(track_ids, weight=1.0):
    return [Evidence(one, weight, 3.0) for one in track_ids]


def test_few_presses_count_fully():
    few = presses(metal(*range(int(SAY))))
    assert fair([few, presses(piano(1), -1.0)]) == [*few, *presses(piano(1), -1.0)]


def test_more_presses_share_the_say_of_ten():
    many = presses(metal(*range(40)))
    weights = [one.weight for one in fair([many])]
    assert sum(weights) == pytest.approx(SAY)
    assert [one.days for one in fair([many])] == [3.0] * 40


@pytest.mark.parametrize("count", [12, 60, 500])
def test_who_presses_hundreds_of_times_does_not_outvote_three_others(recommender, count):
    loud = presses([metal(place % 60)[0] for place in range(count)])
    others = [presses(piano(*range(10 * member, 10 * member + 10))) for member in range(3)]
    taste = taste_of(recommender, fair([loud, *others]))
    largest = taste.interests[0]
    assert set(largest.songs % 2) == {1}
    assert largest.share >= 0.7


def test_liked_by_three_and_disliked_by_one_is_liked(recommender):
    song = metal(1)
    taste = taste_of(recommender, fair([presses(song)] * 3 + [presses(song, -1.0)]))
    assert taste.liked.tolist() == [2]
    assert not len(taste.disliked)


def test_nobody_who_said_nothing_counts():
    assert fair([]) == fair([[], []]) == []
