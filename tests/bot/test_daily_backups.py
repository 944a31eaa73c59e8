from datetime import timedelta

import pytest

from storage.errors import StorageError
from tests.bot.conftest import NOW, text_of


@pytest.fixture
def backups(world, tmp_path):
    """How many there are."""
    return lambda: len(list((tmp_path / "backups").glob("*.db")))


async def hours_pass(world, hours):
    for _ in range(hours):
        now = world.bot.clock() + timedelta(hours=1)
        world.bot.clock = lambda now=now: now
        await world.env.advance_time(3_600)


async def test_a_backup_is_made_every_day_and_so_many_are_kept(world, backups):
    await hours_pass(world, 2)
    assert backups() == 0
    world.bot.daily_backups = 2
    await hours_pass(world, 2)
    assert backups() == 1
    await hours_pass(world, 22)
    assert backups() == 1
    await hours_pass(world, 3)
    assert backups() == 2
    await hours_pass(world, 25)
    assert backups() == 2
    assert await world.store.last_backup() > NOW + timedelta(days=2)


async def test_a_backup_that_fails_is_tried_again_an_hour_later(world, backups, monkeypatch, caplog):
    back_up, failures = world.store.back_up, [StorageError("The disk is full.")]

    async def full_once(now, keep):
        if failures:
            raise failures.pop()
        return await back_up(now, keep)

    monkeypatch.setattr(world.store, "back_up", full_once)
    world.bot.daily_backups = 2
    await hours_pass(world, 1)
    assert "could not back the database up" in caplog.text
    assert backups() == 0
    await hours_pass(world, 1)
    assert backups() == 1


async def test_members_are_told_how_long_backups_keep_what_they_delete(world):
    async def policy():
        return text_of((await world.ada.slash(world.channel, "privacy policy")).response)

    assert "Copies that whoever runs me may have made" in await policy()
    world.bot.daily_backups = 7
    assert "gone from the 7 copies kept after 7 days" in await policy()
