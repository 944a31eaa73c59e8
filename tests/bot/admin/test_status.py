"""`/admin status`, and what is counted for it while the real bot answers."""

from datetime import timedelta

import discord
import pytest
from prometheus_client import generate_latest

from bot.features.admin.access import TEXT_OPERATORS_ONLY
from bot.features.admin.status_view import status_page
from bot.measures import Measures
from bot.vitals import Vitals
from storage.subscriptions import Target, Wanted
from storage.trainings import Step
from storage.vitals import Work
from tests.bot.conftest import NOW, buttons_of, text_of

IDLE = Work(scheduled=0, overdue=0, retried=0, paused=0, given_up=0, next_due=None, training=False)


@pytest.fixture
def administrator(world):
    """May see the command, without running the bot."""
    role = world.env.guild.create_role("Admin", permissions=discord.Permissions(manage_guild=True))
    return world.env.guild.add_member(world.env.create_user("dora"), roles=[role])


@pytest.fixture
def operator(world):
    role = world.env.guild.create_role("Operators", permissions=discord.Permissions(manage_guild=True))
    world.bot.admin_roles = frozenset({role.id})
    return world.env.guild.add_member(world.env.create_user("olga"), roles=[role])


async def status(world, member):
    return (await member.slash(world.channel, "admin status")).response


def page_text(work=IDLE, measures=None, daily_backups=0, training=None, refused=None, **vitals):
    usual = {
        "version": "1.0",
        "started_at": NOW,
        "model": "m1",
        "serving_since": NOW,
        "servers": 1,
        "gateway_seconds": None,
        "memory_bytes": 500_000_000,
        "work": work,
        "database_bytes": 69_632,
        "models_bytes": None,
        "free_bytes": None,
        "last_backup": None,
    }
    page = status_page(Vitals(**usual | vitals), measures or Measures(), daily_backups, training, refused, NOW)
    return "\n".join(item.content for item in page.walk_children() if hasattr(item, "content"))


async def test_only_operators_see_it_and_only_they(world, operator, administrator):
    refused = await status(world, administrator)
    assert TEXT_OPERATORS_ONLY in text_of(refused)
    shown = await status(world, operator)

    assert "How I am" in text_of(shown)
    assert refused.ephemeral
    assert shown.ephemeral


async def test_answers_refusals_presses_and_choices_are_counted(world, operator):
    listed = (await operator.slash(world.channel, "recommend", track=world.track())).response
    await operator.click(listed, custom_id=next(iter(buttons_of(listed).values()))["custom_id"])
    await operator.slash(world.channel, "recommend", track="no such song in the world")
    await operator.autocomplete(world.channel, "recommend", "track", "a")
    text = text_of(await status(world, operator))
    assert "3 answered, 1 refused with a reason" in text
    for kind, count in (("commands", 2), ("buttons", 1), ("choices", 1)):
        assert f"{kind:<11} {count:>6}" in text


async def test_a_failure_is_counted_as_one(world, operator, monkeypatch):
    async def break_down(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr(world.store, "list_playlists", break_down)
    await operator.slash(world.channel, "playlist list")
    assert "**failed**" in text_of(await status(world, operator))


async def test_metrics_name_no_member_no_server_and_nothing_typed(world, operator):
    await operator.slash(world.channel, "recommend", track="xyzzy of nobody")
    page = generate_latest(world.bot.measures.registry).decode()
    assert 'segue_answers_total{kind="command",name="recommend",outcome="refused"} 1.0' in page
    for secret in (str(operator.id), str(world.bot.guilds[0].id), "xyzzy"):
        assert secret not in page


async def test_a_press_that_nobody_handles_adds_no_series_of_its_own(world, operator):
    listed = (await operator.slash(world.channel, "recommend", track=world.track())).response
    world.bot.press_handlers.clear()
    await operator.click(listed, custom_id=next(iter(buttons_of(listed).values()))["custom_id"])
    page = generate_latest(world.bot.measures.registry).decode()
    assert 'segue_answers_total{kind="press",name="unknown",outcome="refused"} 1.0' in page


async def test_weekly_drops_are_told_by_their_state(world, operator):
    wanted = Wanted(4, "18:00", "UTC", "familiar", 10)
    for number, due in enumerate((timedelta(days=1), timedelta(days=2), timedelta(minutes=-5)), start=1):
        await world.store.drops.subscribe(Target(number), wanted, NOW + due, "2026-W10", NOW)
    text = text_of(await status(world, operator))
    assert f"2 scheduled · next <t:{int((NOW + timedelta(days=1)).timestamp())}:R> · 1 due now" in text


def test_what_needs_a_person_stands_out():
    text = page_text(Work(scheduled=0, overdue=0, retried=0, paused=1, given_up=2, next_due=None, training=False))
    assert "1 paused by people" in text
    assert "**2 given up**" in text
    assert "**No backup yet**" in text


def test_a_bot_that_has_just_started_says_what_it_can():
    text = page_text()
    assert "none since I started" in text
    assert "nothing measured yet" in text
    assert "none set up" in text
    assert "database 70 kB\n" in text


def test_daily_backups_are_told_with_how_many_are_kept():
    text = page_text(daily_backups=7, last_backup=NOW)
    assert f"Last backup <t:{int(NOW.timestamp())}:R>, one every day, 7 are kept" in text


async def test_the_training_that_is_under_way_or_was_last_is_told(world, operator):
    assert "**Training**\nnone yet" in text_of(await status(world, operator))
    number = await world.store.trainings.request("all", None, "", None, NOW)
    await world.store.trainings.note_step(number, Step("Moods", 1, 9, ""), NOW)
    shown = await status(world, operator)
    assert "Moods · 1 of 9" in text_of(shown)
    await world.store.trainings.end(number, "aside", "Moods fell.", NOW, "v2", {"compared": []})
    assert f"number {number} was **set aside**" in text_of(await status(world, operator))
    pressed = await operator.click(shown, label="Show training")
    assert f"Training {number}" in text_of(pressed.response)


def test_a_model_that_can_not_be_trusted_is_told():
    assert "Model v2 is to serve and can't be trusted: A file is damaged." in page_text(
        refused=("v2", "A file is damaged.")
    )
