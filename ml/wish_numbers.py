"""Numbers in a wish: tempos, lengths, how many songs, and years.

Texts come as folded words and signs between single spaces: "90 s techno , 120 - 130 bpm ; under 3:30".
"""

import re
from collections.abc import Callable

from ml.errors import FilterError
from ml.filters import Range
from ml.wish_meanings import Count, Era, Meaning
from ml.wish_words import listed

# How commas, other ends of a part of a sentence, and the dash between two numbers are written in such a text.
COMMA, STOP, JOINED = ",", ";", "-"
# A tempo is estimated, and nobody hears three beats in a minute; "around" is more generous. In BPM.
EXACT_TEMPO, ROUGH_TEMPO = 3.0, 8.0
# The same for the length of a song, in seconds.
EXACT_LENGTH, ROUGH_LENGTH = 30.0, 60.0
# Nobody asks for songs of a quarter of an hour: so much is the length of a list.
LIST_FROM_MINUTES = 15.0
# The mean length of a song in the catalogue is 3:49.
MINUTES_PER_SONG = 3.8
MOST_SONGS = 1_000
# Recorded music begins here.
FIRST_YEAR, LAST_YEAR = 1900, 2099

_LIMITS = {
    "under": (
        "under, below, less than, fewer than, at most, max, maximum, maximum of, up to, no more than, not more "
        "than, not over, not above, no longer than, not longer than, no faster than, not faster than, slower "
        "than, shorter than"
    ),
    "over": (
        "over, above, more than, at least, minimum, minimum of, no less than, not less than, not under, not "
        "below, no shorter than, not shorter than, no slower than, not slower than, faster than, longer than"
    ),
    "around": "around, about, approximately, approx, circa, roughly, nearly, almost, ca",
}
_LIMIT_OF = {words: limit for limit, line in _LIMITS.items() for words in listed(line)}
_LIMIT = "|".join(sorted(_LIMIT_OF, key=len, reverse=True))
_NUMBER = r"\d{1,6}(?:\.\d{1,2})?"
_FROM_TO = rf"(?:(?P<limit>{_LIMIT}) |(?:between|from) )?(?P<low>{_NUMBER})(?: (?:-|to|and|or) (?P<high>{_NUMBER}))?"
_END = r"(?= |$)"
# "120 bpm", "between 100 and 120 bpm", "tempo under 100".
_TEMPO = re.compile(rf"{_FROM_TO} (?:bpm|beats per minute){_END}")
_TEMPO_AFTER = re.compile(rf"(?:tempo|bpm)(?: of| is)? {_FROM_TO}{_END}")
# "under 3 minutes", "3:30", "half an hour of".
_SECONDS_IN = {
    **dict.fromkeys(("second", "seconds", "sec", "secs"), 1),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), 60),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), 3_600),
}
_LENGTH = re.compile(rf"{_FROM_TO} (?P<unit>{'|'.join(_SECONDS_IN)})(?P<list>(?= of ))?{_END}")
_CLOCK = re.compile(rf"(?:(?P<limit>{_LIMIT}) )?(?P<minutes>\d{{1,2}}):(?P<seconds>[0-5]\d){_END}")
_ONE = re.compile(rf"(?:(?P<limit>{_LIMIT}) )?(?P<half>half )?an? (?P<unit>hour|minute)(?P<list>(?= of ))?{_END}")
# "20 songs", "30 very dark metal tracks", "top 10".
_SONGS = r"(?:songs?|tracks?|tunes?|titles|pieces)"
_COUNT = re.compile(rf"{_FROM_TO} {_SONGS}{_END}")
_COUNT_OF = re.compile(rf"(?P<low>\d{{1,6}})(?=(?: [^\d\W]\S*){{1,4}} {_SONGS}{_END})(?P<high>)")
_TOP = re.compile(rf"top (?P<low>\d{{1,6}})(?P<high>){_END}")
# "90s", "late 1990s", "the eighties", "since 1985", "1985-1995".
_TENS = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_DECADES = {name: 1920 + 10 * number for number, name in enumerate(_TENS)} | {"noughties": 2000}
_YEARS = re.compile(
    r"(?:(?P<relation>since|after|before|until|from|in|pre|post) )?(?:the )?(?:(?P<part>early|mid|late) )?"
    rf"(?:(?P<decade>\d{{3}}0|\d0) s|(?P<name>{'|'.join(_DECADES)})|"
    rf"(?P<year>\d{{4}})(?: (?:-|to|and) (?P<until>\d{{4}}))?){_END}"
)
# Which years of a decade these are.
_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9), None: (0, 9)}


