"""What looks after models and trainings while the bot runs.

It trains nothing, and nobody tells it anything: every few seconds it looks at the models folder and at the trainings'
rows, so that it doesn't matter which process did what, or died doing it.
"""

import contextlib
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.fates import bury_if_dead
from bot.features.admin import training_view as view
from bot.language import speaking
from storage.trainings import Training

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

# An answer can be edited for fifteen minutes.
FOLLOWED = timedelta(minutes=14)
# Who waits no longer than that watches, and needs no message on top.
SHORT = timedelta(minutes=2)
# A direct message is not edited more often, for hours maybe.
WRITTEN_EVERY = timedelta(minutes=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError)


class Oversight:
    """Looks after the trainings of one bot."""

    def __init__(self, bot: "SegueBot") -> None:
        self._bot = bot
        # By training and message: until when it can be edited, and by which interaction.
        self._followed: dict[int, dict[int, tuple[datetime, discord.Interaction[Any]]]] = {}
        # What was last written to somebody, and when; None where it can't be.
        self._written: dict[int, datetime | None] = {}

    def follow(self, number: int, message_id: int, interaction: discord.Interaction[Any]) -> None:
        """Keeps the message, the answer to `interaction`, showing how a training is doing."""
        self._followed.setdefault(number, {})[message_id] = (self._bot.clock() + FOLLOWED, interaction)

    async def look(self) -> None:
        """Sees to every training once."""
        trainings, now = self._bot.store.trainings, self._bot.clock()
        running = await trainings.under_way()
        if running is not None:
            buried = await bury_if_dead(self._bot.store, self._bot.workshop.models, running, now)
            if buried is None:
                await self._show(running)
            else:
                log.warning("training %d: %s", buried.id, buried.sentence)
        for training in await trainings.untold():
            await self._show(training)
            await trainings.set_told(training.id, now)
            self._followed.pop(training.id, None)
            self._written.pop(training.id, None)

    async def _show(self, training: Training) -> None:
        """Shows how a training is doing in the answers that can still be edited, or else in direct messages."""
        now = self._bot.clock()
        shown = {}
        for message_id, (until, interaction) in self._followed.get(training.id, {}).items():
            if until > now:
                with contextlib.suppress(*UNREACHABLE), speaking(await self._bot.language_of(interaction)):
                    await interaction.edit_original_response(view=view.page(training, now))
                    shown[message_id] = (until, interaction)
        self._followed[training.id] = shown
        if training.user_id is None:
            return
        if training.outcome is not None and (not shown or _is_news(training)):
            await self._send(training, now)
        elif training.outcome is None and not shown:
            await self._keep_writing(training, now)

    async def _keep_writing(self, training: Training, now: datetime) -> None:
        """Shows whoever asked how it goes in one direct message, which is edited now and then."""
        written = self._written.get(training.id, LONG_AGO)
        if written is None or now - written < WRITTEN_EVERY:
            return
        self._written[training.id] = now
        if training.channel_id is None or training.message_id is None:
            await self._send(training, now)
            return
        channel = self._bot.get_partial_messageable(training.channel_id)
        with contextlib.suppress(*UNREACHABLE):
            await channel.get_partial_message(training.message_id).edit(view=view.page(training, now))

    async def _send(self, training: Training, now: datetime) -> None:
        """Writes to whoever asked for a training: once while it is under way, and once more when it is over."""
        assert training.user_id is not None
        state = "over" if training.outcome is not None else "under way"
        try:
            direct = await self._bot.create_dm(discord.Object(training.user_id))
            # Twice with the same nonce is once: the process may end before it notes the message.
            nonce = f"training-{training.id}-{state.replace(' ', '-')}"
            sent = await direct.send(view=view.page(training, now), nonce=nonce)
        except UNREACHABLE as error:
            if training.outcome is None:
                self._written[training.id] = None
            log.warning("training %d, %s: whoever asked for it can't be told: %s", training.id, state, error)
            return
        await self._bot.store.trainings.set_message(training.id, sent.channel.id, sent.id)


def _is_news(training: Training) -> bool:
    """Whether a training has ended that somebody may have stopped waiting for."""
    return training.ended_at is not None and training.ended_at - training.requested_at > SHORT
