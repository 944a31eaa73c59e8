"""That a drop comes once, at its time or late, and that none is lost silently."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.drops.clockwork import CLAIM_LEASE, RETRIES, Clockwork
from storage.subscriptions import Target
from tests.bot.conftest import text_of
from tests.bot.drops.conftest import DUE, FORBIDDEN, GONE, WEEK

MINUTE = timedelta(minutes=1)
# From the first attempt to the last.
WHOLE_LADDER = sum(RETRIES, timedelta())


def target_of(drops):
    return Target(drops.admin.id, drops.world.channel.guild.id, drops.world.channel.id)


async def state_of(drops):
    return await drops.world.store.drops.subscription_of(target_of(drops))


async def climb(drops):
    """Every attempt at a drop that keeps failing, each at its time."""
    now = DUE
    await drops.pass_to(now)
    for wait in RETRIES:
        now += wait
        await drops.pass_to(now)
    return now


async def test_a_drop_comes_when_it_is_due_and_not_before(drops):
    await drops.subscribe()
    await drops.pass_to(DUE - timedelta(seconds=1))
    assert drops.posted() == []
    await drops.pass_to(DUE)
    assert len(drops.posted()) == 1


async def test_a_second_look_in_the_same_week_posts_nothing(drops):
    await drops.subscribe()
    for hours in (0, 1, 24, 24 * 7 - 1):
        await drops.pass_to(DUE + timedelta(hours=hours))
    assert len(drops.posted()) == 1


async def test_a_drop_comes_every_week(drops):
    await drops.subscribe()
    for week in range(3):
        await drops.pass_to(DUE + week * WEEK)
    assert len(drops.posted()) == 3


async def test_a_members_own_drop_comes_in_direct_messages(drops):
    await drops.subscribe(drops.world.ben)
    await drops.pass_to(DUE)
    assert drops.posted() == []
    assert len(drops.posted(drops.world.ben)) == 1


async def test_of_two_processes_that_see_it_due_one_posts(drops):
    await drops.subscribe()
    drops.at(DUE)
    other, seen = Clockwork(drops.world.bot, "that"), await state_of(drops)
    await asyncio.gather(drops.clockwork._serve(seen), other._serve(seen))
    assert len(drops.posted()) == 1


async def test_a_claim_of_another_process_is_respected_until_it_is_stale(drops):
    await drops.subscribe()
    claimed = await drops.world.store.drops.claim(await state_of(drops), "that", DUE, DUE - CLAIM_LEASE)
    assert claimed.attempts == 1
    await drops.pass_to(DUE + CLAIM_LEASE)
    assert drops.posted() == []
    await drops.pass_to(DUE + CLAIM_LEASE + timedelta(seconds=1))
    assert len(drops.posted()) == 1


async def test_what_a_dead_process_has_posted_is_found_and_not_posted_again(drops):
    await drops.subscribe()
    store, world = drops.world.store, drops.world
    await drops.let_discord_be_at(DUE)

    async def died(*_):
        raise RuntimeError("died")

    finish, store.drops.finish = store.drops.finish, died
    drops.at(DUE)
    await drops.clockwork.post_due()
    store.drops.finish = finish
    assert len(drops.posted()) == 1
    await drops.pass_to(DUE + CLAIM_LEASE + MINUTE)
    (message,) = drops.posted()
    (kept,), _ = await store.drops.archive(target_of(drops), 0, 10)
    assert (kept.posted_in, kept.message_id) == (world.channel.id, message.id)
    assert (await state_of(drops)).due_at == DUE + WEEK


async def test_what_was_posted_is_found_even_if_somebody_has_moved_the_drop_since(drops):
    await drops.subscribe(weekday=0, time="12:00")
    monday = DUE + timedelta(hours=18)
    await drops.let_discord_be_at(monday)

    async def died(*_):
        raise RuntimeError("died")

    store = drops.world.store
    finish, store.drops.finish = store.drops.finish, died
    await drops.pass_to(monday)
    store.drops.finish = finish
    await drops.subscribe(weekday=4, time="12:00")
    await drops.pass_to(monday + timedelta(days=4))
    assert len(drops.posted()) == 1


async def test_a_second_attempt_posts_the_songs_that_the_first_one_chose(drops):
    await drops.subscribe(style="discovery")
    drops.refuse_posts(503, times=1)
    await drops.pass_to(DUE)
    prepared = await drops.world.store.drops.prepared((await claims(drops))[0])
    for track in prepared.tracks:
        await drops.world.store.press(
            int(track.track_id[-6:], 36), 7, drops.world.channel.guild.id, track.track_id, "dislike", DUE
        )
    await drops.pass_to(DUE + RETRIES[0])
    (message,) = drops.posted()
    assert prepared.tracks[0].title in str(message.components[0].to_dict())


async def claims(drops):
    """A claim on the drop of this week, as its process holds it."""
    from storage.drop_claims import Claim

    rows = await drops.world.store.drops._database.read(lambda db: list(db.query("SELECT id, attempts FROM drops")))
    return [Claim(row["id"], row["attempts"], DUE, "this") for row in rows]


async def test_a_drop_missed_while_the_bot_was_off_comes_once_and_says_that_it_is_late(drops):
    await drops.subscribe()
    await drops.pass_to(DUE + timedelta(days=3))
    (message,) = drops.posted()
    assert f"Late: this was due <t:{int(DUE.timestamp())}:f>" in str(message.components[0].to_dict())
    await drops.pass_to(DUE + WEEK)
    assert len(drops.posted()) == 2
    assert "Late" not in str(drops.posted()[1].components[0].to_dict())


async def test_what_was_missed_by_over_a_week_is_skipped_and_logged(drops, caplog):
    await drops.subscribe()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            await drops.pass_to(DUE + 3 * WEEK + timedelta(days=1))
    assert "2026-W09 missed by over a week, skipped" in caplog.text
    (message,) = drops.posted()
    assert f"this was due <t:{int((DUE + 3 * WEEK).timestamp())}:f>" in str(message.components[0].to_dict())
    assert (await state_of(drops)).period == "2026-W13"


async def test_a_drop_moved_to_a_later_day_of_its_week_does_not_come_twice_in_it(drops):
    await drops.subscribe(weekday=0, time="12:00")
    monday = DUE + timedelta(hours=18)
    await drops.pass_to(monday)
    assert len(drops.posted()) == 1
    moved = await drops.subscribe(weekday=4, time="12:00")
    friday = monday + timedelta(days=4)
    assert f"<t:{int((friday + WEEK).timestamp())}:R>" in text_of(moved.response)
    await drops.pass_to(friday)
    assert len(drops.posted()) == 1
    await drops.pass_to(friday + WEEK)
    assert len(drops.posted()) == 2


@pytest.mark.parametrize("refusal", [(503, 0), FORBIDDEN, GONE, (403, 50001)])
async def test_a_refused_drop_is_tried_again_after_a_while(drops, refusal):
    await drops.subscribe()
    drops.refuse_posts(*refusal, times=2)
    await drops.pass_to(DUE)
    await drops.pass_to(DUE + RETRIES[0] - timedelta(seconds=1))
    await drops.pass_to(DUE + RETRIES[0])
    assert drops.posted() == []
    await drops.pass_to(DUE + RETRIES[0] + RETRIES[1])
    assert len(drops.posted()) == 1
    assert (await state_of(drops)).failures == 0


def test_it_is_tried_for_over_an_hour_and_less_and_less_often():
    assert timedelta(hours=1) < WHOLE_LADDER
    assert sorted(RETRIES) == list(RETRIES)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ((503, 0), "Discord didn't take it for over an hour"),
        (FORBIDDEN, "I may not post there any more"),
        (GONE, "the channel is gone"),
        ((403, 50001), "I can't see the channel any more"),
    ],
)
async def test_a_drop_that_keeps_failing_is_paused_and_its_owner_told_once(drops, refusal, reason):
    await drops.subscribe()
    drops.refuse_posts(*refusal, path=f"/channels/{drops.world.channel.id}/messages")
    now = await climb(drops)
    assert (await state_of(drops)).paused_at is not None
    for minutes in range(1, 5):
        await drops.pass_to(now + minutes * MINUTE)
    (told,) = drops.told(drops.admin)
    assert reason in told
    status = await drops.admin.slash(drops.world.channel, "drop status")
    assert reason in text_of(status.response)


@pytest.mark.parametrize("refusal", [(403, 50007), (400, 50033)])
async def test_who_can_not_be_told_finds_it_in_the_status(drops, caplog, refusal):
    ben = drops.world.ben
    await drops.subscribe(ben)
    drops.refuse_posts(*refusal)
    with caplog.at_level(logging.WARNING):
        now = await climb(drops)
        for minutes in range(1, 5):
            await drops.pass_to(now + minutes * MINUTE)
    assert caplog.text.count("can't be told") == 1
    assert str(ben.id) not in caplog.text
    status = await ben.slash(drops.world.channel, "drop status")
    assert "Paused since" in text_of(status.response)


async def test_the_owner_is_told_later_when_discord_is_away(drops):
    await drops.subscribe()
    drops.refuse_posts(503)
    now = await climb(drops)
    await drops.pass_to(now + MINUTE)
    assert drops.told(drops.admin) == []
    drops.accept_posts()
    await drops.pass_to(now + MINUTE + RETRIES[-1])
    assert len(drops.told(drops.admin)) == 1


async def test_one_that_was_given_up_comes_at_once_when_it_is_resumed_in_the_same_week(drops):
    await drops.subscribe()
    drops.refuse_posts(*FORBIDDEN, path=f"/channels/{drops.world.channel.id}/messages")
    now = await climb(drops)
    drops.accept_posts()
    await drops.pass_to(now + timedelta(days=1))
    assert drops.posted() == []
    resumed = await drops.admin.slash(drops.world.channel, "drop resume", channel=drops.world.channel)
    assert "this week's comes in a moment" in text_of(resumed.response)
    await drops.pass_to(now + timedelta(days=1))
    assert len(drops.posted()) == 1
    assert (await state_of(drops)).due_at == DUE + WEEK


async def test_one_that_was_given_up_longer_ago_comes_next_week(drops):
    await drops.subscribe()
    drops.refuse_posts(*FORBIDDEN, path=f"/channels/{drops.world.channel.id}/messages")
    await climb(drops)
    drops.accept_posts()
    drops.at(DUE + WEEK)
    resumed = await drops.admin.slash(drops.world.channel, "drop resume", channel=drops.world.channel)
    assert f"<t:{int((DUE + 2 * WEEK).timestamp())}:R>" in text_of(resumed.response)


async def test_to_change_an_overdue_drop_does_not_cancel_it(drops):
    await drops.subscribe()
    drops.refuse_posts(503, times=1)
    await drops.pass_to(DUE)
    changed = await drops.subscribe(style="discovery")
    assert "This week's is overdue and comes in a moment." in text_of(changed.response)
    await drops.pass_to(DUE + MINUTE)
    assert len(drops.posted()) == 1


@pytest.mark.parametrize("attempts", [1, len(RETRIES) + 1])
async def test_a_failing_attempt_does_no_harm_to_what_was_changed_meanwhile(drops, attempts):
    """The last attempt would pause it."""
    await drops.subscribe()
    drops.refuse_posts(503)
    now = DUE
    for wait in RETRIES[: attempts - 1]:
        await drops.pass_to(now)
        now += wait
    drops.at(now)
    seen = await state_of(drops)
    claimed = await drops.world.store.drops.claim(seen, "this", now, now - CLAIM_LEASE)
    thursday = DUE + timedelta(days=4)
    wanted = replace(seen.wanted, weekday=3)
    await drops.world.store.drops.subscribe(target_of(drops), wanted, thursday, "2026-W10", now)
    await drops.clockwork._attempt(seen, claimed, now)
    changed = await state_of(drops)
    assert (changed.try_at, changed.failures, changed.paused_at) == (thursday, 0, None)


async def test_another_applications_direct_messages_are_not_used_for_ever(drops):
    ben = drops.world.ben
    await drops.subscribe(ben)
    await drops.pass_to(DUE)
    await drops.world.store.drops._database.write(lambda db: db.execute("UPDATE drops SET posted_in = 1"))
    await drops.pass_to(DUE + WEEK)
    assert len(drops.posted(ben)) == 1
    await drops.pass_to(DUE + WEEK + RETRIES[0])
    assert len(drops.posted(ben)) == 2


async def test_one_that_can_not_be_served_does_not_hold_up_the_others(drops, caplog):
    await drops.subscribe()
    await drops.subscribe(drops.world.ben)
    await drops.world.store.drops._database.write(
        lambda db: db.execute("UPDATE subscriptions SET zone = 'Atlantis/Poseidonis' WHERE guild_id IS NOT NULL")
    )
    await drops.pass_to(DUE)
    await drops.pass_to(DUE + timedelta(seconds=5))
    assert caplog.text.count("could not be served") == 1
    assert len(drops.posted(drops.world.ben)) == 1


async def test_a_mistake_of_ours_is_logged_with_its_traceback_and_tried_again(drops, caplog, monkeypatch):
    await drops.subscribe()
    monkeypatch.setattr("bot.features.drops.posting.make", broken)
    await drops.pass_to(DUE)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    await drops.pass_to(DUE + RETRIES[0])
    assert len(drops.posted()) == 1


async def broken(*_):
    return 1 / 0


async def test_new_rules_of_a_time_zone_move_the_drops_that_are_to_come(drops, caplog):
    await drops.subscribe()
    # As the rules were when it was set.
    await drops.world.store.drops._database.write(
        lambda db: db.execute(
            "UPDATE subscriptions SET due_at = '2026-03-01T18:00:00Z', try_at = '2026-03-01T18:00:00Z'"
        )
    )
    with caplog.at_level(logging.INFO):
        await drops.clockwork.realign()
    assert "1 drops moved" in caplog.text
    assert (await state_of(drops)).due_at == DUE


async def test_a_stopping_bot_begins_nothing_more(drops):
    await drops.subscribe()
    await drops.clockwork.close()
    await drops.pass_to(DUE)
    assert drops.posted() == []


async def test_of_two_processes_one_tells_the_owner(drops):
    await drops.subscribe()
    drops.refuse_posts(*GONE, path=f"/channels/{drops.world.channel.id}/messages")
    now = await climb(drops)
    (given_up,) = await drops.world.store.drops.due(now, 10)
    other = Clockwork(drops.world.bot, "that")
    for clockwork in (drops.clockwork, other):
        await clockwork._serve(given_up)
    assert len(drops.told(drops.admin)) == 1
