"""Which presses have counted, so that each counts once however often Discord delivers it."""

from datetime import datetime, timedelta

import sqlite_utils

from storage.times import as_text

# Discord's interaction tokens live 15 minutes: a day later nobody delivers a press again.
PRESSES_KEPT = timedelta(days=1)


def count_press(db: sqlite_utils.Database, interaction_id: int, user_id: int, now: datetime) -> bool:
    """Note a press and tell whether it is a new one; a repeated one must change nothing."""
    noted = db.execute(
        "INSERT INTO presses (interaction_id, user_id, pressed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (interaction_id, user_id, as_text(now)),
    )
    return noted.rowcount == 1


def prune_presses(db: sqlite_utils.Database, before: datetime) -> int:
    """Drop the presses made before a moment and return how many there were."""
    return db.execute("DELETE FROM presses WHERE pressed_at < ?", (as_text(before),)).rowcount