def read_number(text: str, start: int) -> tuple[Meaning, int] | None:
    """What the number means that begins with the word at `start`, and where its last word ends; None without one."""
    word = text[start : start + _LONGEST_STARTER].split(" ", 1)[0]
    if not word[:1].isdigit() and word not in _STARTERS:
        return None
    for pattern, meaning_of in _READERS:
        found = pattern.match(text, start)
        if found is not None and (meaning := meaning_of(found)) is not None:
            return meaning, found.end()
    return None


def _tempo(found: re.Match[str]) -> Meaning | None:
    return _bounded("tempo", *_numbers(found), _LIMIT_OF.get(found["limit"]), (EXACT_TEMPO, ROUGH_TEMPO))


def _length(found: re.Match[str]) -> Meaning | None:
    low, high = _numbers(found)
    unit = _SECONDS_IN[found["unit"]]
    return _lasting(low * unit, None if high is None else high * unit, found)


def _clock(found: re.Match[str]) -> Meaning | None:
    return _lasting(60 * float(found["minutes"]) + float(found["seconds"]), None, found)


def _one(found: re.Match[str]) -> Meaning | None:
    return _lasting(_SECONDS_IN[found["unit"]] * (0.5 if found["half"] else 1.0), None, found)


def _lasting(low: float, high: float | None, found: re.Match[str]) -> Meaning | None:
    """The length of each song, or of the list where a song isn't as long; in seconds."""
    limit = _LIMIT_OF.get(found["limit"])
    minutes = (low if high is None else (low + high) / 2) / 60
    if found.groupdict().get("list") is not None or (limit not in ("under", "over") and minutes >= LIST_FROM_MINUTES):
        return _so_many(max(1, round(minutes / MINUTES_PER_SONG)), minutes)
    high = None if high is None else 1_000 * high
    return _bounded("duration_ms", 1_000 * low, high, limit, (1_000 * EXACT_LENGTH, 1_000 * ROUGH_LENGTH))


def _count(found: re.Match[str]) -> Meaning | None:
    low, high = _numbers(found)
    return _so_many(int(low if high is None else max(low, high)))


def _so_many(songs: int, minutes: float | None = None) -> Meaning | None:
    return Count(songs, minutes) if 1 <= songs <= MOST_SONGS else None


def _years(found: re.Match[str]) -> Meaning | None:
    if found["year"] is not None:
        first, last = sorted((int(found["year"]), int(found["until"] or found["year"])))
    else:
        decade = _DECADES[found["name"]] if found["name"] else _full_decade(int(found["decade"]))
        first, last = (decade + year for year in _PARTS[found["part"]])
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        return None
    relation = found["relation"]
    if relation in ("before", "pre", "until"):
        return Era(None, last if relation == "until" else first - 1)
    if relation in ("since", "after", "post"):
        return Era(first if relation == "since" else last + 1, None)
    return Era(first, last)


def _full_decade(decade: int) -> int:
    """1980 for 80 and 1980; the twenties written in figures are this century's."""
    if decade >= 100:
        return decade
    return decade + (2000 if decade < 30 else 1900)


def _numbers(found: re.Match[str]) -> tuple[float, float | None]:
    return float(found["low"]), float(found["high"]) if found["high"] else None


def _bounded(
    feature: str, low: float, high: float | None, limit: str | None, slacks: tuple[float, float]
) -> Meaning | None:
    """The range that is meant by one number and its `limit`, or by two; None when no song is like that."""
    slack = slacks[limit == "around"]
    ends = {"under": (None, low), "over": (low, None)}.get(limit or "", (max(low - slack, 0), low + slack))
    try:
        return Range(feature, *(ends if high is None else sorted((low, high))))
    except FilterError:
        return None


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Meaning | None]], ...] = (
    (_TEMPO, _tempo),
    (_TEMPO_AFTER, _tempo),
    (_LENGTH, _length),
    (_CLOCK, _clock),
    (_ONE, _one),
    (_COUNT, _count),
    (_TOP, _count),
    (_YEARS, _years),
    (_COUNT_OF, _count),
)
# What such a part can begin with, besides a digit: most words of a text need no closer look.
_OTHER_STARTERS = (
    "between, from, tempo, bpm, half, an, a, top, since, after, before, until, in, pre, post, the, early, mid, late"
)
_STARTERS = {words.split()[0] for words in (*_LIMIT_OF, *_DECADES, *listed(_OTHER_STARTERS))}
_LONGEST_STARTER = max(map(len, _STARTERS)) + 1
