"""What became of a training whose process says nothing any more."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot.processes import life_of
from ml.shelf import current_version
from storage.store import Store
from storage.trainings import SILENT, Training

# One that is there and says nothing may be waiting for a slow disk, or the whole machine was asleep.
SILENT_THOUGH_ALIVE = timedelta(hours=1)


async def bury_if_dead(store: Store, models: Path, running: Training, now: datetime) -> Training | None:
    """Notes the end of a training whose process is gone, and returns it; None while it may come to an end itself."""
    life = await asyncio.to_thread(life_of, running.process) if running.process is not None else "unknown"
    # One that is gone need not be silent for long.
    patience = {"gone": -SILENT, "alive": SILENT_THOUGH_ALIVE, "unknown": SILENT}[life]
    serving = await asyncio.to_thread(current_version, models)
    return await store.trainings.bury(running.id, serving, now - patience, now)
