"""What the bot asks of its memory about weekly drops. Each method is one read or one committed write."""

from datetime import datetime

from storage import drop_claims, drops, feedback, members, subscriptions
from storage.database import Database
from storage.drop_claims import Claim
from storage.drops import Content, Drop, DropSummary
from storage.feedback import Opinion
from storage.subscriptions import Subscription, Target, Wanted


class DropStore:
    """Subscriptions and their drops. Every refusal is a StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(self, target: Target, wanted: Wanted, due_at: datetime, period: str, now: datetime) -> bool:
        """Set up the drop of a target, or change and resume it; tells whether it is new.

        Raises SubscriptionLimitError.
        """
        return await self._database.write(subscriptions.subscribe, target, wanted, due_at, period, now)

    async def subscription_of(self, target: Target) -> Subscription:
        """The drop of a target; raises SubscriptionNotFoundError."""
        return await self._database.read(subscriptions.subscription_of, target)

    async def subscriptions_seen(self, user_id: int, guild_id: int | None) -> list[Subscription]:
        """A member's own drop and those of a guild."""
        return await self._database.read(subscriptions.subscriptions_seen, user_id, guild_id)

    async def pause(self, target: Target, now: datetime) -> bool:
        """Pause the drop of a target, and tell whether it was running; raises SubscriptionNotFoundError."""
        return await self._database.write(subscriptions.pause, target, now)

    async def resume(self, subscription_id: int, due_at: datetime, period: str) -> None:
        """Let a paused drop come again."""
        await self._database.write(subscriptions.resume, subscription_id, due_at, period)

    async def unsubscribe(self, target: Target) -> None:
        """End the drop of a target; what was dropped stays. Raises SubscriptionNotFoundError."""
        await self._database.write(subscriptions.unsubscribe, target)

    async def end(self, subscription_id: int) -> None:
        """End a drop, of a channel that is gone as well."""
        await self._database.write(subscriptions.end, subscription_id)

    async def postpone(self, subscription: Subscription, until: datetime) -> None:
        """Look at it again later; it is no failure of the drop's."""
        await self._database.write(subscriptions.postpone, subscription, until)

    async def due(self, now: datetime, limit: int) -> list[Subscription]:
        """The drops for which there is something to do, the longest waiting first."""
        return await self._database.read(subscriptions.due, now, limit)

    async def scheduled(self, now: datetime) -> list[Subscription]:
        """The drops that are still to come and haven't been tried."""
        return await self._database.read(subscriptions.scheduled, now)

    async def move(self, subscription: Subscription, due_at: datetime, period: str) -> bool:
        """Set the next drop, unless somebody has changed it since it was read; tells whether it did."""
        return await self._database.write(subscriptions.move, subscription, due_at, period)

    async def set_told(self, subscription: Subscription) -> None:
        """Note that the owner has been told of the pause, as far as they can be."""
        await self._database.write(subscriptions.set_told, subscription)

    async def claim_telling(self, subscription: Subscription, until: datetime) -> bool:
        """Take it upon oneself to tell the owner of the pause; whoever else wants to has to wait until then."""
        return await self._database.write(subscriptions.claim_telling, subscription, until)

    async def claim(
        self, subscription: Subscription, process: str, now: datetime, stale_before: datetime
    ) -> Claim | None:
        """Take the drop that is due: of all processes one gets it, once. None when another has it or it is done."""
        return await self._database.write(drop_claims.claim, subscription, process, now, stale_before)

    async def settled(self, subscription: Subscription) -> bool:
        """Whether this week's drop needs nothing more."""
        return await self._database.read(drop_claims.settled, subscription)

    async def skip(self, subscription: Subscription, due_at: datetime, period: str) -> bool:
        """Note that a drop was missed for good, and set the next one; tells whether it was this call that did."""
        return await self._database.write(drop_claims.skip, subscription, due_at, period)

    async def prepared(self, claimed: Claim) -> Content | None:
        """What an earlier attempt has put on a drop; None when it didn't come so far."""
        return await self._database.read(drops.prepared, claimed.drop_id)

    async def prepare(self, claimed: Claim, content: Content) -> Content:
        """Keep what is on a drop before it is posted, and return what stands."""
        return await self._database.write(drop_claims.prepare, claimed, content)

    async def finish(
        self,
        claimed: Claim,
        subscription: Subscription,
        posted_in: int,
        message_id: int,
        due_at: datetime,
        period: str,
        now: datetime,
    ) -> None:
        """Note the message of a drop and set the next one."""
        await self._database.write(
            drop_claims.finish, claimed, subscription, posted_in, message_id, due_at, period, now
        )

    async def fail(self, claimed: Claim, subscription: Subscription, retry_at: datetime) -> None:
        """Give a claim back after a failed attempt; the next one comes later."""
        await self._database.write(drop_claims.fail, claimed, subscription, retry_at)

    async def fail_for_good(self, claimed: Claim, subscription: Subscription, reason: str, now: datetime) -> None:
        """Give up on a drop, and pause its subscription until somebody resumes it."""
        await self._database.write(drop_claims.fail_for_good, claimed, subscription, reason, now)

    async def note_reactions(self, drop_id: int, cheers: int, boos: int) -> None:
        """Note how many reactions of approval and disapproval a drop's message has."""
        await self._database.write(drops.note_reactions, drop_id, cheers, boos)

    async def last_period(self, target: Target) -> str | None:
        """The latest ISO week in which the drop of a target was posted or skipped; None before the first."""
        return await self._database.read(drops.last_period, target)

    async def posted(self, target: Target, since: datetime) -> list[Drop]:
        """The drops of a guild, or of a member, posted since a moment, the latest first."""
        return await self._database.read(drops.posted, target, since)

    async def tracks_dropped(self, target: Target, since: datetime) -> set[str]:
        """The tracks on the drops of a guild, or of a member, posted since a moment or about to be."""
        return await self._database.read(drops.tracks_dropped, target, since)

    async def load(self, drop_id: int) -> Drop | None:
        """A posted drop, or None when there is none or no more."""
        return await self._database.read(drops.load_drop, drop_id)

    async def archive(self, target: Target, first: int, count: int) -> tuple[list[DropSummary], int]:
        """So many drops of a channel, or of a member, from number `first` on, and how many there are."""
        return await self._database.read(drops.archive, target, first, count)

    async def guild_opinions(self, guild_id: int) -> dict[int, list[Opinion]]:
        """What members said in a guild, by member, without those who keep their taste from others."""
        return await self._database.read(feedback.guild_opinions, guild_id)

    async def tracks_shown_in(self, guild_id: int) -> set[str]:
        """The tracks that any member has been shown in a guild."""
        return await self._database.read(members.tracks_shown_in, guild_id)
