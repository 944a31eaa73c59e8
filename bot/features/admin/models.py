"""`/admin models`."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.features.admin.access import Interaction, check_operator
from bot.layout import footer, message, note_of

if TYPE_CHECKING:
    from bot.app import SegueBot


class Models(commands.Cog):
    """The part of `/admin` about trained models."""

    bot: "SegueBot"

    @app_commands.command(description="The trained models: which one serves, and how good each is.")
    async def models(self, interaction: Interaction) -> None:
        await check_operator(interaction)
        await interaction.response.send_message(view=message(footer(note_of(self.bot.bundle))), ephemeral=True)
