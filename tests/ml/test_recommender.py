from collections import Counter

import numpy as np
import pytest

from ml.adventure import DIALS
from ml.catalogue import read_catalogue
from ml.errors import EmptyResultError, UnknownTrackError
from ml.filters import Filters, Range
from ml.names import credited_artists, song_keys
from ml.recommender import MOST_SEEDS, Recommender
from tests.ml.worlds import catalogue_frame, song, track_id, two_camps, world

UNKNOWN = "x" * 22


def recommender_of(*songs) -> Recommender:
    return world(catalogue_frame(*songs)).recommender()


@pytest.fixture(scope="module")
def camps():
    """Two hundred songs each of metal (even numbers) and piano (odd ones), by forty artists."""
    made = world(two_camps(400))
    return made.frame.set_index("track_id", drop=False), made.recommender()


def ids(found):
    return [one.track_id for one in found]


def numbers(found) -> list[int]:
    return [int(one.track_id) for one in found]


def test_metal_goes_with_metal_and_piano_with_piano(camps):
    frame, recommender = camps
    for seed, genre in ((track_id(0), "metal"), (track_id(1), "piano")):
        found = ids(recommender.recommend([seed], 10, diversity=0))
        assert set(frame.loc[found, "genres"]) == {genre}


@pytest.mark.parametrize("seeds", [1, 2, 10, 100])
def test_no_seed_is_ever_recommended(camps, seeds):
    _, recommender = camps
    given = [track_id(number) for number in range(seeds)]
    found = ids(recommender.recommend(given, 50))
    assert len(found) == 50
    assert not {*found} & {*given}


def test_of_more_than_a_hundred_seeds_none_is_recommended(camps):
    _, recommender = camps
    given = [track_id(number) for number in range(MOST_SEEDS + 50)]
    assert not {*ids(recommender.recommend(given, 50))} & {*given}


@pytest.mark.parametrize("k", [1, 10, 50])
def test_as_many_songs_as_asked_for_and_none_twice(camps, k):
    _, recommender = camps
    found = ids(recommender.recommend([track_id(0)], k))
    assert len({*found}) == len(found) == k


def test_fewer_songs_where_fewer_are_left(camps):
    _, recommender = camps
    left = [track_id(number) for number in (3, 4, 5)]
    others = [track_id(number) for number in range(400) if track_id(number) not in left]
    assert sorted(ids(recommender.recommend([track_id(0)], 50, exclude=others))) == left


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("dial", DIALS)
def test_no_artist_comes_more_often_than_allowed(camps, most, dial):
    frame, recommender = camps
    found = ids(recommender.recommend([track_id(0)], 20, per_artist=most, adventurous=dial))
    assert max(Counter(frame.loc[found, "artists"]).values()) <= most


def test_a_guest_counts_as_an_artist_too():
    songs = [song(n, "metal", artists=f"Artist {n};Guest", energy=0.5 + n / 100) for n in range(20)]
    recommender = recommender_of(*songs, song(99, "metal", artists="Seed"), song(98, "piano"))
    assert len(recommender.recommend([track_id(99)], 20, genre="metal")) == 2


def test_no_limit_on_artists_when_none_is_wanted(camps):
    _, recommender = camps
    assert len(recommender.recommend([track_id(0)], 399, per_artist=None, diversity=0)) == 399


def versions() -> list[dict[str, object]]:
    """Thirty songs, each once more live; and something else."""
    marks = ("", " - Live")
    return [
        *(
            song(2 * n + live, "metal", artists=f"Artist {n}", track_name=f"Song {n}{marks[live]}")
            for n in range(30)
            for live in (0, 1)
        ),
        song(99, "piano"),
    ]


