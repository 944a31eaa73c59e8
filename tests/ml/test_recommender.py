from collections import Counter

import numpy as np
import pytest

from ml.catalogue import genre_matrix
from ml.errors import EmptyResultError, UnknownTrackError
from ml.index import TrackIndex
from ml.names import song_keys
from ml.percentiles import Percentiles
from ml.reasons import Reason
from ml.recommender import Recommender
from ml.vectors import DIMENSIONS, VectorSpace
from tests.ml.worlds import catalogue_frame, song, track_id, two_camps

GENRES = ["metal", "piano"]


def recommender_of(frame) -> Recommender:
    carries = genre_matrix(frame, GENRES)
    percentiles = Percentiles.fit(frame)
    heard = carries / carries.sum(axis=1, keepdims=True)
    space = VectorSpace.fit(carries, heard, percentiles)
    _, songs = np.unique(song_keys(frame).to_numpy(dtype=str), return_inverse=True)
    moods = np.where(carries[:, 0], "Energetic", "Chill")
    return Recommender(frame, songs, moods, TrackIndex.build(space.encode(frame, carries, heard)), percentiles)


@pytest.fixture(scope="module")
def camps():
    frame = two_camps(400)
    return frame.set_index("track_id", drop=False), recommender_of(frame)


def ids(found):
    return [one.track_id for one in found]


def test_metal_goes_with_metal_and_piano_with_piano(camps):
    frame, recommender = camps
    for seed, genre in ((track_id(0), "metal"), (track_id(1), "piano")):
        found = ids(recommender.recommend([seed], 10, diversity=0))
        assert set(frame.loc[found, "genres"]) == {genre}


def test_the_seed_is_never_recommended(camps):
    _, recommender = camps
    assert track_id(0) not in ids(recommender.recommend([track_id(0)], 50))


def test_as_many_songs_as_asked_for_and_none_twice(camps):
    _, recommender = camps
    for k in (1, 10, 50):
        found = ids(recommender.recommend([track_id(0)], k))
        assert len(set(found)) == len(found) == k


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_artist_comes_more_often_than_allowed(camps, most):
    frame, recommender = camps
    found = ids(recommender.recommend([track_id(0)], 20, per_artist=most))
    assert max(Counter(frame.loc[found, "artists"]).values()) <= most


def test_a_guest_counts_as_an_artist_too():
    songs = [song(n, "metal", artists=f"Artist {n};Guest", energy=0.5 + n / 100) for n in range(20)]
    frame = catalogue_frame(*songs, song(99, "metal", artists="Seed"), song(98, "piano"))
    assert len(recommender_of(frame).recommend([track_id(99)], 20, genre="metal")) == 2


def test_no_limit_on_artists_when_none_is_wanted(camps):
    _, recommender = camps
    assert len(recommender.recommend([track_id(0)], 399, per_artist=None, diversity=0)) == 399


