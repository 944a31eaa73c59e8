"""A catalogue whose lists hold nothing explicit, whoever asks for what."""

import numpy as np
import pytest

from ml.drops import STYLES, drop
from ml.errors import EmptyResultError
from ml.filters import Filters
from ml.journeys import expand, path
from ml.taste.affinity import meeting_songs
from ml.taste.blend import blend
from ml.taste.lists import taste_list
from tests.ml.taste.tastes import metal, piano, taste
from tests.ml.worlds import catalogue_frame, song, two_camps, world

# Every third song is explicit, of every ninth it isn't known.
EXPLICIT, UNKNOWN = 3, 9


def mixed():
    frame = two_camps()
    numbers = np.arange(len(frame))
    frame["explicit"] = np.where(numbers % UNKNOWN == 0, np.nan, (numbers % EXPLICIT == 0).astype(float))
    return frame


@pytest.fixture(scope="module")
def recommender():
    return world(mixed()).recommender()


def ada(recommender):
    return taste(recommender, metal(1, 2, 4))


def ben(recommender):
    return taste(recommender, piano(0, 2, 3))


LISTS = {
    "from songs": lambda made: made.recommend(metal(0), 40),
    "by conditions": lambda made: made.themed(40, filters=Filters(genres=("metal",))),
    "from a taste": lambda made: taste_list(made, ada(made), 40),
    "for several": lambda made: blend(made, [ada(made), ben(made)], 40),
    "a longer one": lambda made: expand(made, metal(0, 3), 40),
    "a way": lambda made: path(made, metal(1)[0], piano(0)[0], 30)[1:-1],
    **{f"a drop, {style}": lambda made, style=style: drop(made, ada(made), style, 40).songs for style in STYLES},
    "a drop for who says nothing": lambda made: drop(made, taste(made, []), "familiar", 40).songs,
}


def numbers(found):
    return [int(one.track_id) for one in found]


@pytest.mark.parametrize("kind", LISTS)
def test_no_list_holds_what_is_explicit_or_may_be(recommender, kind):
    anything = numbers(LISTS[kind](recommender))
    assert any(number % EXPLICIT == 0 for number in anything)
    clean = numbers(LISTS[kind](recommender.without_explicit()))
    assert clean
    assert not any(number % EXPLICIT == 0 for number in clean)


def test_no_song_for_two_is_explicit(recommender):
    clean = recommender.without_explicit()
    found = meeting_songs(clean, ada(clean), ben(clean))
    assert found
    assert not any(int(clean.track_of(one)) % EXPLICIT == 0 for one in found)


def test_the_other_lists_of_the_same_catalogue_stay_as_they_were(recommender):
    before = LISTS["from songs"](recommender)
    recommender.without_explicit()
    assert LISTS["from songs"](recommender) == before


def test_where_conditions_leave_nothing_no_explicit_song_is_proposed():
    rap = [song(number, "rap", explicit=1.0) for number in range(20)]
    pop = [song(number, "pop") for number in range(20, 25)]
    recommender = world(catalogue_frame(*rap, *pop)).recommender()
    asked = Filters(genres=("rap",), explicit=False)
    assert proposal(recommender, asked) == Filters(genres=("rap",))
    instead = proposal(recommender.without_explicit(), asked)
    assert instead == Filters(explicit=False)
    assert {*numbers(recommender.without_explicit().themed(10, filters=instead))} == {*range(20, 25)}


def proposal(recommender, filters):
    with pytest.raises(EmptyResultError) as empty:
        recommender.themed(10, filters=filters)
    return empty.value.proposal
