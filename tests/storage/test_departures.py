from datetime import timedelta

import sqlite_utils

from storage.database import Database
from storage.departures import GUILD_GRACE
from storage.retention import Pruned
from storage.store import Store
from tests.storage.examples import ANNA, GUILD, LATER, NOW, OTHER_GUILD, answer, keep, shown
from tests.storage.schema import fill, guild_columns

OVER = NOW + GUILD_GRACE + timedelta(seconds=1)


async def used_in(store: Store, guild_id: int) -> None:
    await store.save_answer(answer(guild_id=guild_id), shown("t1"), NOW)


async def test_a_guild_that_stays_away_is_forgotten_after_its_grace(store: Store) -> None:
    await used_in(store, GUILD)
    await store.note_departure(GUILD, NOW)
    await store.reconcile_guilds(set(), NOW)
    assert (await store.prune(NOW + GUILD_GRACE)).guilds == {}
    assert await store.tracks_shown(ANNA) == {"t1"}
    assert list((await store.prune(OVER)).guilds) == [GUILD]
    assert await store.tracks_shown(ANNA) == set()
    assert await store.load_answer("a1") is None


async def test_a_guild_that_comes_back_in_time_loses_nothing(store: Store) -> None:
    await used_in(store, GUILD)
    await store.note_departure(GUILD, NOW)
    await store.note_return(GUILD)
    await store.reconcile_guilds({GUILD}, LATER)
    assert (await store.prune(OVER)).guilds == {}
    assert await store.tracks_shown(ANNA) == {"t1"}


async def test_the_grace_runs_from_the_first_departure_told(store: Store) -> None:
    await used_in(store, GUILD)
    await store.note_departure(GUILD, NOW)
    await store.note_departure(GUILD, LATER)
    assert await store.reconcile_guilds(set(), LATER) == set()
    assert list((await store.prune(OVER)).guilds) == [GUILD]


async def test_a_guild_that_left_while_the_bot_was_off_has_its_grace_from_the_start(store: Store) -> None:
    await used_in(store, GUILD)
    assert await store.reconcile_guilds({OTHER_GUILD}, NOW) == {GUILD}
    assert (await store.prune(LATER)).guilds == {}
    assert list((await store.prune(OVER)).guilds) == [GUILD]


async def test_a_guild_that_came_back_while_the_bot_was_off_loses_nothing(store: Store) -> None:
    await used_in(store, GUILD)
    await store.note_departure(GUILD, NOW)
    # Someone asks before Discord has told in which guilds the bot is.
    assert await store.prune(OVER) == Pruned(answers=0, presses=0, tracks_shown=0, drops=0, labels=0, guilds={})
    await store.reconcile_guilds({GUILD}, OVER)
    assert (await store.prune(OVER)).guilds == {}
    assert await store.tracks_shown(ANNA) == {"t1"}


async def test_opinions_and_playlists_stay_their_members(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await keep(store, "Mix", "t1")
    await store.reconcile_guilds(set(), NOW)
    await store.prune(OVER)
    assert [one.guild_id for one in await store.opinions(ANNA)] == [None]
    assert (await store.get_playlist(ANNA, "Mix")).guild_id is None


async def test_a_guild_that_any_table_names_is_noticed_when_it_left(store: Store, database: Database) -> None:
    def one_guild_per_table(db: sqlite_utils.Database) -> set[int]:
        fill(db, ANNA, GUILD, 1)
        tables = [table.name for table in db.tables if guild_columns(table) and table.name != "departures"]
        for guild_id, table in enumerate(tables, 1):
            db.execute(f"UPDATE {table} SET guild_id = ?", (guild_id,))
        return set(range(1, len(tables) + 1))

    guilds = await database.write(one_guild_per_table)
    assert len(guilds) >= 4
    assert await store.reconcile_guilds(set(), NOW) == guilds
