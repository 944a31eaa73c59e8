"""Who has used the bot, and which tracks each member has been shown."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlite_utils

from storage.times import as_text

# A track that a member has not met for a year is new to them again.
SHOWN_KEPT = timedelta(days=365)


def remember(db: sqlite_utils.Database, user_id: int, now: datetime) -> None:
    """Note that the bot served this member now."""
    db.execute(
        """
        INSERT INTO members (user_id, first_seen, last_seen) VALUES (:user_id, :now, :now)
        ON CONFLICT (user_id) DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)
        """,
        {"user_id": user_id, "now": as_text(now)},
    )


def remember_shown(
    db: sqlite_utils.Database, user_id: int, guild_id: int | None, track_ids: Iterable[str], now: datetime
) -> None:
    """Note that this member has now been shown these tracks, each counted once."""
    shown_at = as_text(now)
    # The guild of the latest time stands in the row: leaving a guild then forgets what was last shown there.
    db.conn.executemany(
        """
        INSERT INTO tracks_shown (user_id, track_id, guild_id, first_shown_at, last_shown_at, times)
        VALUES (:user_id, :track_id, :guild_id, :now, :now, 1)
        ON CONFLICT (user_id, track_id) DO UPDATE SET
            guild_id = excluded.guild_id,
            last_shown_at = max(last_shown_at, excluded.last_shown_at),
            times = times + 1
        """,
        [
            {"user_id": user_id, "track_id": track_id, "guild_id": guild_id, "now": shown_at}
            for track_id in dict.fromkeys(track_ids)
        ],
    )


def tracks_shown(db: sqlite_utils.Database, user_id: int, since: datetime | None = None) -> set[str]:
    """The tracks this member has been shown, ever or since a moment."""
    # Every text is greater than the empty one.
    rows = db.execute(
        "SELECT track_id FROM tracks_shown WHERE user_id = ? AND last_shown_at >= ?",
        (user_id, as_text(since) if since else ""),
    )
    return {track_id for (track_id,) in rows}


def tracks_shown_in(db: sqlite_utils.Database, guild_id: int) -> set[str]:
    """The tracks that any member has been shown in a guild."""
    rows = db.execute("SELECT DISTINCT track_id FROM tracks_shown WHERE guild_id = ?", (guild_id,))
    return {track_id for (track_id,) in rows}


def prune_shown(db: sqlite_utils.Database, before: datetime) -> int:
    """Forget the tracks last shown before a moment and return how many rows there were."""
    # Without an index by age: a million rows are read through in a fifth of a second, once a day, and every
    # answer would pay for it.
    return db.execute("DELETE FROM tracks_shown WHERE last_shown_at < ?", (as_text(before),)).rowcount
