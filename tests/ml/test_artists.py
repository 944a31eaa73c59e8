import pytest

from ml.artists import ArtistNames
from ml.names import credited_artists

# The best known first.
CREDITS = [
    "The Beatles",
    "Daft Punk;Pharrell Williams",
    "Beyoncé",
    "AC/DC",
    "DAF",
    "!!!",
    "blink-182",
    "Sigur Rós;Beyonce",
    "Daft Lunk",
    "山口百恵",
]
ARTISTS = ArtistNames(CREDITS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("DAFT PUNK", "Daft Punk"),
        ("daft pnuk", "Daft Punk"),
        ("daftpunk", "Daft Punk"),
        ("beyonce", "Beyoncé"),
        ("acdc", "AC/DC"),
        ("ac dc", "AC/DC"),
        ("beatles", "The Beatles"),
        ("beatels", "The Beatles"),
        ("the daf", "DAF"),
        ("sigur ros", "Sigur Rós"),
        ("!!!", "!!!"),
        ("山口百恵", "山口百恵"),
    ],
)
def test_an_artist_is_found_by_what_people_type(typed, meant):
    key = ARTISTS.find(typed)
    assert ARTISTS.written(key) == meant
    assert key == credited_artists(meant)[0]


@pytest.mark.parametrize("typed", ["", "  ", "daft", "blink-183", "dag", "punk", "zzzz", "🎸"])
def test_what_may_mean_another_is_nobody(typed):
    assert ARTISTS.find(typed) is None


def test_of_two_as_near_the_better_known_is_meant():
    assert ARTISTS.find("daft nunk") == "daft punk"


def test_unfinished_names_are_completed_the_better_known_first():
    assert ARTISTS.suggest("da", 5) == ["daft punk", "daf", "daft lunk"]
    assert ARTISTS.suggest("b", 5) == ["beyonce", "blink 182", "the beatles"]
    assert ARTISTS.suggest("punk", 5) == ["daft punk"]
    assert ARTISTS.suggest("", 3) == ["the beatles", "daft punk", "pharrell williams"]


def test_the_nearest_are_suggested_for_what_begins_no_name():
    assert ARTISTS.suggest("beatels", 2)[0] == "the beatles"
    assert len(ARTISTS.suggest("qqq", 3)) == 3


def test_an_artist_that_left_the_catalogue_stands_for_itself():
    assert ARTISTS.written("nobody") == "nobody"
