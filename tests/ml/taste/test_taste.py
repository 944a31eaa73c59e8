"""Tastes in a world of two camps: metal and piano."""

import numpy as np
import pytest

from ml.adventure import SETTINGS
from ml.errors import EmptyResultError, UnknownTrackError
from ml.filters import Filters
from ml.taste.lists import bent_by, taste_list
from ml.taste.taste import HALF_LIFE_DAYS, MOST_SEEDS, Evidence, taste_of
from tests.ml.worlds import catalogue_frame, song, track_id, two_camps, world

METAL, PIANO = range(0, 120, 2), range(1, 120, 2)


@pytest.fixture(scope="module")
def recommender():
    return world(two_camps()).recommender()


def likes(*numbers: int, weight: float = 1.0, days: float = 0.0) -> list[Evidence]:
    return [Evidence(track_id(number), weight, days) for number in numbers]


def camps_of(found) -> list[int]:
    """0 for metal, 1 for piano."""
    return [int(one.track_id) % 2 for one in found]


def test_two_camps_of_liked_songs_are_two_interests(recommender):
    taste = taste_of(recommender, likes(0, 2, 4, 1, 3))
    assert [len(one.songs) for one in taste.interests] == [3, 2]
    assert [one.share for one in taste.interests] == pytest.approx([0.6, 0.4])
    assert {frozenset(one.songs % 2) for one in taste.interests} == {frozenset({0}), frozenset({1})}


def test_one_camp_is_one_interest(recommender):
    assert len(taste_of(recommender, likes(*METAL[:6])).interests) == 1


@pytest.mark.parametrize("seed", range(20))
def test_songs_that_stand_in_the_same_place_are_one_interest(seed):
    recommender = world(catalogue_frame(*(song(number) for number in range(6)))).recommender()
    random = np.random.default_rng(seed)
    place = random.normal(size=recommender.vectors.shape[1]).astype(np.float32)
    recommender.vectors[:] = place / np.linalg.norm(place)
    assert len(taste_of(recommender, likes(*range(6))).interests) == 1


def test_what_was_liked_long_ago_counts_less(recommender):
    taste = taste_of(recommender, [*likes(0, 2), *likes(1, 3, days=HALF_LIFE_DAYS)])
    assert [one.share for one in taste.interests] == pytest.approx([2 / 3, 1 / 3])
    assert set(taste.interests[0].songs % 2) == {0}


def test_an_interest_starts_from_its_latest_songs(recommender):
    evidence = [one for days, number in enumerate(METAL) for one in likes(number, days=10 * days)]
    songs = taste_of(recommender, evidence).interests[0].songs
    assert len(songs) == MOST_SEEDS
    assert songs[0] == METAL[0]


def test_a_list_holds_both_interests_and_nothing_that_was_liked_already(recommender):
    found = taste_list(recommender, taste_of(recommender, likes(0, 2, 1, 3)), 10)
    assert 0.2 <= np.mean(camps_of(found)) <= 0.8
    assert not {track_id(number) for number in range(4)} & {one.track_id for one in found}


def test_every_song_of_a_list_has_a_reason(recommender):
    assert all(one.reasons for one in taste_list(recommender, taste_of(recommender, likes(0, 2, 1, 3)), 10))


def test_the_same_taste_gives_the_same_list(recommender):
    one, other = (taste_list(recommender, taste_of(recommender, likes(0, 2, 1)), 10) for _ in range(2))
    assert [found.track_id for found in one] == [found.track_id for found in other]


def test_filters_and_exclusions_hold_for_a_list_from_a_taste(recommender):
    taste = taste_of(recommender, likes(0, 1))
    found = taste_list(recommender, taste, 10, filters=Filters(genres=("metal",)), exclude=[track_id(10)])
    assert camps_of(found) == [0] * 10
    assert track_id(10) not in {one.track_id for one in found}
    with pytest.raises(EmptyResultError):
        taste_list(recommender, taste, 10, filters=Filters(genres=("polka",)))


