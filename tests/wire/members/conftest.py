"""One Segue process for all tests of a module, and Discord on the wire."""

import pytest
import pytest_asyncio

from tests.wire.fake_discord import FakeDiscord
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S, home_of


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(sample_models, tmp_path_factory):
    async with FakeDiscord() as discord:
        home = home_of(tmp_path_factory.mktemp("segue"), sample_models)
        bot = BotProcess(discord, "scripts.segue", "run", directory=home)
        try:
            await (await bot.start()).ready(PATIENCE_S)
            yield discord, bot
        finally:
            await bot.kill()


@pytest.fixture
def fake_discord(world):
    discord, _ = world
    earlier = len(discord.requests)
    yield discord
    assert [problem for r in discord.requests[earlier:] if (problem := r.violation(discord.openapi))] == []


@pytest.fixture
def bot(world):
    return world[1]


@pytest.fixture
def alice(fake_discord):
    return fake_discord.user("alice")


@pytest.fixture
def bob(fake_discord):
    return fake_discord.user("bob")
