from storage.answers import Answer, AnswerTrack
from storage.feedback import Opinion
from storage.member_state import MemberState
from storage.store import Store
from tests.storage.examples import ANNA, BEN, LATER, NOW, answer, keep, shown


def asked(answer_id: str, track_id: str) -> Answer:
    return answer(answer_id, request={"track_id": track_id, "count": 10})


async def test_a_member_without_a_past_has_an_empty_state(store: Store) -> None:
    assert await store.member_state(ANNA, NOW) == MemberState([], [], [], [], [], set())


async def test_everything_a_recommendation_takes_into_account_comes_in_one_read(store: Store) -> None:
    await store.press(1, ANNA, None, "liked", "like", NOW)
    await store.block(2, ANNA, "artist", "abba", "ABBA", NOW)
    await store.block(3, ANNA, "track", "t9", "Waterloo – ABBA", NOW)
    await store.save_answer(asked("a1", "start"), shown("t1"), NOW)
    await keep(store, "Mix", "t2", now=LATER)
    assert await store.member_state(ANNA, NOW) == MemberState(
        opinions=[Opinion("liked", "like", None, NOW)],
        blocked_artists=["abba"],
        blocked_tracks=["t9"],
        asked=[("start", NOW)],
        kept=[("t2", LATER)],
        shown={"t1", "t2"},
    )


async def test_nothing_of_another_member_is_in_it(store: Store) -> None:
    await store.press(1, ANNA, None, "liked", "like", NOW)
    await store.block(2, ANNA, "artist", "abba", "ABBA", NOW)
    await store.save_answer(asked("a1", "start"), shown("t1"), NOW)
    await keep(store, "Mix", "t2")
    assert await store.member_state(BEN, NOW) == MemberState([], [], [], [], [], set())


async def test_the_latest_come_first(store: Store) -> None:
    await store.save_answer(asked("a1", "first"), shown("t1"), NOW)
    await store.save_answer(asked("a2", "second"), shown("t1"), NOW)
    await store.save_answer(asked("a3", "third"), shown("t1"), LATER)
    await keep(store, "Old", "t1", "t2")
    await keep(store, "New", "t3", now=LATER)
    state = await store.member_state(ANNA, NOW)
    assert state.asked == [("third", LATER), ("second", NOW), ("first", NOW)]
    assert state.kept == [("t3", LATER), ("t1", NOW), ("t2", NOW)]


async def test_an_answer_that_started_from_no_track_is_not_asked(store: Store) -> None:
    await store.save_answer(answer("a1", request={"wish": "calm"}), shown("t1"), NOW)
    await store.save_answer(answer("a2", request={"track_id": None}), shown("t1"), NOW)
    assert (await store.member_state(ANNA, NOW)).asked == []


async def test_only_what_was_shown_since_the_moment_counts_as_shown(store: Store) -> None:
    await store.save_answer(asked("a1", "start"), [AnswerTrack("t1", 0.5, "")], NOW)
    await store.save_answer(asked("a2", "start"), [AnswerTrack("t2", 0.5, "")], LATER)
    assert (await store.member_state(ANNA, LATER)).shown == {"t2"}
