"""One training at a time, and its fate is known whatever its process does."""

import asyncio
from datetime import timedelta
from pathlib import Path

from storage.database import Database
from storage.store import Store
from storage.trainings import SILENT, TEXT_DIED, TEXT_DIED_AFTER, TEXT_NEVER_BEGAN, Step
from tests.storage.examples import ANNA, BEN, LATER, NOW

PROCESS, ANOTHER = "here:1:0.00", "here:2:0.00"
SOON = NOW + timedelta(seconds=1)


async def asked(store: Store, user: int | None = ANNA) -> int:
    number = await store.trainings.request("all", None, "more songs", user, NOW)
    assert number is not None
    return number


async def begun(store: Store) -> int:
    number = await asked(store)
    assert await store.trainings.begin(number, PROCESS, NOW) is not None
    return number


async def test_of_many_who_ask_at_once_one_gets_the_training(path: Path) -> None:
    async with Store.open(path) as one, Store.open(path) as other:
        requests = [store.trainings.request("all", None, "", ANNA, NOW) for store in (one, other) * 10]
        granted = [number for number in await asyncio.gather(*requests) if number is not None]
    assert len(granted) == 1


async def test_the_next_one_may_begin_once_the_first_is_over(store: Store) -> None:
    first = await asked(store)
    assert await store.trainings.request("all", None, "", BEN, NOW) is None
    assert await store.trainings.end(first, "failed", "No disk left.", NOW)
    assert await store.trainings.request("clusters", "mine.csv", "", BEN, NOW) is not None


async def test_a_training_is_one_processs(store: Store) -> None:
    number = await begun(store)
    assert await store.trainings.begin(number, ANOTHER, NOW) is None
    again = await store.trainings.begin(number, PROCESS, NOW)
    assert again is not None
    assert (again.id, again.parts, again.reason, again.user_id, again.process) == (
        number,
        "all",
        "more songs",
        ANNA,
        PROCESS,
    )


async def test_it_tells_how_far_it_is_and_that_it_lives(store: Store) -> None:
    number = await begun(store)
    assert await store.trainings.note_step(number, Step("Moods", 1, 9, ""), SOON)
    assert await store.trainings.note_step(number, Step("Moods", 2, 9, "so far so good"), LATER)
    running = await store.trainings.under_way()
    assert running is not None
    assert (running.stage, running.done, running.total, running.note) == ("Moods", 2, 9, "so far so good")
    assert running.seen_at == LATER


async def test_a_cancelled_one_hears_it_and_may_not_publish(store: Store) -> None:
    number = await begun(store)
    assert await store.trainings.cancel(number, NOW)
    assert not await store.trainings.note_step(number, Step("Moods", 1, 9, ""), SOON)
    assert not await store.trainings.note_version(number, "v2", SOON)
    assert await store.trainings.end(number, "cancelled", "It was cancelled.", SOON)
    assert await store.trainings.under_way() is None


async def test_one_that_no_process_has_taken_up_is_cancelled_at_once(store: Store) -> None:
    number = await asked(store)
    assert await store.trainings.cancel(number, NOW)
    over = await store.trainings.training(number)
    assert over is not None
    assert over.outcome == "cancelled"
    assert await store.trainings.begin(number, PROCESS, NOW) is None


async def test_what_is_being_published_can_no_longer_be_cancelled(store: Store) -> None:
    number = await begun(store)
    assert await store.trainings.note_version(number, "v2", NOW)
    assert not await store.trainings.cancel(number, NOW)


async def test_it_ends_once(store: Store) -> None:
    number = await begun(store)
    assert await store.trainings.end(number, "aside", "Moods fell.", NOW, "v2", {"compared": []})
    assert not await store.trainings.end(number, "died", "", LATER)
    over = await store.trainings.training(number)
    assert over is not None
    assert (over.outcome, over.sentence, over.version, over.report) == ("aside", "Moods fell.", "v2", {"compared": []})


async def test_a_silent_process_is_found_dead_and_one_that_speaks_is_not(store: Store) -> None:
    number = await begun(store)
    assert await store.trainings.bury(number, "v1", NOW, NOW + SILENT) is None
    buried = await store.trainings.bury(number, "v1", SOON, NOW + SILENT)
    assert buried is not None
    assert (buried.outcome, buried.sentence) == ("died", TEXT_DIED)
    assert await store.trainings.bury(number, "v1", SOON, LATER) is None


async def test_one_that_never_began_says_so(store: Store) -> None:
    number = await asked(store)
    buried = await store.trainings.bury(number, "v1", SOON, LATER)
    assert buried is not None
    assert (buried.outcome, buried.sentence) == ("died", TEXT_NEVER_BEGAN)


async def test_whose_model_serves_has_not_died_in_vain(store: Store) -> None:
    number = await begun(store)
    await store.trainings.note_version(number, "v2", NOW)
    buried = await store.trainings.bury(number, "v2", SOON, LATER)
    assert buried is not None
    assert (buried.outcome, buried.sentence, buried.version) == ("published", TEXT_DIED_AFTER, "v2")
    assert await store.trainings.served_before("v3") == ["v2"]


async def test_one_found_dead_can_neither_go_on_nor_publish(store: Store) -> None:
    number = await begun(store)
    await store.trainings.bury(number, "v1", SOON, LATER)
    assert not await store.trainings.note_step(number, Step("Moods", 1, 9, ""), LATER)
    assert not await store.trainings.note_version(number, "v2", LATER)
    assert not await store.trainings.end(number, "published", "", LATER, "v2")


async def test_whoever_asked_is_told_once(store: Store) -> None:
    number = await begun(store)
    assert await store.trainings.untold() == []
    await store.trainings.end(number, "failed", "No disk left.", NOW)
    assert [one.id for one in await store.trainings.untold()] == [number]
    await store.trainings.set_message(number, 5, 6)
    await store.trainings.set_told(number, NOW)
    assert await store.trainings.untold() == []
    (latest,) = await store.trainings.latest(5)
    assert (latest.channel_id, latest.message_id, latest.told_at) == (5, 6, NOW)


async def test_the_way_back_leads_through_what_served_before(store: Store) -> None:
    for version in ("v1", "v2", "v3", "v2"):
        await store.trainings.note_publication(version, "rollback", None, ANNA, NOW)
    assert await store.trainings.served_before("v2") == ["v3", "v1"]
    assert await store.trainings.served_before("v1") == []
    # Nobody noted how this one came to serve.
    assert await store.trainings.served_before("v9") == ["v2", "v3", "v1"]


async def test_what_was_set_aside_is_published_by_a_person(store: Store) -> None:
    number = await begun(store)
    await store.trainings.end(number, "aside", "Moods fell.", NOW, "v2", {"compared": []})
    await store.trainings.publish_anyway(number, "v2", ANNA, "Published although moods fell.", LATER)
    made = await store.trainings.of_version("v2")
    assert made is not None
    assert (made.outcome, made.sentence) == ("published", "Published although moods fell.")
    assert await store.trainings.served_before("v3") == ["v2"]


async def test_a_member_who_is_deleted_leaves_the_training_without_them(database: Database) -> None:
    store = Store(database)
    number = await begun(store)
    await store.trainings.set_message(number, 5, 6)
    await store.delete_user(ANNA)
    (left,) = await store.trainings.latest(5)
    assert (left.id, left.user_id, left.channel_id, left.message_id) == (number, None, None, None)
