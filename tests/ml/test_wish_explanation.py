import pytest

from ml.clusters import MOODS
from ml.filters import RANGED, Filters
from ml.wish_explanation import TEXT_NO_YEARS, TEXT_SIDES, TEXT_YEARS_GUESSED, explain
from ml.wish_meanings import Genres
from ml.wish_words import SCENES, SOUNDS
from tests.ml.wish_worlds import INSTRUMENTAL, SUNG, bpm, read


def test_what_is_said_twice_is_averaged_and_reported():
    wish = read("calm energetic")
    assert wish.targets["energy"] == pytest.approx((0.25 + 0.85) / 2)
    assert "“calm” and “energetic” pull apart: taken as rather energetic." in explain(wish, dated=True)


def test_a_scene_gives_way_to_what_is_said_of_the_sound():
    party, sad = read("party").targets, read("sad").targets
    both = read("sad party").targets
    assert both["energy"] == sad["energy"]
    assert both["danceability"] == party["danceability"]
    assert not any("pull apart" in line for line in explain(read("sad party"), dated=True))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("techno not techno", Genres(("techno",)), Filters(without=("techno",))),
        ("not techno, techno", Genres(("techno",), wanted=False), Filters(genres=("techno",))),
        ("over 140 bpm, under 100 bpm", bpm(low=140), Filters(ranges=(bpm(high=100),))),
        ("instrumental with vocals", INSTRUMENTAL, Filters(ranges=(SUNG,))),
    ],
)
def test_of_two_conditions_that_exclude_each_other_the_later_one_counts(text, first, last):
    wish = read(text)
    assert wish.filters == last
    assert [one.overruled for one in wish.understood] == [True, False]
    assert wish.understood[0].meaning == first
    assert "which later words overrule" in explain(wish, dated=True)[0]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "upbeat 80s synth-pop but not too fast",
            [
                "“upbeat”: energetic, cheerful.",
                "“80s”: 1980 to 1989.",
                "“synth-pop”: the genre “synth-pop”.",
                "“not too fast”: slow.",
                TEXT_YEARS_GUESSED,
            ],
        ),
        (
            "140 bpm techno, nothing explicit, no ska",
            [
                "“140 bpm”: a tempo from 137 to 143 BPM.",
                "“techno”: the genre “techno”.",
                "“nothing explicit”: nothing explicit.",
                "“no ska”: nothing of the genre “ska”.",
            ],
        ),
        (
            "an hour of chill mood instrumentals, sort of blorpy",
            [
                "“an hour”: 16 songs, about 60 minutes.",
                "“chill mood”: the mood “Chill”.",
                "“instrumentals”: only instrumental music.",
                "Ignored: “sort of blorpy”.",
            ],
        ),
        ("since 2000", ["“since 2000”: from 2000 on.", TEXT_YEARS_GUESSED]),
        ("asdf qwer", ["I understood nothing of this.", "Ignored: “asdf”, “qwer”."]),
        ("", ["I understood nothing of this."]),
        ("ska ska", ["“ska”: the genre “ska”."]),
    ],
)
def test_each_part_is_followed_by_what_it_was_taken_for(text, lines):
    assert explain(read(text), dated=True) == lines


def test_many_ignored_words_are_counted_rather_than_listed():
    assert explain(read(" ".join(f"zx{number}" for number in range(30))), dated=True)[-1].endswith(
        "“zx11” and 18 more."
    )


def test_every_word_asks_for_something_that_can_be_explained():
    for targets in (*MOODS.values(), *(targets for _, targets in (*SOUNDS, *SCENES))):
        assert set(targets) <= set(TEXT_SIDES) == set(RANGED)
        assert all(0 < share < 1 for share in targets.values())


def test_without_any_dates_an_era_is_said_to_be_of_no_use():
    assert explain(read("80s"), dated=False) == ["“80s”: 1980 to 1989.", TEXT_NO_YEARS]
