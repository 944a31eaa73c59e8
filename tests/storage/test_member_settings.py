import pytest

from storage.store import Store
from tests.storage.examples import ANNA, BEN, LATER, NOW


async def test_who_was_never_asked_has_not_decided(store: Store) -> None:
    assert await store.may_blend(ANNA) is None


async def test_agreeing_in_passing_never_overrides_a_decision(store: Store) -> None:
    assert await store.agree(ANNA, NOW) is True
    assert await store.may_blend(ANNA) is True
    await store.set_blendable(ANNA, False, NOW)
    assert await store.agree(ANNA, LATER) is False
    assert await store.may_blend(ANNA) is False


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_decision_stands_until_the_next_one(store: Store, allowed: bool) -> None:
    await store.set_blendable(ANNA, not allowed, NOW)
    await store.set_blendable(ANNA, allowed, LATER)
    assert await store.may_blend(ANNA) is allowed
    assert await store.may_blend(BEN) is None
