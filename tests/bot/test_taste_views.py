"""Replies of `/taste` at their worst."""

import pytest

from bot.features.taste import view
from bot.features.taste.drawings import Comparison, Profile, Sources
from bot.features.taste.lists import BlendLine, BlendList
from bot.language import say
from bot.pictures.data import Picture
from ml.reasons import Reason
from tests.bot.test_views import LONGEST_TEXT, MOST_COMPONENTS, NOTE, REASONS, worst_song

PICTURE = Picture(b"", "a" * 1_000)
MEMBER = 2**63


def fits(page):
    assert page.content_length() <= LONGEST_TEXT
    assert page.total_children_count <= MOST_COMPONENTS
    for item in page.walk_children():
        assert len(getattr(item, "custom_id", "")) <= 100
        assert len(getattr(getattr(item, "item", item), "label", None) or "") <= 80


@pytest.mark.usefixtures("in_each_language")
@pytest.mark.parametrize("character", ["a", "*", "[", "🎸"])
async def test_the_longest_blend_fits_into_a_reply(character):
    reasons = (*REASONS, Reason("company", (character * 200,)), Reason("genre", (character * 99, character * 99)))
    lines = [BlendLine(worst_song(character), reasons, place % 10) for place in range(50)]
    page = view.blend(
        BlendList("a" * 12, MEMBER, lines, NOTE),
        [MEMBER + place for place in range(10)],
        2,
        {},
        wanted=51,
        agreed_now=True,
    )
    fits(page)
    told = "\n".join(item.content for item in page.walk_children() if hasattr(item, "content"))
    assert told.count("-# " + say(view.TEXT_FOR, member="<@")) == 10


async def test_shares_that_are_not_equal_are_told_as_they_are():
    lines = [BlendLine(worst_song("a"), REASONS, member) for member in (0, 1, 0)]
    page = view.blend(BlendList("a" * 12, MEMBER, lines, NOTE), [1, 2], 0, {})
    told = "\n".join(item.content for item in page.walk_children() if hasattr(item, "content"))
    assert "3 songs · 1 to 2 for each" in told


@pytest.mark.usefixtures("in_each_language")
async def test_the_longest_comparison_and_profile_fit_into_a_reply():
    fits(view.comparison(Comparison(PICTURE, [worst_song("*")] * 5, NOTE), True))
    fits(view.profile(Profile(PICTURE, Sources(10**6, 10**6, 10**6), NOTE), own=True))


@pytest.mark.usefixtures("in_each_language")
async def test_nine_with_the_longest_names_can_be_asked():
    asked = dict.fromkeys(range(MEMBER, MEMBER + 9))
    fits(view.question(MEMBER + 9, asked, dict.fromkeys(asked, "🎸" * 32), agreed_now=True))


async def test_nobody_to_meet_on_is_said():
    page = view.comparison(Comparison(PICTURE, [], NOTE), False)
    assert "no song that both of you would like" in str([getattr(one, "content", "") for one in page.walk_children()])
