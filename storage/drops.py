"""The weekly drops, one per subscription and ISO week: claimed, prepared, posted, kept."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlite_utils

from storage.members import remember_shown
from storage.playlists import PlaylistTrack
from storage.subscriptions import Subscription, Target, give_up, move, put_off
from storage.times import as_text, as_time

# Long enough to find last summer's.
DROPS_KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Claim:
    """One process's right to post a drop; more than one attempt means that an earlier one may have posted it."""

    drop_id: int
    attempts: int
    process: str


@dataclass(frozen=True)
class Content:
    """What is on a drop. `request` is how it was made, ready to be written as JSON."""

    style: str
    request: dict[str, Any]
    model_version: str
    tracks: list[PlaylistTrack]


@dataclass(frozen=True)
class Drop:
    """A drop that was posted, `late` by so much."""

    id: int
    target: Target
    period: str
    content: Content
    posted_at: datetime
    posted_in: int
    message_id: int
    cheers: int
    boos: int


@dataclass(frozen=True)
class DropSummary:
    """One line of an archive."""

    id: int
    period: str
    style: str
    request: dict[str, Any]
    track_count: int
    posted_at: datetime
    posted_in: int
    message_id: int


def claim(
    db: sqlite_utils.Database, subscription: Subscription, process: str, now: datetime, stale_before: datetime
) -> Claim | None:
    """Take the drop that is due: of all processes one gets it, once. None when another has it or it is done.

    A claim made before `stale_before` that has led to nothing is taken over.
    """
    claimed = db.execute(
        """
        INSERT INTO drops (subscription_id, period, user_id, guild_id, channel_id, due_at, claimed_at, claimed_by)
        SELECT id, period, iif(channel_id IS NULL, owner_id, NULL), guild_id, channel_id, due_at, :now, :process
        FROM subscriptions WHERE id = :id AND due_at = :due_at AND try_at <= :now AND paused_at IS NULL
        ON CONFLICT (subscription_id, period) DO UPDATE SET
            claimed_at = excluded.claimed_at,
            claimed_by = excluded.claimed_by,
            due_at = excluded.due_at,
            attempts = attempts + 1,
            outcome = NULL
        WHERE (outcome IS NULL AND (claimed_at IS NULL OR claimed_at < :stale)) OR outcome = 'failed'
        RETURNING id, attempts
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
    drop_id, attempts = claimed[0]
    return Claim(drop_id, attempts, process)


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


def prepared(db: sqlite_utils.Database, drop_id: int) -> Content | None:
    """What is on a drop; None while that isn't decided."""
    row = next(db.query("SELECT * FROM drops WHERE id = ? AND model_version IS NOT NULL", (drop_id,)), None)
    if row is None:
        return None
    tracks = db.query(
        "SELECT track_id, artists, title, reason FROM drop_tracks WHERE drop_id = ? ORDER BY position", (drop_id,)
    )
    return Content(
        row["style"], json.loads(row["request"]), row["model_version"], [PlaylistTrack(**track) for track in tracks]
    )


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
        put_off(db, subscription.id, retry_at)


def fail_for_good(
    db: sqlite_utils.Database, claimed: Claim, subscription: Subscription, reason: str, now: datetime
) -> None:
    """Give up on a drop, and pause its subscription until somebody resumes it."""
    if _release(db, claimed, "failed"):
        give_up(db, subscription.id, reason, now)


def _release(db: sqlite_utils.Database, claimed: Claim, outcome: str | None) -> bool:
    """Whether the claim was still held: another process may have taken it over."""
    released = db.execute(
        "UPDATE drops SET claimed_at = NULL, outcome = ? WHERE id = ? AND claimed_by = ? AND outcome IS NULL",
        (outcome, claimed.drop_id, claimed.process),
    )
    return released.rowcount == 1


def note_reactions(db: sqlite_utils.Database, drop_id: int, cheers: int, boos: int) -> None:
    """Note how many reactions of approval and disapproval a drop's message has."""
    db.execute("UPDATE drops SET cheers = ?, boos = ? WHERE id = ?", (cheers, boos, drop_id))


def last_period(db: sqlite_utils.Database, target: Target) -> str | None:
    """The latest ISO week in which the drop of a target was posted or skipped; None before the first."""
    rows = db.execute(
        """
        SELECT max(drops.period) FROM drops JOIN subscriptions ON subscriptions.id = subscription_id
        WHERE outcome IN ('posted', 'skipped') AND subscriptions.channel_id IS :channel
        AND (:channel IS NOT NULL OR owner_id = :user)
        """,
        {"channel": target.channel_id, "user": target.user_id},
    )
    return rows.fetchone()[0]


def posted(db: sqlite_utils.Database, target: Target, since: datetime) -> list[Drop]:
    """The drops of a guild, or of a member, posted since a moment, the latest first."""
    rows = db.query(
        f"SELECT * FROM drops WHERE {_of(target)} AND posted_at >= :since ORDER BY posted_at DESC, id DESC",
        vars(target) | {"since": as_text(since)},
    )
    return [drop for row in list(rows) if (drop := load_drop(db, row["id"])) is not None]


def tracks_dropped(db: sqlite_utils.Database, target: Target, since: datetime) -> set[str]:
    """The tracks on the drops of a guild, or of a member, posted since a moment or about to be."""
    rows = db.execute(
        f"""
        SELECT track_id FROM drop_tracks JOIN drops ON drops.id = drop_id
        WHERE {_of(target)} AND coalesce(posted_at, due_at) >= :since
        """,
        vars(target) | {"since": as_text(since)},
    )
    return {track_id for (track_id,) in rows}


def load_drop(db: sqlite_utils.Database, drop_id: int) -> Drop | None:
    """A posted drop, or None when there is none or no more."""
    row = next(db.query("SELECT * FROM drops WHERE id = ? AND posted_at IS NOT NULL", (drop_id,)), None)
    content = prepared(db, drop_id)
    if row is None or content is None:
        return None
    return Drop(
        id=row["id"],
        target=Target(row["user_id"] or 0, row["guild_id"], row["channel_id"]),
        period=row["period"],
        content=content,
        posted_at=as_time(row["posted_at"]),
        posted_in=row["posted_in"],
        message_id=row["message_id"],
        cheers=row["cheers"],
        boos=row["boos"],
    )


def archive(db: sqlite_utils.Database, target: Target, first: int, count: int) -> tuple[list[DropSummary], int]:
    """So many drops of a channel, or of a member, from number `first` on, the latest first, and how many there are."""
    where = "channel_id = :channel_id" if target.channel_id is not None else "user_id = :user_id"
    rows = db.query(
        f"""
        SELECT id, period, style, request, posted_at, posted_in, message_id, count(*) OVER () AS total,
            (SELECT count(*) FROM drop_tracks WHERE drop_id = drops.id) AS track_count
        FROM drops WHERE {where} AND posted_at IS NOT NULL
        ORDER BY posted_at DESC, id DESC LIMIT :count OFFSET :first
        """,
        vars(target) | {"first": first, "count": count},
    )
    total, found = 0, []
    for row in rows:
        total = row.pop("total")
        request, posted_at = json.loads(row.pop("request")), as_time(row.pop("posted_at"))
        found.append(DropSummary(**row, request=request, posted_at=posted_at))
    return found, total


def prune_drops(db: sqlite_utils.Database, before: datetime) -> int:
    """Drop the drops that were due before a moment and return how many there were."""
    return db.execute("DELETE FROM drops WHERE due_at < ?", (as_text(before),)).rowcount


def _of(target: Target) -> str:
    return "guild_id = :guild_id" if target.guild_id is not None else "user_id = :user_id"
