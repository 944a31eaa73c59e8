"""How a weekly drop comes once: claimed by one process, prepared before it is posted, finished or given back."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from storage.drops import Content, prepared
from storage.members import remember_shown
from storage.subscriptions import Subscription, give_up, move, put_off
from storage.times import as_text, as_time


@dataclass(frozen=True)
class Claim:
    """One process's right to post a drop.

    More than one attempt means that an earlier one may have posted it, but not before the first claim, at `begun_at`.
    """

    drop_id: int
    attempts: int
    begun_at: datetime
    process: str


def claim(
    db: sqlite_utils.Database, subscription: Subscription, process: str, now: datetime, stale_before: datetime
) -> Claim | None:
    """Take the drop that is due: of all processes one gets it, once. None when another has it or it is done.

    A claim made before `stale_before` that has led to nothing is taken over.
    """
    claimed = db.execute(
        """
        INSERT INTO drops (
            subscription_id, period, user_id, guild_id, channel_id, due_at, begun_at, claimed_at, claimed_by
        )
        SELECT id, period, iif(channel_id IS NULL, owner_id, NULL), guild_id, channel_id, due_at, :now, :now, :process
        FROM subscriptions
        WHERE id = :id AND due_at = :due_at AND due_at <= :now AND try_at <= :now AND paused_at IS NULL
        ON CONFLICT (subscription_id, period) DO UPDATE SET
            claimed_at = excluded.claimed_at,
            claimed_by = excluded.claimed_by,
            due_at = excluded.due_at,
            attempts = attempts + 1,
            outcome = NULL
        WHERE (outcome IS NULL AND (claimed_at IS NULL OR claimed_at < :stale)) OR outcome = 'failed'
        RETURNING id, attempts, begun_at
        """,
        {
            "id": subscription.id,
            "due_at": as_text(subscription.due_at),
            "now": as_text(now),
            "process": process,
            "stale": as_text(stale_before),
        },
    ).fetchall()
    if not claimed:
        return None
    drop_id, attempts, begun_at = claimed[0]
    return Claim(drop_id, attempts, as_time(begun_at), process)


def settled(db: sqlite_utils.Database, subscription: Subscription) -> bool:
    """Whether this week's drop needs nothing more."""
    found = db.execute(
        "SELECT 1 FROM drops WHERE subscription_id = ? AND period = ? AND outcome IN ('posted', 'skipped')",
        (subscription.id, subscription.period),
    )
    return found.fetchone() is not None


def skip(db: sqlite_utils.Database, subscription: Subscription, due_at: datetime, period: str) -> bool:
    """Note that a drop was missed for good, and set the next one; tells whether it was this call that did."""
    if not move(db, subscription, due_at, period):
        return False
    db.execute(
        """
        INSERT INTO drops (subscription_id, period, user_id, guild_id, channel_id, due_at, outcome)
        VALUES (?, ?, ?, ?, ?, ?, 'skipped')
        ON CONFLICT (subscription_id, period) DO UPDATE SET outcome = 'skipped' WHERE outcome IS NULL
        """,
        (
            subscription.id,
            subscription.period,
            subscription.owner_id if subscription.channel_id is None else None,
            subscription.guild_id,
            subscription.channel_id,
            as_text(subscription.due_at),
        ),
    )
    return True


def prepare(db: sqlite_utils.Database, claimed: Claim, content: Content) -> Content:
    """Keep what is on a drop before it is posted, so that a second attempt posts the same, and return what stands."""
    kept = db.execute(
        """
        UPDATE drops SET style = ?, request = ?, model_version = ? WHERE id = ? AND model_version IS NULL
        """,
        (content.style, json.dumps(content.request), content.model_version, claimed.drop_id),
    )
    if kept.rowcount:
        db.conn.executemany(
            """
            INSERT INTO drop_tracks (drop_id, position, track_id, artists, title, reason) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                (claimed.drop_id, position, track.track_id, track.artists, track.title, track.reason)
                for position, track in enumerate(content.tracks)
            ],
        )
    standing = prepared(db, claimed.drop_id)
    # None: whoever it was for has had everything deleted in the meantime.
    return standing or content


def finish(
    db: sqlite_utils.Database,
    claimed: Claim,
    subscription: Subscription,
    posted_in: int,
    message_id: int,
    due_at: datetime,
    period: str,
    now: datetime,
) -> None:
    """Note the message of a drop and set the next one."""
    posted = db.execute(
        """
        UPDATE drops SET outcome = 'posted', posted_at = ?, posted_in = ?, message_id = ?
        WHERE id = ? AND outcome IS NOT 'posted'
        """,
        (as_text(now), posted_in, message_id, claimed.drop_id),
    )
    if posted.rowcount and subscription.channel_id is None and subscription.owner_id is not None:
        tracks = db.execute("SELECT track_id FROM drop_tracks WHERE drop_id = ?", (claimed.drop_id,))
        remember_shown(db, subscription.owner_id, None, [track_id for (track_id,) in tracks], now)
    move(db, subscription, due_at, period)


def fail(db: sqlite_utils.Database, claimed: Claim, subscription: Subscription, retry_at: datetime) -> None:
    """Give a claim back after a failed attempt; the next one comes later."""
    if _release(db, claimed, None):
        put_off(db, subscription, retry_at)


def fail_for_good(
    db: sqlite_utils.Database, claimed: Claim, subscription: Subscription, reason: str, now: datetime
) -> None:
    """Give up on a drop, and pause its subscription until somebody resumes it."""
    if _release(db, claimed, "failed"):
        give_up(db, subscription, reason, now)


def _release(db: sqlite_utils.Database, claimed: Claim, outcome: str | None) -> bool:
    """Whether the claim was still held: another process may have taken it over."""
    released = db.execute(
        "UPDATE drops SET claimed_at = NULL, outcome = ? WHERE id = ? AND claimed_by = ? AND outcome IS NULL",
        (outcome, claimed.drop_id, claimed.process),
    )
    return released.rowcount == 1
