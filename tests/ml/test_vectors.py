import numpy as np
import pytest

from ml.vectors import COMPANY, DIMENSIONS, GENRE, SOUND, VectorSpace, cosines
from tests.ml.worlds import catalogue_frame, song, two_camps, world


@pytest.fixture(scope="module")
def camps():
    return world(two_camps(80))


def encoded(camps, frame, heard):
    """Of tracks without labels, as those from outside are."""
    heard = np.array(heard, dtype=float)
    return camps.space.encode(frame, np.zeros(heard.shape, dtype=bool), heard)


def test_all_vectors_have_length_one(camps):
    assert camps.vectors.shape == (80, DIMENSIONS)
    assert np.linalg.norm(camps.vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("known", [[], ["artists"], ["energy", "tempo"]])
def test_a_track_of_which_little_is_known_has_length_one_too(camps, known):
    vector = encoded(camps, camps.frame[known].head(1), [[0.3, 0.7]])
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_a_track_without_labels_stands_beside_its_labelled_self(camps):
    unlabelled = encoded(camps, camps.frame.head(1), [[1.0, 0.0]])
    assert (camps.vectors @ unlabelled[0]).argmax() == 0


def test_a_track_says_the_same_alone_as_among_others(camps):
    heard = np.tile([0.5, 0.5], (80, 1))
    alone = encoded(camps, camps.frame.iloc[[7]], [[0.5, 0.5]])
    assert alone[0] == pytest.approx(encoded(camps, camps.frame, heard)[7], abs=1e-6)


def test_an_artist_nobody_has_met_stands_among_those_of_the_genre(camps):
    stranger = encoded(camps, camps.frame.head(1).assign(artists="Nobody"), [[1.0, 0.0]])
    likeness = cosines(camps.vectors, stranger, COMPANY)[:, 0]
    assert likeness[::2].min() > likeness[1::2].max()


def test_an_unknown_artist_stands_where_a_track_without_one_does(camps):
    stranger = encoded(camps, camps.frame.head(1).assign(artists="Nobody"), [[1.0, 0.0]])
    assert (stranger == encoded(camps, camps.frame.head(1).drop(columns="artists"), [[1.0, 0.0]])).all()


def test_a_known_artist_keeps_their_company_whatever_is_heard(camps):
    # "Metal Artist 0" made the first song.
    misheard = encoded(camps, camps.frame.head(1), [[0.0, 1.0]])
    assert cosines(camps.vectors[:1], misheard, COMPANY)[0, 0] == pytest.approx(1.0, abs=1e-3)


def test_what_shares_a_compilation_stands_nearer_than_what_does_not():
    songs = [song(n, "rock", album_name="Best of the Year" if n < 3 else f"Album {n}") for n in range(12)]
    vectors = world(catalogue_frame(*songs, song(99, "folk"))).vectors
    likeness = cosines(vectors, vectors[:1], COMPANY)[:, 0]
    assert likeness[1] > likeness[3]


def test_the_parts_of_a_likeness_are_weighed_cosines(camps):
    own = camps.vectors
    parts = 0.35 * cosines(own, own, GENRE) + 0.45 * cosines(own, own, COMPANY) + 0.2 * cosines(own, own, SOUND)
    assert own @ own.T == pytest.approx(parts, abs=1e-4)


def test_company_is_a_cosine_even_where_the_sound_is_unknown(camps):
    by_name = encoded(camps, camps.frame[["artists"]].head(1), [[1.0, 0.0]])
    assert cosines(camps.vectors[:1], by_name, COMPANY)[0, 0] == pytest.approx(1.0, abs=1e-3)


def test_what_is_saved_encodes_the_same(camps, tmp_path):
    camps.space.save(tmp_path)
    heard = np.tile([0.2, 0.8], (80, 1))
    frame = camps.frame.assign(artists=["Nobody" if n % 3 else "Metal Artist 0" for n in range(80)])
    again = VectorSpace.load(tmp_path).encode(frame, np.zeros((80, 2), dtype=bool), heard)
    assert (again == encoded(camps, frame, heard)).all()


def test_the_same_catalogue_gives_the_same_space(camps):
    assert (world(two_camps(80)).vectors == camps.vectors).all()


@pytest.mark.parametrize(
    "songs",
    [
        [song(1)],
        [song(n, artists="Ada", tempo=100.0 + n) for n in range(3)],
        [song(n) for n in range(3)],
        [song(1, artists=np.nan, album_name=np.nan, track_name=np.nan), song(2, "rock", artists=" "), song(3)],
    ],
    ids=["one song", "one artist", "one genre", "no names"],
)
def test_a_tiny_catalogue_has_vectors(songs):
    assert np.linalg.norm(world(catalogue_frame(*songs)).vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
