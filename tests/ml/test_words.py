import numpy as np

from ml.training_tracks import genre_targets
from ml.words import count_ngrams, evidence_from_others, fit_words
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
    return fit_words(frame, genre_targets(frame, GENRES))


def test_words_learned_in_training_speak_for_their_genre():
    words = fitted(world())
    new = catalogue_frame(song(99, artists="Zed", track_name="Doomed"), song(98, artists="Zed", track_name="Moonlight"))
    evidence = words.evidence(new)
    assert evidence[0, 1] > evidence[0, 0]
    assert evidence[1, 0] > evidence[1, 1]


def test_a_training_row_learns_nothing_from_its_own_artist():
    frame = world()
    frame.loc[:1, ["track_name", "artists", "album_name"]] = "ΨΩΨΩ"
    targets, artists = genre_targets(frame, GENRES), np.arange(len(frame)) // 2
    evidence = evidence_from_others(fitted(frame), frame, targets, artists, seed=0)
    # Only its own artist's other track shares these n-grams; the spaces around them say hardly anything.
    assert abs(evidence[0, 0] - evidence[0, 1]) < 0.1 < abs(evidence[2, 0] - evidence[2, 1])


def test_many_rows_are_judged_as_each_alone(monkeypatch):
    frame = world()
    words = fitted(frame)
    alone = words.evidence(frame.iloc[[5]])[0]
    assert np.allclose(words.evidence(frame)[5], alone, atol=1e-6)
    monkeypatch.setattr("ml.words.MANY", 7)
    assert np.allclose(words.evidence(frame)[5], alone, atol=1e-6)


def test_no_names_say_nothing():
    words = fitted(world())
    blank = catalogue_frame(song(1, artists="", album_name=" ", track_name=None))
    assert not words.evidence(blank).any()
    assert not words.evidence(blank[["energy"]]).any()
    assert words.evidence(blank.head(0)).shape == (0, 2)


def test_ngrams_never_reach_over_the_end_of_a_text():
    apart = count_ngrams(catalogue_frame(song(0, track_name="ab"), song(1, track_name="cd")))[2]
    alone = count_ngrams(catalogue_frame(song(0, track_name="ab")))[2]
    assert (apart[0] != alone[0]).nnz == 0