def test_two_versions_of_one_song_never_stand_in_one_list():
    found = numbers(recommender_of(*versions()).recommend([track_id(0)], 60, per_artist=None, genre="metal"))
    titles = [number // 2 for number in found]
    assert sorted(titles) == [*range(1, 30)]


def test_a_version_of_a_seed_is_never_recommended():
    found = numbers(recommender_of(*versions()).recommend([track_id(3)], 60, per_artist=None))
    assert 1 not in [number // 2 for number in found]


def test_seeds_that_are_versions_of_one_another_count_once():
    recommender = recommender_of(*versions())
    once = recommender.recommend([track_id(0), track_id(4)], 20)
    assert recommender.recommend([track_id(0), track_id(1), track_id(0), track_id(4)], 20) == once


def test_the_best_known_version_stands_for_a_song():
    recommender = recommender_of(
        song(1, "metal", artists="Seed"),
        song(2, "metal", artists="Ada", track_name="Hit - Live", popularity=20.0),
        song(3, "metal", artists="Ada", track_name="Hit", popularity=80.0),
        song(4, "piano"),
    )
    assert ids(recommender.recommend([track_id(1)], 1, genre="metal")) == [track_id(3)]


def test_excluded_songs_and_their_versions_stay_away():
    recommender = recommender_of(
        song(1, "metal", artists="Seed"),
        song(2, "metal", artists="Ada", track_name="Hit - Live"),
        song(3, "metal", artists="Ada", track_name="Hit"),
        song(4, "metal", artists="Ben"),
    )
    assert ids(recommender.recommend([track_id(1)], 5, exclude=[track_id(2)])) == [track_id(4)]


@pytest.mark.parametrize("name", ["Ben", "BÉN", "Ada;Ben"])
def test_excluded_artists_stay_away_also_as_guests(name):
    recommender = recommender_of(
        song(1, artists="Seed"), song(2, artists="Ben"), song(3, artists="Cid;Ben", tempo=90.0), song(4, artists="Cid")
    )
    assert ids(recommender.recommend([track_id(1)], 5, exclude_artists=[name])) == [track_id(4)]


def test_an_artist_whose_name_is_signs_can_be_excluded():
    recommender = recommender_of(song(1, artists="Seed"), song(2, artists="!!!"), song(3, artists="Cid"))
    assert ids(recommender.recommend([track_id(1)], 5, exclude_artists=["!!!"])) == [track_id(3)]


def test_excluding_an_artist_nobody_knows_changes_nothing(camps):
    _, recommender = camps
    assert recommender.recommend([track_id(0)], 5, exclude_artists=["Nobody"]) == recommender.recommend(
        [track_id(0)], 5
    )


def filtered() -> Recommender:
    songs = (
        song(0, "metal", artists="Seed"),
        song(1, "metal", tempo=100.0, energy=0.9, explicit=1.0),
        song(2, "metal;piano", tempo=120.0, energy=0.9),
        song(3, "piano", tempo=140.0, energy=0.1, popularity=90.0),
        song(4, "piano", tempo=np.nan, energy=0.1),
    )
    return recommender_of(*songs)


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"genre": "metal"}, {1, 2}),
        ({"mood": "Chill"}, {3, 4}),
        ({"filters": Filters(genres=("piano",))}, {2, 3, 4}),
        ({"filters": Filters(without=("piano",))}, {1}),
        ({"filters": Filters(moods=("Energetic",))}, {1, 2}),
        ({"filters": Filters(ranges=(Range("tempo", 110, 150),))}, {2, 3}),
        ({"filters": Filters(ranges=(Range("popularity", 80),))}, {3}),
        ({"filters": Filters(explicit=False)}, {2, 3, 4}),
        ({"filters": Filters(explicit=True)}, {1}),
        ({"filters": Filters(explicit=False), "genre": "metal"}, {2}),
        ({"filters": Filters(genres=("metal",)), "genre": "piano"}, {2, 3, 4}),
    ],
)
def test_only_songs_that_meet_the_conditions(wanted, left):
    assert {*numbers(filtered().recommend([track_id(0)], 9, **wanted))} == left


