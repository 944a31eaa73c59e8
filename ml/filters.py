"""Hard conditions on songs: which tracks a list may hold at all."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ml.encoder import feature_values
from ml.errors import FilterError
from ml.phrases import Phrase, all_of, any_of, quoted
from ml.tracks import CONTINUOUS, FEATURE_NAMES, FEATURES

POPULARITY = "popularity"
# What a range can be set on.
RANGED = (*CONTINUOUS, POPULARITY)
_POSSIBLE = {feature.name: (feature.low, feature.high) for feature in FEATURES} | {POPULARITY: (0.0, 100.0)}
_UNITS = {"tempo": " BPM", "loudness": " dB"}
TEXT_NOUNS = {
    "danceability": "a danceability",
    "energy": "an energy",
    "loudness": "a loudness",
    "speechiness": "a speechiness",
    "acousticness": "an acousticness",
    "instrumentalness": "an instrumentalness",
    "liveness": "a liveness",
    "valence": "a valence",
    "tempo": "a tempo",
    "duration_ms": "a length",
    POPULARITY: "a popularity",
}
TEXT_GENRE, TEXT_GENRES = "the genre {names}", "the genres {names}"
TEXT_NOT_GENRE, TEXT_NOT_GENRES = "nothing of the genre {names}", "nothing of the genres {names}"
TEXT_MOOD, TEXT_MOODS = "the mood {names}", "the moods {names}"
TEXT_EXPLICIT = {True: "only explicit songs", False: "nothing explicit"}
TEXT_BETWEEN = "{noun} from {low} to {high}{unit}"
TEXT_AT_LEAST, TEXT_AT_MOST = "{noun} of at least {low}{unit}", "{noun} of at most {high}{unit}"
_MILLISECONDS = 1_000


@dataclass(frozen=True)
class Range:
    """A continuous feature or the popularity from `low` to `high`, both included; None leaves that side open.

    In the catalogue's units: BPM, dB, milliseconds, popularity 0–100, everything else 0–1.
    Raises FilterError for a feature that has no range and for bounds that no track can keep to.
    """

    feature: str
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if self.feature not in RANGED:
            raise FilterError(f"There is no “{self.feature}” to set a range on; there are {', '.join(RANGED)}.")
        noun = _noun(self.feature)
        ends = [end for end in (self.low, self.high) if end is not None]
        if not ends or not all(map(math.isfinite, ends)):
            raise FilterError(f"A range of {noun} needs a number as its lower or upper end.")
        lowest, highest = _POSSIBLE[self.feature]
        if self.low is not None and self.low > highest:
            raise FilterError(f"No song has {_with_article(noun)} of {_number(self.feature, self.low)} or more.")
        if self.high is not None and self.high < lowest:
            raise FilterError(f"No song has {_with_article(noun)} of {_number(self.feature, self.high)} or less.")
        if ends != sorted(ends):
            raise FilterError(f"The range of {noun} from {ends[0]:g} to {ends[1]:g} has its ends swapped.")

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Bool array like `values`; unknown (NaN) is outside of every range."""
        inside = ~np.isnan(values) if self.low is None else values >= self.low
        return inside if self.high is None else inside & (values <= self.high)


@dataclass(frozen=True)
class Filters:
    """Conditions that all must hold. A track carries any of `genres`, none of `without`, and has one of `moods`.

    `explicit` False allows nothing explicit, True nothing else; None doesn't care. What is unknown about a track
    never satisfies a condition. Raises FilterError for conditions that exclude each other by themselves.
    """

    genres: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    explicit: bool | None = None

    def __post_init__(self) -> None:
        for names in (self.genres, self.without, self.moods):
            if isinstance(names, str):
                raise FilterError(f"“{names}” must stand in a tuple of names.")
        if both := sorted(set(self.genres) & set(self.without)):
            raise FilterError(Phrase("The genre “{genre}” can't be both wanted and unwanted.", genre=both[0]))
        features = [one.feature for one in self.ranges]
        if twice := next((name for name in features if features.count(name) > 1), None):
            raise FilterError(f"There can be only one range of {_noun(twice)}.")

    def __bool__(self) -> bool:
        return self != Filters()


def with_names(filters: Filters | None, genre: str | None, mood: str | None) -> Filters:
    """`filters` with one more genre and mood that songs must have; those named there already are replaced."""
    named = {**({"genres": (genre,)} if genre else {}), **({"moods": (mood,)} if mood else {})}
    whole = filters or Filters()
    return Filters(**{**vars(whole), **named}) if named else whole


def conditions(filters: Filters) -> list[Filters]:
    """The single conditions, each as filters of its own; together they are `filters`."""
    return [
        *(
            Filters(**{name: getattr(filters, name)})
            for name in ("genres", "without", "moods")
            if getattr(filters, name)
        ),
        *(Filters(ranges=(one,)) for one in filters.ranges),
        *([Filters(explicit=filters.explicit)] if filters.explicit is not None else []),
    ]


