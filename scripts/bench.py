"""`segue bench`: how fast the bot is ready and answers, how much memory it takes, whether its loop ever stalls.

The measured process is the real bot on the simulated Discord, so every figure includes the simulator's own work.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from bot.app import SegueBot
from bot.references import MOST_CHOICES
from bot.settings import Settings
from bot.simulated import Place, simulated_bot, simulated_discord
from ml.bundle import ModelBundle
from ml.errors import SegueError
from ml.filters import Filters, Range
from ml.tracks import split_values
from scripts.models import ready_model
from storage.store import Store

# How often the loop is asked to show that it is awake.
TICK_SECONDS = 0.002
WARM_UP = 5
THOUSAND, BATCHES = 1_000, 10
READY_LINE = "ready"


def measure(requests: int, seed: int) -> dict[str, Any]:
    """Starts a fresh process that measures itself, and times how long it takes to be ready."""
    command = [
        sys.executable,
        "-m",
        "scripts.segue",
        "bench",
        "--inside",
        "--requests",
        str(requests),
        "--seed",
        str(seed),
    ]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        ready = time.perf_counter() - started
        rest = process.stdout.read()
    if first != READY_LINE or process.returncode != 0:
        raise SegueError("The measured process failed; what it wrote above says why.")
    return {"ready_s": round(ready, 2), **json.loads(rest)}


def measure_inside(settings: Settings, requests: int, seed: int) -> None:
    """The measured process: says when it is ready, then prints its figures as one JSON line."""
    with tempfile.TemporaryDirectory() as scratch:
        figures = asyncio.run(_serve(Path(scratch) / "segue.db", ready_model(settings), requests, seed))
    sys.stdout.write(json.dumps(figures) + "\n")


async def _serve(database: Path, bundle: ModelBundle, requests: int, seed: int) -> dict[str, Any]:
    async with Store.open(database) as store:
        bot = simulated_bot(Settings(database.parent), store, bundle)
        async with simulated_discord(bot) as place:
            sys.stdout.write(READY_LINE + "\n")
            sys.stdout.flush()
            figures = await _drive(place, bundle, requests, seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    figures["peak_resident_mb"] = round(peak / (1024 if sys.platform == "linux" else 1024**2))
    return {"model": bundle.version, "tracks": len(bundle.catalogue.frame), "requests": requests, **figures}


async def _drive(place: Place, bundle: ModelBundle, requests: int, seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    rows = random.integers(0, len(bundle.catalogue.frame), requests + WARM_UP)
    # By name, as people ask: finding the song is part of the work, and it is done on the loop.
    texts = [f"{artists} {title}" for title, artists, _ in bundle.catalogue.texts]
    member = place.member("Ada")
    lateness: list[float] = []
    watch = asyncio.create_task(_watch_loop(lateness))
    figures: dict[str, Any] = {}
    for command in ("classify", "recommend"):
        with stopwatch(place.env.bot) as seconds:
            for row in rows:
                await member.slash(place.channel, command, track=texts[row])
        figures[f"{command}_ms"] = percentiles(seconds[WARM_UP:])
    watch.cancel()
    figures["autocomplete_ms"] = percentiles(_time_suggestions(bundle, texts, rows, random)[WARM_UP:])
    figures |= _time_classifier(bundle, rows, random)
    figures["recommend_20_ms"] = percentiles(_time_recommender(bundle, rows)[WARM_UP:])
    figures["loop_lateness_ms"] = percentiles(lateness)
    return figures


@contextmanager
def stopwatch(bot: SegueBot) -> Iterator[list[float]]:
    """Times each command from its arrival until its answer is out, seconds.

    Asked of the bot itself, because the simulator waits in steps of 50 ms until it believes that all is quiet.
    """
    seconds: list[float] = []
    arrived = 0.0

    async def on_interaction(_: object) -> None:
        nonlocal arrived
        arrived = time.perf_counter()

    async def on_app_command_completion(*_: object) -> None:
        seconds.append(time.perf_counter() - arrived)

    bot.add_listener(on_interaction)
    bot.add_listener(on_app_command_completion)
    yield seconds
    bot.remove_listener(on_interaction)
    bot.remove_listener(on_app_command_completion)


def _time_suggestions(
    bundle: ModelBundle, texts: list[str], rows: np.ndarray, random: np.random.Generator
) -> list[float]:
    """Seconds that the choices for a half-typed "artist title" take."""
    seconds = []
    for row in rows:
        text = texts[row]
        typed = text[: 1 + int(random.integers(0, min(30, len(text))))]
        started = time.perf_counter()
        bundle.search.suggest(typed, MOST_CHOICES)
        seconds.append(time.perf_counter() - started)
    return seconds


def _time_classifier(bundle: ModelBundle, rows: np.ndarray, random: np.random.Generator) -> dict[str, dict[str, float]]:
    """The genres of one track, why they are what they are, and the genres of THOUSAND tracks at once."""
    frame, classifier = bundle.catalogue.frame, bundle.classifier
    one: list[float] = []
    why: list[float] = []
    many: list[float] = []
    for row in rows:
        track = frame.iloc[[row]]
        with lap(one):
            chances = classifier.predict_proba(track)
        with lap(why):
            classifier.influences(track, str(chances.iloc[0].idxmax()))
    for _ in range(1 + BATCHES):
        batch = frame.iloc[random.choice(len(frame), THOUSAND, replace=len(frame) < THOUSAND)]
        with lap(many):
            classifier.predict_proba(batch)
    timed = {"one_track_ms": one[WARM_UP:], "why_ms": why[WARM_UP:], "thousand_tracks_ms": many[1:]}
    return {name: percentiles(seconds) for name, seconds in timed.items()}


def _time_recommender(bundle: ModelBundle, rows: np.ndarray) -> list[float]:
    """Seconds that one thread takes for 20 songs, re-ranked, in turn without and with conditions of every kind."""
    ids, moods = bundle.catalogue.frame["track_id"].to_numpy(), bundle.clusters.names
    seconds: list[float] = []
    with threadpool_limits(1):
        for number, row in enumerate(rows):
            genres = tuple(split_values(bundle.catalogue.texts[row][2]))
            filters = (
                Filters(),
                Filters(genres=genres),
                Filters(moods=(moods[number % len(moods)],), explicit=False),
                Filters(ranges=(Range("tempo", 90, 130), Range("energy", 0.4, None))),
            )[number % 4]
            with lap(seconds):
                bundle.recommender.recommend([ids[row]], 20, filters=filters)
    return seconds


@contextmanager
def lap(seconds: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - started)


async def _watch_loop(lateness: list[float]) -> None:
    """Notes how much later than asked for the loop wakes this task."""
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        await asyncio.sleep(TICK_SECONDS)
        lateness.append(max(0.0, loop.time() - started - TICK_SECONDS))


def percentiles(seconds: list[float]) -> dict[str, float]:
    values = np.array(seconds) * 1000
    return {name: round(float(np.percentile(values, q)), 1) for name, q in (("p50", 50), ("p99", 99), ("max", 100))}
