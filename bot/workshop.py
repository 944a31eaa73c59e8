"""Where models are made and kept: their folder, and the process that trains."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

from bot import catalogues
from bot.processes import identity
from bot.settings import Settings

log = logging.getLogger(__name__)

LOG_FILE = "training.log"
# What a training has no use for.
SECRETS = ("DISCORD_TOKEN", "SEGUE_SECRET_KEY")


class Workshop:
    """The models folder of one Segue and what goes on in it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def models(self) -> Path:
        return self._settings.models

    def catalogues(self) -> list[str]:
        """The names of the catalogues that can be chosen beside the usual one."""
        return catalogues.choices(self._settings)

    def check_catalogue(self, name: str) -> None:
        """Raises CatalogueError unless there is a catalogue of this name."""
        catalogues.check_choice(self._settings, name)

    async def start(self, training_id: int) -> str:
        """Starts the process that sees a training through, and returns its identity. It outlives this one.

        Raises OSError when it can't be started.
        """
        return await asyncio.to_thread(self._start, training_id)

    def _start(self, training_id: int) -> str:
        environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
        command = [sys.executable, "-m", "scripts.segue", "train", "--training", str(training_id)]
        with (self._settings.data_dir / LOG_FILE).open("ab") as output:
            # Not asyncio's: that may kill its children when its loop ends. In a session of its own, because what ends
            # the bot, Ctrl-C or a restart, is not meant for the training.
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        log.info("training %d is process %d", training_id, process.pid)
        # Somebody has to take note of its end, or it would stay in the system's table.
        threading.Thread(target=process.wait, name="training", daemon=True).start()
        try:
            return identity(process.pid)
        except ProcessLookupError:
            raise OSError(f"it ended at once; {LOG_FILE} in the data folder says why") from None
