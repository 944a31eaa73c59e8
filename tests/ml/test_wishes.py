import time
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.clusters import MOODS
from ml.filters import RANGED, Filters
from ml.names import fold
from ml.wish_explanation import explain
from ml.wish_meanings import Era, Sound, Wish
from ml.wish_words import GENRE_ALIASES, SCENES, SOUNDS, listed
from ml.wishes import MOST_CHARACTERS, WishReader
from tests.ml.wish_worlds import GENRES, INSTRUMENTAL, read


@pytest.mark.parametrize(
    ("text", "genres"),
    [
        ("techno", ["techno"]),
        ("TECHNO!!!", ["techno"]),
        ("deep-house", ["deep-house"]),
        ("Deep House", ["deep-house"]),
        ("deephouse", ["deep-house"]),
        ("minimal techno and house", ["minimal-techno", "house"]),
        ("hip hop / R&B", ["hip-hop", "r-n-b"]),
        ("some rap please", ["hip-hop"]),
        ("r'n'b", ["r-n-b"]),
        ("drum & bass", ["drum-and-bass"]),
        ("drum'n'bass", ["drum-and-bass"]),
        ("dnb", ["drum-and-bass"]),
        ("EDM", ["edm"]),
        ("synthpop", ["synth-pop"]),
        ("rock'n'roll", ["rock-n-roll"]),
        ("rock and roll", ["rock-n-roll"]),
        ("rock & pop", ["rock", "pop"]),
        ("lo-fi", ["study", "chill"]),
        ("lofi hip hop", ["study", "chill"]),
        ("bossa nova", ["mpb", "samba"]),
        ("forró", ["forro"]),
        ("singer songwriters", ["singer-songwriter"]),
        ("blues", ["blues"]),
        ("happy hardcore", ["happy"]),
        ("genre: sad", ["sad"]),
        ("the party genre", ["party"]),
        ("jazz, jazz and more jazz", ["jazz"]),
    ],
)
def test_genres_are_known_by_every_name_people_give_them(text, genres):
    wish = read(text)
    assert wish.filters == Filters(genres=tuple(genres))
    assert (dict(wish.targets), wish.ignored) == ({}, ())


@pytest.mark.parametrize(
    ("text", "genres", "excluded"),
    [
        ("no metal", [], ["metal"]),
        ("anything but country", [], ["country"]),
        ("rock, but not hard rock", ["rock"], ["hard-rock"]),
        ("house without edm", ["house"], ["edm"]),
        ("no rap or metal", [], ["hip-hop", "metal"]),
        ("no rap and metal", [], ["hip-hop", "metal"]),
        ("no rap, metal, or country", [], ["hip-hop", "metal", "country"]),
        ("no rap, techno", ["techno"], ["hip-hop"]),
        ("no rap. techno and house", ["techno", "house"], ["hip-hop"]),
        ("neither rap nor metal", [], ["hip-hop", "metal"]),
        ("no rap but metal", ["metal"], ["hip-hop"]),
        ("not only jazz", ["jazz"], []),
        ("nothing but jazz", ["jazz"], []),
        ("jazz instead of blues", ["jazz"], ["blues"]),
        ("no punk for techno lovers", ["techno"], ["punk"]),
        ("I don't want any salsa", [], ["salsa"]),
        ("I don’t want any salsa", [], ["salsa"]),
        ("not without jazz", ["jazz"], []),
        ("brazilian but not samba", ["brazil", "mpb", "pagode", "sertanejo", "forro"], ["samba"]),
    ],
)
def test_no_rules_out_what_it_is_said_of_and_nothing_else(text, genres, excluded):
    wish = read(text)
    assert wish.filters == Filters(genres=tuple(genres), without=tuple(excluded))
    assert wish.filters.without == tuple(excluded)


