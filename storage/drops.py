"""The weekly drops, one per subscription and ISO week: what is on them, and what became of them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlite_utils

from storage.playlists import PlaylistTrack
from storage.subscriptions import Target
from storage.times import as_text, as_time

# Long enough to find last summer's.
DROPS_KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Content:
    """What is on a drop. `request` is how it was made, ready to be written as JSON."""

    style: str
    request: dict[str, Any]
    model_version: str
    tracks: list[PlaylistTrack]


@dataclass(frozen=True)
class Drop:
    """A drop that was posted; `posted_in` is the channel of its message, also of direct messages."""

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


def prepared(db: sqlite_utils.Database, drop_id: int) -> Content | None:
    """What is on a drop; None while that isn't decided."""
    row = next(db.query("SELECT * FROM drops WHERE id = ? AND model_version IS NOT NULL", (drop_id,)), None)
    return _content(db, row) if row is not None else None


def note_reactions(db: sqlite_utils.Database, drop_id: int, cheers: int, boos: int) -> None:
    """Note how many reactions of approval and disapproval a drop's message has."""
    db.execute("UPDATE drops SET cheers = ?, boos = ? WHERE id = ?", (cheers, boos, drop_id))


def last_period(db: sqlite_utils.Database, target: Target) -> str | None:
    """The latest ISO week in which the drop of a channel, or of a member, was posted or skipped; None before that."""
    rows = db.execute(
        f"SELECT max(period) FROM drops WHERE {_own(target)} AND outcome IN ('posted', 'skipped')", vars(target)
    )
    return rows.fetchone()[0]


def posted(db: sqlite_utils.Database, target: Target, since: datetime) -> list[Drop]:
    """The drops of a guild, or of a member, posted since a moment, the latest first."""
    rows = db.query(
        f"SELECT * FROM drops WHERE {_of(target)} AND posted_at >= :since ORDER BY posted_at DESC, id DESC",
        vars(target) | {"since": as_text(since)},
    )
    return [_drop(db, row) for row in rows]


def tracks_dropped(db: sqlite_utils.Database, target: Target, since: datetime) -> set[str]:
    """The tracks on the drops of a guild, or of a member, posted since a moment or about to be."""
    rows = db.execute(
        f"""
        SELECT track_id FROM drop_tracks JOIN drops ON drops.id = drop_id
        WHERE {_of(target)} AND (posted_at >= :since OR (outcome IS NULL AND due_at >= :since))
        """,
        vars(target) | {"since": as_text(since)},
    )
    return {track_id for (track_id,) in rows}


def load_drop(db: sqlite_utils.Database, drop_id: int) -> Drop | None:
    """A posted drop, or None when there is none or no more."""
    row = next(db.query("SELECT * FROM drops WHERE id = ? AND posted_at IS NOT NULL", (drop_id,)), None)
    return _drop(db, row) if row is not None else None


def archive(db: sqlite_utils.Database, target: Target, first: int, count: int) -> tuple[list[DropSummary], int]:
    """So many drops of a channel, or of a member, from number `first` on, the latest first, and how many there are."""
    rows = db.query(
        f"""
        SELECT id, period, style, request, posted_at, posted_in, message_id, count(*) OVER () AS total,
            (SELECT count(*) FROM drop_tracks WHERE drop_id = drops.id) AS track_count
        FROM drops WHERE {_own(target)} AND posted_at IS NOT NULL
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


def _drop(db: sqlite_utils.Database, row: dict[str, Any]) -> Drop:
    return Drop(
        id=row["id"],
        target=Target(row["user_id"] or 0, row["guild_id"], row["channel_id"]),
        period=row["period"],
        content=_content(db, row),
        posted_at=as_time(row["posted_at"]),
        posted_in=row["posted_in"],
        message_id=row["message_id"],
        cheers=row["cheers"],
        boos=row["boos"],
    )


def _content(db: sqlite_utils.Database, row: dict[str, Any]) -> Content:
    tracks = db.query(
        "SELECT track_id, artists, title, reason FROM drop_tracks WHERE drop_id = ? ORDER BY position", (row["id"],)
    )
    return Content(
        row["style"], json.loads(row["request"]), row["model_version"], [PlaylistTrack(**track) for track in tracks]
    )


def _of(target: Target) -> str:
    return "guild_id = :guild_id" if target.guild_id is not None else "user_id = :user_id"


def _own(target: Target) -> str:
    return "channel_id = :channel_id" if target.channel_id is not None else "user_id = :user_id"
