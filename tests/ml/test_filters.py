import numpy as np
import pytest

from ml.errors import FilterError, SegueError
from ml.filters import FilterColumns, Filters, Range, conditions, in_words, range_in_words, together
from tests.ml.worlds import catalogue_frame, columns_of, song

SONGS = [
    song(0, "techno", tempo=130.0, energy=0.9, popularity=10.0, explicit=0.0),
    song(1, "house;techno", tempo=124.0, energy=0.7, popularity=60.0, explicit=1.0),
    song(2, "jazz", tempo=90.0, energy=0.3, popularity=40.0, explicit=0.0),
    song(3, "jazz", tempo=np.nan, energy=0.3, popularity=np.nan, explicit=np.nan),
    song(4, "tech", tempo=60.0, energy=0.1, popularity=0.0, explicit=0.0),
]
MOODS = np.array(["Hypnotic", "Party", "Chill", "Chill", "Dreamy"])
ALL_AT_ONCE = Filters(("techno", "house"), ("jazz",), ("Party",), (Range("tempo", 60, 70),), False)


@pytest.fixture(scope="module")
def columns() -> FilterColumns:
    return columns_of(catalogue_frame(*SONGS), MOODS)


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(), [0, 1, 2, 3, 4]),
        (Filters(genres=("techno",)), [0, 1]),
        (Filters(genres=("house", "jazz")), [1, 2, 3]),
        (Filters(genres=("polka",)), []),
        (Filters(without=("house",)), [0, 2, 3, 4]),
        (Filters(genres=("techno",), without=("house",)), [0]),
        (Filters(moods=("Chill",)), [2, 3]),
        (Filters(moods=("Dreamy", "Party")), [1, 4]),
        (Filters(moods=("Romantic",)), []),
        (Filters(ranges=(Range("tempo", 90, 124),)), [1, 2]),
        (Filters(ranges=(Range("tempo", low=124),)), [0, 1]),
        (Filters(ranges=(Range("tempo", high=90),)), [2, 4]),
        (Filters(ranges=(Range("popularity", 40, 60),)), [1, 2]),
        (Filters(ranges=(Range("energy", low=0.7), Range("popularity", low=50))), [1]),
        (Filters(explicit=True), [1]),
        (Filters(explicit=False), [0, 2, 4]),
        (Filters(genres=("jazz",), moods=("Chill",), ranges=(Range("energy", high=0.3),), explicit=False), [2]),
    ],
)
def test_only_tracks_that_satisfy_every_condition_are_allowed(columns, filters, rows):
    assert np.flatnonzero(columns.allowed(filters)).tolist() == rows


def test_a_number_that_nobody_knows_is_in_no_range(columns):
    assert not columns.allowed(Filters(ranges=(Range("tempo", low=20),)))[3]
    assert not columns.allowed(Filters(ranges=(Range("popularity", high=100),)))[3]


def test_a_bound_belongs_to_its_range_whatever_its_digits():
    frame = catalogue_frame(*(song(number, energy=number / 10) for number in range(11)))
    columns = columns_of(frame, np.full(11, "x"))
    for number in range(11):
        exactly = Filters(ranges=(Range("energy", number / 10, number / 10),))
        assert np.flatnonzero(columns.allowed(exactly)).tolist() == [number]


def test_checking_does_not_wear_the_columns_out(columns):
    first = columns.allowed(Filters(genres=("techno",)))
    first[:] = False
    assert columns.allowed(Filters(genres=("techno",))).sum() == 2


def test_equal_filters_are_one_key():
    same = Filters(("techno", "house"), ("jazz",), ("Party",), (Range("tempo", 60, 70),), False)
    assert {ALL_AT_ONCE: "kept"}[same] == "kept"


def test_no_conditions_are_false_and_any_condition_is_true():
    assert not Filters()
    assert all(map(bool, conditions(ALL_AT_ONCE)))
    assert Filters(explicit=False)


def test_single_conditions_put_together_are_the_whole():
    parts = conditions(ALL_AT_ONCE)
    assert len(parts) == 5
    assert together(parts) == ALL_AT_ONCE


def test_a_track_is_allowed_when_each_single_condition_allows_it(columns):
    filters = Filters(("techno", "jazz"), ("house",), (), (Range("energy", high=0.9),), False)
    each = np.logical_and.reduce([columns.allowed(one) for one in conditions(filters)])
    assert (columns.allowed(filters) == each).all()
    assert each.any()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Range("loudnes", 0, 1), "There is no “loudnes”"),
        (lambda: Range("key", 0, 1), "There is no “key”"),
        (lambda: Range("tempo"), "A range of tempo needs a number"),
        (lambda: Range("tempo", low=float("nan")), "needs a number"),
        (lambda: Range("tempo", high=float("inf")), "needs a number"),
        (lambda: Range("tempo", 130, 120), "from 130 to 120 has its ends swapped"),
        (lambda: Range("energy", low=70), "No song has an energy of 70 or more."),
        (lambda: Range("duration_ms", high=0), "No song has a length of 0:00 or less."),
        (lambda: Filters(genres="techno"), "“techno” must stand in a tuple"),
        (lambda: Filters(genres=("jazz", "ska"), without=("ska",)), "“ska” can't be both wanted and unwanted"),
        (lambda: Filters(ranges=(Range("tempo", 60), Range("tempo", high=90))), "only one range of tempo"),
    ],
)
def test_conditions_that_nothing_can_satisfy_are_refused_in_one_sentence(make, sentence):
    with pytest.raises(FilterError, match=sentence.replace("(", r"\(")) as refused:
        make()
    assert isinstance(refused.value, SegueError)
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Range("tempo", 60, 70), "a tempo from 60 to 70 BPM"),
        (Range("tempo", low=97.5), "a tempo of at least 97.5 BPM"),
        (Range("energy", high=0.4), "an energy of at most 0.4"),
        (Range("loudness", -20, -10), "a loudness from -20 to -10 dB"),
        (Range("duration_ms", high=180_000), "a length of at most 3:00"),
        (Range("duration_ms", 95_000, 245_000), "a length from 1:35 to 4:05"),
        (Range("popularity", low=20), "a popularity of at least 20"),
    ],
)
def test_a_range_in_words(one, words):
    assert range_in_words(one) == words


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(), ""),
        (Filters(genres=("techno",)), "the genre “techno”"),
        (Filters(genres=("techno", "house", "jazz")), "the genres “techno”, “house” or “jazz”"),
        (Filters(without=("jazz",)), "nothing of the genre “jazz”"),
        (Filters(moods=("Chill", "Dreamy")), "the moods “Chill” or “Dreamy”"),
        (Filters(explicit=False), "nothing explicit"),
        (Filters(explicit=True), "only explicit songs"),
        (Filters(genres=("jazz",), explicit=False), "the genre “jazz” and nothing explicit"),
        (
            Filters(moods=("Chill",), ranges=(Range("tempo", 60, 70), Range("energy", high=0.5))),
            "the mood “Chill”, a tempo from 60 to 70 BPM and an energy of at most 0.5",
        ),
    ],
)
def test_conditions_in_words(filters, words):
    assert in_words(filters) == words
