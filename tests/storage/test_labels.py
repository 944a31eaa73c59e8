import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import sqlite_utils

from storage import labels
from storage.database import Database
from storage.errors import LabelLimitError
from storage.labels import PROPOSALS_KEPT, AcceptedLabel, Proposal, TrackLabels
from storage.store import Store
from tests.storage.examples import ANNA, BEN, LATER, NOW
from tests.storage.schema import places_of
from tests.storage.test_processes import FRESH, PATIENCE_S

CARA, OPERATOR, OTHER_OPERATOR = (9_100_000_000_000_000_000 + number for number in (3, 11, 12))
A_SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
OPERATORS, PAIRS = 2, labels.PROPOSALS_PER_MEMBER


async def propose(store: Store, interaction_id: int, user_id: int, *genres: str, track: str = "t1") -> TrackLabels:
    return await store.labels.propose(interaction_id, user_id, track, genres, NOW + interaction_id * A_SECOND)


async def waiting(store: Store, least_votes: int = 1, first: int = 0, count: int = 10) -> list[Proposal]:
    return (await store.labels.waiting(least_votes, first, count))[0]


async def test_what_a_member_proposes_stands_and_is_nobody_elses(store: Store) -> None:
    assert await propose(store, 1, ANNA, "techno", "house") == TrackLabels(("house", "techno"), {})
    assert (await store.labels.of_track(ANNA, "t1")).proposed == ("house", "techno")
    assert (await store.labels.of_track(BEN, "t1")).proposed == ()
    assert (await store.labels.of_track(ANNA, "t2")).proposed == ()


async def test_proposing_again_is_one_vote_and_of_another_member_a_second(store: Store) -> None:
    await propose(store, 1, ANNA, "techno")
    await propose(store, 2, ANNA, "techno", "techno")
    assert await waiting(store) == [Proposal("t1", "techno", 1, NOW + A_SECOND)]
    await propose(store, 3, BEN, "techno")
    assert await waiting(store) == [Proposal("t1", "techno", 2, NOW + A_SECOND)]


async def test_what_is_taken_back_is_gone(store: Store) -> None:
    await propose(store, 1, ANNA, "techno")
    assert not await store.labels.take_back(BEN, "t1", "techno")
    assert await store.labels.take_back(ANNA, "t1", "techno")
    assert not await store.labels.take_back(ANNA, "t1", "techno")
    assert await waiting(store) == []


async def test_a_proposal_delivered_again_after_it_was_taken_back_changes_nothing(store: Store) -> None:
    await propose(store, 1, ANNA, "techno")
    await store.labels.take_back(ANNA, "t1", "techno")
    assert (await propose(store, 1, ANNA, "techno")).proposed == ()


async def test_a_genre_too_many_for_one_song_is_refused_and_none_of_the_press_is_kept(store: Store) -> None:
    await propose(store, 1, ANNA, "techno", "house")
    with pytest.raises(LabelLimitError, match="3 genres for one song"):
        await propose(store, 2, ANNA, "trance", "dub")
    assert (await store.labels.of_track(ANNA, "t1")).proposed == ("house", "techno")
    # What stands already needs no room.
    assert len((await propose(store, 2, ANNA, "trance", "techno")).proposed) == 3


async def test_a_proposal_too_many_of_one_member_is_refused_until_something_is_decided(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "PROPOSALS_PER_MEMBER", 2)
    await propose(store, 1, ANNA, "techno")
    await propose(store, 2, ANNA, "techno", track="t2")
    with pytest.raises(LabelLimitError, match="2 of your proposals are still waiting"):
        await propose(store, 3, ANNA, "techno", track="t3")
    await propose(store, 4, BEN, "techno", track="t3")
    await store.labels.decide("t1", "techno", "rejected", OPERATOR, LATER)
    assert (await propose(store, 3, ANNA, "techno", track="t3")).proposed == ("techno",)


async def test_most_votes_come_first_then_the_oldest_in_pages(store: Store) -> None:
    await propose(store, 1, ANNA, "house")
    await propose(store, 2, ANNA, "dub", track="t2")
    await propose(store, 3, ANNA, "techno", track="t3")
    await propose(store, 4, BEN, "techno", track="t3")
    assert [one.genre for one in await waiting(store)] == ["techno", "house", "dub"]
    page, total = await store.labels.waiting(1, 1, 1)
    assert ([one.genre for one in page], total) == (["house"], 3)
    page, total = await store.labels.waiting(2, 0, 10)
    assert ([(one.genre, one.votes) for one in page], total) == ([("techno", 2)], 1)


