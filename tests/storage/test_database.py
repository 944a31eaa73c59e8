import asyncio
import sqlite3
import stat
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from storage.database import Database
from storage.errors import BusyError, StorageError
from storage.schema import migrations
from storage.store import Store
from tests.storage.examples import ANNA, NOW, answer, shown


def schema(path: Path) -> list[str]:
    with sqlite_utils.Database(path) as db:
        return sorted(row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))


def applied(path: Path) -> list[str]:
    with sqlite_utils.Database(path) as db:
        return [f"{step.name} {step.applied_at}" for step in migrations.applied(db)]


async def test_opening_again_changes_nothing(path: Path) -> None:
    async with Store.open(path) as store:
        await store.save_answer(answer(), shown("t1"), NOW)
    before = schema(path), applied(path)
    for _ in range(2):
        async with Store.open(path) as store:
            assert await store.tracks_shown(ANNA) == {"t1"}
    assert (schema(path), applied(path)) == before


async def test_an_earlier_database_is_upgraded_with_its_rows(path: Path) -> None:
    with sqlite_utils.Database(path) as db:
        migrations.apply(db, stop_before="m0003_tracks_shown")
        db["members"].insert(
            {"user_id": ANNA, "first_seen": "2025-01-01T00:00:00Z", "last_seen": "2025-01-01T00:00:00Z"}
        )
    async with Store.open(path) as store:
        assert len((await store.export_user(ANNA))["members"]) == 1
        await store.save_answer(answer(), shown("t1"), NOW)