def test_two_versions_of_one_song_never_stand_in_one_list():
    songs = []
    for number in range(60):
        version = "" if number % 2 else " - Live"
        songs.append(song(number, "metal", artists=f"Artist {number // 2}", track_name=f"Song {number // 2}{version}"))
    frame = catalogue_frame(*songs, song(99, "piano"))
    recommender = recommender_of(frame)
    found = ids(recommender.recommend([track_id(0)], 60, per_artist=None, genre="metal"))
    titles = [int(one) // 2 for one in found]
    assert len(set(titles)) == len(titles) == 29  # thirty songs, one of them the seed's


def test_the_best_known_version_stands_for_a_song():
    frame = catalogue_frame(
        song(1, "metal", artists="Seed"),
        song(2, "metal", artists="Ada", track_name="Hit - Live", popularity=20.0),
        song(3, "metal", artists="Ada", track_name="Hit", popularity=80.0),
        song(4, "piano"),
    )
    assert ids(recommender_of(frame).recommend([track_id(1)], 1, genre="metal")) == [track_id(3)]


def test_excluded_songs_and_their_versions_stay_away():
    frame = catalogue_frame(
        song(1, "metal", artists="Seed"),
        song(2, "metal", artists="Ada", track_name="Hit - Live"),
        song(3, "metal", artists="Ada", track_name="Hit"),
        song(4, "metal", artists="Ben"),
        song(5, "piano"),
    )
    found = ids(recommender_of(frame).recommend([track_id(1)], 5, exclude=[track_id(2)], genre="metal"))
    assert found == [track_id(4)]


def test_a_mood_filters(camps):
    frame, recommender = camps
    found = ids(recommender.recommend([track_id(0)], 10, mood="Chill"))
    assert set(frame.loc[found, "genres"]) == {"piano"}


def test_the_same_question_has_the_same_answer(camps):
    _, recommender = camps
    assert recommender.recommend([track_id(0)], 20) == recommender.recommend([track_id(0)], 20)


def test_diversity_makes_a_list_more_diverse():
    frame = two_camps(400)
    carries = genre_matrix(frame, GENRES)
    space = VectorSpace.fit(carries, carries.astype(float), Percentiles.fit(frame))
    vectors = space.encode(frame, carries, carries.astype(float))
    recommender = recommender_of(frame)

    def likeness(diversity: float) -> float:
        rows = [int(one) for one in ids(recommender.recommend([track_id(0)], 15, diversity=diversity))]
        return float((vectors[rows] @ vectors[rows].T).mean())

    assert likeness(0.7) < likeness(0.0)


def test_several_seeds_bring_songs_for_each(camps):
    frame, recommender = camps
    found = ids(recommender.recommend([track_id(0), track_id(1)], 40))
    assert set(frame.loc[found, "genres"]) == {"metal", "piano"}


def test_unknown_seeds_are_skipped_when_another_is_known(camps):
    _, recommender = camps
    assert len(recommender.recommend(["x" * 22, track_id(0)], 5)) == 5


def test_only_unknown_seeds_are_refused(camps):
    _, recommender = camps
    with pytest.raises(UnknownTrackError):
        recommender.recommend(["x" * 22], 5)


def test_a_k_below_one_is_refused(camps):
    _, recommender = camps
    with pytest.raises(ValueError, match="at least 1"):
        recommender.recommend([track_id(0)], 0)


def test_when_nothing_is_left_the_sentence_names_the_filter(camps):
    frame, recommender = camps
    everything = frame["track_id"].tolist()
    with pytest.raises(EmptyResultError, match="“piano”"):
        recommender.recommend([track_id(0)], 5, exclude=everything, genre="piano")


def test_a_theme_brings_its_best_known_songs_first(camps):
    frame, recommender = camps
    found = ids(recommender.themed(5, genre="piano", diversity=0, per_artist=None))
    assert frame.loc[found, "popularity"].is_monotonic_decreasing
    assert set(frame.loc[found, "genres"]) == {"piano"}


def test_reasons_say_what_is_shared_and_what_differs():
    frame = catalogue_frame(
        *(song(n, "piano", tempo=60.0 + n, energy=n / 100) for n in range(2, 99)),
        song(0, "metal;piano", artists="Ada", tempo=158.0, energy=0.98),
        song(1, "metal", artists="Ada;Ben", tempo=60.0, energy=0.97),
    )
    found = recommender_of(frame).recommend([track_id(0)], 1, genre="metal")
    assert found[0].reasons == (Reason("artist", ("Ada",)), Reason("genre", ("metal",)), Reason("slower"))


def test_every_recommendation_has_a_reason(camps):
    _, recommender = camps
    assert all(one.reasons for one in recommender.recommend([track_id(0)], 50))


def test_the_index_finds_a_vector_itself_first():
    vectors = np.eye(4, dtype=np.float32)
    _, rows = TrackIndex.build(vectors).search(vectors, 1)
    assert rows[:, 0].tolist() == [0, 1, 2, 3]


def test_vectors_have_length_one_even_of_a_track_without_anything():
    frame = two_camps()
    carries = genre_matrix(frame, GENRES)
    space = VectorSpace.fit(carries, carries.astype(float), Percentiles.fit(frame))
    bare = frame.iloc[:1].assign(energy=np.nan, tempo=np.nan)
    vector = space.encode(bare, np.zeros((1, 2), dtype=bool), np.array([[0.3, 0.7]]))
    assert vector.shape == (1, DIMENSIONS)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
