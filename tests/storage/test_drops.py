"""Weekly drops: claimed once, prepared once, kept."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage.drop_claims import Claim
from storage.drops import DROPS_KEPT, Content
from storage.store import Store
from storage.subscriptions import Subscription, Target
from tests.storage.examples import ANNA, BEN, GUILD, NOW, songs
from tests.storage.test_subscriptions import CHANNEL, DUE, OTHERWISE, OWN, WEEK, subscribe

LEASE = timedelta(seconds=90)
CONTENT = Content("familiar", {"theme": None}, "m1", songs("t1", "t2", "t3"))


async def due(store: Store, target: Target = CHANNEL) -> Subscription:
    await subscribe(store, target)
    return await store.drops.subscription_of(target)


async def claim(store: Store, subscription: Subscription, process: str = "p", now=DUE) -> Claim | None:
    return await store.drops.claim(subscription, process, now, now - LEASE)


async def drop(store: Store, target: Target = CHANNEL, week: int = 0, content: Content = CONTENT) -> Claim:
    """A drop that was posted."""
    found = await store.drops.subscription_of(target)
    claimed = await claim(store, found, now=DUE + week * WEEK)
    await store.drops.prepare(claimed, content)
    due_at, period = DUE + (week + 1) * WEEK, f"2026-W{week + 3:02d}"
    await store.drops.finish(claimed, found, 77, 1000 + week, due_at, period, DUE + week * WEEK)
    return claimed


async def test_of_many_processes_one_gets_a_drop(store: Store, path: Path) -> None:
    found = await due(store)
    async with Store.open(path) as second, Store.open(path) as third:
        stores = [store, second, third]
        asked = [claim(stores[number % 3], found, f"p{number}") for number in range(30)]
        claims = [one for one in await asyncio.gather(*asked) if one is not None]
    assert len(claims) == 1


async def test_a_claim_that_led_to_nothing_is_taken_over_when_it_is_stale(store: Store) -> None:
    found = await due(store)
    first = await claim(store, found, "p")
    assert await claim(store, found, "q", DUE + LEASE) is None
    second = await claim(store, found, "q", DUE + LEASE + timedelta(seconds=1))
    assert (second.drop_id, second.attempts, first.attempts) == (first.drop_id, 2, 1)


async def test_what_is_not_due_can_not_be_claimed(store: Store) -> None:
    found = await due(store)
    assert await claim(store, found, now=DUE - timedelta(seconds=1)) is None


async def test_what_was_paused_ended_or_changed_in_the_meantime_can_not_be_claimed(store: Store) -> None:
    found = await due(store)
    await store.drops.pause(CHANNEL, NOW)
    assert await claim(store, found) is None
    await subscribe(store, CHANNEL, OTHERWISE, DUE + timedelta(hours=1))
    assert await claim(store, found, now=DUE + timedelta(hours=2)) is None
    await store.drops.unsubscribe(CHANNEL)
    assert await claim(store, found) is None


async def test_a_posted_drop_is_not_claimed_again_and_the_next_one_is_due_next_week(store: Store) -> None:
    found = await due(store)
    await drop(store)
    assert await claim(store, found, now=DUE + timedelta(days=1)) is None
    assert await store.drops.settled(found)
    assert (await store.drops.subscription_of(CHANNEL)).due_at == DUE + WEEK
    assert await store.drops.last_period(CHANNEL) == "2026-W02"


async def test_a_second_attempt_finds_what_the_first_prepared(store: Store) -> None:
    found = await due(store)
    first = await claim(store, found)
    assert await store.drops.prepared(first) is None
    await store.drops.prepare(first, CONTENT)
    other = Content("discovery", {"theme": None}, "m2", songs("t9"))
    assert await store.drops.prepare(first, other) == CONTENT
    assert await store.drops.prepared(first) == CONTENT


async def test_a_failed_attempt_is_given_back_and_comes_later(store: Store) -> None:
    found = await due(store)
    claimed = await claim(store, found)
    await store.drops.fail(claimed, found, DUE + timedelta(minutes=1))
    assert await store.drops.due(DUE, 10) == []
    again = await store.drops.subscription_of(CHANNEL)
    assert again.failures == 1
    assert (await claim(store, again, now=DUE + timedelta(minutes=1))).attempts == 2


async def test_who_has_lost_a_claim_can_not_give_it_back(store: Store) -> None:
    found = await due(store)
    slow = await claim(store, found, "slow")
    quick = await claim(store, found, "quick", DUE + LEASE * 2)
    await store.drops.fail(slow, found, DUE + timedelta(hours=1))
    assert (await store.drops.subscription_of(CHANNEL)).failures == 0
    assert await claim(store, found, "third", DUE + LEASE * 2) is None
    assert quick is not None


async def test_one_that_is_given_up_is_paused_until_its_owner_is_told(store: Store) -> None:
    found = await due(store)
    claimed = await claim(store, found)
    await store.drops.fail_for_good(claimed, found, "the channel is gone", DUE)
    (given_up,) = await store.drops.due(DUE, 10)
    assert (given_up.paused_at, given_up.pause_reason) == (DUE, "the channel is gone")
    assert await claim(store, given_up) is None
    await store.drops.set_told(given_up)
    assert await store.drops.due(DUE + WEEK, 10) == []


async def test_one_that_was_given_up_can_come_in_the_same_week_once_it_is_resumed(store: Store) -> None:
    found = await due(store)
    await store.drops.fail_for_good(await claim(store, found), found, "closed", DUE)
    await store.drops.resume(found.id, DUE + timedelta(days=1), "2026-W02")
    resumed = await store.drops.subscription_of(CHANNEL)
    assert await store.drops.last_period(CHANNEL) is None
    assert await claim(store, resumed, now=DUE + timedelta(days=1)) is not None


async def test_a_skipped_drop_counts_as_had(store: Store) -> None:
    found = await due(store)
    assert await store.drops.skip(found, DUE + 2 * WEEK, "2026-W04")
    assert not await store.drops.skip(found, DUE + 2 * WEEK, "2026-W04")
    assert await store.drops.settled(found)
    assert await store.drops.archive(CHANNEL, 0, 10) == ([], 0)


async def test_the_archive_has_the_latest_first_and_outlives_the_subscription(store: Store) -> None:
    await due(store)
    for week in range(5):
        await drop(store, week=week)
    await store.drops.unsubscribe(CHANNEL)
    found, total = await store.drops.archive(CHANNEL, 1, 2)
    assert total == 5
    assert [(one.period, one.message_id, one.track_count) for one in found] == [
        ("2026-W05", 1003, 3),
        ("2026-W04", 1002, 3),
    ]
    assert (await store.drops.load(found[0].id)).content == CONTENT


async def test_the_tracks_of_a_guild_are_those_posted_and_about_to_be_in_any_channel(store: Store) -> None:
    await due(store)
    await drop(store)
    other = Target(ANNA, GUILD, 78)
    claimed = await claim(store, await due(store, other))
    await store.drops.prepare(claimed, Content("familiar", {}, "m1", songs("t7")))
    assert await store.drops.tracks_dropped(other, NOW) == {"t1", "t2", "t3", "t7"}
    assert await store.drops.tracks_dropped(OWN, NOW) == set()


async def test_a_members_drop_counts_as_shown_to_them_and_goes_with_them(store: Store) -> None:
    await due(store, OWN)
    claimed = await drop(store, OWN)
    assert await store.tracks_shown(ANNA) == {"t1", "t2", "t3"}
    assert len((await store.export_user(ANNA))["drop_tracks"]) == 3
    rows = await store.delete_user(ANNA)
    assert (rows["subscriptions"], rows["drops"], rows["drop_tracks"]) == (1, 1, 3)
    assert await store.drops.load(claimed.drop_id) is None


async def test_an_export_can_be_made_while_a_drop_is_under_way(store: Store) -> None:
    await claim(store, await due(store, OWN))
    (row,) = (await store.export_user(ANNA))["drops"]
    assert row["request"] is None


async def test_a_guilds_go_with_it(store: Store) -> None:
    await due(store)
    await drop(store)
    rows = await store.delete_guild(GUILD)
    assert (rows["subscriptions"], rows["drops"], rows["drop_tracks"]) == (1, 1, 3)


async def test_drops_are_kept_for_a_year(store: Store) -> None:
    await due(store)
    await drop(store)
    assert (await store.prune(DUE + DROPS_KEPT)).drops == 0
    assert (await store.prune(DUE + DROPS_KEPT + timedelta(seconds=1))).drops == 1


@pytest.mark.parametrize("blendable", [None, True, False])
async def test_what_was_said_in_a_guild_by_who_does_not_mind(store: Store, blendable: bool | None) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.press(2, ANNA, None, "t2", "like", NOW)
    await store.press(3, BEN, GUILD, "t1", "dislike", NOW)
    if blendable is not None:
        await store.set_blendable(ANNA, blendable, NOW)
    said = await store.drops.guild_opinions(GUILD)
    assert said.keys() == ({BEN} if blendable is False else {ANNA, BEN})
    assert [one.track_id for one in said.get(ANNA, [])] == ([] if blendable is False else ["t1"])
