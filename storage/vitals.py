"""What the database tells of the bot's background work, and how large it is."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlite_utils

from storage.times import as_text, as_time


@dataclass(frozen=True)
class Work:
    """The weekly drops by their state, when the next one is due, and whether a training is under way.

    `overdue` ones have not been posted yet although it is time; of those, `retried` ones have failed at least once.
    `given_up` ones wait for a person.
    """

    scheduled: int
    overdue: int
    retried: int
    paused: int
    given_up: int
    next_due: datetime | None
    training: bool


def work(db: sqlite_utils.Database, now: datetime) -> Work:
    """What is to do, and what isn't getting done."""
    row = next(
        db.query(
            """
            SELECT
                count(*) FILTER (WHERE paused_at IS NULL AND due_at > :now) AS scheduled,
                count(*) FILTER (WHERE paused_at IS NULL AND due_at <= :now) AS overdue,
                count(*) FILTER (WHERE paused_at IS NULL AND failures > 0) AS retried,
                count(*) FILTER (WHERE paused_at IS NOT NULL AND pause_reason IS NULL) AS paused,
                count(*) FILTER (WHERE pause_reason IS NOT NULL) AS given_up,
                min(due_at) FILTER (WHERE paused_at IS NULL AND due_at > :now) AS next_due,
                EXISTS (SELECT 1 FROM trainings WHERE outcome IS NULL) AS training
            FROM subscriptions
            """,
            {"now": as_text(now)},
        )
    )
    next_due = row["next_due"]
    return Work(**row | {"next_due": as_time(next_due) if next_due else None, "training": bool(row["training"])})


def size_of(path: Path) -> int:
    """The bytes of the database at `path` with its log."""
    return sum(part.stat().st_size for part in (path, Path(f"{path}-wal")) if part.exists())
