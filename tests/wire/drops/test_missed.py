"""Drops that were due while no Segue ran; one start, after which all tests look at what came of it."""

from datetime import timedelta

import pytest
import pytest_asyncio

from tests.wire.components import text_of
from tests.wire.drops.schedule import dropped, drops_in, drops_of, noted, now, subscribe
from tests.wire.fake_discord import FakeDiscord
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S, home_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOURS, DAYS = timedelta(hours=2), timedelta(days=9)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(sample_models, tmp_path_factory):
    """Channels by how long ago their drop was due when Segue started, and by their subscriptions."""
    async with FakeDiscord() as discord:
        home = home_of(tmp_path_factory.mktemp("segue"), sample_models)
        late, longer = discord.channel("hours late"), discord.channel("more than a week late")
        (of_late,) = await subscribe(home, late, due_at=now() - HOURS)
        (of_longer,) = await subscribe(home, longer, due_at=now() - DAYS)
        bot = BotProcess(discord, "scripts.segue", "run", directory=home)
        try:
            await (await bot.start()).ready(PATIENCE_S)
            await noted(bot, of_late)
            await dropped(discord, longer)
            yield discord, bot, home, late, longer, of_longer
        finally:
            await bot.kill()


@pytest.fixture
def fake_discord(running):
    """The same for all tests; none may leave a request behind that Discord's OpenAPI refuses."""
    discord = running[0]
    yield discord
    assert discord.violations == []
    discord.forget_requests()


async def test_a_drop_that_was_missed_comes_once_and_says_that_it_is_late(running, fake_discord):
    _, _, _, late, _, _ = running
    (message,) = drops_in(fake_discord, late)
    assert "Late: this was due <t:" in text_of(message)


async def test_a_drop_that_was_missed_by_over_a_week_is_skipped_and_logged(running):
    _, bot, home, _, _, subscription = running
    await bot.logged(f"subscription {subscription.id}: {subscription.period} missed by over a week, skipped")
    (skipped,) = [row for row in drops_of(home) if row["period"] == subscription.period]
    assert skipped["outcome"] == "skipped"


async def test_only_the_latest_of_several_missed_drops_comes(running, fake_discord):
    _, _, _, _, longer, _ = running
    assert len(drops_in(fake_discord, longer)) == 1
