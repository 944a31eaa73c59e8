"""`segue bench --drops`: thousands of weekly drops due in the same minute, while members go on asking.

The measured process is `segue run` itself; it shares the machine with the Discord that it talks to, a fake one which
enforces the real one's limit.
"""

import asyncio
import itertools
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bot.clock import utc_now
from bot.features.drops.making import Said
from bot.features.drops.occurrences import latest_occurrence, next_occurrence
from bot.settings import Settings
from ml.bundle import ModelBundle
from scripts.asking import Asking
from scripts.bench_members import events
from scripts.checkout import of_the_tests
from storage.database import Database
from storage.drop_claims import claim, finish, prepare
from storage.drops import Content
from storage.feedback import press
from storage.playlists import PlaylistTrack
from storage.store import Store
from storage.subscriptions import Target, Wanted, move, subscribe, subscription_of

REQUESTS_PER_SECOND = 50
CHANNELS_PER_GUILD = 5
# Whose taste a server's drop is made from, and what there is to know of it; half was said since the last drop.
MEMBERS, OPINIONS, DAYS = 3, 30, 14
SONGS = 20
ASKED_EVERY_S = 0.5
LOOK_EVERY = timedelta(seconds=0.5)
LONGEST = timedelta(minutes=20)
READY_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Place:
    """Where a drop goes, the fake's channel for it, and whose taste it comes from."""

    target: Target
    channel: Any
    members: Sequence[Any]


def measure_drops(settings: Settings, bundle: ModelBundle, count: int, seed: int) -> dict[str, Any]:
    """Figures by name."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        (home / "data").mkdir()
        (home / "data" / "models").symlink_to(settings.models.resolve(), target_is_directory=True)
        figures = asyncio.run(_measure(home, bundle, count, np.random.default_rng(seed)))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return figures | {"peak_resident_mb": round(peak / (1024 if sys.platform == "linux" else 1024**2))}


async def _measure(home: Path, bundle: ModelBundle, count: int, random: np.random.Generator) -> dict[str, Any]:
    fake_discord, process = of_the_tests("fake_discord"), of_the_tests("process")
    async with fake_discord.FakeDiscord() as discord, Database.open(home / "data" / "segue.db") as database:
        store, places = Store(database), list(_places(discord, count))
        wanted = await database.write(_fill, discord, bundle, places, random)
        discord.limit.per_second = REQUESTS_PER_SECOND
        bot = process.BotProcess(discord, "scripts.segue", "run", directory=home)
        try:
            await bot.start()
            await bot.logged("ready as", READY_TIMEOUT_S)
            due_at = await database.write(_make_due, places, wanted)
            askers = [(place.members[0], place.channel) for place in places if place.channel.guild is not None]
            asking = Asking(discord, bundle, askers, random)
            asked = asyncio.create_task(asking.steadily(ASKED_EVERY_S))
            await _all_posted(store)
            asked.cancel()
            with suppress(asyncio.CancelledError):
                await asked
            await bot.stop()
        finally:
            await bot.kill()
        return {"model": bundle.version, **await _outcome(store, discord, places, due_at), **asking.waits()}


def _places(discord: Any, count: int) -> Iterator[Place]:
    """So many places, half of them channels, a few to a server, half of them people."""
    guild = members = None
    for number in range(count // 2):
        if number % CHANNELS_PER_GUILD == 0:
            guild, members = discord.guild(f"Server {number}"), [discord.user(f"{number}.{m}") for m in range(MEMBERS)]
        assert guild is not None
        assert members is not None
        channel = guild.channel if number % CHANNELS_PER_GUILD == 0 else discord.channel(str(number), guild)
        yield Place(Target(int(members[0].id), int(guild.id), int(channel.id)), channel, members)
    for number in range(count - count // 2):
        person = discord.user(f"person {number}")
        yield Place(Target(int(person.id)), discord.dm(person), [person])


def _fill(db: Any, discord: Any, bundle: ModelBundle, places: Sequence[Place], random: np.random.Generator) -> Wanted:
    """A subscription for each place, with a drop a week ago and opinions before and since; returns what is wanted."""
    now, ids = utc_now(), itertools.count(1)
    for member, guild_id, count in _tasters(places):
        for track_id, verdict, days in events(bundle, random, count, DAYS):
            press(db, next(ids), member, guild_id, track_id, verdict, now - timedelta(days=days))
    wanted = Wanted(now.weekday(), f"{now:%H:%M}", "UTC", "familiar", SONGS)
    for place in places:
        _drop(db, discord, bundle, place, wanted, now, random)
    return wanted


def _tasters(places: Sequence[Place]) -> Iterator[tuple[int, int | None, int]]:
    """Each member whose taste matters, the server where they say so, and how often."""
    known: set[int] = set()
    for place in places:
        for member in place.members:
            if int(member.id) not in known:
                known.add(int(member.id))
                yield int(member.id), place.target.guild_id, OPINIONS // len(place.members)


def _drop(
    db: Any,
    discord: Any,
    bundle: ModelBundle,
    place: Place,
    wanted: Wanted,
    now: datetime,
    random: np.random.Generator,
) -> None:
    """Last week's drop of a place, as if the bot had posted it."""
    last, coming = latest_occurrence(wanted, now - timedelta(days=1)), next_occurrence(wanted, now)
    subscribe(db, place.target, wanted, last.due_at, last.period, last.due_at)
    subscription = subscription_of(db, place.target)
    claimed = claim(db, subscription, "last week", last.due_at, last.due_at)
    assert claimed is not None
    rows = random.choice(len(bundle.catalogue.texts), SONGS, replace=False)
    texts, ids = bundle.catalogue.texts, bundle.catalogue.frame["track_id"].to_numpy()
    tracks = [PlaylistTrack(str(ids[row]), texts[row][1], texts[row][0], "[]") for row in rows]
    request = {"theme": None, "said": asdict(Said()), "change": None}
    prepare(db, claimed, Content(wanted.style, request, bundle.version, tracks))
    message = discord.say(discord.bot, "last week's", place.channel)
    discord.react(place.members[0], message, "🔥")
    where = int(place.channel.id), int(message["id"])
    finish(db, claimed, subscription, *where, coming.due_at, coming.period, last.due_at)


