import json
from pathlib import Path
from typing import Any

import sqlite_utils

from storage.database import Database
from storage.privacy import delete_guild, delete_user, export_user
from storage.store import Store
from tests.storage.examples import ANNA, BEN, GUILD, NOW, OTHER_GUILD, answer, keep, shown, songs

USER_COLUMNS = {"user_id", "owner_id"}


def personal_tables(db: sqlite_utils.Database) -> set[str]:
    """The tables with a member's id, and those that refer to one of them."""
    personal = {table.name for table in db.tables if USER_COLUMNS & set(table.columns_dict)}
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
        row |= dict.fromkeys(USER_COLUMNS & set(row), user_id)
        row |= dict.fromkeys({"guild_id"} & set(row), guild_id)
        table.insert(row)
        filled.add(table.name)


def rows_per_table(db: sqlite_utils.Database, tables: set[str]) -> dict[str, int]:
    return {table: db[table].count for table in tables}


def tables_still_naming_guild(db: sqlite_utils.Database, guild_id: int) -> list[str]:
    with_guild = [table for table in db.tables if "guild_id" in table.columns_dict]
    return [table.name for table in with_guild if table.count_where("guild_id = ?", [guild_id])]


async def test_deleting_a_member_empties_every_table_with_an_id_of_theirs(database: Database) -> None:
    await database.write(fill, ANNA, GUILD, 1)
    await database.write(fill, BEN, GUILD, 2)
    personal = await database.read(personal_tables)
    deleted = await database.write(delete_user, ANNA)
    assert deleted == dict.fromkeys(personal, 1)
    assert await database.read(rows_per_table, personal) == dict.fromkeys(personal, 1)
    of_ben = await database.read(export_user, BEN)
    assert {table: len(rows) for table, rows in of_ben.items()} == dict.fromkeys(personal, 1)


async def test_an_export_holds_every_column_of_every_table_with_an_id_of_theirs(database: Database) -> None:
    await database.write(fill, ANNA, GUILD, 1)
    await database.write(fill, BEN, GUILD, 2)
    columns = await database.read(lambda db: {table: set(db[table].columns_dict) for table in personal_tables(db)})
    exported = await database.read(export_user, ANNA)
    assert {table: [set(row) for row in rows] for table, rows in exported.items()} == {
        table: [names] for table, names in columns.items()
    }
    assert str(BEN) not in json.dumps(exported)


async def test_deleting_a_guild_leaves_its_id_in_no_table(database: Database) -> None:
    await database.write(fill, ANNA, GUILD, 1)
    await database.write(fill, BEN, OTHER_GUILD, 2)
    assert await database.read(tables_still_naming_guild, GUILD)
    await database.write(delete_guild, GUILD)
    assert await database.read(tables_still_naming_guild, GUILD) == []
    of_ben = await database.read(export_user, BEN)
    assert all(len(rows) == 1 for rows in of_ben.values())


async def test_a_new_table_that_deletion_does_not_know_would_be_noticed(database: Database) -> None:
    def add_tables(db: sqlite_utils.Database) -> None:
        db.execute("CREATE TABLE plays (user_id INTEGER, guild_id INTEGER, track_id TEXT)")
        db.execute("CREATE TABLE listeners (playlist_id INTEGER REFERENCES playlists(id) ON DELETE CASCADE)")

    await database.write(add_tables)
    await database.write(fill, ANNA, GUILD, 1)
    personal = await database.read(personal_tables)
    assert personal - set(await database.read(export_user, ANNA)) == {"plays", "listeners"}
    assert personal - set(await database.write(delete_user, ANNA)) == {"plays", "listeners"}
    await database.write(delete_guild, GUILD)
    assert await database.read(tables_still_naming_guild, GUILD) == ["plays"]


async def test_deletion_tells_how_many_rows_went(store: Store) -> None:
    await store.save_answer(answer(), shown("t1", "t2"), NOW)
    await keep(store, "Mix", "t1", "t2", "t3")
    assert await store.delete_user(ANNA) == {
        "answer_tracks": 2,
        "answers": 1,
        "tracks_shown": 3,
        "playlist_tracks": 3,
        "playlists": 1,
        "members": 1,
    }
    assert set((await store.delete_user(ANNA)).values()) == {0}


async def test_a_press_after_deletion_brings_nothing_back(store: Store) -> None:
    await store.save_answer(answer(), shown("t1"), NOW)
    await store.delete_user(ANNA)
    assert not await store.extend_answer("a1", 1, shown("t2"), "m2", NOW)
    assert not any((await store.export_user(ANNA)).values())


async def test_what_was_deleted_can_be_found_in_no_file(store: Store, path: Path) -> None:
    await keep(store, "Unmistakable", "t1")
    await keep(store, "Bystander", "t1", owner_id=BEN)

    def on_disk(text: bytes) -> bool:
        return any(text in file.read_bytes() for file in path.parent.iterdir())

    assert on_disk(b"Unmistakable")
    await store.delete_user(ANNA)
    assert not on_disk(b"Unmistakable")
    assert not on_disk(b"unmistakable")
    assert on_disk(b"Bystander")


async def test_an_export_can_be_written_as_json(store: Store) -> None:
    await store.save_answer(answer(), shown("t1"), NOW)
    await keep(store, "אהבה 🎧", "t1")
    exported = await store.export_user(ANNA)
    assert json.loads(json.dumps(exported)) == exported
    assert exported["answers"][0]["request"] == {"seeds": ["s1"], "adventurous": 0.3}
    assert exported["playlists"][0]["name"] == "אהבה 🎧"


async def test_a_guild_that_removes_the_bot_takes_what_was_gathered_there(store: Store) -> None:
    await store.save_answer(answer("here"), shown("t1", "t2"), NOW)
    await store.save_answer(answer("there", guild_id=OTHER_GUILD), shown("t2", "t3"), NOW)
    await store.save_answer(answer("direct", guild_id=None), shown("t4"), NOW)
    assert await store.delete_guild(GUILD) == {"answer_tracks": 2, "answers": 1, "tracks_shown": 1, "playlists": 0}
    assert await store.load_answer("here") is None
    assert await store.load_answer("there") is not None
    assert await store.tracks_shown(ANNA) == {"t2", "t3", "t4"}


async def test_a_playlist_stays_its_owners_when_its_guild_removes_the_bot(store: Store) -> None:
    await keep(store, "Mix", "t1", "t2")
    assert (await store.delete_guild(GUILD))["playlists"] == 1
    kept = await store.get_playlist(ANNA, "Mix")
    assert kept.guild_id is None
    assert kept.tracks == songs("t1", "t2")
