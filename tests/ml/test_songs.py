import numpy as np
import pytest

from ml.songs import Songs, group_songs
from tests.ml.worlds import catalogue_frame, song

# As the label measured it the second time: close, but not the same.
AGAIN = {"tempo": 120.4, "loudness": -7.5, "duration_ms": 201_000.0, "energy": 0.52, "danceability": 0.51}


def groups(*songs) -> list[int]:
    return group_songs(catalogue_frame(*songs)).tolist()


@pytest.mark.parametrize(
    "title", ["Hit - 2011 Remaster", "Hit (Live at Wembley)", "Hit (feat. Ben)", "HIT", "Hit - Radio Edit"]
)
def test_a_version_is_the_same_song(title):
    hit = song(1, artists="Ada", track_name="Hit", energy=0.2)
    assert groups(hit, song(2, artists="Ada", track_name=title, energy=0.9)) == [0, 0]


def test_two_songs_of_one_artist_are_two():
    assert groups(song(1, artists="Ada", energy=0.2), song(2, artists="Ada", energy=0.9)) == [0, 1]


def test_the_same_recording_is_one_song_whoever_is_named_first():
    duet = song(1, artists="Ada;Ben", track_name="Duet")
    assert groups(duet, song(2, artists="Ben;Ada", track_name="Duet", **AGAIN)) == [0, 0]


def test_the_same_title_and_a_common_artist_but_another_recording_are_two():
    duet = song(1, artists="Ada;Ben", track_name="Duet")
    assert groups(duet, song(2, artists="Ben;Ada", track_name="Duet", duration_ms=240_000.0)) == [0, 1]


def test_the_same_title_by_different_artists_stays_apart():
    assert groups(song(1, artists="Ada", track_name="Hello"), song(2, artists="Ben", track_name="Hello")) == [0, 1]


def test_a_title_in_another_script_with_exactly_the_same_audio_is_the_same_song():
    assert groups(song(1, artists="Ada", track_name="Sakura"), song(2, artists="Ada", track_name="さくら")) == [0, 0]


def test_another_title_with_nearly_the_same_audio_is_another_song():
    assert groups(song(1, artists="Ada"), song(2, artists="Ada", tempo=120.1)) == [0, 1]


def test_unknown_audio_is_the_same_as_nothing():
    assert groups(song(1, artists="Ada", tempo=np.nan), song(2, artists="Ada", tempo=np.nan)) == [0, 1]


def test_versions_of_versions_are_one_song():
    first = song(1, artists="Ada;Ben", track_name="Duet")
    swapped = song(2, artists="Ben;Ada", track_name="Duet", **AGAIN)
    translated = song(3, artists="Ben", track_name="デュエット", **AGAIN)
    assert groups(first, swapped, translated) == [0, 0, 0]


@pytest.mark.parametrize("artists", [np.nan, "", " ; "])
def test_tracks_without_an_artist_are_songs_of_their_own(artists):
    assert groups(*(song(n, artists=artists, track_name="Intro") for n in (1, 2))) == [0, 1]


def test_tracks_without_a_title_are_songs_of_their_own():
    assert groups(*(song(n, artists="Ada", track_name=np.nan, tempo=100.0 + n) for n in (1, 2))) == [0, 1]


def test_the_order_of_the_rows_changes_no_song():
    titles = ["A", "B - Live", "B", "C", "A - 2011 Remaster", "D"]
    frame = catalogue_frame(
        *(song(n, artists="Ada", track_name=title, tempo=100.0 + n) for n, title in enumerate(titles))
    )
    order = np.array([3, 5, 0, 2, 4, 1])
    straight, shuffled = group_songs(frame), group_songs(frame.iloc[order])
    together = straight[order][:, None] == straight[order]
    assert ((shuffled[:, None] == shuffled) == together).all()


def test_the_best_known_version_stands_for_the_song():
    assert Songs.of(np.array([0, 0, 1, 0]), np.array([10.0, 70.0, 5.0, 40.0])).row_of.tolist() == [1, 2]


def test_between_equally_known_versions_the_earlier_stands():
    assert Songs.of(np.array([0, 0]), np.array([40.0, 40.0])).row_of.tolist() == [0]


def test_a_version_of_unknown_popularity_does_not_stand_for_a_known_one():
    assert Songs.of(np.array([0, 0]), np.array([np.nan, 1.0])).row_of.tolist() == [1]
