"""Backups are whole, checked and put back, whatever happens meanwhile."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from storage.backups import back_up, backups_in, folder_of, restore, taken_at
from storage.errors import StorageError
from storage.store import Store
from tests.storage.examples import ANNA, NOW, keep

TAKEN = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)


@pytest.fixture
def folder(path):
    return folder_of(path)


async def names(path):
    async with Store.open(path) as store:
        return {one.name for one in await store.list_playlists(ANNA)}


async def press_often(store, acknowledged):
    number = 0
    while True:
        number += 1
        await store.press(number, ANNA, None, f"t{number}", "like", NOW)
        acknowledged.append(f"t{number}")


async def test_a_backup_during_writes_has_all_that_was_acknowledged_before_it(path):
    async with Store.open(path) as store:
        acknowledged = []
        writing = asyncio.create_task(press_often(store, acknowledged))
        while len(acknowledged) < 50:
            await asyncio.sleep(0)
        before = list(acknowledged)
        copy = await store.back_up(TAKEN, keep=3)
        assert len(acknowledged) > len(before)
        writing.cancel()
    restore(copy, path, NOW)
    async with Store.open(path) as store:
        liked = {one.track_id for one in await store.opinions(ANNA)}
        assert await store.is_sound()
    assert liked >= set(before)
    assert liked == {f"t{number}" for number in range(1, len(liked) + 1)}


async def test_what_is_in_the_log_only_is_backed_up_too(path, folder):
    async with Store.open(path) as store:
        await keep(store, "Mix", "t1")
        copy = back_up(path, folder, TAKEN)
    assert await names(copy) == {"Mix"}


async def test_a_backup_is_one_file_that_nobody_else_can_read(path):
    async with Store.open(path) as store:
        copy = await store.back_up(TAKEN, keep=3)
        assert await store.last_backup() == TAKEN
    assert copy.name == "segue-20260301-123015.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert list(copy.parent.iterdir()) == [copy]


async def test_the_latest_stay_and_other_files_are_left_alone(path, folder):
    async with Store.open(path):
        pass
    folder.mkdir()
    (folder / "segue-old.db").touch()
    for day in range(4):
        back_up(path, folder, TAKEN + timedelta(days=day), keep=2)
    assert [taken_at(one).day for one in backups_in(folder)] == [4, 3]
    assert (folder / "segue-old.db").exists()


async def test_two_backups_within_a_second_are_two(path, folder):
    async with Store.open(path):
        pass
    assert back_up(path, folder, TAKEN) != back_up(path, folder, TAKEN)
    assert len(backups_in(folder)) == 2


async def test_a_damaged_database_makes_no_backup(path, folder):
    async with Store.open(path) as store:
        for number in range(200):
            await store.press(number, ANNA, None, f"track-{number}", "like", NOW)
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"damaged|can't be copied"):
        back_up(path, folder, TAKEN, keep=1)
    assert list(folder.iterdir()) == []


async def test_a_restored_database_is_the_backup_and_the_replaced_one_is_kept(path, folder):
    async with Store.open(path) as store:
        await keep(store, "Before", "t1")
        copy = back_up(path, folder, TAKEN)
        await keep(store, "After", "t2")
    replaced = restore(copy, path, TAKEN + timedelta(hours=1))
    assert await names(path) == {"Before"}
    assert await names(replaced) == {"Before", "After"}
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_log_that_a_crash_left_is_kept_with_what_it_belongs_to(path, folder):
    async with Store.open(path) as store:
        copy = back_up(path, folder, TAKEN)
        await keep(store, "Only in the log", "t1")
        left = path.with_name("crashed.db")
        for rest in ("", "-wal"):
            left.with_name(left.name + rest).write_bytes(path.with_name(path.name + rest).read_bytes())
    for rest in ("", "-wal"):
        left.with_name(left.name + rest).replace(path.with_name(path.name + rest))
    replaced = restore(copy, path, NOW)
    assert await names(path) == set()
    assert await names(replaced) == {"Only in the log"}


async def test_a_damaged_database_can_be_replaced_and_is_kept_as_it_is(path, folder):
    async with Store.open(path):
        copy = back_up(path, folder, TAKEN)
    path.write_bytes(b"no database any more" * 1000)
    replaced = restore(copy, path, NOW)
    assert replaced.read_bytes() == b"no database any more" * 1000
    assert replaced not in backups_in(folder)
    assert await names(path) == set()


async def test_nothing_is_restored_while_the_database_is_open(path, folder):
    async with Store.open(path) as store:
        await keep(store, "Mix", "t1")
        copy = back_up(path, folder, TAKEN)
        with pytest.raises(StorageError, match="in use: stop the bot"):
            restore(copy, path, NOW)
    assert await names(path) == {"Mix"}
    restore(copy, path, NOW)


@pytest.mark.parametrize("content", [b"", b"text", None])
async def test_what_is_no_backup_is_refused_and_nothing_changes(path, tmp_path, content):
    async with Store.open(path) as store:
        await keep(store, "Mix", "t1")
    other = tmp_path / "other.db"
    if content is not None:
        other.write_bytes(content)
    with pytest.raises(StorageError, match=r"other\.db"):
        restore(other, path, NOW)
    assert await names(path) == {"Mix"}
    assert not list(tmp_path.glob("*.unfinished"))


async def test_another_programs_database_is_refused(path, tmp_path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as theirs:
        theirs.execute("CREATE TABLE albums (id INTEGER)")
    theirs.close()
    with pytest.raises(StorageError, match="another program"):
        restore(other, path, NOW)
    assert not path.exists()


async def test_the_database_is_no_backup_of_itself(path):
    async with Store.open(path):
        pass
    with pytest.raises(StorageError, match="is the database itself"):
        restore(path, path, NOW)
