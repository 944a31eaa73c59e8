"""What members like, on the wire."""

import pytest

from tests.wire.components import BUTTON, find, text_of, walk
from tests.wire.segue import songs_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
MEDIA_GALLERY = 12


async def test_a_thumb_turns_green_and_grey_again(fake_discord, bot, alice, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    liked = await fake_discord.press(alice, shown, "👍")
    assert find(liked.message, "👍", {BUTTON})["style"] == 3
    assert liked.message["id"] == shown["id"]
    taken_back = await fake_discord.press(alice, liked.message, "👍")
    assert find(taken_back.message, "👍", {BUTTON})["style"] == 2


async def test_what_was_liked_is_what_the_next_list_is_made_of(fake_discord, bot, alice, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    await fake_discord.press(alice, shown, "👍")
    own = await fake_discord.slash(alice, "recommend", {})
    assert own.text.startswith("### For you")
    assert not {*songs_of(own.text)} & {*songs_of(text_of(shown))}


async def test_a_taste_is_sent_as_a_picture_with_words(fake_discord, bot, alice, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    await fake_discord.press(alice, shown, "👍")
    profile = await fake_discord.slash(alice, "taste profile", {})
    pictures = [part for _, part in walk(profile.message["components"]) if part["type"] == MEDIA_GALLERY]
    assert "Taste of" in pictures[0]["items"][0]["description"]
