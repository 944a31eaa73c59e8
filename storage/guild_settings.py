"""What each server has set."""

import sqlite_utils


def language(db: sqlite_utils.Database, guild_id: int) -> str | None:
    """The language that a server has set; None for none."""
    row = db.execute("SELECT language FROM guild_settings WHERE guild_id = ?", (guild_id,)).fetchone()
    return None if row is None else row[0]
