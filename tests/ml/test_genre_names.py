import pytest

from ml.genre_names import genre_meant, genres_near

GENRES = ["drum-and-bass", "dub", "dubstep", "forró", "hip-hop", "house", "j-pop", "k-pop", "r-n-b", "techno", "trance"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("techno", "techno"),
        (" Techno ", "techno"),
        ("hiphop", "hip-hop"),
        ("Hip Hop", "hip-hop"),
        ("R&B", None),
        ("rnb", "r-n-b"),
        ("forro", "forró"),
        ("tecno", "techno"),
        ("tehcno", "techno"),
        ("drum and base", "drum-and-bass"),
    ],
)
def test_a_genre_is_known_by_any_spelling(written, meant):
    assert genre_meant(written, GENRES) == meant


@pytest.mark.parametrize("written", ["", "🎧", "dup", "kpo", "x-pop", "metal", "rap", "jungle", "te", "a" * 5_000])
def test_what_may_be_something_else_is_not_guessed(written):
    assert genre_meant(written, GENRES) is None


def test_of_two_names_equally_near_neither_is_taken():
    assert genre_meant("grasz", ["grass", "brasil"]) == "grass"
    assert genre_meant("bands", ["hands", "bonds"]) is None


def test_what_a_word_is_used_for_comes_first_of_what_is_near():
    assert genres_near("rap", GENRES)[0] == "hip-hop"
    assert genres_near("jungle", GENRES)[0] == "drum-and-bass"
    assert "techno" in genres_near("technoo music", GENRES)
    assert len(genres_near("", GENRES)) <= 3


def test_only_genres_that_the_model_knows_are_near():
    assert "hip-hop" not in genres_near("rap", ["techno", "trance"])
