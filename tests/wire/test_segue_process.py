"""How Segue starts and ends, as its operator sees it; each test has processes and a Discord of its own."""

import asyncio
import re
import shutil
import signal

import pytest

from storage.store import Store
from tests.wire.fake_discord import FakeDiscord
from tests.wire.segue import ended

EXIT_UNAVAILABLE, EXIT_BAD_SETTING = 69, 78


# Ends and starts


async def test_buttons_of_before_a_restart_work_after_it(fake_discord, start_segue, song):
    alice = fake_discord.user("alice")
    first = await start_segue()
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    assert await first.stop(signal.SIGINT) == 0
    second = await start_segue()
    pressed = await fake_discord.press(alice, shown, "More")
    assert "songs 11–20 of 20" in pressed.text
    assert pressed.refusals == []
    for trouble in ("10062", "40060", "Traceback"):
        assert trouble not in first.log + second.log


async def test_a_service_manager_stops_segue_and_no_playlist_is_lost(fake_discord, start_segue, home, song):
    alice = fake_discord.user("alice")
    bot = await start_segue()
    await fake_discord.slash(alice, "playlist build", {"name": "Friday", "track": song[0]})
    code = await bot.stop(signal.SIGTERM, timeout=5)
    async with Store.open(home / "data" / "segue.db") as store:
        assert [one.name for one in await store.list_playlists(int(alice.id))] == ["Friday"]
    assert "Traceback" not in bot.log
    assert code == 0


async def test_a_wrong_token_is_named_and_not_shown(start_segue):
    bot = await start_segue(ready=False, token="wrong-token-of-nobody")
    code, sentence = await ended(bot)
    assert code == EXIT_BAD_SETTING
    assert sentence.startswith("Discord refuses DISCORD_TOKEN.")
    assert "wrong-token-of-nobody" not in bot.log


async def test_a_token_reset_while_segue_runs_is_named_and_not_shown(fake_discord, start_segue):
    token = fake_discord.token
    bot = await start_segue()
    await fake_discord.reset_token()
    code, sentence = await ended(bot)
    assert code == EXIT_BAD_SETTING
    assert "DISCORD_TOKEN" in sentence
    assert token not in bot.log


async def test_without_discord_segue_says_so(start_segue):
    async with FakeDiscord() as gone:
        pass
    code, sentence = await ended(await start_segue(gone, ready=False))
    assert code == EXIT_UNAVAILABLE
    assert sentence.startswith("Discord can't be reached: ")


async def test_a_damaged_model_is_refused(fake_discord, start_segue, home, sample_models):
    models = home / "data" / "models"
    models.unlink()
    shutil.copytree(sample_models, models, symlinks=True)
    network = models / "current" / "classifier.tflite"
    content = bytearray(network.read_bytes())
    content[len(content) // 2] ^= 1
    network.write_bytes(content)
    code, sentence = await ended(await start_segue(ready=False))
    assert code == 1
    assert re.fullmatch(r"The file classifier\.tflite of the model in .+ is damaged\.", sentence)
    assert fake_discord.requests == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("SEGUE_LOG_LEVEL", "LOUD"), ("DISCORD_TOKEN", "two words"), ("DISCORD_TOKEN", "escape\x1bcode")],
)
async def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(start_segue, name, value):
    bot = await start_segue(ready=False, environment={name: value})
    code, sentence = await ended(bot)
    assert code == EXIT_BAD_SETTING
    assert bot.lines == [sentence]
    assert sentence.startswith(f"{name} is ")
    assert name != "DISCORD_TOKEN" or value not in bot.log


async def test_answers_in_flight_go_out_before_segue_stops(fake_discord, start_segue, song):
    bot = await start_segue()
    alice = fake_discord.user("alice")
    asked = [fake_discord.slash(alice, "recommend", {"track": song[0], "count": 50}, until="sent") for _ in range(10)]
    answers = await asyncio.gather(*asked)
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log
    assert all(not answer.deferred or answer.edits for answer in answers)
