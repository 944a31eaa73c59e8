"""Whether a database file is ours and in order, found out without changing it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils

from storage.errors import StorageError
from storage.migrations import check_ours, missing

# How long a look waits for a lock of another process; one write takes milliseconds.
PATIENCE_S = 10.0


def open_file(path: Path) -> sqlite3.Connection:
    """A connection to a file that exists; raises StorageError."""
    if not path.is_file():
        raise StorageError(f"There is no database {path}.")
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE_S)


def check_up(path: Path) -> list[str]:
    """The steps that the next start will bring its schema up to date with; raises StorageError."""
    try:
        with closing(open_file(path)) as connection:
            check_sound(connection, path)
            return missing(sqlite_utils.Database(connection, execute_plugins=False))
    except sqlite3.Error as error:
        raise StorageError(f"The database {path} can't be read: {error}.") from error


def check_sound(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StorageError unless SQLite finds everything in order and it is a database of ours."""
    if (found := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        raise StorageError(f"The database {path} is damaged: {found}.")
    db = sqlite_utils.Database(connection, execute_plugins=False)
    if not db.table_names():
        raise StorageError(f"The database {path} is empty.")
    try:
        check_ours(db)
    except StorageError as error:
        raise StorageError(f"The database {path} can't be used: {error}") from error
