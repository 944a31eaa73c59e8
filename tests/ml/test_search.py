import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.names import song_key
from ml.search import TrackSearch
from ml.tracks import split_values

COLUMNS = ["track_id", "artists", "album_name", "track_name", "popularity"]
WORLD = [
    ("blinding", "The Weeknd", "After Hours", "Blinding Lights", 91),
    ("blinding-live", "The Weeknd", "Live", "Blinding Lights - Live at SoFi", 60),
    ("starboy", "The Weeknd;Daft Punk", "Starboy", "Starboy", 90),
    ("lucky", "Daft Punk;Pharrell Williams", "Random Access Memories", "Get Lucky (feat. Pharrell Williams)", 80),
    ("hello", "Adele", "25", "Hello", 70),
    ("hello-goodbye", "The Beatles", "Magical Mystery Tour", "Hello, Goodbye - Remastered 2009", 75),
    ("hello-lionel", "Lionel Richie", "Can't Slow Down", "Hello", 65),
    ("halo", "Beyoncé", "I Am… Sasha Fierce", "Halo", 85),
    ("thunder", "AC/DC", "The Razors Edge", "Thunderstruck", 84),
    ("beat-it", "Michael Jackson", "Thriller", "Beat It", 82),
    ("1984", "Orwell", "Numbers", "1984", 40),
    ("yoru", "YOASOBI", "THE BOOK", "夜に駆ける", 78),
    ("garfunkel", "Simon & Garfunkel", "Bookends", "Mrs. Robinson", 72),
    ("unknown", "Nobody", "Nothing", "Hellos", None),
    ("arabic", "فيروز", "أغاني", "نسم علينا الهوى", 50),
    ("odd", "  ???  ", "!", "÷", 10),
]


@pytest.fixture(scope="module")
def search() -> TrackSearch:
    return TrackSearch(pd.DataFrame(WORLD, columns=COLUMNS))


def found(search: TrackSearch, text: str, limit: int = 25) -> list[str]:
    return [hit.track_id for hit in search.suggest(text, limit)]


@pytest.mark.parametrize("text", ["blinding lights weeknd", "weeknd lights blinding", "THE weeknd – Blinding Lights"])
def test_words_may_come_in_any_order(search: TrackSearch, text: str) -> None:
    assert found(search, text) == ["blinding"]


@pytest.mark.parametrize("text", ["b", "blin", "blinding l", "weeknd bl", "bl wee"])
def test_unfinished_words_find_their_track(search: TrackSearch, text: str) -> None:
    assert "blinding" in found(search, text)


@pytest.mark.parametrize("text", ["blindign lights", "blnding lights", "blinding lihgts", "wekend blinding", "blimd"])
def test_typos_are_forgiven_also_in_unfinished_words(search: TrackSearch, text: str) -> None:
    assert found(search, text)[0] == "blinding"


@pytest.mark.parametrize(
    ("text", "track_id"),
    [
        ("beyonce halo", "halo"),
        ("acdc thunder", "thunder"),
        ("ac/dc thunder", "thunder"),
        ("simon and garfunkel", "garfunkel"),
        ("simon garfunkel", "garfunkel"),
        ("夜に", "yoru"),
        ("駆ける", "yoru"),
        ("فيروز", "arabic"),
    ],
)
def test_names_are_found_as_people_type_them(search: TrackSearch, text: str, track_id: str) -> None:
    assert found(search, text)[0] == track_id


def test_exact_titles_come_before_better_known_loose_ones(search: TrackSearch) -> None:
    assert found(search, "hello")[:4] == ["hello", "hello-lionel", "hello-goodbye", "unknown"]


def test_exact_artists_come_before_better_known_loose_ones() -> None:
    rows = [("loose", "Queens of Noise", "", "Loud", 99), ("exact", "Queen", "", "Innuendo", 1)]
    assert found(TrackSearch(pd.DataFrame(rows, columns=COLUMNS)), "queen") == ["exact", "loose"]


def test_an_exact_title_that_nobody_knows_is_found_among_thousands() -> None:
    rows = [(f"t{n}", f"Artist {n}", "", f"Love Song {n}", 50) for n in range(2_000)] + [("x", "Q", "", "Love", None)]
    assert found(TrackSearch(pd.DataFrame(rows, columns=COLUMNS)), "love")[0] == "x"


def test_equally_good_tracks_are_ordered_by_how_well_they_are_known(search: TrackSearch) -> None:
    assert found(search, "weeknd") == ["blinding", "starboy"]


def test_versions_of_a_song_are_shown_once_as_the_best_known(search: TrackSearch) -> None:
    assert found(search, "blinding lights") == ["blinding"]


def test_a_version_can_be_asked_for(search: TrackSearch) -> None:
    assert found(search, "blinding lights live") == ["blinding-live"]


def test_the_album_counts_less_than_the_title(search: TrackSearch) -> None:
    assert found(search, "thriller") == ["beat-it"]
    assert found(search, "starboy")[0] == "starboy"


def test_another_number_is_no_typo(search: TrackSearch) -> None:
    assert found(search, "1985") == []
    assert search.find("Orwell 1985") is None


