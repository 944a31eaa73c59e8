"""What several processes, and one that dies, do to the same file."""

import asyncio
import contextlib
import multiprocessing
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import sqlite_utils

from storage.database import Database
from storage.schema import migrations
from storage.store import Store
from tests.storage.examples import ANNA, GUILD, NOW, answer, keep, shown

# The children are forked from a fresh process, which shares nothing with this one and has imported the slow part.
FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["sqlite_utils"])
PROCESSES, INCREMENTS = 4, 50
# Far more than a loaded machine needs to start Python.
PATIENCE_S = 60
PRESSES, DEATHS = 200, 4
# How long the processes press at the same time; in ten times that, they would reach OPINIONS_PER_MEMBER.
PRESSING_S = 2.0
# Each process has interactions of its own from here on, beside those that reach every process.
OWN = 1_000_000


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


def press_and_acknowledge(path: Path, acknowledge: Connection) -> None:
    """Like 200 tracks, from the first one on whatever was liked before: as Discord delivers again what got lost."""

    async def run() -> None:
        async with Store.open(path) as store:
            for number in range(PRESSES):
                await store.press(number, ANNA, GUILD, f"t{number}", "like", NOW)
                acknowledge.send(number)

    asyncio.run(run())


def press_for_a_while(path: Path, process: int, all_ready: Barrier, acknowledge: Connection) -> None:
    """Like one track that every process is told to like, then one that only this process is, and so on."""

    async def run() -> None:
        acknowledged = []
        async with Store.open(path) as store:
            all_ready.wait(PATIENCE_S)
            end = time.monotonic() + PRESSING_S
            while time.monotonic() < end:
                for number in (len(acknowledged), OWN * (process + 1) + len(acknowledged)):
                    await store.press(number, ANNA, GUILD, f"t{number}", "like", NOW)
                    acknowledged.append(number)
        acknowledge.send(acknowledged)

    asyncio.run(run())


def until_its_end(receiving: Connection) -> Iterator[int]:
    """What a process sent, also when it died in between."""
    with contextlib.suppress(EOFError):
        while True:
            assert receiving.poll(PATIENCE_S)
            yield receiving.recv()


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


async def test_every_acknowledged_press_survives_the_death_of_its_process_and_none_counts_twice(path: Path) -> None:
    chance = random.Random(8)
    acknowledged: set[int] = set()
    for last_words in [*chance.choices(range(PRESSES), k=DEATHS), PRESSES - 1]:
        receiving, sending = FRESH.Pipe(duplex=False)
        child = FRESH.Process(target=press_and_acknowledge, args=(path, sending))
        child.start()
        sending.close()
        for number in until_its_end(receiving):
            acknowledged.add(number)
            if number == last_words:
                child.kill()
        child.join(PATIENCE_S)
        async with Store.open(path) as store:
            liked = {one.track_id for one in await store.opinions(ANNA)}
            counted = {row["interaction_id"] for row in (await store.export_user(ANNA))["presses"]}
        assert {f"t{number}" for number in acknowledged} <= liked
        # A press that had counted twice would have undone itself.
        assert liked == {f"t{number}" for number in counted}
    assert len(liked) == PRESSES


async def test_four_processes_that_press_at_once_lose_nothing_and_count_nothing_twice(path: Path) -> None:
    async with Store.open(path) as store:
        all_ready = FRESH.Barrier(PROCESSES)
        pipes = [FRESH.Pipe(duplex=False) for _ in range(PROCESSES)]
        children = [
            FRESH.Process(target=press_for_a_while, args=(path, process, all_ready, sending))
            for process, (_, sending) in enumerate(pipes)
        ]
        for child, (_, sending) in zip(children, pipes, strict=True):
            child.start()
            # Only the child holds its end now: if it dies, nobody waits for it here.
            sending.close()
        acknowledged = [number for receiving, _ in pipes for number in await asyncio.to_thread(receiving.recv)]
        for child in children:
            await asyncio.to_thread(child.join, PATIENCE_S)
        assert [child.exitcode for child in children] == [0] * PROCESSES
        assert len(acknowledged) > len(set(acknowledged)) > PROCESSES
        assert {one.track_id for one in await store.opinions(ANNA)} == {f"t{number}" for number in acknowledged}
        presses = (await store.export_user(ANNA))["presses"]
        assert {row["interaction_id"] for row in presses} == set(acknowledged)
    with sqlite_utils.Database(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


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
