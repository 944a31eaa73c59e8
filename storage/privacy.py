"""Everything stored about one member or one guild: out, or gone."""

import json
from typing import Any

import sqlite_utils

# Which rows of a table are a member's. What is deleted and what is exported is read from the same place, so
# neither can forget a table. Children stand before their parents, for each statement to count its own rows.
_OF_USER = {
    "answer_tracks": "answer_id IN (SELECT id FROM answers WHERE user_id = :id)",
    "answers": "user_id = :id",
    "tracks_shown": "user_id = :id",
    "playlist_tracks": "playlist_id IN (SELECT id FROM playlists WHERE owner_id = :id)",
    "playlists": "owner_id = :id",
    "feedback": "user_id = :id",
    "presses": "user_id = :id",
    "blocks": "user_id = :id",
    "member_settings": "user_id = :id",
    "secrets": "user_id = :id",
    "drop_tracks": "drop_id IN (SELECT id FROM drops WHERE user_id = :id)",
    "drops": "user_id = :id",
    "subscriptions": "owner_id = :id",
    "labels": "user_id = :id",
    "trainings": "user_id = :id",
    "publications": "user_id = :id",
    "label_decisions": "user_id = :id",
    "members": "user_id = :id",
}
# Of these rows only what leads to the member goes: what was trained, served and decided stays true without them.
_OUTLIVE_USER = {
    "trainings": "user_id = NULL, channel_id = NULL, message_id = NULL",
    "publications": "user_id = NULL",
    "label_decisions": "user_id = NULL",
}
# Which rows were gathered in a guild and go with it.
_OF_GUILD = {
    "answer_tracks": "answer_id IN (SELECT id FROM answers WHERE guild_id = :id)",
    "answers": "guild_id = :id",
    "tracks_shown": "guild_id = :id",
    "drop_tracks": "drop_id IN (SELECT id FROM drops WHERE guild_id = :id)",
    "drops": "guild_id = :id",
    "subscriptions": "guild_id = :id",
    "guild_settings": "guild_id = :id",
    "departures": "guild_id = :id",
}
# Which rows are a member's own wherever they were made, and lose only the guild.
_OUTLIVE_GUILD = ("playlists", "feedback")
_NAME_GUILD = ("answers", "tracks_shown", "drops", "subscriptions", "guild_settings", *_OUTLIVE_GUILD)
_JSON_COLUMNS = {"request", "recipe", "report"}
# Of a secret an export tells that it is there: an export is saved, sent and opened anywhere.
_SEALED_COLUMNS = {"sealed"}


def delete_user(db: sqlite_utils.Database, user_id: int) -> dict[str, int]:
    """Delete everything about a member and return the number of rows per table.

    The drops that they set up for a server stay the server's and lose only the member, and so does what they trained
    and decided as an operator.
    """
    handed_over = db.execute(
        "UPDATE subscriptions SET owner_id = NULL WHERE owner_id = ? AND guild_id IS NOT NULL", (user_id,)
    ).rowcount
    parted = {
        table: db.execute(f"UPDATE {table} SET {nothing} WHERE user_id = ?", (user_id,)).rowcount
        for table, nothing in _OUTLIVE_USER.items()
    }
    rows = _delete(db, _OF_USER, user_id) | parted
    rows["subscriptions"] += handed_over
    return rows


def delete_guild(db: sqlite_utils.Database, guild_id: int) -> dict[str, int]:
    """Forget a guild and return the number of rows per table.

    What was gathered in it is deleted. Playlists and opinions stay their members' and lose only the guild.
    """
    rows = _delete(db, _OF_GUILD, guild_id)
    for table in _OUTLIVE_GUILD:
        rows[table] = db.execute(f"UPDATE {table} SET guild_id = NULL WHERE guild_id = ?", (guild_id,)).rowcount
    return rows


def guilds_named(db: sqlite_utils.Database) -> set[int]:
    """The guilds in which anything that is stored was made."""
    named = " UNION ".join(f"SELECT guild_id FROM {table} WHERE guild_id IS NOT NULL" for table in _NAME_GUILD)
    return {guild_id for (guild_id,) in db.execute(named)}


def export_user(db: sqlite_utils.Database, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything stored about a member, per table, ready to be written as JSON; of secrets only the names."""
    return {
        table: [_readable(row) for row in db.query(f"SELECT * FROM {table} WHERE {theirs}", {"id": user_id})]
        for table, theirs in _OF_USER.items()
    }


def _delete(db: sqlite_utils.Database, owned: dict[str, str], owner: int) -> dict[str, int]:
    return {
        table: db.execute(f"DELETE FROM {table} WHERE {theirs}", {"id": owner}).rowcount
        for table, theirs in owned.items()
    }


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return {
        column: json.loads(value) if column in _JSON_COLUMNS and value is not None else value
        for column, value in row.items()
        if column not in _SEALED_COLUMNS
    }
