import pytest

from ml.adventure import DIALS, SETTINGS
from ml.ranking.features import Query, feature_table
from ml.ranking.ranker import Ranker
from ml.ranking.seeds import Seeds
from tests.ml.worlds import track_id, two_camps, world


def test_every_position_of_the_dial_has_a_setting():
    assert {*SETTINGS} == {*DIALS}


def test_in_the_middle_the_score_is_what_was_learned():
    camps, ranker = world(two_camps(60)), Ranker.load()
    first = camps.recommender(ranker).recommend([track_id(0)], 1)[0]
    seeds = Seeds.of(camps.facts, camps.vectors, camps.songs.of_row[:1])
    song = camps.songs.of_row[[int(first.track_id)]]
    table = feature_table(Query(camps.facts, camps.vectors, ranker.lift_for(camps.facts.genres), seeds, song))
    assert first.score == pytest.approx(float(ranker.score(table)[0]), abs=1e-4)


@pytest.mark.parametrize("of", ["fame", "same_artist"])
def test_bold_pulls_the_other_way_than_easy(of):
    assert getattr(SETTINGS["bold"], of) < 0 < getattr(SETTINGS["easy"], of)