async def test_a_failed_upgrade_leaves_the_database_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Store.open(path):
        pass
    before = schema(path), applied(path)

    def m9998_half(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")

    def m9999_broken(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")

    monkeypatch.setattr(migrations, "_migrations", list(migrations._migrations))
    migrations()(m9998_half)
    migrations()(m9999_broken)
    with pytest.raises(StorageError, match="half already exists"):
        async with Store.open(path):
            pass
    assert (schema(path), applied(path)) == before


async def test_a_database_from_the_future_is_refused(path: Path) -> None:
    async with Store.open(path) as store:
        await store.save_answer(answer(), shown("t1"), NOW)
    with sqlite_utils.Database(path) as db:
        db["_sqlite_migrations"].insert({"migration_set": "segue", "name": "m9999_holograms", "applied_at": "2040"})
    before = schema(path)
    with pytest.raises(StorageError, match="newer Segue, which knows m9999_holograms: update Segue"):
        async with Store.open(path):
            pass
    assert schema(path) == before
    with sqlite_utils.Database(path) as db:
        assert db["answer_tracks"].count == 1


@pytest.mark.parametrize("content", [b"shopping: milk, eggs\n", b"bread and butter\n" * 1000, b"SQLite format 3\0..."])
async def test_a_text_file_in_its_place_is_refused_and_left_untouched(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    changed_at = path.stat().st_mtime_ns
    with pytest.raises(StorageError, match="not a database"):
        async with Store.open(path):
            pass
    assert path.read_bytes() == content
    assert path.stat().st_mtime_ns == changed_at
    assert list(path.parent.iterdir()) == [path]


async def test_the_database_of_another_program_is_refused_and_left_untouched(path: Path) -> None:
    with sqlite_utils.Database(path) as db:
        db["bookmarks"].insert({"url": "https://example.org"})
    content = path.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        async with Store.open(path):
            pass
    assert path.read_bytes() == content


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"can't be created: .+\.$"):
        async with Store.open(tmp_path / "data" / "segue.db"):
            pass


async def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="can't be opened"):
        async with Store.open(tmp_path):
            pass


async def test_missing_folders_are_made_and_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data" / "segue.db"
    async with Store.open(path) as store:
        await store.remember_member(ANNA, NOW)
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


async def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.touch()
    async with Store.open(path) as store:
        assert await store.tracks_shown(ANNA) == set()


async def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "música 100% #1?mode=ro" / "segue ’s.db"
    async with Store.open(str(path)) as store:
        await store.remember_member(ANNA, NOW)
    assert path.exists()


async def test_a_write_that_fails_half_way_keeps_nothing_and_the_next_one_works(database: Database) -> None:
    def half(db: sqlite_utils.Database) -> None:
        db["members"].insert({"user_id": 1, "first_seen": "", "last_seen": ""})
        raise LookupError("in the middle")

    with pytest.raises(LookupError):
        await database.write(half)
    assert await database.read(lambda db: db["members"].count) == 0
    await Store(database).remember_member(ANNA, NOW)
    assert await database.read(lambda db: db["members"].count) == 1


async def test_an_awaited_write_is_in_the_next_read_of_every_thread(database: Database) -> None:
    await database.write(lambda db: db.execute("CREATE TABLE counter (n INTEGER)"))
    await database.write(lambda db: db.execute("INSERT INTO counter VALUES (0)"))
    for expected in range(1, 20):
        await database.write(lambda db: db.execute("UPDATE counter SET n = n + 1"))
        reads = [database.read(lambda db: db.execute("SELECT n FROM counter").fetchone()[0]) for _ in range(8)]
        assert set(await asyncio.gather(*reads)) == {expected}


async def test_a_read_cannot_change_anything(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read(lambda db: db.execute("DELETE FROM members"))


async def test_a_read_sees_one_state_while_others_write(database: Database) -> None:
    between, written = threading.Event(), threading.Event()

    def count_twice(db: sqlite_utils.Database) -> tuple[int, int]:
        first = db["members"].count
        between.set()
        assert written.wait(5)
        return first, db["members"].count

    reading = asyncio.create_task(database.read(count_twice))
    await asyncio.to_thread(between.wait, 5)
    await Store(database).remember_member(ANNA, NOW)
    written.set()
    assert await reading == (0, 0)


async def test_what_a_write_has_read_still_holds_when_it_decides(database: Database, path: Path) -> None:
    has_read = threading.Event()

    def increment_slowly(db: sqlite_utils.Database) -> None:
        n = db["members"].get(ANNA)["last_seen"]
        has_read.set()
        time.sleep(0.1)
        db["members"].update(ANNA, {"last_seen": n + "+1"})

    await Store(database).remember_member(ANNA, NOW)
    async with Database.open(path) as of_another_process:
        first = asyncio.create_task(database.write(increment_slowly))
        await asyncio.to_thread(has_read.wait, 5)
        await of_another_process.write(increment_slowly)
        await first
    assert await database.read(lambda db: db["members"].get(ANNA)["last_seen"]) == "2026-01-05T18:00:00Z+1+1"


async def test_a_write_that_another_program_holds_up_is_refused_with_a_sentence(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_S", 0.05)
    async with Store.open(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(BusyError, match="can't write that down right now"):
                await store.remember_member(ANNA, NOW)
        await store.remember_member(ANNA, NOW)


async def test_the_event_loop_goes_on_during_a_write(database: Database) -> None:
    writing = asyncio.create_task(database.write(lambda _: time.sleep(0.2)))
    ticks = 0
    while not writing.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks >= 5


async def test_closing_waits_for_what_was_asked_for(path: Path) -> None:
    async with Database.open(path) as database:
        await database.write(lambda db: db.execute("CREATE TABLE done (n INTEGER)"))

        def slowly(db: sqlite_utils.Database, n: int) -> None:
            time.sleep(0.02)
            db.execute("INSERT INTO done VALUES (?)", (n,))

        writes = [asyncio.create_task(database.write(slowly, n)) for n in range(10)]
        await asyncio.sleep(0)
    await asyncio.gather(*writes)
    with sqlite_utils.Database(path) as db:
        assert db["done"].count == 10


async def test_closing_twice_is_closing_once_and_leaves_a_single_file(path: Path) -> None:
    async with Database.open(path) as database:
        await asyncio.gather(*(database.read(lambda db: db["members"].count) for _ in range(8)))
        await database.close()
        await asyncio.gather(database.close(), database.close())
    assert list(path.parent.iterdir()) == [path]


async def test_a_closed_database_says_so(path: Path) -> None:
    async with Database.open(path) as database:
        pass
    for attempt in (database.read(len), database.write(len), database.empty_log(), database.wipe_leftovers()):
        with pytest.raises(StorageError, match="The database is closed"):
            await attempt


async def test_leftovers_that_cannot_be_wiped_now_are_logged_and_wiped_the_next_time(
    database: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await Store(database).remember_member(ANNA, NOW)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        await database.wipe_leftovers()
    assert "leftovers of deleted rows stay in it for now: database is locked" in caplog.text
    caplog.clear()
    await database.wipe_leftovers()
    assert caplog.text == ""
    assert await database.read(lambda db: db["members"].count) == 1


async def test_no_thread_is_left_behind(path: Path) -> None:
    async with Database.open(path) as database:
        await database.read(lambda db: db["members"].count)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("storage-")]
