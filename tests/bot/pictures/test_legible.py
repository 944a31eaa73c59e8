"""Text from anybody, made fit for a picture."""

import pytest

from bot.pictures.legible import cut, drawable, readable, shortened, wrapped

LATIN = set(range(32, 127))


def at_most(longest):
    return lambda text: len(text) <= longest


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada 🎧", "Ada"),
        ("𝓐𝓭𝓪", "Ada"),
        ("Ａｄａ", "Ada"),
        ("a\n\n b\t", "a b"),
        ("\u202eAda\u200b", "Ada"),
        ("♥ 田中!", "a member"),
        ("<3", "<3"),
        ("", "a member"),
    ],
)
def test_only_letters_that_the_font_has_are_drawn(text, shown):
    assert drawable(text, LATIN, "a member") == shown


def test_marks_do_not_pile_up():
    assert readable("a" + "\u0335" * 50 + "b") == "a\u0335\u0335b"


def test_what_does_not_fit_ends_in_an_ellipsis():
    assert cut("drum and bass", at_most(6)) == "drum…"


def test_a_text_without_any_room_is_only_an_ellipsis():
    assert shortened("jazz", 1) == "…"


def test_lines_break_between_words_and_the_last_one_is_cut():
    assert wrapped("drum and bass and more", at_most(8), 2) == ["drum and", "bass an…"]


def test_a_word_longer_than_a_line_is_cut():
    assert wrapped("drumandbass jazz", at_most(5), 2) == ["drum…", "jazz"]
