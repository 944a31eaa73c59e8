import asyncio

import pytest

from storage import feedback
from storage.errors import OpinionLimitError
from storage.feedback import Opinion
from storage.store import Store
from tests.storage.examples import ANNA, BEN, GUILD, LATER, NOW, OTHER_GUILD


async def test_a_like_stands(store: Store) -> None:
    assert await store.press(1, ANNA, GUILD, "t1", "like", NOW) == "like"
    assert await store.opinions(ANNA) == [Opinion("t1", "like", GUILD, NOW)]
    assert await store.opinions(BEN) == []


async def test_the_same_verdict_again_undoes_it(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "dislike", NOW)
    assert await store.press(2, ANNA, GUILD, "t1", "dislike", LATER) is None
    assert await store.opinions(ANNA) == []


async def test_the_other_verdict_replaces_it(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "dislike", NOW)
    assert await store.press(2, ANNA, OTHER_GUILD, "t1", "like", LATER) == "like"
    assert await store.opinions(ANNA) == [Opinion("t1", "like", OTHER_GUILD, LATER)]


async def test_a_press_delivered_twice_counts_once(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    assert await store.press(1, ANNA, GUILD, "t1", "like", LATER) == "like"
    assert await store.opinions(ANNA) == [Opinion("t1", "like", GUILD, NOW)]


async def test_a_press_delivered_again_tells_what_stands_by_now(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.press(2, ANNA, GUILD, "t1", "dislike", NOW)
    assert await store.press(1, ANNA, GUILD, "t1", "like", LATER) == "dislike"


async def test_one_press_delivered_ten_times_at_once_counts_once(store: Store) -> None:
    presses = [store.press(1, ANNA, GUILD, "t1", "like", NOW) for _ in range(10)]
    assert await asyncio.gather(*presses) == ["like"] * 10


async def test_two_members_may_disagree(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.press(2, BEN, GUILD, "t1", "dislike", NOW)
    assert await store.verdicts(ANNA, ["t1"]) == {"t1": "like"}
    assert await store.verdicts(BEN, ["t1"]) == {"t1": "dislike"}


async def test_the_latest_opinion_comes_first(store: Store) -> None:
    await store.press(1, ANNA, None, "t1", "like", NOW)
    await store.press(2, ANNA, None, "t2", "dislike", LATER)
    assert [one.track_id for one in await store.opinions(ANNA)] == ["t2", "t1"]


async def test_verdicts_name_only_the_tracks_with_an_opinion(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.press(2, ANNA, GUILD, "it's “2”", "dislike", NOW)
    await store.press(3, ANNA, GUILD, "t3", "like", NOW)
    assert await store.verdicts(ANNA, ["t1", "it's “2”", "t4"]) == {"t1": "like", "it's “2”": "dislike"}
    assert await store.verdicts(ANNA, []) == {}


async def test_an_opinion_too_many_is_refused_and_one_taken_back_makes_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "OPINIONS_PER_MEMBER", 2)
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    await store.press(2, ANNA, GUILD, "t2", "like", NOW)
    with pytest.raises(OpinionLimitError, match="your opinion on 2 songs"):
        await store.press(3, ANNA, GUILD, "t3", "like", NOW)
    assert await store.press(4, ANNA, GUILD, "t2", "dislike", NOW) == "dislike"
    await store.press(5, ANNA, GUILD, "t2", "dislike", NOW)
    assert await store.press(3, ANNA, GUILD, "t3", "like", NOW) == "like"


async def test_who_presses_has_used_the_bot(store: Store) -> None:
    await store.press(1, ANNA, GUILD, "t1", "like", NOW)
    assert len((await store.export_user(ANNA))["members"]) == 1