@pytest.mark.parametrize(
    ("text", "explicit"),
    [
        ("nothing explicit", False),
        ("no swearing", False),
        ("non-explicit", False),
        ("clean", False),
        ("family friendly", False),
        ("explicit", True),
        ("not clean", True),
        ("techno", None),
        ("explicit is fine", None),
        ("explicit, no, clean", False),
    ],
)
def test_explicit_lyrics(text, explicit):
    assert read(text).filters.explicit is explicit


HIGH, LOW = "high", "low"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mellow", {"energy": LOW}),
        ("upbeat", {"energy": HIGH, "valence": HIGH}),
        ("danceable", {"danceability": HIGH}),
        ("acoustic", {"acousticness": HIGH}),
        ("live", {"liveness": HIGH}),
        ("loud", {"loudness": HIGH}),
        ("quiet", {"loudness": LOW}),
        ("fast", {"tempo": HIGH}),
        ("slow", {"tempo": LOW}),
        ("not too fast", {"tempo": LOW}),
        ("nothing too slow", {"tempo": HIGH}),
        ("less fast", {"tempo": LOW}),
        ("long songs", {"duration_ms": HIGH}),
        ("well-known", {"popularity": HIGH}),
        ("hidden gems", {"popularity": LOW}),
        ("not mainstream", {"popularity": LOW}),
        ("happy", {"valence": HIGH}),
        ("not happy", {"valence": LOW}),
        ("sad", {"valence": LOW}),
        ("not sad or slow", {"valence": HIGH, "tempo": HIGH}),
        ("not too fast and mellow", {"tempo": LOW, "energy": LOW}),
        ("not too loud, fast or aggressive", {"loudness": LOW, "tempo": LOW, "energy": LOW}),
        ("melancholic", {"valence": LOW}),
        ("music for studying", {"energy": LOW, "instrumentalness": HIGH}),
        ("workout", {"energy": HIGH, "tempo": HIGH}),
        ("like a workout but chill", {"energy": LOW, "tempo": LOW, "loudness": LOW}),
        ("a party, but sad", {"danceability": HIGH, "valence": LOW, "energy": LOW}),
        ("something I can fall asleep to", {"energy": LOW, "loudness": LOW}),
        ("roadtrip", {"energy": HIGH}),
        ("rainy Sunday morning", {"acousticness": HIGH}),
    ],
)
def test_everyday_words_say_how_it_should_sound(text, expected):
    wish = read(text)
    assert wish.filters == Filters()
    assert {feature: HIGH if wish.targets[feature] > 0.5 else LOW for feature in expected} == expected


def test_the_more_is_said_the_farther_from_the_middle():
    shares = [
        read(text).targets["tempo"] for text in ("very slow", "slow", "a bit slow", "not fast", "not slow", "fast")
    ]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[1] < shares[2] < 0.5 < shares[4]


def test_a_mood_is_a_condition_when_it_is_called_one():
    assert read("chill mood").filters == Filters(moods=("Chill",))
    assert read("mood: laid back").filters == Filters(moods=("Laid-back",))
    assert read("chill").filters == Filters()
    # This catalogue has no such mood, but the word is understood all the same.
    assert read("cheerful mood").targets["valence"] > 0.5


def test_a_genre_with_an_everyday_name_is_not_meant_by_the_everyday_word():
    for word in ("happy", "sad", "party", "sleep", "study", "chill", "acoustic"):
        assert word in GENRES
        assert read(f"{word} music").filters == Filters()
        assert read(f"genre {word}").filters == Filters(genres=(word,))


def test_aliases_lead_only_to_genres_that_the_catalogue_has():
    reader = WishReader(["Hip Hop", "samba"], [])
    assert reader.read("rap").filters.genres == ("Hip Hop",)
    assert reader.read("bossa nova").filters.genres == ("samba",)
    assert reader.read("rnb").ignored == ("rnb",)


def test_every_alias_leads_somewhere_in_the_full_catalogue():
    assert set(chain.from_iterable(GENRE_ALIASES.values())) <= set(GENRES)


