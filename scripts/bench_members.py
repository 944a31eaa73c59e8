"""`segue bench --members`: a busy server's database; lists from a taste, presses, several processes at once."""

import asyncio
import multiprocessing
import tempfile
import time
from datetime import timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from bot.clock import utc_now
from bot.settings import Settings
from bot.simulated import Place, simulated_bot, simulated_discord
from ml.bundle import ModelBundle
from ml.errors import SegueError
from scripts.bench import WARM_UP, lap, percentiles, stopwatch
from storage.database import Database
from storage.feedback import OPINIONS_PER_MEMBER, Verdict, press
from storage.store import Store

MEMBERS, EVENTS = 200, 1_000
# Of three genres each, as people are; of these a third of the songs displeases.
GENRES, DISLIKED = 3, 1 / 3
# Their opinions were given over two years.
DAYS = 730
PRESSES = 1_000
WRITERS, WRITING_SECONDS = 4, 60.0
TEXT_NOTHING_WRITTEN = "No press was acknowledged, so nothing can be said of several processes at one file."
FIRST_MEMBER = 8_000_000_000_000_000_000


def measure_members(bundle: ModelBundle, seed: int, seconds: float = WRITING_SECONDS) -> dict[str, Any]:
    """Figures by name, times in milliseconds."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "segue.db"
        figures = asyncio.run(_serve(path, bundle, np.random.default_rng(seed)))
        return figures | _several_writers(path, seconds)


async def _serve(path: Path, bundle: ModelBundle, random: np.random.Generator) -> dict[str, Any]:
    async with Store.open(path) as store:
        bot = simulated_bot(Settings(path.parent), store, bundle)
        async with simulated_discord(bot) as place:
            members = [place.member(f"member {number}") for number in range(MEMBERS + WARM_UP)]
            async with Database.open(path) as database:
                for member in members:
                    await database.write(_live, member.id, events(bundle, random, EVENTS))
            figures = await _ask(place, members)
        pressed: list[float] = []
        tracks = bundle.catalogue.frame["track_id"].to_numpy()
        for number in range(PRESSES):
            member, track = members[number % MEMBERS], str(random.choice(tracks))
            with lap(pressed):
                await store.press(number + 1, member.id, None, track, "like", utc_now())
    return {"members": MEMBERS, "events": EVENTS, **figures, "press_ms": percentiles(pressed)}


def events(
    bundle: ModelBundle, random: np.random.Generator, most: int, days: float = DAYS
) -> list[tuple[str, Verdict, float]]:
    """One member's opinions: track, verdict and how many days ago, songs of a few genres."""
    recommender = bundle.recommender
    rows = recommender.columns.rows_of_genre
    wanted = random.choice(sorted(rows), GENRES, replace=False)
    songs = np.unique(np.concatenate([rows[genre] for genre in wanted]))
    songs = random.choice(songs, min(most, len(songs)), replace=False)
    return [
        (recommender.track_of(song), "dislike" if random.random() < DISLIKED else "like", random.uniform(0, days))
        for song in songs
    ]


def _live(db: Any, user_id: int, events: list[tuple[str, Verdict, float]]) -> None:
    now = utc_now()
    for number, (track_id, verdict, days) in enumerate(events):
        at = now - timedelta(days=days)
        press(db, user_id % 10**12 * EVENTS + number, user_id, None, track_id, verdict, at)


async def _ask(place: Place, members: list[Any]) -> dict[str, Any]:
    with stopwatch(place.env.bot) as seconds:
        for member in members:
            await member.slash(place.channel, "recommend")
    return {"recommend_by_taste_ms": percentiles(seconds[WARM_UP:])}


def _several_writers(path: Path, seconds: float) -> dict[str, Any]:
    """What several processes wrote to one file, each press delivered twice, and what of it is there."""
    fresh = multiprocessing.get_context("spawn")
    pipes = [fresh.Pipe(duplex=False) for _ in range(WRITERS)]
    writers = [fresh.Process(target=_write, args=(path, number, seconds, end)) for number, (_, end) in enumerate(pipes)]
    for writer in writers:
        writer.start()
    told = [receive.recv() for receive, _ in pipes]
    for writer in writers:
        writer.join()
    acknowledged = [presses for presses, _ in told]
    if not any(acknowledged):
        raise SegueError(TEXT_NOTHING_WRITTEN)
    there, sound = asyncio.run(_look(path))
    return {
        "writers": WRITERS,
        "writers_seconds": seconds,
        "writers_presses": sum(acknowledged),
        "writers_lost": sum(max(0, said - found) for said, found in zip(acknowledged, there, strict=True)),
        "writers_duplicated": sum(max(0, found - said) for said, found in zip(acknowledged, there, strict=True)),
        "writers_wrong": sum(wrong for _, wrong in told),
        "database_sound": sound,
    }


async def _look(path: Path) -> tuple[list[int], bool]:
    """How many presses of each writer are stored, and whether SQLite finds its file in order."""
    async with Store.open(path) as store:
        counts = []
        for number in range(WRITERS):
            users, found = count(), 0
            while opinions := await store.opinions(_member(number, next(users) * OPINIONS_PER_MEMBER)):
                found += len(opinions)
            counts.append(found)
        return counts, await store.is_sound()


def _write(path: Path, number: int, seconds: float, acknowledge: Connection) -> None:
    async def run() -> tuple[int, int]:
        """How many presses were acknowledged, and of how many the second delivery was answered otherwise."""
        async with Store.open(path) as store:
            done, wrong, ends = 0, 0, time.monotonic() + seconds
            while time.monotonic() < ends:
                interaction = (number + 1) * 10**15 + done
                # Delivered twice, as Discord does when it hears no answer: a second like would take the first back.
                first, second = [
                    await store.press(interaction, _member(number, done), None, f"{done:022d}", "like", utc_now())
                    for _ in range(2)
                ]
                wrong += second != first
                done += first == "like"
            return done, wrong

    acknowledge.send(asyncio.run(run()))


def _member(writer: int, presses: int) -> int:
    """Who gives the next opinion: several, since one may not have any number of them."""
    return FIRST_MEMBER + writer * 10**6 + presses // OPINIONS_PER_MEMBER
