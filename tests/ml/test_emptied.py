import numpy as np
import pytest

from ml.emptied import Emptied, why_empty
from ml.filters import FilterColumns, Filters, Range
from tests.ml.worlds import catalogue_frame, columns_of, song


def world(*songs: dict, moods: list[str] | None = None) -> FilterColumns:
    return columns_of(catalogue_frame(*songs), np.array(moods or ["Any"] * len(songs)))


def asked(columns: FilterColumns, filters: Filters, least: int = 1) -> Emptied | None:
    return why_empty(columns, filters, np.ones(columns.rows, dtype=bool), least)


def tempo(low: float | None = None, high: float | None = None) -> Filters:
    return Filters(ranges=(Range("tempo", low, high),))


@pytest.fixture
def slow_to_fast() -> FilterColumns:
    """Techno at 100, 101.5, 103 … 128.5 BPM and one piece of jazz at 64."""
    techno = [song(number, "techno", tempo=100 + 1.5 * number) for number in range(20)]
    return world(*techno, song(99, "jazz", tempo=64.0))


def test_nothing_is_to_blame_where_enough_is_left(slow_to_fast):
    assert asked(slow_to_fast, Filters(genres=("techno",)), 20) is None


def test_conditions_are_not_to_blame_where_nothing_was_available(slow_to_fast):
    nothing = np.zeros(slow_to_fast.rows, dtype=bool)
    assert why_empty(slow_to_fast, Filters(genres=("polka",)), nothing) is None


def test_a_range_is_widened_just_as_far_as_needed(slow_to_fast):
    filters = Filters(genres=("techno",), ranges=(Range("tempo", 60, 70),))
    for least, high in ((1, 100), (2, 102), (3, 103), (20, 129)):
        found = asked(slow_to_fast, filters, least)
        assert found.blamed == tempo(60, 70)
        assert found.proposal == Filters(genres=("techno",), ranges=(Range("tempo", 60, high),))
        assert found.left == least


def test_a_range_is_widened_only_on_the_side_where_songs_are(slow_to_fast):
    found = asked(slow_to_fast, Filters(genres=("techno",), ranges=(Range("tempo", 140, 150),)))
    assert found.proposal.ranges == (Range("tempo", 128, 150),)


def test_an_open_range_stays_open(slow_to_fast):
    assert asked(slow_to_fast, tempo(low=200)).proposal == tempo(low=128)
    assert asked(slow_to_fast, tempo(high=50)).proposal == tempo(high=64)


def test_a_range_of_which_nothing_is_known_is_dropped():
    columns = world(song(1, tempo=np.nan), song(2, tempo=np.nan))
    assert asked(columns, tempo(60, 70)) == Emptied(tempo(60, 70), Filters(), 2)


def test_only_available_songs_count(slow_to_fast):
    available = np.ones(slow_to_fast.rows, dtype=bool)
    available[:10] = False
    found = why_empty(slow_to_fast, Filters(genres=("techno",), ranges=(Range("tempo", 60, 70),)), available)
    assert found.proposal.ranges == (Range("tempo", 60, 115),)


def test_the_only_condition_whose_loss_helps_is_to_blame():
    columns = world(song(1, "jazz", energy=0.2), song(2, "jazz", energy=0.3), song(3, "techno", energy=0.9))
    filters = Filters(genres=("jazz",), ranges=(Range("energy", high=0.5),), explicit=True)
    found = asked(columns, filters)
    assert found.blamed == Filters(explicit=True)
    assert found.proposal == Filters(genres=("jazz",), ranges=(Range("energy", high=0.5),))


def test_of_two_ranges_the_one_that_must_move_less_is_to_blame():
    # One song is a beat too slow. The other one is so quiet that fifty songs are louder, yet not loud enough.
    crowd = [song(number, tempo=90.0, energy=0.5) for number in range(50)]
    too_slow, too_quiet = song(60, tempo=159.0, energy=0.9), song(61, tempo=165.0, energy=0.1)
    both = Filters(ranges=(Range("energy", low=0.8), Range("tempo", 160, 170)))
    assert asked(world(*crowd, too_slow, too_quiet), both).blamed == tempo(160, 170)


def test_a_range_is_bent_before_a_genre_is_exchanged(slow_to_fast):
    # Jazz at 64 BPM is there as well, but who asks for techno means techno.
    assert asked(slow_to_fast, Filters(genres=("techno",), ranges=(Range("tempo", 60, 70),))).blamed == tempo(60, 70)