def test_nothing_typed_shows_the_best_known_of_different_artists(search: TrackSearch) -> None:
    assert found(search, "", limit=4) == ["blinding", "halo", "thunder", "beat-it"]


def test_text_is_given_back_as_in_the_catalogue(search: TrackSearch) -> None:
    hit = search.suggest("get lucky")[0]
    assert (hit.artists, hit.title) == ("Daft Punk;Pharrell Williams", "Get Lucky (feat. Pharrell Williams)")


@pytest.mark.parametrize(
    "text", ["🔥", "x" * 6_000, "hello " * 1_000, "'; DROP TABLE tracks; --", "(.*[a-", "\\", "\x00", "\u202e", '%_*"']
)
def test_strange_text_is_only_text(search: TrackSearch, text: str) -> None:
    search.suggest(text)
    search.find(text)
    assert search.closest(text)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text())
def test_no_text_breaks_the_search(search: TrackSearch, text: str) -> None:
    assert len(search.suggest(text, 3)) <= 3
    search.find(text)
    assert 1 <= len(search.closest(text)) <= 3


@pytest.mark.parametrize(
    ("text", "track_id"),
    [
        ("Adele – Hello", "hello"),
        ("Lionel Richie Hello", "hello-lionel"),
        ("hello", "hello"),
        ("The Weeknd - Blinding Lights", "blinding"),
        ("The Weeknd - Blinding Lights - Live at SoFi", "blinding-live"),
        ("Beatles Hello Goodbye", "hello-goodbye"),
        ("get lucky by daft punk", "lucky"),
        ("adele helo", "hello"),
        ("the weeknd blindign lights", "blinding"),
        ("Michael Jackson Beat tI", "beat-it"),
    ],
)
def test_text_that_names_one_track_resolves_to_it(search: TrackSearch, text: str, track_id: str) -> None:
    hit = search.find(text)
    assert hit is not None and hit.track_id == track_id


@pytest.mark.parametrize("text", ["", "🔥", "h", "hel", "Adele – Skyfall", "zqxw", "Coldplay Yellow"])
def test_text_that_names_no_track_is_not_guessed_at(search: TrackSearch, text: str) -> None:
    assert search.find(text) is None


def test_words_in_many_songs_name_none_of_them() -> None:
    rows = [(f"t{n}", f"Artist {n}", "", f"Song of Rain {n}", n) for n in range(9)]
    assert TrackSearch(pd.DataFrame(rows, columns=COLUMNS)).find("song rain") is None


def test_the_closest_tracks_share_words_with_the_text(search: TrackSearch) -> None:
    assert [hit.track_id for hit in search.closest("Adele – Skyfall", 1)] == ["hello"]


def test_there_is_always_a_closest_track(search: TrackSearch) -> None:
    assert search.closest("zqxw")


def test_an_empty_catalogue_has_no_answers() -> None:
    empty = TrackSearch(pd.DataFrame([], columns=COLUMNS))
    assert (empty.suggest("a"), empty.suggest(""), empty.find("a"), empty.closest("a")) == ([], [], None, [])


def test_missing_text_and_popularity_are_allowed() -> None:
    rows = [("a", None, None, "Song", None), ("b", "Artist", "Album", None, float("nan"))]
    assert set(found(TrackSearch(pd.DataFrame(rows, columns=COLUMNS)), "")) == {"a", "b"}


def test_threads_may_share_one_search(search: TrackSearch) -> None:
    texts = ["blinding", "hello", "weeknd lihgts", "", "thunder"] * 20
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(search.suggest, texts)) == [search.suggest(text) for text in texts]


def mistyped(text: str, random_: random.Random) -> str:
    """`text` with one letter left out, put in, replaced or swapped with the next."""
    at, other = random_.randrange(1, max(2, len(text) - 1)), random_.choice("abcdefghijklmnopqrstuvwxyz")
    swapped = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    replaced = text[:at] + other + text[at + 1 :]
    return random_.choice([text[:at] + text[at + 1 :], text[:at] + other + text[at:], replaced, swapped])


@pytest.mark.real_data
def test_one_typo_rarely_hides_a_well_known_song(real_dataset: Path) -> None:
    frame = pd.read_csv(real_dataset).drop_duplicates("track_id").dropna(subset=["artists", "track_name"])
    search = TrackSearch(frame)
    wanted = frame[frame["popularity"] >= 50].sample(300, random_state=1)
    random_ = random.Random(1)
    first = found_exactly = wrong = 0
    for artists, title in zip(wanted["artists"], wanted["track_name"], strict=True):
        text = mistyped(f"{split_values(artists)[0]} {title}", random_)
        hits, hit = search.suggest(text, 1), search.find(text)
        first += bool(hits) and song_key(hits[0].artists, hits[0].title) == song_key(artists, title)
        found_exactly += hit is not None and song_key(hit.artists, hit.title) == song_key(artists, title)
        wrong += hit is not None and song_key(hit.artists, hit.title) != song_key(artists, title)
    # Measured with eight seeds: 294 to 300 first, 290 to 298 resolved, at most one taken for another song.
    assert first >= 0.97 * 300
    assert found_exactly >= 0.95 * 300
    assert wrong <= 3
