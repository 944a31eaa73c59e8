"""Who gets a weekly drop, and when there is something to do for it."""

from datetime import timedelta

import pytest

from storage.errors import SubscriptionLimitError, SubscriptionNotFoundError
from storage.store import Store
from storage.subscriptions import SUBSCRIPTIONS_PER_GUILD, Target, Wanted
from tests.storage.examples import ANNA, BEN, GUILD, NOW, OTHER_GUILD

WANTED = Wanted(4, "18:00", "Europe/Berlin", "familiar", 20)
OTHERWISE = Wanted(0, "07:30", "UTC", "discovery", 50)
OWN, CHANNEL = Target(ANNA), Target(ANNA, GUILD, 77)
DUE, WEEK = NOW + timedelta(hours=1), timedelta(days=7)


async def subscribe(store: Store, target: Target = OWN, wanted: Wanted = WANTED, due_at=DUE) -> bool:
    return await store.drops.subscribe(target, wanted, due_at, "2026-W02", NOW)


@pytest.mark.parametrize("target", [OWN, CHANNEL])
async def test_what_was_subscribed_to_is_found(store: Store, target: Target) -> None:
    assert await subscribe(store, target)
    found = await store.drops.subscription_of(target)
    assert (found.wanted, found.due_at, found.period, found.try_at) == (WANTED, DUE, "2026-W02", DUE)
    assert (found.owner_id, found.guild_id, found.channel_id) == (ANNA, target.guild_id, target.channel_id)


@pytest.mark.parametrize("target", [OWN, CHANNEL])
async def test_a_second_subscription_changes_the_first(store: Store, target: Target) -> None:
    await subscribe(store, target)
    await store.drops.pause(target, NOW)
    assert not await subscribe(store, target, OTHERWISE, DUE + WEEK)
    found = await store.drops.subscription_of(target)
    assert (found.wanted, found.due_at, found.paused_at) == (OTHERWISE, DUE + WEEK, None)


async def test_a_members_own_and_a_channels_are_two(store: Store) -> None:
    assert await subscribe(store, OWN)
    assert await subscribe(store, CHANNEL)
    assert await subscribe(store, Target(BEN))
    assert len(await store.drops.due(DUE, 10)) == 3


async def test_another_organiser_takes_a_channels_over(store: Store) -> None:
    await subscribe(store, CHANNEL)
    assert not await subscribe(store, Target(BEN, GUILD, 77), OTHERWISE)
    assert (await store.drops.subscription_of(CHANNEL)).owner_id == BEN


async def test_a_guild_has_so_many_and_other_guilds_don_t_count(store: Store) -> None:
    for channel in range(SUBSCRIPTIONS_PER_GUILD):
        await subscribe(store, Target(ANNA, GUILD, channel + 1))
    with pytest.raises(SubscriptionLimitError):
        await subscribe(store, CHANNEL)
    assert await subscribe(store, Target(ANNA, OTHER_GUILD, 78))
    # To change one is no new one.
    assert not await subscribe(store, Target(ANNA, GUILD, 1), OTHERWISE)


@pytest.mark.parametrize("target", [OWN, CHANNEL])
async def test_what_is_not_there_is_not_found(store: Store, target: Target) -> None:
    for ask in (store.drops.subscription_of, store.drops.unsubscribe):
        with pytest.raises(SubscriptionNotFoundError):
            await ask(target)
    with pytest.raises(SubscriptionNotFoundError):
        await store.drops.pause(target, NOW)


async def test_nothing_is_due_before_its_time(store: Store) -> None:
    await subscribe(store)
    assert await store.drops.due(DUE - timedelta(seconds=1), 10) == []
    assert len(await store.drops.due(DUE, 10)) == 1


async def test_the_longest_waiting_comes_first(store: Store) -> None:
    for number in range(3):
        await subscribe(store, Target(ANNA, GUILD, number + 1), due_at=DUE - timedelta(minutes=number))
    assert [one.channel_id for one in await store.drops.due(DUE, 2)] == [3, 2]


async def test_a_paused_one_is_not_due_until_it_is_resumed(store: Store) -> None:
    await subscribe(store)
    assert await store.drops.pause(OWN, NOW)
    assert not await store.drops.pause(OWN, NOW)
    assert await store.drops.due(DUE, 10) == []
    found = await store.drops.subscription_of(OWN)
    await store.drops.resume(found.id, DUE + WEEK, "2026-W03")
    assert [one.due_at for one in await store.drops.due(DUE + WEEK, 10)] == [DUE + WEEK]


async def test_one_that_somebody_changed_in_the_meantime_is_not_moved(store: Store) -> None:
    await subscribe(store)
    read = await store.drops.subscription_of(OWN)
    await subscribe(store, OWN, OTHERWISE, DUE + timedelta(hours=5))
    assert not await store.drops.move(read, DUE + WEEK, "2026-W03")
    assert (await store.drops.subscription_of(OWN)).due_at == DUE + timedelta(hours=5)


async def test_a_member_sees_their_own_first_then_the_guilds(store: Store) -> None:
    await subscribe(store, CHANNEL)
    await subscribe(store, Target(BEN))
    await subscribe(store, OWN)
    await subscribe(store, Target(BEN, OTHER_GUILD, 5))
    assert [one.channel_id for one in await store.drops.subscriptions_seen(ANNA, GUILD)] == [None, 77]
    assert [one.channel_id for one in await store.drops.subscriptions_seen(ANNA, None)] == [None]


async def test_who_is_deleted_loses_their_own_and_a_server_keeps_its(store: Store) -> None:
    await subscribe(store, OWN)
    await subscribe(store, CHANNEL)
    assert (await store.delete_user(ANNA))["subscriptions"] == 2
    (left,) = await store.drops.due(DUE, 10)
    assert (left.channel_id, left.owner_id) == (77, None)
