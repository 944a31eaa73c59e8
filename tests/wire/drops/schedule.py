"""Weekly drops that are due when a test wants them to be, and what became of them."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.features.drops.occurrences import latest_occurrence, next_occurrence
from storage.store import Store
from storage.subscriptions import Target, Wanted
from tests.wire.payloads import Channel
from tests.wire.segue import PATIENCE_S

# Drops are looked for every five seconds; a loaded machine needs a multiple of what posting takes.
PATIENCE_FOR_DROPS_S = PATIENCE_S


def now():
    return datetime.now(UTC)


def database_of(home):
    return home / "data" / "segue.db"


def wanted_at(moment, *, length=10, style="familiar"):
    """Wanted every week in the minute of this moment."""
    return Wanted(moment.weekday(), f"{moment:%H:%M}", "UTC", style, length)


def target_of(place):
    """Where the drops go: to a channel of a server, set up by whoever, or to a person."""
    if isinstance(place, Channel):
        return Target(int(place.guild.id) + 1, int(place.guild.id), int(place.id))
    return Target(int(place.id))


async def subscribe(home, *places, due_at=None, **wanted):
    """Sets up a drop for each channel and person, due now unless told otherwise; returns the subscriptions."""
    due_at = due_at or now()
    want = wanted_at(due_at, **wanted)
    async with Store.open(database_of(home)) as store:
        for place in places:
            await store.drops.subscribe(target_of(place), want, due_at, latest_occurrence(want, due_at).period, due_at)
        return [await store.drops.subscription_of(target_of(place)) for place in places]


async def make_due(home, *places, weeks=0):
    """The next drops of these are due now: this week's, or that of so many weeks later."""
    due_at = now()
    async with Store.open(database_of(home)) as store:
        for place in places:
            found = await store.drops.subscription_of(target_of(place))
            period = next_occurrence(found.wanted, due_at + timedelta(weeks=weeks - 1)).period
            assert await store.drops.move(found, due_at, period)


async def retry_at_once(home, *subscriptions):
    """Waits until the attempts at these have failed; their next ones come now, not in a minute."""
    ready = f"id IN ({_ids(subscriptions)}) AND failures > 0 AND paused_at IS NULL"
    await until_in(home, f"SELECT count(*) = {len(subscriptions)} FROM subscriptions WHERE {ready}")
    with closing(sqlite3.connect(database_of(home), isolation_level=None)) as database:
        database.execute(f"UPDATE subscriptions SET try_at = due_at WHERE {ready}")


async def all_noted(home, subscriptions):
    """Waits until the messages of all these are noted down, whichever process does it."""
    noted = f"subscription_id IN ({_ids(subscriptions)}) AND outcome = 'posted'"
    await until_in(home, f"SELECT count(*) = {len(subscriptions)} FROM drops WHERE {noted}")


def _ids(subscriptions):
    return ", ".join(str(one.id) for one in subscriptions)


async def until_in(home, question, timeout=PATIENCE_FOR_DROPS_S):
    """Waits until a query is answered by yes; other processes write, and nothing tells us when."""
    with closing(sqlite3.connect(database_of(home))) as database:
        async with asyncio.timeout(timeout):
            while not database.execute(question).fetchone()[0]:
                await asyncio.sleep(0.1)


def drops_of(home):
    """All rows, oldest first."""
    with closing(sqlite3.connect(database_of(home))) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute("SELECT * FROM drops ORDER BY id")]


def drops_in(discord, channel):
    """The drops there, oldest first: of all that the bot says, only they come with two files."""
    return [one for one in discord.messages_in(channel) if len(one["attachments"]) == 2]


async def dropped(discord, channel, count=1):
    """Waits until so many drops are there and returns the latest."""

    def found():
        posted = drops_in(discord, channel)
        return len(posted) >= count and posted

    return (await discord.changes.until(found, PATIENCE_FOR_DROPS_S, lambda: f"no drop in {channel.name}"))[-1]


async def noted(bot, subscription):
    """Waits until the bot has noted a drop's message down."""
    await bot.logged(f"of subscription {subscription.id} for {subscription.period} posted", PATIENCE_FOR_DROPS_S)
