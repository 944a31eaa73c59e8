"""No crash loses or doubles a drop. `pytest tests/wire/drops/test_crashes.py --crash-rounds 60` takes 15 minutes."""

import secrets
import sys

from storage.store import Store
from tests.wire.drops.crashing import Crashes, bury
from tests.wire.drops.schedule import database_of, drops_in, drops_of, until_in

# And one more, after which everything is stopped and started.
USUAL_ROUNDS = 1
NOTHING_DUE = "SELECT count(*) = 0 FROM subscriptions WHERE try_at <= strftime('%Y-%m-%dT%H:%M:%SZ')"
# Two takeovers of a dead process's claim, 90 seconds each, and what it takes to post.
LONGEST_WAIT_S = 240


async def test_every_drop_comes_exactly_once_whoever_is_killed_when(fake_discord, home, request, capsys):
    rounds, seed = (request.config.getoption(name) for name in ("--crash-rounds", "--crash-seed"))
    seed = secrets.randbelow(10**6) if seed is None else seed
    async with Crashes(fake_discord, home, seed) as crashes:
        for _ in range(rounds or USUAL_ROUNDS):
            await crashes.round()
            await crashes.start_what_was_killed()
        if rounds is None:
            # Who runs all tests shall not wait for the claims of the dead to expire.
            await crashes.round()
            await crashes.stop()
            bury(home)
            await crashes.start_what_was_killed()
        await until_in(home, NOTHING_DUE, LONGEST_WAIT_S)
    (home / "crashes.log").write_text(crashes.log())
    with capsys.disabled():
        figures = ", ".join(f"{name} {count}" for name, count in crashes.results().items())
        sys.stdout.write(f"\nseed {seed}: {figures}\n")

    posted = [[int(message["id"]) for message in drops_in(fake_discord, place)] for place in crashes.places]
    assert [len(messages) for messages in posted] == [1] * len(crashes.places)
    rows = drops_of(home)
    assert {row["outcome"] for row in rows} == {"posted"}
    assert {row["posted_in"]: [row["message_id"]] for row in rows} == {
        int(place.id): messages for place, messages in zip(crashes.places, posted, strict=True)
    }
    async with Store.open(database_of(home)) as store:
        assert await store.is_sound()
