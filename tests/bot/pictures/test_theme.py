"""Colours that can be read and told apart."""

import pytest

from bot.pictures.theme import ACCENT_TEXT, BACKGROUND, LIKE, MUTED, ONE, OTHER, PANEL, SMALL, TEXT, WIDTH, contrast

READABLE = 4.5
# Sizes of text have to stay legible when a phone shows the picture 350 pixels wide.
PHONE = 350
LEGIBLE = 10


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", [TEXT, MUTED, ACCENT_TEXT, ONE, OTHER, LIKE])
@pytest.mark.parametrize("behind", [BACKGROUND, PANEL])
def test_every_colour_of_text_can_be_read(colour, behind):
    assert contrast(colour, behind) >= READABLE


def test_the_two_members_differ_in_lightness_too():
    assert contrast(ONE, OTHER) >= 1.5


def test_the_smallest_text_is_legible_on_a_phone():
    assert SMALL * PHONE / WIDTH >= LEGIBLE