def test_of_nothing_liked_no_list_can_be_made(recommender):
    taste = taste_of(recommender, likes(0, weight=-1.0))
    assert not taste
    assert taste.known
    with pytest.raises(UnknownTrackError):
        taste_list(recommender, taste)


def test_unknown_tracks_say_nothing(recommender):
    assert not taste_of(recommender, [Evidence("nobody knows me", 1.0)]).known


def test_a_dislike_outweighs_that_a_song_was_started_from(recommender):
    taste = taste_of(recommender, [*likes(0, weight=0.3), *likes(0, weight=-1.0)])
    assert taste.disliked.tolist() == [0]
    assert not taste.interests


def test_disliked_songs_push_away_what_is_like_them(recommender):
    liked = likes(0, 1)
    before = np.mean(camps_of(taste_list(recommender, taste_of(recommender, liked), 20)))
    against = likes(*METAL[5:15], weight=-1.0)
    after = taste_list(recommender, taste_of(recommender, [*liked, *against]), 20)
    assert np.mean(camps_of(after)) >= before
    artists = {(number % 40) for number in METAL[5:15]}
    assert sum(int(one.track_id) % 40 in artists for one in after) < 8


def test_who_likes_the_unknown_and_dislikes_the_famous_is_led_further_out(recommender):
    known = recommender.facts.familiarity
    order = np.argsort(known)
    obscure, famous = order[:20].tolist(), order[-20:].tolist()
    bold = taste_of(recommender, [*likes(*obscure), *likes(*famous, weight=-1.0)]).fame
    easy = taste_of(recommender, [*likes(*famous), *likes(*obscure, weight=-1.0)]).fame
    assert SETTINGS["bold"].fame <= bold < -0.5
    assert 0.5 < easy <= SETTINGS["easy"].fame
    assert taste_of(recommender, likes(*obscure)).fame == 0


def test_a_taste_bends_a_list_that_starts_from_a_song(recommender):
    taste = taste_of(recommender, likes(1, 3, 5))
    bend = bent_by(recommender, taste, np.array([0, 2, 7, 9]))
    assert bend[2:].min() > bend[:2].max()
    plain = recommender.recommend([track_id(0)], 10)
    bent = recommender.recommend([track_id(0)], 10, bend=lambda songs: np.where(songs == 50, 100.0, 0.0))
    assert bent[0].track_id == track_id(50) != plain[0].track_id


def test_no_list_holds_what_was_liked_however_much_was(recommender):
    numbers = [*METAL[:-10]]
    taste = taste_of(recommender, likes(*numbers))
    assert len(taste.interests[0].songs) == MOST_SEEDS < len(numbers)
    found = taste_list(recommender, taste, 10, filters=Filters(genres=("metal",)), per_artist=None)
    assert not {track_id(number) for number in numbers} & {one.track_id for one in found}


def test_the_larger_interest_bends_more(recommender):
    songs = np.array([6, 8, 7, 9])

    def lead(taste) -> float:
        """By how much metal is preferred to piano."""
        bend = bent_by(recommender, taste, songs)
        return float(bend[:2].mean() - bend[2:].mean())

    metal = taste_of(recommender, [*likes(0, 2), *likes(1, 3, weight=0.1)])
    piano = taste_of(recommender, [*likes(0, 2, weight=0.1), *likes(1, 3)])
    assert lead(metal) > lead(piano) + 0.5


@pytest.mark.parametrize("weight", [1.0, 0.25])
def test_every_interest_gets_its_share_of_a_list(recommender, weight):
    taste = taste_of(recommender, [*likes(0, 2), *likes(1, 3, weight=weight)])
    found = taste_list(recommender, taste, 20, per_artist=None, diversity=0)
    assert np.mean(camps_of(found)) == pytest.approx(weight / (1 + weight), abs=0.06)


def test_one_dislike_pushes_away_only_what_is_like_it(recommender):
    taste = taste_of(recommender, likes(0, weight=-1.0))
    bend = bent_by(recommender, taste, np.array([0, 1, 3]))
    assert bend[0] < -1
    assert bend[1:].tolist() == [0, 0]
