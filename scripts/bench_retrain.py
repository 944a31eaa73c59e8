"""`segue bench --retrain`: a training asked for in Discord, while a busy server goes on asking.

The measured process is `segue run` itself with the training beside it, on this machine, which the Discord that both
talk to is on as well.
"""

import asyncio
import resource
import shutil
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bot.catalogues import catalogue_path
from bot.settings import Settings
from ml.bundle import CURRENT, ModelBundle, make_current
from scripts.asking import Asking
from scripts.checkout import of_the_tests
from storage.store import Store
from storage.trainings import Training

MEMBERS = 20
T = TypeVar("T")

# Between an answer and the next question of the same member: they are busy.
PAUSE_S = 4.0
READY_TIMEOUT_S = 60.0
LOOK_EVERY_S = 1.0
LONGEST_S = 3 * 3600.0
SWITCHED_WITHIN_S = 30.0
SETTLED_S = 5.0


@dataclass(frozen=True)
class Load:
    """So many members ask for `quiet_s` seconds before the training, and then until it is over."""

    members: int = MEMBERS
    quiet_s: float = 60.0
    refit: str = "all"


def measure_retrain(settings: Settings, bundle: ModelBundle, seed: int, load: Load | None = None) -> dict[str, Any]:
    """Figures by name: members' waits before and during a training that is asked for like any."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        serving = (settings.models / CURRENT).resolve()
        shutil.copytree(serving, home / "data" / "models" / serving.name)
        make_current(home / "data" / "models", serving.name)
        figures = asyncio.run(_measure(settings, home, bundle, np.random.default_rng(seed), load or Load()))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return figures | {"largest_process_mb": round(peak / (1024 if sys.platform == "linux" else 1024**2))}


async def _measure(
    settings: Settings, home: Path, bundle: ModelBundle, random: np.random.Generator, load: Load
) -> dict[str, Any]:
    fake_discord, process = of_the_tests("fake_discord"), of_the_tests("process")
    async with fake_discord.FakeDiscord() as discord, Store.open(home / "data" / "segue.db") as store:
        channel = discord.home.channel
        askers = [(discord.user(f"member {number}"), channel) for number in range(load.members)]
        catalogue = catalogue_path(settings)
        given = {"SEGUE_CATALOGUE": catalogue, "SEGUE_PLAYLISTS": settings.playlists}
        environment = {name: str(path.resolve()) for name, path in given.items() if path is not None}
        bot = process.BotProcess(discord, "scripts.segue", "run", directory=home, environment=environment)
        try:
            await bot.start()
            await bot.logged("ready as", READY_TIMEOUT_S)
            before, _ = await _while_asking(discord, bundle, askers, random, asyncio.sleep(load.quiet_s))
            wanted = {"refit": load.refit, "why": "to measure it"}
            await discord.slash(discord.owner, "admin retrain", wanted, timeout=READY_TIMEOUT_S)
            during, (training, switched) = await _while_asking(
                discord, bundle, askers, random, _seen_through(store, bot)
            )
            await bot.stop()
        finally:
            await bot.kill()
    return {
        "model": bundle.version,
        "members": load.members,
        "training_s": round((training.ended_at - training.requested_at).total_seconds()) if training.ended_at else None,
        "outcome": training.outcome,
        "sentence": training.sentence,
        "switched": switched,
        "before": before,
        "during": during,
    }


async def _while_asking(
    discord: Any, bundle: ModelBundle, askers: Any, random: np.random.Generator, work: Coroutine[Any, Any, T]
) -> tuple[dict[str, Any], T]:
    """The waits of members who ask for as long as `work` takes, and what it returns."""
    asking = Asking(discord, bundle, askers, random)
    busy = asyncio.create_task(asking.busily(PAUSE_S))
    result = await work
    busy.cancel()
    with suppress(asyncio.CancelledError):
        await busy
    return asking.waits(), result


async def _seen_through(store: Store, bot: Any) -> tuple[Training, bool]:
    """The training once it is over, and whether the bot serves what it published."""
    for _ in range(int(LONGEST_S / LOOK_EVERY_S)):
        if await store.trainings.under_way() is None:
            break
        await asyncio.sleep(LOOK_EVERY_S)
    (training,) = await store.trainings.latest(1)
    with suppress(AssertionError):
        await bot.logged(f"model {training.version} serves now", SWITCHED_WITHIN_S)
        # Those whose answers were under way meanwhile count as well.
        await asyncio.sleep(SETTLED_S)
        return training, True
    return training, False
