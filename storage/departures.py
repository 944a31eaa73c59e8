"""The guilds that removed the bot: what was gathered there is kept for a while, then goes."""

import json
from collections.abc import Set
from datetime import datetime, timedelta

import sqlite_utils

from storage.privacy import delete_guild, guilds_named
from storage.times import as_text

# Bots are removed and added again by accident; within a week whoever runs the server has noticed.
GUILD_GRACE = timedelta(days=7)


def note_departure(db: sqlite_utils.Database, guild_id: int, now: datetime) -> None:
    """Note that a guild has removed the bot; the first time counts until it comes back."""
    db.execute(
        "INSERT INTO departures (guild_id, left_at) VALUES (?, ?) ON CONFLICT DO NOTHING", (guild_id, as_text(now))
    )


def note_return(db: sqlite_utils.Database, guild_id: int) -> None:
    """Note that the bot is in this guild, again or for the first time."""
    db.execute("DELETE FROM departures WHERE guild_id = ?", (guild_id,))


def reconcile(db: sqlite_utils.Database, present: Set[int], now: datetime) -> set[int]:
    """Catch up with the guilds that came back or left unseen, and return those that are newly noted as left."""
    db.execute(
        "DELETE FROM departures WHERE guild_id IN (SELECT value FROM json_each(?))", (json.dumps(list(present)),)
    )
    noted = {guild_id for (guild_id,) in db.execute("SELECT guild_id FROM departures")}
    left = guilds_named(db) - present - noted
    for guild_id in left:
        note_departure(db, guild_id, now)
    return left


def purge_departed(db: sqlite_utils.Database, before: datetime) -> dict[int, int]:
    """Forget the guilds that left before a moment, and return for each how many rows that changed."""
    departed = db.execute("SELECT guild_id FROM departures WHERE left_at < ?", (as_text(before),)).fetchall()
    return {guild_id: sum(delete_guild(db, guild_id).values()) for (guild_id,) in departed}
