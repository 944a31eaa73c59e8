import numpy as np
import pytest

from ml.taste.affinity import affinity, common_genres, meeting_songs
from tests.ml.taste.tastes import metal, piano, taste


def test_halves_of_one_camp_are_alike_and_the_camps_are_not(recommender):
    one, half = taste(recommender, metal(*range(10))), taste(recommender, metal(*range(10, 20)))
    other = taste(recommender, piano(*range(10)))
    assert affinity(recommender, one, half) > 0.7
    assert affinity(recommender, one, other) < 0.4
    assert affinity(recommender, one, other) == affinity(recommender, other, one)


def test_who_likes_both_camps_is_in_between(recommender):
    one, other = taste(recommender, metal(*range(10))), taste(recommender, [*metal(*range(20, 25)), *piano(*range(5))])
    apart, alike = taste(recommender, piano(*range(10))), taste(recommender, metal(*range(10, 20)))
    between = affinity(recommender, one, other)
    assert affinity(recommender, one, apart) < between < affinity(recommender, one, alike)


def test_a_song_that_both_like_proves_nothing_by_itself(recommender):
    one, other = (taste(recommender, [*metal(50), *camp]) for camp in (metal(*range(10)), piano(*range(10))))
    assert affinity(recommender, one, other) < 0.6


def test_the_same_songs_are_judged_by_each_other(recommender):
    both = taste(recommender, metal(*range(10)))
    assert 0.7 < affinity(recommender, both, both) < 1
    lone = taste(recommender, metal(3))
    assert affinity(recommender, lone, lone) == 1


def test_what_the_other_dislikes_suits_them_less_than_anything(recommender):
    one = taste(recommender, metal(*range(10)))
    half = taste(recommender, metal(*range(10, 20)))
    against = taste(recommender, metal(*range(10, 20)), dislikes=metal(*range(10)))
    assert affinity(recommender, one, against) < affinity(recommender, one, half) - 0.3


def test_without_a_liked_song_there_is_no_affinity(recommender):
    with pytest.raises(ValueError, match="liked songs"):
        affinity(recommender, taste(recommender, metal(1)), taste(recommender, []))


def test_common_genres_are_those_of_both(recommender):
    one, other = taste(recommender, metal(*range(5))), taste(recommender, [*metal(*range(9)), *piano(1)])
    assert common_genres(recommender, one, other) == ["metal"]
    assert common_genres(recommender, one, taste(recommender, piano(1))) == []


def test_both_meet_on_songs_that_neither_knows(recommender):
    one, other = (
        taste(recommender, metal(*range(6)), dislikes=metal(50)),
        taste(recommender, metal(*range(6, 12)), dislikes=piano(3)),
    )
    barred = metal(20)
    songs = meeting_songs(recommender, one, other, exclude=barred, exclude_artists=["Metal Artist 34"])
    assert len(set(songs)) == 5
    tracks = [recommender.track_of(song) for song in songs]
    assert all(int(track) % 2 == 0 for track in tracks)
    assert not {*tracks} & {*metal(*range(12), 50, 20)}
    artists = [recommender.facts.first_artist[song] for song in songs]
    assert len(set(artists)) == 5
    assert "metal artist 34" not in {recommender.facts.artist_names[artist] for artist in artists}
    assert songs == meeting_songs(recommender, one, other, exclude=barred, exclude_artists=["Metal Artist 34"])


def test_nothing_left_to_meet_on(recommender):
    one, other = taste(recommender, metal(1)), taste(recommender, piano(1))
    everything = [recommender.track_of(song) for song in np.arange(len(recommender.facts))]
    assert meeting_songs(recommender, one, other, exclude=everything) == []