def _make_due(db: Any, places: Sequence[Place], wanted: Wanted) -> datetime:
    """This week's drop of every place is due now."""
    now = utc_now().replace(microsecond=0)
    period = latest_occurrence(wanted, now).period
    for place in places:
        move(db, subscription_of(db, place.target), now, period)
    return now


async def _all_posted(store: Store) -> None:
    """Waits until nothing is due any more, or for as long as anyone would."""
    for _ in range(int(LONGEST / LOOK_EVERY)):
        if not await store.drops.due(utc_now(), 1):
            return
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def _outcome(store: Store, discord: Any, places: Sequence[Place], due_at: datetime) -> dict[str, Any]:
    posted = Counter(
        (request.parts["channel"], request.answer["id"])
        for request in discord.requests
        if request.method == "POST" and request.files and request.status == 200
    )
    messages = Counter(channel for channel, _ in posted)
    latest = [(await store.drops.archive(place.target, 0, 1))[0][0].posted_at for place in places]
    late = [(posted_at - due_at).total_seconds() for posted_at in latest if posted_at >= due_at]
    return {
        "drops": len(places),
        "posted": len(messages),
        "lost": sum(messages[place.channel.id] == 0 for place in places),
        "doubles": sum(messages.values()) - len(messages),
        "minutes_until_all": round(max(late, default=0.0) / 60, 2),
        "late_by_s": {name: round(float(np.percentile(late or [0.0], q))) for name, q in (("p50", 50), ("max", 100))},
        "requests_refused": discord.limit.refused,
        "peak_requests_per_s": discord.limit.peak(),
    }