def test_when_nothing_is_left_the_sentence_names_the_culprit_and_a_way_out():
    wanted = Filters(genres=("piano",), moods=("Chill",), explicit=True)
    with pytest.raises(EmptyResultError, match="what leaves none is only explicit") as refused:
        filtered().recommend([track_id(0)], 2, filters=wanted)
    assert refused.value.proposal == Filters(genres=("piano",), moods=("Chill",))


def test_the_proposed_conditions_leave_as_many_songs_as_the_sentence_says():
    wanted = Filters(genres=("metal",), ranges=(Range("tempo", 150, 200),))
    with pytest.raises(EmptyResultError, match=r"there are 2 songs\.$") as refused:
        filtered().recommend([track_id(0)], 2, filters=wanted)
    assert len(filtered().recommend([track_id(0)], 9, filters=refused.value.proposal)) == 2


def test_when_everything_is_excluded_no_condition_is_blamed(camps):
    frame, recommender = camps
    with pytest.raises(EmptyResultError, match=r"^No songs are left to recommend\.$"):
        recommender.recommend([track_id(0)], 5, exclude=frame["track_id"].tolist(), genre="piano")


def test_the_same_question_has_the_same_answer(camps):
    _, recommender = camps
    assert recommender.recommend([track_id(0)], 20) == recommender.recommend([track_id(0)], 20)


def test_a_list_is_the_better_part_of_a_longer_one(camps):
    _, recommender = camps
    found = ids(recommender.recommend([track_id(0)], 30, diversity=0))
    assert ids(recommender.recommend([track_id(0)], 10, diversity=0)) == found[:10]


def test_without_diversity_scores_only_fall(camps):
    _, recommender = camps
    scores = [one.score for one in recommender.recommend([track_id(0)], 30, diversity=0)]
    assert scores == sorted(scores, reverse=True)


def test_diversity_makes_a_list_more_diverse(camps):
    _, recommender = camps

    def likeness(diversity: float) -> float:
        songs, _ = recommender.songs_of(ids(recommender.recommend([track_id(0)], 15, diversity=diversity)))
        return float((recommender.vectors[songs] @ recommender.vectors[songs].T).mean())

    assert likeness(0.7) < likeness(0.0)


def familiarity(recommender: Recommender, found) -> float:
    songs, _ = recommender.songs_of(ids(found))
    return float(recommender.facts.familiarity[songs].mean())


def test_bold_lists_are_less_familiar_and_easy_ones_more(camps):
    _, recommender = camps
    bold, medium, easy = (
        familiarity(recommender, recommender.recommend([track_id(0)], 20, adventurous=dial))
        for dial in ("bold", "medium", "easy")
    )
    # The best known of these few songs may be what medium lists hold already.
    assert bold < medium <= easy


def test_bold_themes_are_less_familiar_and_easy_ones_as_familiar_as_can_be(camps):
    frame, recommender = camps

    def fame(dial) -> float:
        return float(frame.loc[ids(recommender.themed(20, genre="piano", adventurous=dial)), "popularity"].mean())

    assert fame("bold") < fame("medium") <= fame("easy")


def test_a_bold_list_leads_away_from_the_seeds_artist(camps):
    frame, recommender = camps

    def by_them(dial) -> int:
        found = recommender.recommend([track_id(0)], 20, per_artist=None, adventurous=dial)
        return int((frame.loc[ids(found), "artists"] == frame.loc[track_id(0), "artists"]).sum())

    assert by_them("bold") < by_them("easy")


def test_a_wished_sound_is_nearer_than_without_the_wish(camps):
    frame, recommender = camps
    wished = ids(recommender.recommend([track_id(0)], 10, targets={"valence": 0.9}))
    assert (
        frame.loc[wished, "valence"].mean() > frame.loc[ids(recommender.recommend([track_id(0)], 10)), "valence"].mean()
    )


def test_a_wish_for_unknown_songs_is_met(camps):
    frame, recommender = camps
    wished = ids(recommender.recommend([track_id(0)], 10, targets={"popularity": 0.1}))
    assert frame.loc[wished, "popularity"].mean() < 40