def test_explicit_songs_are_let_in_only_when_nothing_else_helps():
    columns = world(song(1, "rap", explicit=1.0, tempo=80.0), song(2, "rap", explicit=0.0, tempo=180.0), song(3, "ska"))
    clean = Filters(genres=("rap",), ranges=(Range("tempo", 80, 81),), explicit=False)
    assert asked(columns, clean).blamed == tempo(80, 81)
    only_explicit = world(song(1, "rap", explicit=1.0))
    assert asked(only_explicit, Filters(genres=("rap",), explicit=False)).proposal == Filters(genres=("rap",))


def related_genres() -> FilterColumns:
    """Techno shares four of its five songs with minimal, one with trance; trance is the bigger one."""
    shared = [song(number, "minimal;techno", tempo=130.0) for number in range(4)]
    trance = [song(number, "trance", tempo=90.0) for number in range(10, 30)]
    minimal = [song(number, "minimal", tempo=90.0) for number in range(40, 43)]
    return world(*shared, song(9, "techno;trance", tempo=130.0), *trance, *minimal, song(99, "polka", tempo=90.0))


def test_a_genre_is_exchanged_for_the_one_it_shares_most_tracks_with():
    found = asked(related_genres(), Filters(genres=("techno",), moods=("Any",)), 6)
    assert found.blamed == Filters(genres=("techno",))
    assert found.proposal.genres == ("techno", "minimal")
    assert found.left == 8


def test_a_related_genre_that_has_too_few_songs_is_passed_over():
    assert asked(related_genres(), Filters(genres=("techno",)), 12).proposal.genres == ("techno", "trance")


def test_a_genre_without_relatives_is_dropped():
    found = asked(related_genres(), Filters(genres=("polka",)), 2)
    assert found == Emptied(Filters(genres=("polka",)), Filters(), 29)


def test_a_genre_that_the_catalogue_lacks_is_dropped():
    assert asked(related_genres(), Filters(genres=("yodel",))).proposal == Filters()


def test_a_mood_is_exchanged_for_the_one_with_the_same_genres():
    songs = [song(1, "ambient"), song(2, "ambient"), song(3, "ambient"), song(4, "metal"), song(5, "jazz", tempo=60.0)]
    columns = world(*songs, moods=["Dreamy", "Calm", "Calm", "Wild", "Dreamy"])
    found = asked(columns, Filters(moods=("Dreamy",), genres=("ambient",)), 2)
    assert found.blamed == Filters(moods=("Dreamy",))
    assert found.proposal == Filters(moods=("Dreamy", "Calm"), genres=("ambient",))
    assert found.left == 3


def test_as_many_exclusions_stay_as_can():
    columns = world(song(1, "latin;reggaeton"), song(2, "latin;salsa"), song(3, "latin;salsa"), song(4, "ska"))
    found = asked(columns, Filters(genres=("latin",), without=("reggaeton", "salsa")), 2)
    assert found.proposal == Filters(genres=("latin",), without=("reggaeton",))


def test_where_no_single_condition_helps_the_smallest_set_is_to_blame():
    songs = [song(number, "techno", tempo=130.0, explicit=0.0) for number in range(3)]
    columns = world(*songs, song(9, "jazz", tempo=130.0, explicit=0.0))
    filters = Filters(genres=("techno",), ranges=(Range("tempo", 60, 70),), explicit=True)
    found = asked(columns, filters)
    assert found.blamed == Filters(ranges=(Range("tempo", 60, 70),), explicit=True)
    assert found.proposal == Filters(genres=("techno",), ranges=(Range("tempo", 60, 130),))
    assert found.left == 3


def test_the_proposal_always_leaves_what_it_promises():
    random = np.random.default_rng(1)
    genres = ["a", "b", "a;b", "c", "b;c"]
    songs = [
        song(n, str(random.choice(genres)), tempo=float(random.integers(60, 180)), energy=float(random.random()))
        for n in range(60)
    ]
    columns = world(*songs, moods=[str(mood) for mood in random.choice(["x", "y", "z"], 60)])
    emptied = 0
    for _ in range(100):
        low = float(random.integers(60, 180))
        filters = Filters(
            genres=(str(random.choice(["a", "b", "c"])),),
            moods=(str(random.choice(["x", "y", "z"])),),
            ranges=(Range("tempo", low, low + 5), Range("energy", float(random.random()))),
        )
        found = asked(columns, filters, 3)
        if found is not None:
            emptied += 1
            assert columns.allowed(found.proposal).sum() == found.left >= 3
            assert found == asked(columns, filters, 3)
    assert emptied > 50


def test_all_that_is_available_is_enough_when_more_was_asked_for():
    columns = world(song(1, "jazz"), song(2, "ska"))
    assert asked(columns, Filters(genres=("jazz",)), 50).left == 2
