"""Who has the database open: what may not happen meanwhile asks here.

A lock on its folder, given back by the system when a process ends, however it ends. SQLite's own locks are held for the
length of a transaction only, and closing the file in any other way would give those back.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import StorageError

TEXT_RESTORING = "The database {database} is just being restored; try again in a moment."
TEXT_IN_USE = "The database {database} is in use: stop the bot, and whatever else uses it, first."


@contextmanager
def in_service(database: Path) -> Iterator[None]:
    """Hold the database as one of those that have it open; raises StorageError while it is being replaced."""
    with _lock(database, fcntl.LOCK_SH, TEXT_RESTORING):
        yield


@contextmanager
def nobody_else(database: Path) -> Iterator[None]:
    """Keep every other process from opening the database; raises StorageError when one has it open."""
    with _lock(database, fcntl.LOCK_EX, TEXT_IN_USE):
        yield


def in_use(database: Path) -> bool:
    """Whether a process has the database open."""
    if not database.exists():
        return False
    try:
        with nobody_else(database):
            return False
    except StorageError:
        return True


@contextmanager
def _lock(database: Path, kind: int, refusal: str) -> Iterator[None]:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(database.parent, os.O_RDONLY)
    except OSError as error:
        raise StorageError(f"The database {database} can't be created: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(refusal.format(database=database)) from None
        yield
    finally:
        os.close(descriptor)