async def test_a_decision_keeps_the_number_of_votes_and_nobody_who_voted(store: Store, database: Database) -> None:
    await propose(store, 1, ANNA, "techno")
    await propose(store, 2, BEN, "techno")
    assert await store.labels.decide("t1", "techno", "accepted", OPERATOR, LATER)
    assert await waiting(store) == []
    assert await store.labels.proposals([("t1", "techno")]) == [Proposal("t1", "techno", 2, LATER, "accepted")]
    named = await database.read(lambda db: places_of(db, ANNA) | places_of(db, BEN))
    assert named == {"members.user_id", "presses.user_id"}
    # Both are told what became of it.
    assert (await store.labels.of_track(CARA, "t1")).decided == {"techno": "accepted"}


@pytest.mark.parametrize("verdict", ["accepted", "rejected"])
async def test_what_is_decided_is_not_proposed_again(store: Store, verdict: labels.Verdict) -> None:
    await propose(store, 1, ANNA, "techno")
    await store.labels.decide("t1", "techno", verdict, OPERATOR, LATER)
    assert await propose(store, 2, BEN, "techno", "house") == TrackLabels(("house",), {"techno": verdict})
    assert [one.genre for one in await waiting(store)] == ["house"]


async def test_only_what_is_proposed_can_be_decided_and_only_once(store: Store) -> None:
    assert not await store.labels.decide("t1", "techno", "accepted", OPERATOR, NOW)
    await propose(store, 1, ANNA, "techno")
    assert await store.labels.decide("t1", "techno", "accepted", OPERATOR, NOW)
    assert not await store.labels.decide("t1", "techno", "rejected", OTHER_OPERATOR, LATER)
    assert await store.labels.accepted() == [AcceptedLabel("t1", "techno", 1)]


async def test_an_undone_decision_waits_again_with_its_votes(store: Store, database: Database) -> None:
    await propose(store, 1, ANNA, "techno")
    await propose(store, 2, BEN, "techno")
    await store.labels.decide("t1", "techno", "accepted", OPERATOR, NOW)
    assert await store.labels.undo("t1", "techno", LATER)
    assert not await store.labels.undo("t1", "techno", LATER)
    assert await store.labels.accepted() == []
    assert await store.labels.decided(1, 0, 10) == ([], 0)
    assert await waiting(store) == [Proposal("t1", "techno", 2, LATER)]
    assert await database.read(places_of, OPERATOR) == set()
    # Whoever comes later votes with them.
    await propose(store, 3, CARA, "techno")
    assert await store.labels.decide("t1", "techno", "rejected", OTHER_OPERATOR, LATER)
    assert await store.labels.decided(1, 0, 10) == ([Proposal("t1", "techno", 3, LATER, "rejected")], 1)


async def test_decisions_are_listed_the_latest_first(store: Store) -> None:
    for number, genre in enumerate(("dub", "house", "techno")):
        await propose(store, number, ANNA, genre)
        await store.labels.decide("t1", genre, "accepted", OPERATOR, NOW + number * DAY)
    page, total = await store.labels.decided(1, 0, 2)
    assert ([one.genre for one in page], total) == (["techno", "house"], 3)
    assert await store.labels.decided(2, 0, 2) == ([], 0)


async def test_what_is_accepted_is_counted_from_a_moment_on(store: Store) -> None:
    for number, (genre, verdict) in enumerate((("dub", "accepted"), ("house", "accepted"), ("techno", "rejected"))):
        await propose(store, number, ANNA, genre)
        await store.labels.decide("t1", genre, verdict, OPERATOR, NOW + number * DAY)
    assert await store.labels.count_accepted() == 2
    assert await store.labels.count_accepted(NOW + DAY) == 1


async def test_how_pairs_stand_is_told_in_their_order_without_those_taken_back(store: Store) -> None:
    await propose(store, 1, ANNA, "dub", "house", "techno")
    await store.labels.decide("t1", "techno", "rejected", OPERATOR, LATER)
    await store.labels.take_back(ANNA, "t1", "house")
    found = await store.labels.proposals([("t1", "techno"), ("t1", "house"), ("t1", "dub")])
    assert [(one.genre, one.verdict) for one in found] == [("techno", "rejected"), ("dub", None)]


