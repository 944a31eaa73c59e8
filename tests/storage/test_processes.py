"""What several processes, and one that dies, do to the same file."""

import asyncio
import multiprocessing
import signal
import sqlite3
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import sqlite_utils

from storage.database import Database
from storage.migrations import migrations
from storage.store import Store
from tests.storage.examples import ANNA, NOW, answer, keep, shown

# The children are forked from a fresh process, which shares nothing with this one and has imported the slow part.
FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["sqlite_utils"])
PROCESSES, INCREMENTS = 4, 50
# Far more than a loaded machine needs to start Python.
PATIENCE_S = 60


def read_then_increment(db: sqlite_utils.Database) -> None:
    n = db.execute("SELECT n FROM counter").fetchone()[0]
    db.execute("UPDATE counter SET n = ?", (n + 1,))


def increment_often(path: Path, all_ready: Barrier) -> None:
    async def run() -> None:
        async with Database.open(path) as database:
            all_ready.wait(PATIENCE_S)
            for _ in range(INCREMENTS):
                await database.write(read_then_increment)

    asyncio.run(run())


def write_and_wait(path: Path, acknowledge: Connection) -> None:
    async def run() -> None:
        async with Store.open(path) as store:
            await store.save_answer(answer(), shown("t1"), NOW)
            await store.extend_answer("a1", 1, shown("t2"), "m2", NOW)
            await keep(store, "Mix", "t1")
            acknowledge.send("written")
            time.sleep(PATIENCE_S)

    asyncio.run(run())


async def test_four_processes_that_read_then_write_lose_nothing(path: Path) -> None:
    async with Database.open(path) as database:
        await database.write(lambda db: db.execute("CREATE TABLE counter AS SELECT 0 AS n"))
        all_ready = FRESH.Barrier(PROCESSES)
        children = [FRESH.Process(target=increment_often, args=(path, all_ready)) for _ in range(PROCESSES)]
        for child in children:
            child.start()
        for child in children:
            await asyncio.to_thread(child.join, PATIENCE_S)
        assert [child.exitcode for child in children] == [0] * PROCESSES
        n = await database.read(lambda db: db.execute("SELECT n FROM counter").fetchone()[0])
    assert n == PROCESSES * INCREMENTS


async def test_an_acknowledged_write_survives_the_death_of_its_process(path: Path) -> None:
    acknowledged, acknowledge = FRESH.Pipe(duplex=False)
    child = FRESH.Process(target=write_and_wait, args=(path, acknowledge))
    child.start()
    assert acknowledged.poll(PATIENCE_S)
    child.kill()
    child.join(PATIENCE_S)
    assert child.exitcode == -signal.SIGKILL
    async with Store.open(path) as store:
        stored = await store.load_answer("a1")
        assert stored is not None
        assert stored.tracks == shown("t1", "t2")
        assert len(await store.list_playlists(ANNA)) == 1


async def test_one_new_file_can_be_opened_several_times_at_once(path: Path) -> None:
    async def open_and_write(user_id: int) -> None:
        async with Store.open(path) as store:
            await store.remember_member(user_id, NOW)

    await asyncio.gather(*(open_and_write(user_id) for user_id in range(8)))
    with sqlite_utils.Database(path) as db:
        assert db["members"].count == 8
        assert migrations.pending(db) == []


async def test_a_new_file_that_another_process_is_writing_is_waited_for(path: Path) -> None:
    with sqlite_utils.Database(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        finishing = asyncio.get_running_loop().call_later(0.2, other.rollback)
        async with Store.open(path) as store:
            assert finishing.when() <= asyncio.get_running_loop().time()
            await store.remember_member(ANNA, NOW)
