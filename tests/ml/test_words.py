import numpy as np

from ml.training_tracks import genre_targets
from ml.words import count_ngrams, fit_words
from tests.ml.worlds import catalogue_frame, song

GENRES = ["jazz", "metal"]


def world():
    """Metal titles speak of doom, jazz titles of moons; every artist has two tracks."""
    return catalogue_frame(
        *(
            song(
                number,
                "metal" if number % 4 < 2 else "jazz",
                artists=f"Artist {number // 2}",
                track_name=f"Doom {number}" if number % 4 < 2 else f"Moon {number}",
            )
            for number in range(80)
        )
    )


def fitted(frame):
    artists = np.arange(len(frame)) // 2
    return fit_words(frame, genre_targets(frame, GENRES), np.arange(60), artists, seed=0)


def test_words_learned_in_training_speak_for_their_genre():
    words, _ = fitted(world())
    new = catalogue_frame(song(99, artists="Zed", track_name="Doomed"), song(98, artists="Zed", track_name="Moonlight"))
    evidence = words.evidence(new)
    assert evidence[0, 1] > evidence[0, 0]
    assert evidence[1, 0] > evidence[1, 1]


def test_a_training_row_learns_nothing_from_its_own_artist():
    frame = world()
    frame.loc[:1, ["track_name", "artists", "album_name"]] = "ΨΩΨΩ"
    _, evidence = fitted(frame)
    # Only its own artist's other track shares these n-grams; the spaces around them say hardly anything.
    assert abs(evidence[0, 0] - evidence[0, 1]) < 0.1 < abs(evidence[2, 0] - evidence[2, 1])


def test_the_same_words_serve_as_were_fitted():
    frame = world()
    words, evidence = fitted(frame)
    assert np.allclose(words.evidence(frame)[60:], evidence[60:], atol=1e-6)


def test_no_names_say_nothing():
    words, _ = fitted(world())
    blank = catalogue_frame(song(1, artists="", album_name=" ", track_name=None))
    assert not words.evidence(blank).any()
    assert not words.evidence(blank[["energy"]]).any()
    assert words.evidence(blank.head(0)).shape == (0, 2)


def test_ngrams_never_reach_over_the_end_of_a_text():
    apart = count_ngrams(catalogue_frame(song(0, track_name="ab"), song(1, track_name="cd")))[2]
    alone = count_ngrams(catalogue_frame(song(0, track_name="ab")))[2]
    assert (apart[0] != alone[0]).nnz == 0
