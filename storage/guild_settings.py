"""What the managers of a server have set for it."""

from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from storage.times import as_text


@dataclass(frozen=True)
class GuildSettings:
    """None stands for what the bot does by itself.

    `explicit` tells whether explicit songs may be on lists, `drop_role_id` whom weekly drops mention.
    """

    language: str | None = None
    adventurous: str | None = None
    explicit: bool | None = None
    drop_role_id: int | None = None


def guild_settings(db: sqlite_utils.Database, guild_id: int) -> GuildSettings:
    """What is set for a guild."""
    columns = ", ".join(vars(GuildSettings()))
    row = next(db.query(f"SELECT {columns} FROM guild_settings WHERE guild_id = ?", [guild_id]), None)
    if row is None:
        return GuildSettings()
    return GuildSettings(**row | {"explicit": None if row["explicit"] is None else bool(row["explicit"])})


def set_guild_settings(
    db: sqlite_utils.Database, guild_id: int, changes: dict[str, str | int | None], now: datetime
) -> None:
    """Set some fields of GuildSettings, and leave the others as they are."""
    if unknown := changes.keys() - vars(GuildSettings()):
        raise ValueError(f"no settings of a guild: {', '.join(sorted(unknown))}")
    columns = changes | {"updated_at": as_text(now)}
    db.execute(
        f"""
        INSERT INTO guild_settings (guild_id, {", ".join(columns)})
        VALUES (:guild_id, {", ".join(f":{name}" for name in columns)})
        ON CONFLICT (guild_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in columns)}
        """,
        columns | {"guild_id": guild_id},
    )
