"""Brings a database's schema up to date, or refuses what isn't ours."""

import sqlite_utils

from storage.errors import StorageError
from storage.schema import migrations


def check_ours(db: sqlite_utils.Database) -> None:
    """Raise StorageError unless the file is empty or a database of this or an earlier Segue."""
    # Both in one view: between two, another process may set up the new file.
    with db.atomic():
        applied = {step.name for step in migrations.applied(db)}
        tables = db.table_names()
    if tables and not applied:
        raise StorageError("It is a database of another program.")
    with sqlite_utils.Database(memory=True) as nothing_applied:
        known = {step.name for step in migrations.pending(nothing_applied)}
    unknown = sorted(applied - known)
    if unknown:
        raise StorageError(f"It was written by a newer Segue, which knows {unknown[-1]}: update Segue to open it.")


def upgrade(db: sqlite_utils.Database) -> list[str]:
    """Apply the missing steps, all or none, and return their names; raises StorageError as `check_ours` does."""
    # SQLite can rebuild a table that others refer to only while foreign keys are off, and the switch does
    # nothing inside a transaction.
    db.conn.execute("PRAGMA foreign_keys=OFF")
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        names = _apply_missing(db)
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise
    db.conn.execute("PRAGMA foreign_keys=ON")
    return names


def missing(db: sqlite_utils.Database) -> list[str]:
    """The names of the steps that the file lacks."""
    return [step.name for step in migrations.pending(db)]


def _apply_missing(db: sqlite_utils.Database) -> list[str]:
    # Again, now that nobody else can write: a newer Segue may have opened the file since.
    check_ours(db)
    names = missing(db)
    migrations.apply(db)
    if db.conn.execute("PRAGMA foreign_key_check").fetchone():
        raise StorageError("Upgrading it would leave rows that refer to nothing.")
    return names
