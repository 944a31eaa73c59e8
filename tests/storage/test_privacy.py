import json
import random
from pathlib import Path

import sqlite_utils

from storage.database import Database
from storage.feedback import press
from storage.members import remember, remember_shown
from storage.privacy import delete_guild, delete_user, export_user
from storage.store import Store
from tests.storage.examples import ANNA, BEN, GUILD, NOW, OTHER_GUILD, answer, keep, shown, songs
from tests.storage.schema import as_stored, fill, guild_columns, personal_tables, places_of

# What only the operator's keys can read is told by its name.
NOT_EXPORTED = {"secrets": {"sealed"}}
# Enough for SQLite to spread the rows over several pages, where traces of ids would be left.
CROWD = 600


def rows_per_table(db: sqlite_utils.Database, tables: set[str]) -> dict[str, int]:
    return {table: db[table].count for table in tables}


def tables_still_naming_guild(db: sqlite_utils.Database, guild_id: int) -> list[str]:
    return sorted(
        table.name
        for table in db.tables
        for column in guild_columns(table)
        if table.count_where(f"{column} = ?", [guild_id])
    )


def on_disk(path: Path, trace: bytes) -> bool:
    """Whether the database, its log or any file beside them holds these bytes."""
    return any(trace in file.read_bytes() for file in path.parent.iterdir())


async def test_deleting_a_member_empties_every_table_with_an_id_of_theirs(database: Database) -> None:
    await database.write(fill, ANNA, GUILD, 1)
    await database.write(fill, BEN, GUILD, 2)
    personal = await database.read(personal_tables)
    deleted = await database.write(delete_user, ANNA)
    assert deleted == dict.fromkeys(personal, 1)
    # The weekly drop that they set up for a server is the server's, what they did as an operator is the bot's.
    kept = dict.fromkeys(("subscriptions", "trainings", "publications", "label_decisions"), 2)
    assert await database.read(rows_per_table, personal) == dict.fromkeys(personal, 1) | kept
    of_ben = await database.read(export_user, BEN)
    assert {table: len(rows) for table, rows in of_ben.items()} == dict.fromkeys(personal, 1)


async def test_an_export_holds_every_column_of_every_table_with_an_id_of_theirs(database: Database) -> None:
    await database.write(fill, ANNA, GUILD, 1)
    await database.write(fill, BEN, GUILD, 2)
    columns = await database.read(
        lambda db: {
            table: set(db[table].columns_dict) - NOT_EXPORTED.get(table, set()) for table in personal_tables(db)
        }
    )
    exported = await database.read(export_user, ANNA)
    assert {table: [set(row) for row in rows] for table, rows in exported.items()} == {
        table: [names] for table, names in columns.items()
    }
    assert str(BEN) not in json.dumps(exported)


async def test_a_deleted_member_is_named_in_no_column_and_no_byte_of_any_file(
    database: Database, store: Store, path: Path
) -> None:
    await database.write(fill, ANNA, GUILD, 1)
    await database.write(fill, BEN, GUILD, 2)
    assert {place.split(".")[0] for place in await database.read(places_of, ANNA)} <= await database.read(
        personal_tables
    )
    as_text, as_value, as_key = as_stored(ANNA)
    assert on_disk(path, as_value)
    await store.delete_user(ANNA)
    assert await database.read(places_of, ANNA) == set()
    assert not on_disk(path, as_text)
    assert not on_disk(path, as_value)
    assert not on_disk(path, as_key)
    assert await database.read(places_of, BEN)
    assert on_disk(path, as_stored(BEN)[1])


async def test_deleted_members_leave_no_trace_among_many_others(database: Database, store: Store, path: Path) -> None:
    ids = random.Random(5).sample(range(ANNA, ANNA + 10**15), CROWD)
    deleted, kept = ids[: CROWD // 3], ids[CROWD // 3 :]

    def gather(db: sqlite_utils.Database) -> None:
        for number, user_id in enumerate(ids * 2):
            remember(db, user_id, NOW)
            remember_shown(db, user_id, GUILD, [f"t{number}", f"u{number}", f"v{number}"], NOW)
            press(db, number, user_id, GUILD, f"t{number}", "like", NOW)

    def delete(db: sqlite_utils.Database) -> None:
        for user_id in deleted[1:]:
            delete_user(db, user_id)

    await database.write(gather)
    await database.write(delete)
    await store.delete_user(deleted[0])
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not [user_id for user_id in deleted if any(trace in left for trace in as_stored(user_id))]
    assert all(any(trace in left for trace in as_stored(user_id)) for user_id in kept)


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
        db.execute("CREATE TABLE gifts (from_user_id INTEGER, home_guild_id INTEGER)")
        db.execute("CREATE TABLE listeners (playlist_id INTEGER REFERENCES playlists(id) ON DELETE CASCADE)")

    await database.write(add_tables)
    await database.write(fill, ANNA, GUILD, 1)
    personal = await database.read(personal_tables)
    assert personal - set(await database.read(export_user, ANNA)) == {"plays", "gifts", "listeners"}
    assert personal - set(await database.write(delete_user, ANNA)) == {"plays", "gifts", "listeners"}
    await database.write(delete_guild, GUILD)
    assert await database.read(tables_still_naming_guild, GUILD) == ["gifts", "plays"]


async def test_deletion_tells_how_many_rows_went(store: Store) -> None:
    await store.save_answer(answer(), shown("t1", "t2"), NOW)
    await keep(store, "Mix", "t1", "t2", "t3")
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.press(2, ANNA, GUILD, "t2", "like", NOW)
    await store.block(3, ANNA, "artist", "abba", "ABBA", NOW)
    assert await store.delete_user(ANNA) == {
        "answer_tracks": 2,
        "answers": 1,
        "tracks_shown": 3,
        "playlist_tracks": 3,
        "playlists": 1,
        "feedback": 2,
        "presses": 3,
        "blocks": 1,
        "member_settings": 0,
        "secrets": 0,
        "drop_tracks": 0,
        "drops": 0,
        "subscriptions": 0,
        "labels": 0,
        "trainings": 0,
        "publications": 0,
        "label_decisions": 0,
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

    assert on_disk(path, b"Unmistakable")
    await store.delete_user(ANNA)
    assert not on_disk(path, b"Unmistakable")
    assert not on_disk(path, b"unmistakable")
    assert on_disk(path, b"Bystander")


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
    assert await store.delete_guild(GUILD) == {
        "answer_tracks": 2,
        "answers": 1,
        "tracks_shown": 1,
        "drop_tracks": 0,
        "drops": 0,
        "subscriptions": 0,
        "guild_settings": 0,
        "departures": 0,
        "playlists": 0,
        "feedback": 0,
    }
    assert await store.load_answer("here") is None
    assert await store.load_answer("there") is not None
    assert await store.tracks_shown(ANNA) == {"t2", "t3", "t4"}


async def test_a_playlist_stays_its_owners_when_its_guild_removes_the_bot(store: Store) -> None:
    await keep(store, "Mix", "t1", "t2")
    assert (await store.delete_guild(GUILD))["playlists"] == 1
    kept = await store.get_playlist(ANNA, "Mix")
    assert kept.guild_id is None
    assert kept.tracks == songs("t1", "t2")


async def test_an_opinion_stays_its_members_when_its_guild_removes_the_bot(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    assert (await store.delete_guild(GUILD))["feedback"] == 1
    [kept] = await store.opinions(ANNA)
    assert (kept.track_id, kept.verdict, kept.guild_id) == ("t1", "like", None)
