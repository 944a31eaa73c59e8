"""What looks after models and trainings while the bot runs.

It trains nothing, and nobody tells it anything: every few seconds it looks at the models folder and at the trainings'
rows, so that it doesn't matter which process did what, or died doing it.
"""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.features.admin import training_view as view
from bot.language import speaking
from bot.processes import is_gone
from ml.shelf import current_version
from storage.trainings import SILENT, Training

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

# An answer can be edited for fifteen minutes.
FOLLOWED = timedelta(minutes=14)
# Who waits no longer than that watches, and needs no message on top.
SHORT = timedelta(minutes=2)
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError)


class Oversight:
    """Looks after the models of one bot."""

    def __init__(self, bot: "SegueBot") -> None:
        self._bot = bot
        self._followed: dict[int, list[tuple[datetime, discord.Interaction[Any]]]] = {}

    def follow(self, number: int, interaction: discord.Interaction[Any]) -> None:
        """Keeps the answer to `interaction` showing how a training is doing."""
        self._followed.setdefault(number, []).append((self._bot.clock() + FOLLOWED, interaction))

    async def look(self) -> None:
        """Sees to everything once."""
        await self._bot.switch.look()
        trainings = self._bot.store.trainings
        running = await trainings.under_way()
        if running is not None:
            running = await self._unless_dead(running)
        if running is not None:
            await self._show(running)
        for training in await trainings.untold():
            await self._show(training)
            await trainings.set_told(training.id, self._bot.clock())
            self._followed.pop(training.id, None)

    async def _unless_dead(self, running: Training) -> Training | None:
        """The training that is under way, or None once its process is found dead, which is noted."""
        gone = running.process is not None and await asyncio.to_thread(is_gone, running.process)
        now = self._bot.clock()
        serving = await asyncio.to_thread(current_version, self._bot.workshop.models)
        since = now + SILENT if gone else now - SILENT
        buried = await self._bot.store.trainings.bury(running.id, serving, since, now)
        if buried is None:
            return running
        log.warning("training %d: %s", buried.id, buried.sentence)
        return None

    async def _show(self, training: Training) -> None:
        """Shows how a training is doing in the answers that can still be edited, or else in direct messages."""
        now = self._bot.clock()
        shown = []
        for until, interaction in self._followed.get(training.id, []):
            if until > now:
                with contextlib.suppress(*UNREACHABLE), speaking(await self._bot.language_of(interaction)):
                    await interaction.edit_original_response(view=view.page(training, now))
                    shown.append((until, interaction))
        self._followed[training.id] = shown
        if training.user_id is not None and (not shown or _is_news(training)):
            await self._write(training, view.page(training, now))

    async def _write(self, training: Training, page: discord.ui.LayoutView) -> None:
        """Writes to whoever asked for the training, always into the same message."""
        assert training.user_id is not None
        try:
            if training.channel_id is not None and training.message_id is not None:
                channel = self._bot.get_partial_messageable(training.channel_id)
                await channel.get_partial_message(training.message_id).edit(view=page)
                return
            direct = await self._bot.create_dm(discord.Object(training.user_id))
            # Twice with the same nonce is once: the process may end before it notes the message.
            sent = await direct.send(view=page, nonce=f"training-{training.id}")
        except UNREACHABLE as error:
            log.warning("training %d: whoever asked for it can't be told: %s", training.id, error)
            return
        await self._bot.store.trainings.set_message(training.id, sent.channel.id, sent.id)


def _is_news(training: Training) -> bool:
    """Whether a training has ended that somebody may have stopped waiting for."""
    return training.ended_at is not None and training.ended_at - training.requested_at > SHORT
