"""`/admin retrain`, and the presses on a training."""

import asyncio
import logging
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.admin import training_view as view
from bot.features.admin.access import Interaction, check_operator, check_owner, for_operators
from bot.features.admin.oversight import Oversight
from bot.language import say
from bot.presses import TEXT_GONE, PressHandler
from ml.phrases import Phrase
from ml.shelf import publish_aside
from storage.trainings import Training

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

TEXT_BUSY = "A training is under way: see `/admin status`. There is one at a time."
TEXT_ONLY_ALL = "Another catalogue means training everything: leave out `refit:` or `catalogue:`."
TEXT_NO_START = "The process that was to train could not be started: {error}."
TEXT_OVER = "That training is over, or already publishing what it made."
TEXT_NOT_ASIDE = "That model doesn't lie aside any more."
TEXT_ANYWAY = "Published by its owner's decision, although: {sentence}"
LONGEST_REASON = 200
MOST_CHOICES = 25

REFIT_CHOICES = [
    app_commands.Choice(name="everything", value="all"),
    app_commands.Choice(name="the genre classifier, and the index that listens with it", value="classifier"),
    app_commands.Choice(name="moods and synthetic genres", value="clusters"),
    app_commands.Choice(name="the index and the map", value="index"),
]


async def catalogue_choices(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """The catalogues that can be chosen beside the usual one, for operators."""
    await check_operator(interaction)
    known = await asyncio.to_thread(interaction.client.workshop.catalogues)
    fitting = [name for name in known if current.casefold() in name.casefold()]
    return [app_commands.Choice(name=name, value=name) for name in fitting if len(name) <= 100][:MOST_CHOICES]


class Trainings(commands.Cog):
    """The part of `/admin` about training."""

    bot: "SegueBot"
    oversight: Oversight

    def training_handlers(self) -> dict[str, PressHandler]:
        return {
            view.CANCEL: for_operators(self.cancel_training),
            view.REFRESH: for_operators(self.refresh_training),
            view.ANYWAY: for_operators(self.publish_anyway),
        }

    @app_commands.command(description="Train the model anew. Whatever comes of it, members are served meanwhile.")
    @app_commands.describe(
        refit="What to train (everything)",
        catalogue="A CSV in the data folder's “catalogues”, or the built-in sample; without it, the usual one",
        why="For those who come after you",
    )
    @app_commands.choices(refit=REFIT_CHOICES)
    @app_commands.autocomplete(catalogue=catalogue_choices)
    async def retrain(
        self,
        interaction: Interaction,
        refit: str = "all",
        catalogue: app_commands.Range[str, 1, 100] | None = None,
        why: app_commands.Range[str, 1, LONGEST_REASON] = "",
    ) -> None:
        await check_operator(interaction)
        if catalogue is not None and refit != "all":
            raise RefusalError(say(TEXT_ONLY_ALL))
        await interaction.response.defer(ephemeral=True, thinking=True)
        if catalogue is not None:
            await asyncio.to_thread(self.bot.workshop.check_catalogue, catalogue)
        now, user = self.bot.clock(), interaction.user.id
        await self.bot.store.remember_member(user, now)
        number = await self.bot.store.trainings.request(refit, catalogue, why, user, now)
        if number is None:
            raise RefusalError(say(TEXT_BUSY))
        log.info("training %d asked for: %s", number, refit)
        await self._show_training(interaction, number)
        await self._begin(number)

    async def _begin(self, number: int) -> None:
        try:
            process = await self.bot.workshop.start(number)
            await self.bot.store.trainings.begin(number, process, self.bot.clock())
        except OSError as error:
            log.exception("training %d could not be started", number)
            sentence = Phrase(TEXT_NO_START, error=error.strerror or error)
            await self.bot.store.trainings.end(number, "failed", sentence, self.bot.clock())

    async def _show_training(self, interaction: Interaction, number: int) -> None:
        """Shows a training in the answer, and keeps that up to date while it is under way."""
        training = await self._training(str(number))
        shown = await interaction.edit_original_response(view=view.page(training, self.bot.clock()))
        # Direct messages are kept up to date anyway.
        if training.outcome is None and shown.id != training.message_id:
            self.oversight.follow(training.id, shown.id, interaction)

    async def _training(self, number: str) -> Training:
        training = await self.bot.store.trainings.training(int(number)) if number.isdecimal() else None
        if training is None:
            raise RefusalError(say(TEXT_GONE))
        return training

    async def refresh_training(self, interaction: Interaction, number: str) -> None:
        await interaction.response.defer()
        training = await self._training(number)
        await self._show_training(interaction, training.id)

    async def cancel_training(self, interaction: Interaction, number: str) -> None:
        await interaction.response.defer()
        training = await self._training(number)
        if not await self.bot.store.trainings.cancel(training.id, self.bot.clock()):
            raise RefusalError(say(TEXT_OVER))
        log.info("training %d: cancelled by an operator", training.id)
        await self._show_training(interaction, training.id)

    async def publish_anyway(self, interaction: Interaction, number: str) -> None:
        """Publishes a model that was set aside; for the owner alone."""
        await check_owner(interaction)
        await interaction.response.defer()
        training = await self._training(number)
        if training.outcome != "aside" or training.version is None:
            raise RefusalError(say(TEXT_NOT_ASIDE))
        await self.bot.switch.to(training.version, publish_aside)
        sentence = Phrase(TEXT_ANYWAY, sentence=training.sentence)
        await self.bot.store.trainings.publish_anyway(
            training.id, training.version, interaction.user.id, sentence, self.bot.clock()
        )
        await self._show_training(interaction, training.id)
