"""How Segue stops: what is under way is finished, nothing else is waited for."""

import signal

import pytest

from tests.wire.segue import ORIGINAL

# Told in the README; a little more than the bot's own limit, for a loaded machine.
LIMIT_S = 12


async def until_held(discord, hold):
    await discord.changes.until(lambda: hold.held, 10, lambda: "nothing was held")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_slow_answer_is_still_delivered(fake_discord, start_segue, song, how):
    bot = await start_segue()
    edits = fake_discord.hold("PATCH", ORIGINAL)
    alice = fake_discord.user("alice")
    answer = await fake_discord.slash(alice, "classify", {"track": song[0]}, until="acknowledged")
    assert answer.deferred
    await until_held(fake_discord, edits)
    bot.signal(how)
    await bot.logged("stopping")
    edits.release()
    await answer.until(lambda one: one.complete)
    assert await bot.exit_code() == 0
    assert song[1][:10] in answer.text
    assert "health and metrics" not in bot.log
    assert "Traceback" not in bot.log


async def test_what_never_ends_is_waited_for_ten_seconds_at_most(fake_discord, start_segue, song):
    bot = await start_segue()
    edits = fake_discord.hold("PATCH", ORIGINAL)
    await fake_discord.slash(fake_discord.user("alice"), "classify", {"track": song[0]}, until="acknowledged")
    await until_held(fake_discord, edits)
    assert await bot.stop(signal.SIGTERM, timeout=LIMIT_S) == 0
    assert "stopped before 1 answers were done" in bot.log
    assert "Traceback" not in bot.log


async def test_a_second_signal_ends_it_at_once(fake_discord, start_segue, song):
    bot = await start_segue()
    edits = fake_discord.hold("PATCH", ORIGINAL)
    await fake_discord.slash(fake_discord.user("alice"), "classify", {"track": song[0]}, until="acknowledged")
    await until_held(fake_discord, edits)
    bot.signal(signal.SIGTERM)
    await bot.logged("stopping")
    assert await bot.stop(signal.SIGTERM) == -signal.SIGTERM


async def test_nothing_new_begins_while_it_stops(fake_discord, start_segue, song):
    bot = await start_segue()
    edits = fake_discord.hold("PATCH", ORIGINAL)
    alice = fake_discord.user("alice")
    first = await fake_discord.slash(alice, "classify", {"track": song[0]}, until="acknowledged")
    await until_held(fake_discord, edits)
    bot.signal(signal.SIGTERM)
    await bot.logged("stopping")
    second = await fake_discord.slash(alice, "help", until="sent")
    edits.release()
    await first.until(lambda one: one.complete)
    assert await bot.exit_code() == 0
    assert second.kind is None