def test_a_target_that_is_no_feature_is_refused(camps):
    _, recommender = camps
    with pytest.raises(ValueError, match="tempoo"):
        recommender.recommend([track_id(0)], 10, targets={"tempoo": 0.9})


def test_what_is_like_an_unwanted_song_comes_last(camps):
    frame, recommender = camps
    found = ids(recommender.recommend([track_id(0), track_id(1)], 20, unlike=[track_id(3)]))
    piano = int((frame.loc[found, "genres"] == "piano").sum())
    assert piano < int(
        (frame.loc[ids(recommender.recommend([track_id(0), track_id(1)], 20)), "genres"] == "piano").sum()
    )
    assert track_id(3) not in found


def test_several_seeds_bring_songs_for_each(camps):
    frame, recommender = camps
    found = ids(recommender.recommend([track_id(0), track_id(1)], 40))
    assert set(frame.loc[found, "genres"]) == {"metal", "piano"}


def test_unknown_seeds_are_skipped_and_reported(camps):
    _, recommender = camps
    found = recommender.recommend([UNKNOWN, track_id(0), UNKNOWN], 5)
    assert found == recommender.recommend([track_id(0)], 5)
    assert found.unknown == (UNKNOWN,)


def test_when_all_seeds_are_known_none_is_reported(camps):
    _, recommender = camps
    assert recommender.recommend([track_id(0)], 5).unknown == ()


def test_only_unknown_seeds_are_refused(camps):
    _, recommender = camps
    with pytest.raises(UnknownTrackError, match="None of the given tracks"):
        recommender.recommend([UNKNOWN], 5)


def test_no_seed_at_all_is_refused(camps):
    _, recommender = camps
    with pytest.raises(UnknownTrackError, match="At least one track"):
        recommender.recommend([], 5)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"k": 0}, "k must"), ({"diversity": 1.1}, "diversity must"), ({"per_artist": 0}, "per_artist must")],
)
def test_what_makes_no_sense_is_refused(camps, wrong, said):
    _, recommender = camps
    with pytest.raises(ValueError, match=said):
        recommender.recommend([track_id(0)], **wrong)


def test_a_theme_brings_its_best_known_songs_first(camps):
    frame, recommender = camps
    found = ids(recommender.themed(5, genre="piano", diversity=0, per_artist=None))
    assert frame.loc[found, "popularity"].is_monotonic_decreasing
    assert set(frame.loc[found, "genres"]) == {"piano"}


def test_every_recommendation_has_a_reason(camps):
    _, recommender = camps
    assert all(one.reasons for one in recommender.recommend([track_id(0)], 50))


def test_songs_without_an_artist_fill_no_artist_up():
    songs = [song(n, artists=np.nan, tempo=100.0 + n) for n in range(6)]
    recommender = recommender_of(song(9, artists="Zed"), *songs)
    assert len(recommender.recommend([track_id(9)], 6, per_artist=1)) == 6


@pytest.fixture(scope="module")
def real_world(real_dataset):
    """The real songs, on vectors made without the long training: heard is what they are filed under."""
    return world(read_catalogue(real_dataset).frame)


@pytest.mark.real_data
def test_fifty_songs_of_the_real_catalogue_no_version_twice_two_per_artist(real_world):
    frame, recommender = real_world.frame, real_world.recommender()
    keys, row_of = song_keys(frame), {one: row for row, one in enumerate(frame["track_id"])}
    for row in np.random.default_rng(0).integers(0, len(frame), 100):
        found = recommender.recommend([frame["track_id"].iat[row]], 50)
        rows = [row_of[one.track_id] for one in found]
        credits = Counter(artist for one in rows for artist in credited_artists(frame["artists"].iat[one]))
        assert len({keys.iat[one] for one in [row, *rows]}) == 51
        assert max(credits.values()) <= 2
        assert all(one.reasons for one in found)
