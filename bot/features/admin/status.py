"""`/admin status`."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.features.admin.access import Interaction, check_operator
from bot.features.admin.status_view import status_page
from bot.vitals import take_vitals

if TYPE_CHECKING:
    from bot.app import SegueBot


class Status(commands.Cog):
    """The part of `/admin` about how the bot is."""

    bot: "SegueBot"

    @app_commands.command(description="How I am: model, answers and their times, weekly drops, memory, disk, backups.")
    async def status(self, interaction: Interaction) -> None:
        await check_operator(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        bot = self.bot
        vitals, trainings = await take_vitals(bot), await bot.store.trainings.latest(1)
        training = trainings[0] if trainings else None
        page = status_page(vitals, bot.measures, bot.daily_backups, training, bot.switch.refused, bot.clock())
        await interaction.edit_original_response(view=page)
