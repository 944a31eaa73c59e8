"""Who gets a weekly drop: each row says where, when and what, and when there is something to do for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlite_utils

from storage.errors import SubscriptionLimitError, SubscriptionNotFoundError
from storage.members import remember
from storage.times import as_text, as_time

# A drop for every taste a server has, and no flood.
SUBSCRIPTIONS_PER_GUILD = 10
TEXT_NONE_HERE = "No weekly drop comes to that channel. `/drop subscribe` sets one up."
TEXT_NONE_YOURS = "No weekly drop comes to you. `/drop subscribe` sets one up."


@dataclass(frozen=True)
class Target:
    """Where drops go: to a guild's channel, or, both being None, to a member in direct messages."""

    user_id: int
    guild_id: int | None = None
    channel_id: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What is subscribed to: a weekday (0 is Monday) and time ("18:00") in a zone, a style, and how many songs.

    `language` is that of a member's own drop; a guild's comes in what the guild has set.
    """

    weekday: int
    local_time: str
    zone: str
    style: str
    length: int
    language: str | None = None


@dataclass(frozen=True)
class Subscription:
    """A weekly drop; `due_at` and `period` (the ISO week) are those of the next one.

    `owner_id` set it up, None once their data is deleted. `failures` counts in a row. `pause_reason` is None for one
    that a person paused.
    """

    id: int
    owner_id: int | None
    guild_id: int | None
    channel_id: int | None
    wanted: Wanted
    due_at: datetime
    period: str
    try_at: datetime | None
    failures: int
    paused_at: datetime | None
    pause_reason: str | None


def subscribe(
    db: sqlite_utils.Database, target: Target, wanted: Wanted, due_at: datetime, period: str, now: datetime
) -> bool:
    """Set up the drop of a target, or change and resume the one it has; tells whether it is new.

    Raises SubscriptionLimitError.
    """
    remember(db, target.user_id, now)
    earlier = _row_of(db, target)
    columns = vars(wanted) | {"due_at": as_text(due_at), "period": period, "try_at": as_text(due_at)}
    if earlier is not None:
        running = {"owner_id": target.user_id, "failures": 0, "paused_at": None, "pause_reason": None}
        _set(db, earlier["id"], **columns, **running)
        return False
    if target.guild_id is not None:
        _check_room(db, target.guild_id)
    columns |= {"owner_id": target.user_id, "guild_id": target.guild_id, "channel_id": target.channel_id}
    columns |= {"created_at": as_text(now)}
    names = ", ".join(columns)
    db.execute(f"INSERT INTO subscriptions ({names}) VALUES ({', '.join(f':{name}' for name in columns)})", columns)
    return True


def subscription_of(db: sqlite_utils.Database, target: Target) -> Subscription:
    """The drop of a target; raises SubscriptionNotFoundError."""
    row = _row_of(db, target)
    if row is None:
        raise SubscriptionNotFoundError(TEXT_NONE_HERE if target.channel_id else TEXT_NONE_YOURS)
    return _read(row)


def subscriptions_seen(db: sqlite_utils.Database, user_id: int, guild_id: int | None) -> list[Subscription]:
    """A member's own drop and those of a guild, in the order in which they were set up."""
    rows = db.query(
        """
        SELECT * FROM subscriptions WHERE guild_id = :guild OR (channel_id IS NULL AND owner_id = :user)
        ORDER BY guild_id IS NOT NULL, id
        """,
        {"guild": guild_id, "user": user_id},
    )
    return [_read(row) for row in rows]


def pause(db: sqlite_utils.Database, target: Target, now: datetime) -> bool:
    """Pause the drop of a target, and tell whether it was running; raises SubscriptionNotFoundError."""
    found = subscription_of(db, target)
    if found.paused_at is not None:
        return False
    _set(db, found.id, paused_at=as_text(now), pause_reason=None, try_at=None)
    return True


def resume(db: sqlite_utils.Database, subscription_id: int, due_at: datetime, period: str) -> None:
    """Let a paused drop come again."""
    _set(
        db,
        subscription_id,
        due_at=as_text(due_at),
        period=period,
        try_at=as_text(due_at),
        failures=0,
        paused_at=None,
        pause_reason=None,
    )


def unsubscribe(db: sqlite_utils.Database, target: Target) -> None:
    """End the drop of a target; what was dropped stays. Raises SubscriptionNotFoundError."""
    end(db, subscription_of(db, target).id)


def end(db: sqlite_utils.Database, subscription_id: int) -> None:
    """End a drop, of a channel that is gone as well."""
    db.execute("DELETE FROM subscriptions WHERE id = ?", (subscription_id,))


def due(db: sqlite_utils.Database, now: datetime, limit: int) -> list[Subscription]:
    """The drops for which there is something to do, the longest waiting first."""
    rows = db.query("SELECT * FROM subscriptions WHERE try_at <= ? ORDER BY try_at, id LIMIT ?", (as_text(now), limit))
    return [_read(row) for row in rows]


