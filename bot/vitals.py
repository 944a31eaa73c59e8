"""How the bot is at the moment, in one look."""

import asyncio
import contextlib
import math
import shutil
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from storage.vitals import Work

if TYPE_CHECKING:
    from bot.app import SegueBot


@dataclass(frozen=True)
class Vitals:
    """One look at a bot. None where it can't be told: no heartbeat yet, no folder, no backup."""

    version: str
    started_at: datetime
    model: str
    serving_since: datetime
    servers: int
    gateway_seconds: float | None
    memory_bytes: int
    work: Work
    database_bytes: int
    models_bytes: int | None
    free_bytes: int | None
    last_backup: datetime | None


async def take_vitals(bot: "SegueBot") -> Vitals:
    """Looks at everything; what has to be read from the disk is read off the event loop."""
    models_bytes, free_bytes = await asyncio.to_thread(_disk, bot.workshop.models)
    return Vitals(
        version=version("segue"),
        started_at=bot.started_at,
        model=bot.serving.version,
        serving_since=bot.serving_since,
        servers=len(bot.guilds),
        gateway_seconds=bot.latency if math.isfinite(bot.latency) else None,
        memory_bytes=psutil.Process().memory_info().rss,
        work=await bot.store.work(bot.clock()),
        database_bytes=await bot.store.size(),
        models_bytes=models_bytes,
        free_bytes=free_bytes,
        last_backup=await bot.store.last_backup(),
    )


def _disk(models: Path | None) -> tuple[int | None, int | None]:
    """What the models take of a disk, and what is left on it."""
    if models is None or not models.is_dir():
        return None, None
    taken = 0
    for path in models.rglob("*"):
        # A bundle may be removed meanwhile.
        with contextlib.suppress(FileNotFoundError):
            taken += path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    return taken, shutil.disk_usage(models).free
