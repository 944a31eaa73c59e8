"""One SQLite file behind one write thread and a few read threads, awaited from the event loop."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

import sqlite_utils

from storage.errors import BusyError, StorageError
from storage.migrations import check_ours, upgrade
from storage.service_lock import in_service

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# How long a write waits for another process; one write of ours takes milliseconds.
BUSY_TIMEOUT_S = 10.0
LOG_PATIENCE_MS = 250
TEXT_BUSY = "I can't write that down right now; please try again in a moment."
# SQLite tells more of what it was busy with in the higher bits of its codes.
PRIMARY_CODE = 0xFF
# Reads are short; more threads would only compete for the small servers a bot lives on.
READ_THREADS = 4


class Database:
    """The bot's database: `write` decides and changes, `read` looks, and neither holds up the event loop."""

    def __init__(self, path: Path, writer: sqlite_utils.Database, write_thread: ThreadPoolExecutor) -> None:
        self.path = path
        self._writer = writer
        self._write_thread = write_thread
        self._read_threads = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="storage-read")
        self._readers: list[sqlite_utils.Database] = []
        self._of_this_thread = threading.local()
        self._closed = False

    @classmethod
    @asynccontextmanager
    async def open(cls, path: str | Path) -> AsyncIterator[Self]:
        """Open, create or upgrade the file for the length of an `async with`.

        Raises StorageError, leaving the file as it was, when it can't be used: not a database, another program's,
        a newer Segue's, or in a folder that can't be written.
        """
        path = Path(path)
        with in_service(path):
            write_thread = ThreadPoolExecutor(1, thread_name_prefix="storage-write")
            try:
                writer = await asyncio.get_running_loop().run_in_executor(write_thread, _open_writer, path)
            except BaseException:
                write_thread.shutdown(wait=False)
                raise
            database = cls(path, writer, write_thread)
            try:
                yield database
            finally:
                await database.close()

    async def write(
        self, function: Callable[Concatenate[sqlite_utils.Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(db, …)` in a transaction of its own and return its result once that is committed.

        Nothing of it is kept when the function raises. Raises StorageError when the database is closed, BusyError
        when another program keeps it locked.
        """
        return await self._run(self._write_thread, lambda: self._write(lambda db: function(db, *args, **kwargs)))

    async def read(
        self, function: Callable[Concatenate[sqlite_utils.Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(db, …)` on one unchanging view of everything committed so far and return its result.

        Raises StorageError when the database is closed.
        """
        return await self._run(self._read_threads, lambda: self._read(lambda db: function(db, *args, **kwargs)))

    async def empty_log(self) -> None:
        """Move what the write-ahead log holds into the file, on disk, and empty the log.

        Deleted rows are wiped from the file (`secure_delete`) but can be read in the log until then.
        Raises StorageError when the database is closed.
        """
        await self._run(self._write_thread, self._empty_log)

    async def wipe_leftovers(self) -> None:
        """Write the file anew with nothing but the rows that are left, on disk, and empty the log.

        `secure_delete` misses what a page held before its rows moved to another one, and the copies of keys that
        lead to rows: now and then a deleted id can still be found in the file until then.
        Raises StorageError when the database is closed.
        """
        await self._run(self._write_thread, self._wipe_leftovers)

    async def close(self) -> None:
        """Finish what was asked for, then close; a second call does nothing."""
        self._closed = True
        await asyncio.to_thread(self._close)

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._closed:
            raise StorageError("The database is closed.")
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY:
                raise
            raise BusyError(TEXT_BUSY) from error

    def _write(self, function: Callable[[sqlite_utils.Database], T]) -> T:
        # IMMEDIATE: a transaction that reads first and asks for the write lock later fails at once, without
        # waiting, when another process wrote in between.
        self._writer.conn.execute("BEGIN IMMEDIATE")
        try:
            result = function(self._writer)
            self._writer.conn.execute("COMMIT")
        except BaseException:
            self._writer.rollback()
            raise
        return result

    def _read(self, function: Callable[[sqlite_utils.Database], T]) -> T:
        reader = getattr(self._of_this_thread, "reader", None)
        if reader is None:
            reader = self._of_this_thread.reader = _connect(self.path)
            self._readers.append(reader)
            reader.conn.execute("PRAGMA query_only=ON")
        reader.conn.execute("BEGIN")
        try:
            return function(reader)
        finally:
            reader.rollback()

    def _wipe_leftovers(self) -> None:
        try:
            with self._little_patience():
                self._writer.conn.execute("VACUUM")
        except sqlite3.OperationalError as error:
            # The rows themselves are gone, and the next time catches up.
            log.warning("database %s: leftovers of deleted rows stay in it for now: %s", self.path, error)
        self._empty_log()

    def _empty_log(self) -> None:
        with self._little_patience():
            held_up = self._writer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if held_up:
            log.warning("database %s: another program reads it, so deleted rows stay in its log for now", self.path)

    @contextmanager
    def _little_patience(self) -> Iterator[None]:
        # Every other write waits meanwhile: another program that takes its time is not worth holding all members up.
        self._writer.conn.execute(f"PRAGMA busy_timeout={LOG_PATIENCE_MS}")
        try:
            yield
        finally:
            self._writer.conn.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_S * 1000)}")

    def _close(self) -> None:
        self._write_thread.shutdown(wait=True)
        self._read_threads.shutdown(wait=True)
        # The writer last: the last connection to close moves the log into the file and removes it.
        for connection in (*self._readers, self._writer):
            connection.close()


def is_sound(db: sqlite_utils.Database) -> bool:
    """Whether SQLite finds the whole file in order."""
    return bool(db.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def _connect(path: Path) -> sqlite_utils.Database:
    """Open one connection, which leaves transactions to us and which another thread may close."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    return sqlite_utils.Database(connection, execute_plugins=False)


def _open_writer(path: Path) -> sqlite_utils.Database:
    """Open or create the file, bring its schema up to date and return the connection that writes."""
    try:
        if not path.exists():
            # It holds what members did: nobody else on the machine needs to read it.
            path.touch(mode=0o600)
        writer = _connect(path)
    except OSError as error:
        raise StorageError(f"The database {path} can't be created: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise StorageError(f"The database {path} can't be opened: {error}.") from error
    try:
        _prepare(writer, path)
    except (StorageError, sqlite3.Error) as error:
        writer.close()
        raise StorageError(f"The database {path} can't be used: {error}") from error
    except BaseException:
        writer.close()
        raise
    return writer


def _prepare(writer: sqlite_utils.Database, path: Path) -> None:
    check_ours(writer)
    _use_write_ahead_log(writer)
    # NORMAL: a committed write is with the operating system and survives the death of this process. Only a
    # power cut can take back the last moments, never damage the file; FULL would wait for the disk at each press.
    writer.conn.execute("PRAGMA synchronous=NORMAL")
    # Who asks to be deleted is overwritten, not just unlinked.
    writer.conn.execute("PRAGMA secure_delete=ON")
    applied = upgrade(writer)
    if applied:
        log.info("database %s upgraded: %s", path, ", ".join(applied))


def _use_write_ahead_log(writer: sqlite_utils.Database) -> None:
    """Let readers go on while something is written; the file remembers the setting."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            mode = writer.conn.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            # SQLite does not wait here by itself when two processes open a new file at the same moment.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            break
    if mode != "wal":
        raise StorageError("Its disk can't share memory between programs: keep the database on a local disk.")
