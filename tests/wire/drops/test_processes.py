"""Several processes, and processes that are stopped, at drops of one database; nonces help nobody here."""

import asyncio
import signal

import pytest

from tests.wire.drops.schedule import PATIENCE_FOR_DROPS_S, all_noted, drops_in, subscribe
from tests.wire.segue import PATIENCE_S

SUBSCRIPTIONS = 20


@pytest.fixture
def channels(fake_discord):
    found = [fake_discord.guild(f"Server {number}").channel for number in range(SUBSCRIPTIONS)]
    for channel in found:
        channel.nonce_memory = 0
    return found


def counts(discord, channels):
    return [len(drops_in(discord, channel)) for channel in channels]


async def test_two_processes_post_each_drop_once(fake_discord, start_segue, home, channels):
    first, second = await asyncio.gather(start_segue(ready=False), start_segue(ready=False))
    for bot in (first, second):
        await bot.logged("ready as segue", PATIENCE_S)
    await subscribe(home, *channels)
    await all_noted(home, SUBSCRIPTIONS)
    assert counts(fake_discord, channels) == [1] * SUBSCRIPTIONS
    assert "Traceback" not in first.log + second.log


async def test_a_stop_in_the_middle_loses_nothing_and_doubles_nothing(fake_discord, start_segue, home, channels):
    bot = await start_segue()
    await subscribe(home, *channels)

    def some():
        return sum(counts(fake_discord, channels)) >= 3

    await fake_discord.changes.until(some, PATIENCE_FOR_DROPS_S, lambda: "nothing is posted")
    assert await bot.stop(signal.SIGTERM) == 0
    assert 3 <= sum(counts(fake_discord, channels)) < SUBSCRIPTIONS
    again = await start_segue()
    await all_noted(home, SUBSCRIPTIONS)
    assert counts(fake_discord, channels) == [1] * SUBSCRIPTIONS
    assert "Traceback" not in bot.log + again.log