def together(parts: Iterable[Filters]) -> Filters:
    """Filters of all conditions of `parts`, of which no two are about the same thing."""
    whole = Filters()
    for part in parts:
        whole = replace(
            whole,
            genres=whole.genres + part.genres,
            without=whole.without + part.without,
            moods=whole.moods + part.moods,
            ranges=whole.ranges + part.ranges,
            explicit=whole.explicit if part.explicit is None else part.explicit,
        )
    return whole


class FilterColumns:
    """What conditions are checked against, laid out once so that a check takes microseconds.

    `rows_of` holds the row numbers of each genre and each mood, `numbers` a float32 array (rows,) for each of RANGED.
    No condition is set on `key` and `mode`, int8 (rows,) with -1 for unknown: they decide what follows what.
    Reads only after construction; safe to call from several threads.
    """

    def __init__(self, frame: pd.DataFrame, moods: np.ndarray, genres: Sequence[str], carries: np.ndarray) -> None:
        """`frame` with the catalogue's columns, `moods` (rows,) the name of each row's mood.

        `carries` (rows, genres) is not 0 where a row carries one of `genres`.
        """
        self.rows = len(frame)
        values = feature_values(frame).astype(np.float32)
        self.numbers = {name: np.ascontiguousarray(values[:, FEATURE_NAMES.index(name)]) for name in CONTINUOUS}
        self.numbers[POPULARITY] = pd.to_numeric(frame[POPULARITY], errors="coerce").to_numpy(np.float32)
        self._explicit = np.ascontiguousarray(values[:, FEATURE_NAMES.index("explicit")])
        self.key, self.mode = (_small(values[:, FEATURE_NAMES.index(name)]) for name in ("key", "mode"))
        by_genre = np.ascontiguousarray(carries.T)
        self.rows_of_genre = {genre: np.flatnonzero(by_genre[column]) for column, genre in enumerate(genres)}
        self.rows_of_mood = {str(mood): np.flatnonzero(moods == mood) for mood in np.unique(moods.astype(str))}

    def allowed(self, filters: Filters) -> np.ndarray:
        """Bool (rows,): the tracks that satisfy all conditions. A name that the catalogue lacks is on no track."""
        allowed = np.ones(self.rows, dtype=bool)
        if filters.genres:
            allowed &= self._on_any(self.rows_of_genre, filters.genres)
        if filters.without:
            allowed &= ~self._on_any(self.rows_of_genre, filters.without)
        if filters.moods:
            allowed &= self._on_any(self.rows_of_mood, filters.moods)
        for one in filters.ranges:
            allowed &= one.holds(self.numbers[one.feature])
        if filters.explicit is not None:
            allowed &= self._explicit == filters.explicit
        return allowed

    def _on_any(self, rows_of: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
        marked = np.zeros(self.rows, dtype=bool)
        for name in names:
            if name in rows_of:
                marked[rows_of[name]] = True
        return marked


def _small(values: np.ndarray) -> np.ndarray:
    """Small whole numbers as int8, -1 where they are unknown."""
    return np.nan_to_num(values, nan=-1).astype(np.int8)


def in_words(filters: Filters) -> str:
    """The conditions as nouns: 'the genre “techno”, a tempo from 60 to 70 BPM and nothing explicit'."""
    return all_of(
        [
            *([_named(TEXT_GENRE, TEXT_GENRES, filters.genres)] if filters.genres else []),
            *([_named(TEXT_NOT_GENRE, TEXT_NOT_GENRES, filters.without)] if filters.without else []),
            *([_named(TEXT_MOOD, TEXT_MOODS, filters.moods)] if filters.moods else []),
            *(range_in_words(one) for one in filters.ranges),
            *([Phrase(TEXT_EXPLICIT[filters.explicit])] if filters.explicit is not None else []),
        ]
    )


def range_in_words(one: Range) -> str:
    """The range as a noun: "a tempo from 60 to 70 BPM", "a length of at most 3:00"."""
    ends = {name: _number(one.feature, end) for name, end in (("low", one.low), ("high", one.high)) if end is not None}
    template = TEXT_BETWEEN if len(ends) > 1 else TEXT_AT_LEAST if one.high is None else TEXT_AT_MOST
    return Phrase(template, noun=Phrase(TEXT_NOUNS[one.feature]), unit=_UNITS.get(one.feature, ""), **ends)


def _number(feature: str, value: float) -> str:
    if feature != "duration_ms":
        return Phrase("{value:g}", value=value)
    minutes, seconds = divmod(round(value / _MILLISECONDS), 60)
    return f"{minutes}:{seconds:02d}"


def _named(one: str, several: str, names: tuple[str, ...]) -> str:
    return Phrase(one if len(names) == 1 else several, names=any_of([quoted(name) for name in names]))


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _noun(feature: str) -> str:
    return "length" if feature == "duration_ms" else feature
