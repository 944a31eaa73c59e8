import pytest

from storage import blocks
from storage.blocks import Block
from storage.errors import BlockLimitError
from storage.store import Store
from tests.storage.examples import ANNA, BEN, LATER, NOW

ABBA = Block("artist", "abba", "ABBA", NOW)
WATERLOO = Block("track", "t1", "Waterloo – ABBA", NOW)


async def block(store: Store, interaction_id: int, what: Block) -> bool:
    return await store.block(interaction_id, ANNA, what.kind, what.value, what.label, what.blocked_at)


async def press(store: Store, interaction_id: int, what: Block) -> bool:
    return await store.toggle_block(interaction_id, ANNA, what.kind, what.value, what.label, what.blocked_at)


async def test_what_is_blocked_stands_with_its_label(store: Store) -> None:
    assert await block(store, 1, ABBA)
    assert await store.blocks(ANNA) == [ABBA]
    assert await store.blocks(BEN) == []


async def test_blocking_again_changes_nothing(store: Store) -> None:
    await block(store, 1, ABBA)
    assert not await store.block(2, ANNA, "artist", "abba", "Abba", LATER)
    assert await store.blocks(ANNA) == [ABBA]


async def test_an_artist_and_a_track_may_share_a_name(store: Store) -> None:
    await block(store, 1, ABBA)
    assert await block(store, 2, Block("track", "abba", "ABBA", NOW))


async def test_a_block_delivered_again_after_its_undoing_changes_nothing(store: Store) -> None:
    await block(store, 1, ABBA)
    await store.undo_block(ANNA)
    assert not await block(store, 1, ABBA)
    assert await store.blocks(ANNA) == []


async def test_pressing_twice_undoes_a_block(store: Store) -> None:
    assert await press(store, 1, ABBA)
    assert not await press(store, 2, ABBA)
    assert await store.blocks(ANNA) == []


async def test_a_press_delivered_twice_blocks_once(store: Store) -> None:
    assert await press(store, 1, ABBA)
    assert await press(store, 1, ABBA)
    assert await store.blocks(ANNA) == [ABBA]


async def test_of_blocks_in_the_same_second_the_latest_comes_first(store: Store) -> None:
    await block(store, 1, WATERLOO)
    await block(store, 2, ABBA)
    assert await store.blocks(ANNA) == [ABBA, WATERLOO]
    assert await store.undo_block(ANNA) == ABBA
    assert await store.undo_block(ANNA) == WATERLOO
    assert await store.undo_block(ANNA) is None


async def test_one_block_out_of_several_is_undone_by_name(store: Store) -> None:
    await block(store, 1, WATERLOO)
    await block(store, 2, ABBA)
    assert await store.undo_block(ANNA, "track", "t1") == WATERLOO
    assert await store.undo_block(ANNA, "track", "t1") is None
    assert await store.blocks(ANNA) == [ABBA]


async def test_nobody_undoes_the_block_of_another_member(store: Store) -> None:
    await block(store, 1, ABBA)
    assert await store.undo_block(BEN) is None
    assert await store.undo_block(BEN, "artist", "abba") is None
    assert await store.blocks(ANNA) == [ABBA]


async def test_a_block_too_many_is_refused_and_one_that_stands_can_still_be_undone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCKS_PER_MEMBER", 1)
    await block(store, 1, ABBA)
    with pytest.raises(BlockLimitError, match="undo one first"):
        await block(store, 2, WATERLOO)
    with pytest.raises(BlockLimitError, match="undo one first"):
        await press(store, 2, WATERLOO)
    assert not await block(store, 3, ABBA)
    assert not await press(store, 4, ABBA)
    assert await press(store, 2, WATERLOO)


async def test_a_request_to_undo_the_latest_that_is_delivered_twice_undoes_one(store: Store) -> None:
    await block(store, 1, WATERLOO)
    await block(store, 2, ABBA)
    assert await store.undo_latest_block(3, ANNA, LATER) == ABBA
    assert await store.undo_latest_block(3, ANNA, LATER) is None
    assert await store.blocks(ANNA) == [WATERLOO]
    assert await store.undo_latest_block(4, ANNA, LATER) == WATERLOO
    assert await store.undo_latest_block(5, ANNA, LATER) is None
