"""Two processes at drops of one database, and one that is stopped; nonces help nobody here."""

import asyncio
import signal
from types import SimpleNamespace

import pytest
import pytest_asyncio

from tests.wire.drops.schedule import PATIENCE_FOR_DROPS_S, all_noted, drops_in, subscribe
from tests.wire.fake_discord import FakeDiscord
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S, home_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
# More than are under way at once, so that a stop comes in the middle.
SUBSCRIPTIONS = 30


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(sample_models, tmp_path_factory):
    """Two processes that share a home."""
    async with FakeDiscord() as discord:
        home = home_of(tmp_path_factory.mktemp("segue"), sample_models)
        processes = [BotProcess(discord, "scripts.segue", "run", directory=home) for _ in range(2)]
        try:
            await asyncio.gather(*(process.start() for process in processes))
            for process in processes:
                await process.logged("ready as segue", PATIENCE_S)
            yield SimpleNamespace(discord=discord, home=home, first=processes[0], second=processes[1])
        finally:
            for process in processes:
                await process.kill()
        assert discord.violations == []


@pytest.fixture
def channels(pair):
    found = [pair.discord.guild(f"Server {number}").channel for number in range(SUBSCRIPTIONS)]
    for channel in found:
        channel.nonce_memory = 0
    return found


def counts(discord, channels):
    return [len(drops_in(discord, channel)) for channel in channels]


async def test_two_processes_post_each_drop_once(pair, channels):
    await all_noted(pair.home, await subscribe(pair.home, *channels))
    assert counts(pair.discord, channels) == [1] * SUBSCRIPTIONS


async def test_a_stop_in_the_middle_loses_nothing_and_doubles_nothing(pair, channels):
    """What the stopped process has begun it ends, so that the other one need not wait for a claim to expire."""
    subscriptions = await subscribe(pair.home, *channels)

    def some():
        return sum(counts(pair.discord, channels)) >= 3

    await pair.discord.changes.until(some, PATIENCE_FOR_DROPS_S, lambda: "nothing is posted")
    assert await pair.first.stop(signal.SIGTERM) == 0
    await all_noted(pair.home, subscriptions)
    assert counts(pair.discord, channels) == [1] * SUBSCRIPTIONS
    assert "Traceback" not in pair.first.log + pair.second.log
