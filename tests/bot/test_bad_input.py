import logging
import re

import pytest

from tests.bot.conftest import songs_of, text_of

REFERENCE = re.compile(r"^-# Reference ([0-9a-f]{8})$", re.MULTILINE)


@pytest.mark.parametrize(
    ("track", "words"),
    [
        (" ", "Name a track"),
        ("🎸🔥", "search"),
        ("zzzqqq xxxyyy", "Closest"),
        ("a" * 6000, "300"),
        ("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy", "album"),
        ("https://open.spotify.com/episode/4aawyAB9vmqN3uQ7FjRGTy", "podcast"),
        ("https://open.spotify.com/playlist/37i9dQZF1DXcBWIGoYBM5M", "playlist"),
        ("https://spotify.link/abcDEF", "paste the full"),
        ("https://open.spotify.com/track/4aawyAB9vmqN3uQ7FjRGTy", "catalogue"),
        ("'; DROP TABLE members; --", "Closest"),
    ],
)
@pytest.mark.parametrize("command", ["classify", "recommend"])
async def test_what_is_no_known_track_gets_one_private_sentence(world, command, track, words):
    result = await world.ada.slash(world.channel, command, track=track)
    text = text_of(result.response)
    assert result.ephemeral
    assert words in text
    assert REFERENCE.search(text)
    assert "Traceback" not in text
    assert len(text) < 600


async def test_right_to_left_text_is_searched_like_any_other(world):
    result = await world.ada.slash(world.channel, "classify", track="אהבה\u202e")
    assert result.ephemeral
    assert "I don't know “אהבה”. Closest:" in text_of(result.response)


async def test_a_link_in_what_was_typed_is_never_a_link_in_the_answer(world):
    result = await world.ada.slash(world.channel, "genres", genre="[click](http://evil.example)")
    assert "[click](" not in text_of(result.response).replace("\\[", "")
    result = await world.ada.slash(world.channel, "recommend", track="[click](http://evil.example) qqxz")
    assert "[click](" not in text_of(result.response).replace("\\[", "")


async def test_an_unknown_track_names_the_three_closest(world):
    typed = world.title(5) + " zzqxw qqxz"
    text = text_of((await world.ada.slash(world.channel, "recommend", track=typed)).response)
    assert text.count("” by ") == 3


@pytest.mark.parametrize("count", [0, -1, 51, 1000])
async def test_discord_itself_refuses_an_impossible_count(world, count):
    from simcord import SetupError

    with pytest.raises(SetupError, match="count"):
        await world.ada.slash(world.channel, "recommend", track=world.track(), count=count)


async def test_a_mistake_of_ours_is_one_sentence_and_one_log_record_with_the_same_reference(world, caplog, monkeypatch):
    monkeypatch.setattr(type(world.bundle.recommender), "recommend", lambda *_, **__: 1 / 0)
    with caplog.at_level(logging.ERROR):
        result = await world.ada.slash(world.channel, "recommend", track=world.track())
    text = text_of(result.response)
    reference = REFERENCE.search(text)[1]
    assert "Something went wrong on my side" in text
    (record,) = [record for record in caplog.records if reference in record.getMessage()]
    assert record.exc_info[0] is ZeroDivisionError
    world.env._errors_acknowledged = len(world.env.errors)


async def test_discord_failing_in_the_middle_leaves_the_bot_working(world):
    world.env.inject_error("PATCH", "/webhooks/*/*/messages/@original", status=500)
    await world.ada.slash(world.channel, "recommend", track=world.track())
    assert world.env.errors
    result = await world.ada.slash(world.channel, "recommend", track=world.track())
    assert len(songs_of(result.response)) == 10


async def test_a_long_title_with_markdown_stays_a_title(world):
    from bot.layout import plain

    assert plain("**[x](http://evil)** @everyone", 70) == "\\*\\*\\[x\\](http://evil)\\*\\* @\u200beveryone"
    assert len(plain("a" * 500, 70)) == 70
    assert len(plain("*" * 500, 70)) <= 70
    assert plain("short", 70) == "short"


async def test_nothing_a_member_typed_is_logged(world, caplog):
    with caplog.at_level(logging.DEBUG, logger="bot"):
        await world.ada.slash(world.channel, "recommend", track="my secret song of zzzqqq")
    assert "secret" not in caplog.text
