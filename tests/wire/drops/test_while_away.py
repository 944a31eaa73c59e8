"""Drops that were due while no Segue ran."""

import pytest

from tests.wire.components import text_of
from tests.wire.drops.schedule import dropped, drops_in, drops_of, noted

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_drop_that_was_missed_comes_once_and_says_that_it_is_late(running):
    await noted(running.bot, running.of_late)
    (message,) = drops_in(running.discord, running.late)
    assert "Late: this was due <t:" in text_of(message)


async def test_a_drop_that_was_missed_by_over_a_week_is_skipped_and_logged(running):
    missed = running.of_long_ago
    await running.bot.logged(f"subscription {missed.id}: {missed.period} missed by over a week, skipped")
    (skipped,) = [row for row in drops_of(running.home) if row["period"] == missed.period]
    assert skipped["outcome"] == "skipped"


async def test_only_the_latest_of_several_missed_drops_comes(running):
    await dropped(running.discord, running.long_ago)
    assert len(drops_in(running.discord, running.long_ago)) == 1
