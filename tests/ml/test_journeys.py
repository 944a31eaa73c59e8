import numpy as np
import pytest

from ml.errors import EmptyResultError, JourneyError, UnknownTrackError
from ml.filters import Filters, Range
from ml.journeys import expand, in_flow, path
from ml.reasons import Reason


@pytest.fixture(scope="module")
def recommender(bundle):
    return bundle.recommender


@pytest.fixture(scope="module")
def track_ids(bundle):
    """Of different songs."""
    rows = bundle.recommender.songs_of(bundle.catalogue.frame["track_id"])[0][:60]
    return [bundle.recommender.track_of(song) for song in rows]


def songs(recommender, found):
    return [recommender.song_of(one.track_id) for one in found]


@pytest.mark.parametrize("length", [3, 10])
def test_a_path_has_its_ends_and_every_song_once(recommender, track_ids, length):
    found = path(recommender, track_ids[0], track_ids[40], length)
    assert [found[0].track_id, found[-1].track_id] == [track_ids[0], track_ids[40]]
    assert len(set(songs(recommender, found))) == len(found) == length


def test_each_stop_of_a_path_is_compared_with_the_one_before(recommender, track_ids):
    found = path(recommender, track_ids[0], track_ids[40], 6)
    assert found[0].reasons == (Reason("seed"),)
    places = songs(recommender, found)
    for before, song, stop in zip(places, places[1:], found[1:], strict=False):
        assert stop.reasons == (Reason("step"), *recommender.why(song, before))
        assert stop.score == pytest.approx(float(recommender.vectors[before] @ recommender.vectors[song]))


def test_what_lies_between_the_ends_meets_the_conditions(recommender, track_ids):
    fast = Filters(ranges=(Range("tempo", low=120),))
    found = path(recommender, track_ids[0], track_ids[40], 8, filters=fast)
    assert (recommender.columns.numbers["tempo"][songs(recommender, found)[1:-1]] >= 120).all()


def test_excluded_songs_are_not_on_the_way(recommender, track_ids):
    before = path(recommender, track_ids[0], track_ids[40], 6)
    gone = [one.track_id for one in before[1:-1]]
    after = path(recommender, track_ids[0], track_ids[40], 6, exclude=gone)
    assert not set(gone) & {one.track_id for one in after}


def test_nothing_between_the_ends_says_so(recommender, track_ids):
    with pytest.raises(EmptyResultError):
        path(recommender, track_ids[0], track_ids[40], 5, filters=Filters(genres=("no such genre",)))


def test_a_path_to_the_same_song_or_without_room_is_refused(recommender, track_ids):
    with pytest.raises(JourneyError, match="the same song"):
        path(recommender, track_ids[0], track_ids[0], 5)
    with pytest.raises(JourneyError, match="at least 3 songs"):
        path(recommender, track_ids[0], track_ids[1], 2)
    with pytest.raises(UnknownTrackError):
        path(recommender, track_ids[0], "nobody knows it", 5)


def test_a_grown_list_repeats_no_song(recommender, track_ids):
    found = expand(recommender, track_ids[:12], 10)
    assert len(found) == 10
    assert not set(songs(recommender, found)) & {recommender.song_of(one) for one in track_ids[:12]}


def test_of_a_long_list_the_end_counts_as_well(recommender, bundle):
    every = [recommender.track_of(song) for song in range(400)]
    found = expand(recommender, every, 10)
    assert not set(songs(recommender, found)) & set(range(400))
    assert [one.track_id for one in found] != [one.track_id for one in expand(recommender, every[:100], 10)]


def test_a_list_of_unknown_songs_cannot_grow(recommender):
    for nothing in ([], ["unknown", "unknown as well"]):
        with pytest.raises(UnknownTrackError):
            expand(recommender, nothing, 5)


def test_unknown_songs_on_a_list_are_passed_over(recommender, track_ids):
    known = expand(recommender, track_ids[:5], 5)
    assert [one.track_id for one in expand(recommender, ["unknown", *track_ids[:5]], 5)] == [
        one.track_id for one in known
    ]


def test_a_flow_holds_the_same_songs_with_smaller_steps(recommender, track_ids):
    ordered, flow = in_flow(recommender, track_ids[:20], "steady")
    assert sorted(ordered) == sorted(track_ids[:20])
    assert flow.after < flow.before


def test_a_rising_flow_ends_livelier_and_keeps_its_first_song_if_told(recommender, track_ids):
    ordered, _ = in_flow(recommender, track_ids[:30], "rise", keep_first=True)
    energy = recommender.columns.numbers["energy"][[recommender.song_of(one) for one in ordered]]
    assert ordered[0] == track_ids[0]
    assert np.nanmean(energy[-10:]) > np.nanmean(energy[1:11]) + 0.2


def test_a_flow_of_an_unknown_song_is_refused(recommender, track_ids):
    with pytest.raises(UnknownTrackError):
        in_flow(recommender, [*track_ids[:3], "unknown"], "steady")


def test_key_and_mode_are_a_byte_each_and_unknown_is_minus_one(recommender, bundle):
    columns, frame = recommender.columns, bundle.catalogue.frame
    assert columns.key.dtype == columns.mode.dtype == np.int8
    best = frame.iloc[recommender.songs.row_of]
    assert columns.key.tolist() == best["key"].fillna(-1).astype(int).tolist()
    assert set(columns.mode.tolist()) <= {-1, 0, 1}
