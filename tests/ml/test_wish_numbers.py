import pytest

from ml.filters import Filters
from ml.wish_explanation import TEXT_NO_YEARS, explain
from ml.wish_meanings import Era
from tests.ml.wish_worlds import INSTRUMENTAL, SUNG, bpm, read, seconds


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("120 bpm", [bpm(117, 123)]),
        ("120bpm", [bpm(117, 123)]),
        ("around 120 bpm", [bpm(112, 128)]),
        ("~120 BPM", [bpm(112, 128)]),
        ("100-120 bpm", [bpm(100, 120)]),
        ("100 – 120 bpm", [bpm(100, 120)]),
        ("between 100 and 120 bpm", [bpm(100, 120)]),
        ("120 to 100 bpm", [bpm(100, 120)]),
        ("slower than 90 bpm", [bpm(high=90)]),
        ("at least 140 beats per minute", [bpm(low=140)]),
        (">140 bpm", [bpm(low=140)]),
        ("bpm under 100", [bpm(high=100)]),
        ("tempo of 128.5", [bpm(125.5, 131.5)]),
        ("over 100 bpm, under 120 bpm", [bpm(100, 120)]),
        ("under 3 minutes", [seconds(high=180)]),
        ("under three minutes", [seconds(high=180)]),
        ("over 5 min", [seconds(low=300)]),
        ("not over 5 minutes", [seconds(high=300)]),
        ("no longer than 3:30", [seconds(high=210)]),
        ("2-3 minutes", [seconds(120, 180)]),
        ("90 seconds", [seconds(60, 120)]),
        ("about 4 minutes", [seconds(180, 300)]),
        ("no vocals", [INSTRUMENTAL]),
        ("without any singing", [INSTRUMENTAL]),
        ("instrumentals", [INSTRUMENTAL]),
        ("not instrumental", [SUNG]),
        ("with vocals", [SUNG]),
        ("140 bpm instrumentals", [bpm(137, 143), INSTRUMENTAL]),
    ],
)
def test_numbers_and_voices_become_ranges(text, ranges):
    assert read(text).filters == Filters(ranges=tuple(ranges))


@pytest.mark.parametrize("text", ["5000 bpm", "0 bpm", "no 120 bpm", "0 songs", "9999 songs", "99", "120", "1:75"])
def test_numbers_that_make_no_sense_are_ignored(text):
    wish = read(text)
    assert (wish.filters, wish.count, wish.understood) == (Filters(), None, ())
    assert wish.ignored


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("20 songs", 20),
        ("twenty songs", 20),
        ("a dozen tracks", 12),
        ("30 songs of dark metal", 30),
        ("30 very dark metal tracks", 30),
        ("top 10", 10),
        ("10-20 songs", 20),
        ("an hour of jazz", 16),
        ("two hours of jazz", 32),
        ("30 minutes of jazz", 8),
        ("45 min playlist", 12),
        ("20 songs, no, 15 songs", 15),
        ("songs under 3 minutes", None),
        ("jazz", None),
    ],
)
def test_how_many_songs(text, count):
    assert read(text).count == count


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("90s", 1990, 1999),
        ("90's", 1990, 1999),
        ("1990s", 1990, 1999),
        ("the nineties", 1990, 1999),
        ("2000s", 2000, 2009),
        ("00s", 2000, 2009),
        ("10s", 2010, 2019),
        ("early 80s", 1980, 1983),
        ("late seventies", 1977, 1979),
        ("from 1985", 1985, 1985),
        ("1985-1995", 1985, 1995),
        ("since 1985", 1985, None),
        ("after the 90s", 2000, None),
        ("before 1970", None, 1969),
        ("80s and 90s", 1980, 1999),
        ("after 1980, before 1990", 1981, 1989),
    ],
)
def test_an_era_is_handed_on_as_a_hint(text, first, last):
    wish = read(text)
    assert wish.era == Era(first, last)
    assert wish.filters == Filters()
    assert TEXT_NO_YEARS in explain(wish, dated=False)


@pytest.mark.parametrize("text", ["3000", "12 s", "1850s", "jazz"])
def test_not_every_number_is_a_year(text):
    assert read(text).era is None
