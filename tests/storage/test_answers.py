import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage.answers import ANSWERS_KEPT
from storage.store import Store
from tests.storage.examples import ANNA, BEN, GUILD, LATER, NOW, answer, shown


async def test_an_answer_comes_back_as_it_was_saved(store: Store) -> None:
    await store.save_answer(answer(), shown("t1", "t2"), NOW)
    stored = await store.load_answer("a1")
    assert stored is not None
    assert stored.request == {"seeds": ["s1"], "adventurous": 0.3}
    assert (stored.user_id, stored.guild_id, stored.command, stored.model_version) == (ANNA, GUILD, "recommend", "m1")
    assert stored.tracks == shown("t1", "t2")
    assert stored.created_at == NOW


async def test_an_answer_in_direct_messages_has_no_guild(store: Store) -> None:
    await store.save_answer(answer(guild_id=None), shown("t1"), NOW)
    stored = await store.load_answer("a1")
    assert stored is not None
    assert stored.guild_id is None


async def test_an_answer_outlives_a_restart(path: Path) -> None:
    async with Store.open(path) as store:
        await store.save_answer(answer(), shown("t1"), NOW)
    async with Store.open(path) as store:
        assert await store.load_answer("a1") is not None


async def test_an_unknown_answer_is_none(store: Store) -> None:
    assert await store.load_answer("never") is None


async def test_an_answer_with_a_track_that_cannot_be_stored_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(Exception, match="NOT NULL"):
        await store.save_answer(answer(), [*shown("t1"), *shown(None)], NOW)
    assert await store.load_answer("a1") is None
    assert await store.tracks_shown(ANNA) == set()


async def test_more_appends_in_order(store: Store) -> None:
    await store.save_answer(answer(), shown("t9", "t1"), NOW)
    assert await store.extend_answer("a1", 2, shown("t5", "t2"), "m2", LATER)
    stored = await store.load_answer("a1")
    assert stored is not None
    assert [track.track_id for track in stored.tracks] == ["t9", "t1", "t5", "t2"]


async def test_two_presses_at_once_extend_an_answer_once(store: Store) -> None:
    await store.save_answer(answer(), shown("t1"), NOW)
    presses = [store.extend_answer("a1", 1, shown(f"t{press}"), "m2", LATER) for press in range(2, 12)]
    assert sorted(await asyncio.gather(*presses)) == [False] * 9 + [True]
    stored = await store.load_answer("a1")
    assert stored is not None
    assert len(stored.tracks) == 2
    assert await store.tracks_shown(ANNA) == {track.track_id for track in stored.tracks}


async def test_a_press_on_an_answer_that_is_gone_adds_nothing(store: Store) -> None:
    assert not await store.extend_answer("gone", 0, shown("t1"), "m2", NOW)
    assert await store.tracks_shown(ANNA) == set()


async def test_tracks_shown_gathers_first_tracks_and_more(store: Store) -> None:
    await store.save_answer(answer(), shown("t1"), NOW)
    await store.extend_answer("a1", 1, shown("t2"), "m2", LATER)
    assert await store.tracks_shown(ANNA) == {"t1", "t2"}
    assert await store.tracks_shown(BEN) == set()


async def test_a_new_answer_deletes_none_on_its_way(store: Store) -> None:
    await store.save_answer(answer("old"), shown("t1"), NOW)
    await store.save_answer(answer("new"), shown("t1"), NOW + ANSWERS_KEPT + timedelta(days=1))
    assert await store.load_answer("old") is not None


async def test_tracks_shown_since_a_moment_counts_the_latest_time(store: Store) -> None:
    await store.save_answer(answer("a1"), shown("old", "again"), NOW)
    await store.save_answer(answer("a2"), shown("again", "new"), LATER)
    assert await store.tracks_shown(ANNA, since=LATER) == {"again", "new"}
    assert await store.tracks_shown(ANNA, since=LATER + timedelta(seconds=1)) == set()


async def test_a_track_shown_twice_is_counted_twice_and_keeps_its_first_time(store: Store) -> None:
    await store.save_answer(answer("a1"), shown("t1", "t1"), NOW)
    await store.save_answer(answer("a2"), shown("t1"), LATER)
    [row] = (await store.export_user(ANNA))["tracks_shown"]
    assert (row["times"], row["first_shown_at"], row["last_shown_at"]) == (
        2,
        "2026-01-05T18:00:00Z",
        "2026-01-05T19:00:00Z",
    )


async def test_a_member_is_seen_first_once_and_last_each_time(store: Store) -> None:
    await store.remember_member(ANNA, LATER)
    await store.save_answer(answer(), shown("t1"), LATER + timedelta(days=1))
    await store.remember_member(ANNA, NOW)
    assert (await store.export_user(ANNA))["members"] == [
        {"user_id": ANNA, "first_seen": "2026-01-05T19:00:00Z", "last_seen": "2026-01-06T19:00:00Z"}
    ]


async def test_times_are_stored_in_utc(store: Store) -> None:
    berlin = datetime(2026, 1, 5, 19, 0, tzinfo=timezone(timedelta(hours=1)))
    await store.save_answer(answer(), shown("t1"), berlin)
    stored = await store.load_answer("a1")
    assert stored is not None
    assert stored.created_at == NOW
    assert stored.created_at.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="zone"):
        await store.save_answer(answer(), shown("t1"), datetime(2026, 1, 5))  # noqa: DTZ001
    assert await store.load_answer("a1") is None
