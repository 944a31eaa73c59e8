"""Ways to fill and search the whole schema, so that a test over it can't forget a table."""

from typing import Any

import sqlite_utils
from sqlite_utils.db import Table

# Columns that take nothing but certain values.
ALLOWED = {
    "verdict": "like",
    "kind": "artist",
    "blendable": 1,
    "outcome": "posted",
    "trainings.outcome": "failed",
    "how": "trained",
    "decision": "accepted",
    "adventurous": "bold",
    "explicit": 1,
}


def user_columns(table: Table) -> set[str]:
    """The columns that hold the id of a member."""
    return {column for column in table.columns_dict if column.endswith(("user_id", "owner_id"))}


def guild_columns(table: Table) -> set[str]:
    """The columns that hold the id of a guild."""
    return {column for column in table.columns_dict if column.endswith("guild_id")}


def personal_tables(db: sqlite_utils.Database) -> set[str]:
    """The tables with a member's id, and those that refer to one of them."""
    personal = {table.name for table in db.tables if user_columns(table)}
    while (
        referring := {
            table.name for table in db.tables if any(key.other_table in personal for key in table.foreign_keys)
        }
        - personal
    ):
        personal |= referring
    return personal


def fill(db: sqlite_utils.Database, user_id: int, guild_id: int, value: int) -> None:
    """Put one row of this member, in this guild, into every table; `value` stands in all other columns."""
    filled: set[str] = set()
    waiting = [table for table in db.tables if table.name != "_sqlite_migrations"]
    while waiting:
        table = waiting.pop(0)
        if not {key.other_table for key in table.foreign_keys} <= filled | {table.name}:
            waiting.append(table)
            continue
        row: dict[str, Any] = dict.fromkeys(table.columns_dict, value)
        row |= {column: allowed for column, allowed in ALLOWED.items() if column in row}
        row |= {column: ALLOWED[key] for column in row if (key := f"{table.name}.{column}") in ALLOWED}
        row |= dict.fromkeys(user_columns(table), user_id)
        row |= dict.fromkeys(guild_columns(table), guild_id)
        # What is about a guild alone stands there once for all its members.
        table.insert(row, replace=not user_columns(table) and not table.foreign_keys)
        filled.add(table.name)


def places_of(db: sqlite_utils.Database, number: int) -> set[str]:
    """Every `table.column` in which a value is this number or has it in its text."""
    return {
        f"{table}.{column}"
        for table in db.table_names()
        for column in db[table].columns_dict
        if db.execute(
            f"SELECT 1 FROM [{table}] WHERE [{column}] = ? OR instr(CAST([{column}] AS TEXT), ?) LIMIT 1",
            (number, str(number)),
        ).fetchone()
    }


def as_stored(number: int) -> list[bytes]:
    """The bytes by which SQLite's files hold a large number: as text, as a value and as the key of a row."""
    # A row's key has 7 bits in each of its first eight bytes, all marked by their highest bit, and 8 in the ninth.
    key = bytes(0x80 | (number >> shift) & 0x7F for shift in range(57, 7, -7)) + bytes([number & 0xFF])
    return [str(number).encode(), number.to_bytes(8), key]
