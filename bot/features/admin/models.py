"""`/admin models` and `/admin rollback`."""

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.admin import models_view as view
from bot.features.admin.access import Interaction, check_operator
from bot.language import say
from ml.shelf import serve_version, shelved

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

TEXT_NO_EARLIER = "There is no earlier model to go back to."
TEXT_NO_SUCH = "There is no published model “{version}”: `/admin models` lists them."
TEXT_SERVES = "Model {version} serves already."
MOST_CHOICES = 25


async def version_choices(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """The published models that don't serve, the latest first, for operators."""
    await check_operator(interaction)
    kept = await asyncio.to_thread(shelved, interaction.client.workshop.models)
    offered = [one for one in kept if not one.is_aside and not one.is_current and current in one.version]
    return [app_commands.Choice(name=view.choice(one), value=one.version) for one in offered[:MOST_CHOICES]]


class Models(commands.Cog):
    """The part of `/admin` about trained models."""

    bot: "SegueBot"

    @app_commands.command(description="The trained models: which one serves, and how good each is.")
    async def models(self, interaction: Interaction) -> None:
        await check_operator(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        kept = await asyncio.to_thread(shelved, self.bot.workshop.models)
        made = {one.version: await self.bot.store.trainings.of_version(one.version) for one in kept}
        page = view.models(kept, made, self.bot.serving.version, self.bot.switch.refused)
        await interaction.edit_original_response(view=page)

    @app_commands.command(description="Serve an earlier model again, at once.")
    @app_commands.describe(version="Which one; without it, the one that served before")
    @app_commands.autocomplete(version=version_choices)
    async def rollback(self, interaction: Interaction, version: app_commands.Range[str, 1, 60] | None = None) -> None:
        await check_operator(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        now, user, serving = self.bot.clock(), interaction.user.id, self.bot.serving.version
        wanted = await self._kept(version) if version else await self._earlier(serving)
        if wanted == serving == await self.bot.switch.current():
            raise RefusalError(say(TEXT_SERVES, version=wanted))
        await self.bot.switch.to(wanted, serve_version)
        await self.bot.store.remember_member(user, now)
        await self.bot.store.trainings.note_publication(wanted, "rollback", None, user, now)
        log.info("went back to model %s from %s", wanted, serving)
        await interaction.edit_original_response(view=view.went_back(wanted, serving))

    async def _kept(self, version: str) -> str:
        kept = await asyncio.to_thread(shelved, self.bot.workshop.models)
        if not any(one.version == version and not one.is_aside for one in kept):
            raise RefusalError(say(TEXT_NO_SUCH, version=discord.utils.escape_markdown(version)))
        return version

    async def _earlier(self, serving: str) -> str:
        """The model that served before, or else the newest other one; where the current one is refused, what serves."""
        if self.bot.switch.refused is not None:
            return serving
        kept = await asyncio.to_thread(shelved, self.bot.workshop.models)
        there = [one.version for one in kept if not one.is_aside and one.version != serving]
        before = [one for one in await self.bot.store.trainings.served_before(serving) if one in there]
        if not (candidates := before or there):
            raise RefusalError(say(TEXT_NO_EARLIER))
        return candidates[0]