def scheduled(db: sqlite_utils.Database, now: datetime) -> list[Subscription]:
    """The drops that are still to come and haven't been tried."""
    rows = db.query(
        "SELECT * FROM subscriptions WHERE try_at = due_at AND try_at > ? AND paused_at IS NULL", (as_text(now),)
    )
    return [_read(row) for row in rows]


def move(db: sqlite_utils.Database, subscription: Subscription, due_at: datetime, period: str) -> bool:
    """Set the next drop, unless somebody has changed it since it was read; tells whether it did."""
    moved = db.execute(
        """
        UPDATE subscriptions SET due_at = :next, period = :period, try_at = :next, failures = 0
        WHERE id = :id AND due_at = :read AND paused_at IS NULL
        """,
        {"next": as_text(due_at), "period": period, "id": subscription.id, "read": as_text(subscription.due_at)},
    )
    return moved.rowcount == 1


def put_off(db: sqlite_utils.Database, subscription: Subscription, until: datetime) -> None:
    """Count a failure and try again later, unless somebody has changed it since it was read."""
    db.execute(
        """
        UPDATE subscriptions SET failures = failures + 1, try_at = ?
        WHERE id = ? AND due_at = ? AND paused_at IS NULL
        """,
        (as_text(until), subscription.id, as_text(subscription.due_at)),
    )


def give_up(db: sqlite_utils.Database, subscription: Subscription, reason: str, now: datetime) -> None:
    """Pause a drop that keeps failing, unless somebody has changed it; it stays due until its owner is told."""
    db.execute(
        """
        UPDATE subscriptions SET failures = failures + 1, paused_at = :now, pause_reason = :reason, try_at = :now
        WHERE id = :id AND due_at = :read AND paused_at IS NULL
        """,
        {"now": as_text(now), "reason": reason, "id": subscription.id, "read": as_text(subscription.due_at)},
    )


def postpone(db: sqlite_utils.Database, subscription: Subscription, until: datetime) -> None:
    """Look at it again later; it is no failure of the drop's."""
    db.execute(
        "UPDATE subscriptions SET try_at = ? WHERE id = ? AND due_at = ? AND try_at IS NOT NULL",
        (as_text(until), subscription.id, as_text(subscription.due_at)),
    )


def set_told(db: sqlite_utils.Database, subscription: Subscription) -> None:
    """Note that the owner has been told of the pause, as far as they can be."""
    assert subscription.paused_at is not None
    db.execute(
        "UPDATE subscriptions SET try_at = NULL WHERE id = ? AND paused_at = ?",
        (subscription.id, as_text(subscription.paused_at)),
    )


def claim_telling(db: sqlite_utils.Database, subscription: Subscription, until: datetime) -> bool:
    """Take it upon oneself to tell the owner of the pause; whoever else wants to has to wait until then."""
    assert subscription.paused_at is not None
    assert subscription.try_at is not None
    taken = db.execute(
        "UPDATE subscriptions SET try_at = ? WHERE id = ? AND paused_at = ? AND try_at = ?",
        (as_text(until), subscription.id, as_text(subscription.paused_at), as_text(subscription.try_at)),
    )
    return taken.rowcount == 1


def _row_of(db: sqlite_utils.Database, target: Target) -> dict[str, Any] | None:
    if target.channel_id is None:
        found = db.query("SELECT * FROM subscriptions WHERE owner_id = ? AND channel_id IS NULL", (target.user_id,))
    else:
        found = db.query("SELECT * FROM subscriptions WHERE channel_id = ?", (target.channel_id,))
    return next(found, None)


def _check_room(db: sqlite_utils.Database, guild_id: int) -> None:
    count = db.execute("SELECT count(*) FROM subscriptions WHERE guild_id = ?", (guild_id,)).fetchone()[0]
    if count >= SUBSCRIPTIONS_PER_GUILD:
        raise SubscriptionLimitError(
            "This server has {count} weekly drops, and there is no room for more: `/drop unsubscribe` ends one.",
            count=count,
        )


def _set(db: sqlite_utils.Database, subscription_id: int, **columns: Any) -> None:
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    db.execute(f"UPDATE subscriptions SET {changes} WHERE id = :id", columns | {"id": subscription_id})


def _read(row: dict[str, Any]) -> Subscription:
    return Subscription(
        id=row["id"],
        owner_id=row["owner_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        wanted=Wanted(row["weekday"], row["local_time"], row["zone"], row["style"], row["length"], row["language"]),
        due_at=as_time(row["due_at"]),
        period=row["period"],
        try_at=as_time(row["try_at"]) if row["try_at"] else None,
        failures=row["failures"],
        paused_at=as_time(row["paused_at"]) if row["paused_at"] else None,
        pause_reason=row["pause_reason"],
    )
