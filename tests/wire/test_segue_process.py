"""How Segue starts and ends, as its operator sees it; each test has processes and a Discord of its own."""

import asyncio
import re
import shutil
import signal

import pytest
import pytest_asyncio

from storage.store import Store
from tests.wire.fake_discord import FakeDiscord
from tests.wire.process import BotProcess
from tests.wire.segue import (
    PATIENCE_S,
    ended,
    home_of,
)

EXIT_UNAVAILABLE, EXIT_BAD_SETTING = 69, 78


@pytest_asyncio.fixture
async def own_discord():
    """A Discord for one test alone."""
    async with FakeDiscord() as discord:
        yield discord
        assert discord.violations == []


@pytest.fixture
def home(sample_models, tmp_path):
    return home_of(tmp_path, sample_models)


@pytest_asyncio.fixture
async def start_segue(own_discord, home):
    """Starts Segue; every start within a test finds the data of the one before."""
    started = []

    async def start(discord=own_discord, *, ready=True, **options):
        bot = BotProcess(discord, "scripts.segue", "run", directory=home, **options)
        started.append(bot)
        await bot.start()
        return await bot.ready(PATIENCE_S) if ready else bot

    yield start
    for bot in started:
        await bot.kill()


# Ends and starts


async def test_buttons_of_before_a_restart_work_after_it(own_discord, start_segue, song):
    alice = own_discord.user("alice")
    first = await start_segue()
    shown = (await own_discord.slash(alice, "recommend", {"track": song[0]})).message
    assert await first.stop(signal.SIGINT) == 0
    second = await start_segue()
    pressed = await own_discord.press(alice, shown, "More")
    assert "songs 11–20 of 20" in pressed.text
    assert pressed.refusals == []
    for trouble in ("10062", "40060", "Traceback"):
        assert trouble not in first.log + second.log


async def test_a_service_manager_stops_segue_and_no_playlist_is_lost(own_discord, start_segue, home, song):
    alice = own_discord.user("alice")
    bot = await start_segue()
    await own_discord.slash(alice, "playlist build", {"name": "Friday", "track": song[0]})
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


async def test_a_token_reset_while_segue_runs_is_named_and_not_shown(own_discord, start_segue):
    token = own_discord.token
    bot = await start_segue()
    await own_discord.reset_token()
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


async def test_a_damaged_model_is_refused(own_discord, start_segue, home, sample_models):
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
    assert own_discord.requests == []


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


async def test_answers_in_flight_go_out_before_segue_stops(own_discord, start_segue, song):
    bot = await start_segue()
    alice = own_discord.user("alice")
    asked = [own_discord.slash(alice, "recommend", {"track": song[0], "count": 50}, until="sent") for _ in range(10)]
    answers = await asyncio.gather(*asked)
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log
    assert all(not answer.deferred or answer.edits for answer in answers)
