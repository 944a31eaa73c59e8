"""The bot's own end is not a training's."""

import asyncio
import shutil
import signal

import pytest

from bot.processes import life_of
from storage.store import Store
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S


@pytest.fixture
def own_home(sample_models, tmp_path):
    shutil.copytree(sample_models, tmp_path / "data" / "models", symlinks=True)
    return tmp_path


async def test_a_bot_that_is_stopped_leaves_its_training_alive(fake_discord, own_home):
    async with Store.open(own_home / "data" / "segue.db") as store:
        bot = BotProcess(fake_discord, "scripts.segue", "run", directory=own_home)
        try:
            await bot.start()
            await bot.ready(PATIENCE_S)
            await fake_discord.slash(fake_discord.owner, "admin retrain", timeout=PATIENCE_S)
            while (running := await store.trainings.under_way()) is None or running.stage is None:
                await asyncio.sleep(0.2)
            assert await bot.stop(signal.SIGTERM, PATIENCE_S) == 0
            assert life_of(running.process) == "alive"
        finally:
            await bot.kill()
            await store.trainings.cancel(1, running.requested_at)
            while await store.trainings.under_way() is not None:
                await asyncio.sleep(0.2)
