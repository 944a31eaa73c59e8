"""What makes drops come: looks every few seconds what is due, and sees each through, once, whatever happens.

The schedule is rows; several processes may share them. Whoever claims a drop posts it; a claim that leads to nothing is
taken over after CLAIM_LEASE.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

import discord
from aiolimiter import AsyncLimiter
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.features.drops import answers
from bot.features.drops.occurrences import latest_occurrence, next_occurrence, occurrence_in
from bot.features.drops.posting import UNREACHABLE, Poster
from bot.language import speaking
from ml.errors import EmptyResultError
from ml.phrases import Phrase
from storage.drop_claims import Claim
from storage.errors import StorageError
from storage.subscriptions import Subscription

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

TICK_SECONDS = 5
# Discord allows a bot 50 requests a second, whichever process makes them: room for two, and for everything else.
REQUESTS_PER_SECOND = 20
# So many drops are under way at once: most of one is waiting for Discord.
AT_ONCE = 8
READ_AT_ONCE = 200
# Longer than an attempt may take, and short enough for the nonce to be remembered by Discord.
CLAIM_LEASE = timedelta(seconds=90)
ATTEMPT_SECONDS = 60.0
# A drop that comes so much after its time says so.
LATE = timedelta(minutes=15)
# An hour and a bit, then a person has to look.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30))
# An attempt that is under way when the bot stops gets so long to end.
LAST_ATTEMPTS_SECONDS = 8.0

UNKNOWN_CHANNEL, MISSING_ACCESS, CANNOT_SEND, MISSING_PERMISSIONS = 10003, 50001, 50007, 50013
TOO_MANY_REQUESTS = 429
# Kept in English, and said in the language of whoever reads them.
TEXT_REASONS = {
    UNKNOWN_CHANNEL: "the channel is gone",
    MISSING_ACCESS: "I can't see the channel any more",
    CANNOT_SEND: "your direct messages are closed to me",
    MISSING_PERMISSIONS: "I may not post there any more",
}
TEXT_DISCORD = "Discord didn't take it for over an hour"
TEXT_EMPTY = "no song is left that could come"
TEXT_MISTAKE = "something went wrong on my side, and it is in my log"


class Clockwork:
    """Posts a bot's drops. `process` names this process among those that share the database."""

    def __init__(self, bot: "SegueBot", process: str) -> None:
        self._bot = bot
        self._process = process
        self._poster = Poster(bot, AsyncLimiter(1, 1 / REQUESTS_PER_SECOND))
        self._work: asyncio.Task[None] | None = None
        self._stopping = False

    async def tick(self) -> None:
        """Sees to what is due, unless the last tick is still at it."""
        if self._bot.is_ready() and (self._work is None or self._work.done()):
            self._work = asyncio.create_task(self._watched())

    async def close(self) -> None:
        """Begins nothing more, and lets what is under way end."""
        self._stopping = True
        if self._work is not None:
            await asyncio.wait({self._work}, timeout=LAST_ATTEMPTS_SECONDS)
            self._work.cancel()

    async def _watched(self) -> None:
        try:
            await self.post_due()
        except Exception:
            log.exception("could not see to the drops that are due; the next tick tries again")

    async def post_due(self) -> None:
        """Posts every drop that is due now, a few at a time."""
        seen: set[int] = set()
        while not self._stopping:
            due = await self._bot.store.drops.due(self._bot.clock(), READ_AT_ONCE + len(seen))
            waiting = [one for one in due if one.id not in seen]
            if not waiting:
                return
            # What another process is at, or what has failed again, waits for the next tick.
            seen.update(one.id for one in waiting)
            queue = iter(waiting)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(AT_ONCE, len(waiting))):
                    group.create_task(self._work_through(queue))

    async def _work_through(self, queue: Iterator[Subscription]) -> None:
        for subscription in queue:
            if self._stopping:
                return
            try:
                await self._serve(subscription)
            except Exception:
                # One row that can't be read must not hold up the others, nor fill the log every few seconds.
                log.exception("subscription %d could not be served; tried again in %s", subscription.id, RETRIES[0])
                with suppress(StorageError):
                    await self._bot.store.drops.postpone(subscription, self._bot.clock() + RETRIES[0])

    async def _serve(self, subscription: Subscription) -> None:
        store, now = self._bot.store.drops, self._bot.clock()
        if subscription.paused_at is not None:
            await self._tell(subscription, now)
            return
        latest = latest_occurrence(subscription.wanted, now)
        if latest.due_at > subscription.due_at and latest.period != subscription.period:
            if await store.skip(subscription, latest.due_at, latest.period):
                self._bot.measures.drop("skipped")
                log.warning("subscription %d: %s missed by over a week, skipped", subscription.id, subscription.period)
            return
        claimed = await store.claim(subscription, self._process, now, now - CLAIM_LEASE)
        if claimed is not None:
            await self._attempt(subscription, claimed, now)
        elif await store.settled(subscription):
            # Somebody moved a drop to a later day of a week that has had one.
            following = next_occurrence(subscription.wanted, now, not_in=subscription.period)
            await store.move(subscription, following.due_at, following.period)

    async def _attempt(self, subscription: Subscription, claimed: Claim, now: datetime) -> None:
        store = self._bot.store.drops
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                channel_id, message_id = await self._poster.post(subscription, claimed, now, LATE)
        except EmptyResultError:
            log.warning("drop %d: no song is left for it", claimed.drop_id)
            self._bot.measures.drop("given up")
            await store.fail_for_good(claimed, subscription, Phrase(TEXT_EMPTY), now)
        except Exception as error:
            await self._failed(subscription, claimed, error)
        else:
            following = next_occurrence(subscription.wanted, max(now, subscription.due_at), not_in=subscription.period)
            await store.finish(
                claimed, subscription, channel_id, message_id, following.due_at, following.period, self._bot.clock()
            )
            self._bot.measures.drop("posted")
            late = (self._bot.clock() - subscription.due_at).total_seconds()
            log.info(
                "drop %d of subscription %d for %s posted, %.0f s after its time",
                claimed.drop_id,
                subscription.id,
                subscription.period,
                late,
            )

    async def _failed(self, subscription: Subscription, claimed: Claim, error: Exception) -> None:
        store, now = self._bot.store.drops, self._bot.clock()
        expected = isinstance(error, (*UNREACHABLE, TimeoutError))
        reason = _reason(error) if expected else Phrase(TEXT_MISTAKE)
        again = subscription.failures < len(RETRIES)
        level = logging.WARNING if expected else logging.ERROR
        what = f"retried in {RETRIES[subscription.failures]}" if again else "given up, subscription paused"
        log.log(
            level,
            "drop %d of subscription %d failed, %s: %s",
            claimed.drop_id,
            subscription.id,
            what,
            error or type(error).__name__,
            exc_info=None if expected else error,
        )
        self._bot.measures.drop("failed" if again else "given up")
        if again:
            await store.fail(claimed, subscription, now + RETRIES[subscription.failures])
        else:
            await store.fail_for_good(claimed, subscription, reason, now)

    async def _tell(self, subscription: Subscription, now: datetime) -> None:
        """Tells the owner of a drop that was given up; who can't be told finds it in `/drop status`."""
        store = self._bot.store.drops
        assert subscription.paused_at is not None
        if not await store.claim_telling(subscription, now + RETRIES[-1]):
            return
        try:
            if subscription.owner_id is not None:
                with speaking(await self._poster.language_of(subscription)):
                    layout = answers.given_up(subscription)
                nonce = f"told-{subscription.id}-{int(subscription.paused_at.timestamp())}"
                async with asyncio.timeout(ATTEMPT_SECONDS):
                    await self._poster.tell(subscription.owner_id, layout, nonce)
        except (*UNREACHABLE, TimeoutError) as error:
            if _may_pass(error):
                log.warning("the owner of subscription %d isn't told yet: %s", subscription.id, error)
                return
            log.warning("the owner of subscription %d can't be told that it is paused: %s", subscription.id, error)
        await store.set_told(subscription)

    async def realign(self) -> None:
        """Sets the times of drops anew where the rules of a time zone have changed since they were set."""
        store, moved = self._bot.store.drops, 0
        for one in await store.scheduled(self._bot.clock()):
            try:
                as_now = occurrence_in(one.wanted, one.period)
            except ZoneInfoNotFoundError:
                log.warning("subscription %d is in a time zone that this machine doesn't know", one.id)
                continue
            if as_now.due_at != one.due_at:
                moved += await store.move(one, as_now.due_at, as_now.period)
        if moved:
            log.info("%d drops moved: their time zones have new rules", moved)


def _may_pass(error: Exception) -> bool:
    """Whether the same request may be taken later."""
    return not isinstance(error, discord.HTTPException) or error.status >= 500 or error.status == TOO_MANY_REQUESTS


def _reason(error: Exception) -> str:
    code = error.code if isinstance(error, discord.HTTPException) else 0
    return Phrase(TEXT_REASONS.get(code, TEXT_DISCORD))


@asynccontextmanager
async def ticking(bot: "SegueBot") -> AsyncIterator[Clockwork]:
    """Lets drops come for the length of an `async with`, or until what it yields is closed."""
    clockwork = Clockwork(bot, secrets.token_hex(4))
    await clockwork.realign()
    # In memory, in UTC, nothing ever dropped for being late: what is due stands in our own rows.
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        clockwork.tick, "cron", second=f"*/{TICK_SECONDS}", coalesce=True, max_instances=1, misfire_grace_time=None
    )
    scheduler.start()
    try:
        yield clockwork
    finally:
        scheduler.shutdown(wait=False)
        await clockwork.close()
