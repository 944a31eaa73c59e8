"""The picture of one member's taste."""

import warnings
from dataclasses import replace

import pytest

from bot.pictures.profile import draw_profile
from tests.bot.pictures.portraits import ADA, BEN, HOSTILE_NAMES, NOBODY, check, hostile


@pytest.mark.parametrize("portrait", [ADA, BEN, NOBODY], ids=["ordinary", "hardly anything", "nothing"])
def test_a_profile_is_a_small_picture(portrait):
    assert 900 <= check(draw_profile(portrait)).height <= 1500


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_no_text_of_a_member_breaks_the_picture(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(draw_profile(hostile(name)))


def test_the_description_says_what_the_picture_shows():
    alt = draw_profile(ADA).alt
    for said in (
        "Taste of Ada from 1,214 songs.",
        "energy 71 (before 81)",
        "loudness 66.",
        "indie-pop 24%",
        "Groovy 12%",
        "Mostly 1994–2011 (guessed).",
        ADA.line,
    ):
        assert said in alt


def test_one_year_is_not_written_as_a_span():
    assert "Mostly 1959 (guessed)." in draw_profile(BEN).alt


def test_an_unknown_feature_is_not_described():
    assert "tempo" not in draw_profile(BEN).alt


def test_the_description_keeps_a_name_that_the_font_lacks():
    assert "田中さくら 🎧" in draw_profile(replace(ADA, name="田中さくら 🎧")).alt


def test_more_genres_than_fit_leave_the_picture_as_high():
    more = replace(ADA, genres=[*ADA.genres, ("jazz", 0.01)])
    assert check(draw_profile(more)).height == check(draw_profile(ADA)).height
