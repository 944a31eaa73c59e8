from datetime import timedelta

from storage.answers import ANSWERS_KEPT
from storage.database import Database
from storage.members import SHOWN_KEPT
from storage.presses import PRESSES_KEPT
from storage.retention import Pruned
from storage.store import Store
from tests.storage.examples import ANNA, GUILD, NOW, answer, keep, shown

A_SECOND = timedelta(seconds=1)


async def test_old_answers_go_and_what_was_shown_is_remembered(store: Store, database: Database) -> None:
    await store.save_answer(answer("old"), shown("t1"), NOW)
    await store.save_answer(answer("young"), shown("t2"), NOW + A_SECOND)
    assert (await store.prune(NOW + ANSWERS_KEPT + A_SECOND)).answers == 1
    assert await store.load_answer("old") is None
    assert await store.load_answer("young") is not None
    assert await database.read(lambda db: db["answer_tracks"].count) == 1
    assert await store.tracks_shown(ANNA) == {"t1", "t2"}


async def test_presses_are_kept_for_a_day_and_opinions_for_good(store: Store, database: Database) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.press(2, ANNA, GUILD, "t2", "like", NOW + A_SECOND)
    assert (await store.prune(NOW + PRESSES_KEPT + A_SECOND)).presses == 1
    assert await database.read(lambda db: db["presses"].count) == 1
    assert len(await store.opinions(ANNA)) == 2


async def test_a_track_not_shown_for_a_year_is_new_again(store: Store) -> None:
    await store.save_answer(answer("a1"), shown("long ago", "again"), NOW)
    await store.save_answer(answer("a2"), shown("again"), NOW + A_SECOND)
    assert (await store.prune(NOW + SHOWN_KEPT + A_SECOND)).tracks_shown == 1
    assert await store.tracks_shown(ANNA) == {"again"}


async def test_what_members_keep_is_never_too_old(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.block(2, ANNA, "artist", "abba", "ABBA", NOW)
    await store.set_blendable(ANNA, True, NOW)
    await keep(store, "Mix", "t1")
    await store.prune(NOW + timedelta(days=10_000))
    assert len(await store.opinions(ANNA)) == len(await store.blocks(ANNA)) == 1
    assert await store.may_blend(ANNA)
    assert len(await store.list_playlists(ANNA)) == 1


async def test_pruning_twice_finds_nothing_more(store: Store) -> None:
    await store.save_answer(answer(), shown("t1"), NOW)
    later = NOW + SHOWN_KEPT + A_SECOND
    assert (await store.prune(later)).rows == 2
    assert await store.prune(later) == Pruned(answers=0, presses=0, tracks_shown=0, drops=0, labels=0, guilds={})
