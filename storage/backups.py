"""Copies of the database, made while it is in use, and put back."""

import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.checkup import check_sound, open_file
from storage.errors import StorageError
from storage.service_lock import nobody_else

NAME = re.compile(r"segue-(\d{8}-\d{6})\.db")
NAME_FORMAT = "segue-%Y%m%d-%H%M%S.db"
UNFINISHED = ".unfinished"


def folder_of(database: Path) -> Path:
    """Where its backups are kept unless somebody names another folder."""
    return database.parent / "backups"


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, the latest first."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)


def taken_at(backup: Path) -> datetime | None:
    """When a backup was made, by its name; None when that is not one of ours."""
    named = NAME.fullmatch(backup.name)
    return datetime.strptime(named[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC) if named else None


def back_up(database: Path, folder: Path, now: datetime, keep: int | None = None) -> Path:
    """Copy the database as it stands into `folder`, checked, and remove all but the latest `keep` backups there.

    Everything committed before is in it, whoever writes meanwhile. Raises StorageError when there is nothing to copy
    or the copy isn't sound.
    """
    with closing(open_file(database)):
        folder.mkdir(parents=True, exist_ok=True)
    for remains in folder.glob(f"segue-*{UNFINISHED}"):
        remains.unlink()
    target = _free_name(folder, now)
    staging = target.with_name(target.name + UNFINISHED)
    _copy(database, staging)
    staging.rename(target)
    _flush(folder)
    if keep is not None:
        for old in backups_in(folder)[keep:]:
            old.unlink()
    return target


def restore(backup: Path, database: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place and return where the replaced one is kept, None if there was none.

    Raises StorageError, changing nothing, when the backup isn't sound or not ours, or a process has the database open.
    """
    if backup.exists() and database.exists() and backup.samefile(database):
        raise StorageError(f"{backup} is the database itself: name one of its backups.")
    with nobody_else(database):
        staging = database.with_name(database.name + UNFINISHED)
        _copy(backup, staging)
        replaced = _set_aside(database, now) if database.exists() else None
        # What is left of a log belongs to the replaced file, and would be taken for this one's.
        for rest in ("-wal", "-shm"):
            Path(f"{database}{rest}").unlink(missing_ok=True)
        staging.replace(database)
        _flush(database.parent)
    return replaced


def _copy(source: Path, target: Path) -> None:
    """Write a sound copy with nothing beside it, readable by its owner only; raises StorageError."""
    target.unlink(missing_ok=True)
    target.touch(mode=0o600, exist_ok=False)
    try:
        with (
            closing(open_file(source)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)
            # Otherwise it would want a log beside it whenever somebody looks into it.
            copy.execute("PRAGMA journal_mode=DELETE")
            check_sound(copy, source)
        _flush(target)
    except sqlite3.Error as error:
        target.unlink()
        raise StorageError(f"The database {source} can't be copied: {error}.") from error
    except BaseException:
        target.unlink()
        raise


def _set_aside(database: Path, now: datetime) -> Path:
    """Keep what is about to be replaced, with the other backups if it is sound."""
    folder = folder_of(database)
    try:
        return back_up(database, folder, now)
    except StorageError:
        aside = _free_name(folder, now).with_suffix(".damaged")
        for rest in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copy2(f"{database}{rest}", f"{aside}{rest}")
        return aside


def _free_name(folder: Path, now: datetime) -> Path:
    while (path := folder / now.astimezone(UTC).strftime(NAME_FORMAT)).exists():
        now += timedelta(seconds=1)
    return path


def _flush(path: Path) -> None:
    """Have the disk really write a file or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
