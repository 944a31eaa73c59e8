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
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.__main__ import utc_now
from bot.app import SegueBot
from bot.settings import Settings
from bot.simulated import Place, simulated_discord
from ml.bundle import load_current
from ml.errors import SegueError
from storage.store import Store

# How often the loop is asked to show that it is awake.
TICK_SECONDS = 0.002
WARM_UP = 5
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
        figures = asyncio.run(_serve(replace(settings, data_dir=Path(scratch)), settings.models, requests, seed))
    sys.stdout.write(json.dumps(figures) + "\n")


async def _serve(settings: Settings, models: Path, requests: int, seed: int) -> dict[str, Any]:
    bundle = load_current(models)
    async with Store.open(settings.database) as store:
        bot = SegueBot(store=store, bundle=bundle, clock=utc_now)
        async with simulated_discord(bot) as place:
            sys.stdout.write(READY_LINE + "\n")
            sys.stdout.flush()
            figures = await _drive(place, bundle.catalogue.frame["track_id"].to_numpy(), requests, seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    figures["peak_resident_mb"] = round(peak / (1024 if sys.platform == "linux" else 1024**2))
    return {"model": bundle.version, "tracks": len(bundle.catalogue.frame), "requests": requests, **figures}


async def _drive(place: Place, track_ids: np.ndarray, requests: int, seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    member = place.member("Ada")
    frame = place.env.bot.bundle.catalogue.frame
    texts = (frame["artists"].str.replace(";", " ") + " " + frame["track_name"]).to_numpy()
    picks = random.integers(0, len(track_ids), requests + WARM_UP)

    async def classify(number: int) -> None:
        await member.slash(place.channel, "classify", track=str(track_ids[picks[number]]))

    async def recommend(number: int) -> None:
        await member.slash(place.channel, "recommend", track=str(track_ids[picks[number]]))

    async def complete(number: int) -> None:
        text = texts[picks[number]]
        typed = text[: 1 + int(random.integers(0, min(30, len(text))))]
        await member.autocomplete(place.channel, "recommend", "track", typed)

    figures: dict[str, Any] = {}
    lateness: list[float] = []
    watch = asyncio.create_task(_watch_loop(lateness))
    for name, request in (("classify", classify), ("recommend", recommend), ("autocomplete", complete)):
        figures[f"{name}_ms"] = await _timed(request, requests)
    watch.cancel()
    figures["loop_lateness_ms"] = _percentiles(lateness)
    return figures


async def _timed(request: Callable[[int], Awaitable[None]], requests: int) -> dict[str, float]:
    for number in range(WARM_UP):
        await request(number)
    seconds = []
    for number in range(WARM_UP, requests + WARM_UP):
        started = time.perf_counter()
        await request(number)
        seconds.append(time.perf_counter() - started)
    return _percentiles(seconds)


async def _watch_loop(lateness: list[float]) -> None:
    """Notes how much later than asked for the loop wakes this task."""
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        await asyncio.sleep(TICK_SECONDS)
        lateness.append(max(0.0, loop.time() - started - TICK_SECONDS))


def _percentiles(seconds: list[float]) -> dict[str, float]:
    values = np.array(seconds) * 1000
    return {name: round(float(np.percentile(values, q)), 1) for name, q in (("p50", 50), ("p99", 99), ("max", 100))}