async def test_the_training_reads_no_member_and_no_operator(store: Store, path: Path) -> None:
    for number, user_id in enumerate((ANNA, BEN, CARA)):
        await propose(store, number, user_id, "techno")
    await store.labels.decide("t1", "techno", "accepted", OPERATOR, LATER)
    await propose(store, 9, ANNA, "dub")
    read: set[tuple[str, str]] = set()

    def note(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ:
            read.add((table or "", column or ""))
        return sqlite3.SQLITE_OK

    with sqlite_utils.Database(path) as db:
        db.conn.set_authorizer(note)
        taken = labels.accepted(db)
        db.conn.set_authorizer(None)
    assert taken == [AcceptedLabel("t1", "techno", 3)]
    assert {table for table, _ in read} == {"label_decisions"}
    assert "user_id" not in {column for _, column in read}
    assert not [who for who in (ANNA, BEN, CARA, OPERATOR) if str(who) in repr(taken)]


async def test_what_nobody_decides_on_goes_after_a_year(store: Store) -> None:
    await propose(store, 0, ANNA, "old", "undone", "decided")
    await store.labels.decide("t1", "undone", "accepted", OPERATOR, NOW)
    await store.labels.undo("t1", "undone", NOW)
    await store.labels.decide("t1", "decided", "accepted", OPERATOR, NOW)
    await propose(store, 1, ANNA, "young")
    assert (await store.prune(NOW + PROPOSALS_KEPT + A_SECOND)).labels == 2
    assert [one.genre for one in await waiting(store)] == ["young"]
    assert await store.labels.accepted() == [AcceptedLabel("t1", "decided", 1)]


async def test_a_deleted_member_no_longer_votes_and_what_was_decided_stays(store: Store) -> None:
    await propose(store, 1, ANNA, "dub", "techno")
    await propose(store, 2, BEN, "techno")
    await propose(store, 3, OPERATOR, "house")
    await store.labels.decide("t1", "house", "accepted", OPERATOR, LATER)
    assert [row["genre"] for row in (await store.export_user(ANNA))["labels"]] == ["dub", "techno"]
    await store.delete_user(ANNA)
    await store.delete_user(OPERATOR)
    assert [(one.genre, one.votes) for one in await waiting(store)] == [("techno", 1)]
    assert await store.labels.accepted() == [AcceptedLabel("t1", "house", 1)]


def decide_everything(path: Path, operator: int, verdict: labels.Verdict, all_ready: object, told: object) -> None:
    async def run() -> None:
        async with Store.open(path) as store:
            all_ready.wait(PATIENCE_S)  # type: ignore[attr-defined]
            mine = [
                number
                for number in range(PAIRS)
                if await store.labels.decide(f"t{number}", "techno", verdict, operator, LATER)
            ]
        told.send(mine)  # type: ignore[attr-defined]

    asyncio.run(run())


async def test_of_operators_in_several_processes_one_decides_and_all_votes_count_once(path: Path) -> None:
    async with Store.open(path) as store:
        for number in range(PAIRS):
            await propose(store, 2 * number, ANNA, "techno", track=f"t{number}")
            await propose(store, 2 * number + 1, BEN, "techno", track=f"t{number}")
        all_ready = FRESH.Barrier(OPERATORS)
        pipes = [FRESH.Pipe(duplex=False) for _ in range(OPERATORS)]
        children = [
            FRESH.Process(
                target=decide_everything,
                args=(path, OPERATOR + place, ("accepted", "rejected")[place % 2], all_ready, sending),
            )
            for place, (_, sending) in enumerate(pipes)
        ]
        for child, (_, sending) in zip(children, pipes, strict=True):
            child.start()
            sending.close()
        by_operator = [await asyncio.to_thread(receiving.recv) for receiving, _ in pipes]
        for child in children:
            await asyncio.to_thread(child.join, PATIENCE_S)
        assert sorted(number for mine in by_operator for number in mine) == list(range(PAIRS))
        everything, total = await store.labels.decided(1, 0, PAIRS)
        assert total == PAIRS
        assert {one.votes for one in everything} == {2}
        verdict_of = {one.track_id: one.verdict for one in everything}
        for place, mine in enumerate(by_operator):
            assert {verdict_of[f"t{number}"] for number in mine} <= {("accepted", "rejected")[place % 2]}
        assert await waiting(store) == []
