"""One Segue that drops come from, and one Discord, for the tests that only look at what comes."""

from datetime import timedelta
from types import SimpleNamespace

import pytest_asyncio

from tests.wire.drops.schedule import now, subscribe
from tests.wire.fake_discord import FakeDiscord
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S, home_of


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def running(sample_models, tmp_path_factory):
    """When it started, two drops had been missed: one by hours (`late`), one by more than a week (`long_ago`)."""
    async with FakeDiscord() as discord:
        home = home_of(tmp_path_factory.mktemp("segue"), sample_models)
        late, long_ago = discord.channel("late"), discord.channel("long ago")
        (of_late,) = await subscribe(home, late, due_at=now() - timedelta(hours=2))
        (of_long_ago,) = await subscribe(home, long_ago, due_at=now() - timedelta(days=9))
        missed = {"late": late, "of_late": of_late, "long_ago": long_ago, "of_long_ago": of_long_ago}
        bot = BotProcess(discord, "scripts.segue", "run", directory=home)
        try:
            await (await bot.start()).ready(PATIENCE_S)
            yield SimpleNamespace(discord=discord, bot=bot, home=home, **missed)
        finally:
            await bot.kill()
        assert discord.violations == []
