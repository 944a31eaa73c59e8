"""The picture of two members' tastes."""

import warnings

import pytest

from bot.pictures.compare import draw_comparison
from tests.bot.pictures.portraits import ADA, BEN, HOSTILE_NAMES, NOBODY, check, hostile


@pytest.mark.parametrize("other", [ADA, BEN, NOBODY], ids=["the same", "hardly anything", "nothing"])
def test_a_comparison_is_a_small_picture(other):
    assert 900 <= check(draw_comparison(ADA, other, 0.78, "Close.", ["jazz", "rock"])).height <= 1500


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_no_text_of_a_member_breaks_the_comparison(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(draw_comparison(hostile(name), hostile(name[::-1]), 1.0, name, [name] * 40))


def test_the_description_says_both_sides_and_how_alike_they_are():
    alt = draw_comparison(ADA, BEN, 0.784, "Closer than most.", ["jazz", "rock"]).alt
    for said in (
        "Ada (1,214 songs) and Ben (1 song): 78% alike. Closer than most.",
        "energy 71 and 20",
        "tempo 63 and –",
        "Genres you share: jazz, rock.",
    ):
        assert said in alt


def test_nothing_in_common_is_said():
    assert "Genres you share: none yet." in draw_comparison(ADA, BEN, 0.1, "", []).alt
