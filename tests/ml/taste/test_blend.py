from collections import Counter

import pytest

from ml.errors import EmptyResultError, UnknownTrackError
from ml.taste.blend import blend
from tests.ml.taste.tastes import metal, piano, taste
from tests.ml.worlds import catalogue_frame, song, track_id, world


@pytest.fixture(scope="module")
def ada(recommender):
    return taste(recommender, metal(*range(5)))


@pytest.fixture(scope="module")
def ben(recommender):
    return taste(recommender, piano(*range(5)), dislikes=piano(30))


@pytest.mark.parametrize("k", [5, 20, 21])
def test_everybody_gets_a_fair_share_of_what_they_like(recommender, ada, ben, k):
    songs = blend(recommender, [ada, ben], k)
    assert len(songs) == k
    shares = Counter(one.member for one in songs)
    assert max(shares.values()) - min(shares.values()) <= 1
    assert [one.member for one in songs[:4]] == [0, 1, 0, 1]
    assert all(int(one.track_id) % 2 == one.member for one in songs)
    assert all(one.reasons for one in songs)


def test_ten_members_share_a_list(recommender, ada, ben):
    songs = blend(recommender, [ada, ben] * 5, 23)
    shares = Counter(one.member for one in songs)
    assert len(shares) == 10
    assert set(shares.values()) == {2, 3}


def test_nothing_that_anybody_knows_or_refuses(recommender, ada, ben):
    songs = blend(recommender, [ada, ben], 50, exclude=metal(40), exclude_artists=["Piano Artist 11"])
    tracks = [one.track_id for one in songs]
    assert len(set(tracks)) == len(tracks)
    assert not {*tracks} & {*metal(*range(5), 40), *piano(*range(5), 30)}
    numbers = [recommender.song_of(one) for one in tracks]
    artists = Counter(recommender.facts.artist_names[recommender.facts.first_artist[one]] for one in numbers)
    assert max(artists.values()) <= 2
    assert "piano artist 11" not in artists


def test_no_version_of_a_song_twice():
    versions = [
        song(number, artists=f"Artist {number // 2}", track_name=f"Song {number // 2}{' - Live' * (number % 2)}")
        for number in range(60)
    ]
    recommender = world(catalogue_frame(*versions)).recommender()
    tastes = [taste(recommender, [track_id(0)]), taste(recommender, [track_id(2)])]
    songs = [recommender.song_of(one.track_id) for one in blend(recommender, tastes, 20)]
    assert len(set(songs)) == len(songs) == 20


def test_a_turn_prefers_what_the_others_mind_least(recommender, ada):
    disliked = metal(7, 27, 47)
    careful = taste(recommender, piano(*range(5)), dislikes=disliked)
    artist = recommender.facts.first_artist[recommender.song_of(disliked[0])]
    songs = blend(recommender, [ada, careful], 10)
    assert artist not in [recommender.facts.first_artist[recommender.song_of(one.track_id)] for one in songs]


def test_the_same_members_get_the_same_list(recommender, ada, ben):
    assert blend(recommender, [ada, ben], 12) == blend(recommender, [ada, ben], 12)


def test_a_short_catalogue_gives_a_shorter_list():
    recommender = world(catalogue_frame(*(song(number) for number in range(12)))).recommender()
    tastes = [taste(recommender, [track_id(0)]), taste(recommender, [track_id(1)])]
    songs = blend(recommender, tastes, 30)
    assert sorted(one.track_id for one in songs) == [track_id(number) for number in range(2, 12)]
    with pytest.raises(EmptyResultError):
        blend(recommender, tastes, 5, exclude=[one.track_id for one in songs])


def test_what_cant_be_blended_is_refused(recommender, ada):
    with pytest.raises(UnknownTrackError):
        blend(recommender, [ada, taste(recommender, [])], 5)
    with pytest.raises(ValueError, match="2 to 10 tastes"):
        blend(recommender, [ada], 5)
    with pytest.raises(ValueError, match="2 to 10 tastes"):
        blend(recommender, [ada] * 11, 5)
    with pytest.raises(ValueError, match="at least 1"):
        blend(recommender, [ada, ada], 0)


def test_a_bold_blend_is_less_known_than_an_easy_one(bundle):
    recommender = bundle.recommender
    members = [taste(recommender, [recommender.track_of(song) for song in range(first, first + 5)]) for first in (0, 5)]
    known = {}
    for dial in ("easy", "bold"):
        songs = [recommender.song_of(one.track_id) for one in blend(recommender, members, 30, adventurous=dial)]
        known[dial] = recommender.facts.familiarity[songs].mean()
    assert known["bold"] < known["easy"]