def test_a_whole_wish_is_read_part_by_part():
    wish = read("Rainy late-night drive, mellow, no vocals, 90s… and 20 songs by Zxcv")
    assert [one.words for one in wish.understood] == [
        "Rainy",
        "late-night",
        "drive",
        "mellow",
        "no vocals",
        "90s",
        "20 songs",
    ]
    assert wish.filters == Filters(ranges=(INSTRUMENTAL,))
    assert wish.targets["energy"] == 0.25
    assert (wish.count, wish.era, wish.ignored) == (20, Era(1990, 1999), ("Zxcv",))


def test_a_part_of_a_list_shows_what_was_said_of_it():
    assert [one.words for one in read("no rap or metal").understood] == ["no rap", "no rap or metal"]


def test_no_with_an_unknown_word_rules_nothing_out():
    wish = read("no screaming metal")
    assert wish.filters == Filters(genres=("metal",))
    assert wish.ignored == ("no screaming",)


def test_a_no_with_nothing_after_it_is_ignored():
    assert read("upbeat no").ignored == ("no",)
    assert read("no, upbeat").ignored == ("no",)
    assert read("no, upbeat").targets == read("upbeat").targets


@pytest.mark.parametrize("text", ["", "   ", "\n", "🎵🎶", "...", "-", "​", "\x00"])
def test_blank_texts_mean_nothing(text):
    assert read(text) == Wish()


@pytest.mark.parametrize("text", ["qwertz", "夜に駆ける", "فيروز", "привет мир", "x" * 10_000, "9" * 10_000, "\ud800"])
def test_what_nobody_understands_is_ignored(text):
    wish = read(text)
    assert (wish.understood, wish.filters, dict(wish.targets)) == ((), Filters(), {})
    assert all(wish.ignored)


@pytest.mark.parametrize(
    "part",
    [
        "a ",
        "no ",
        "1 ",
        "1-",
        "ﷺ",
        "rock or ",
        "metal,",
        "not very ",
        "under ",
        "between 1 and ",
        "x'",
        "early late ",
        "𝕮",
    ],
)
def test_a_long_text_is_read_quickly(part):
    text = (part * 10_000)[:10_000]
    started = time.perf_counter()
    explain(read(text), dated=True)
    # Some 20 ms; anything that grows with the square of the length takes seconds.
    assert time.perf_counter() - started < 0.5


def test_a_text_that_is_too_long_is_read_as_far_as_possible():
    wish = read("techno " + "x" * MOST_CHARACTERS + " jazz")
    assert wish.filters.genres == ("techno",)
    assert wish.ignored[-1].startswith("…")


WORDS = st.sampled_from(
    listed("no, not, or, and, but, very, a bit, techno, jazz, sad, fast, calm, party, 120 bpm, under, 3 minutes, 90s")
    + listed("since 1985, vocals, explicit, clean, 20 songs, -, 5, zxcv, the, /, ;")
    + [","]
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_any_mixture_of_known_words_is_a_valid_wish(text):
    wish = read(text)
    assert wish == read(text)
    assert all(0 < share < 1 for share in wish.targets.values())
    assert set(wish.targets) <= set(RANGED)
    assert all(isinstance(line, str) and line for line in explain(wish, dated=True))


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text):
    assert explain(read(text), dated=True)


def test_no_word_has_two_meanings_and_all_are_folded():
    words = list(chain.from_iterable(listed(line) for line, _ in (*SOUNDS, *SCENES)))
    assert len(words) == len(set(words))
    assert words == [fold(word) for word in words]
    aliases = list(chain.from_iterable(map(listed, GENRE_ALIASES)))
    assert len(aliases) == len(set(aliases))
    assert aliases == [fold(alias) for alias in aliases]
    assert not set(aliases) & set(words)


def test_the_words_for_moods_are_everyday_words_too():
    assert read("hypnotic").understood[0].meaning == Sound(MOODS["Hypnotic"])
