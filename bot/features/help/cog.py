"""`/help`."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.help.view import help_page
from bot.layout import note_of

if TYPE_CHECKING:
    from bot.app import SegueBot


class HelpCog(commands.Cog):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot

    @app_commands.command(description="What you can ask me.")
    async def help(self, interaction: discord.Interaction["SegueBot"]) -> None:
        known = [
            (f"/{command.qualified_name}", command.description)
            for command in self.bot.tree.walk_commands()
            if isinstance(command, app_commands.Command) and _offered(command, interaction.permissions)
        ]
        bundle = self.bot.bundle
        page = help_page(known, len(bundle.catalogue.frame), note_of(bundle))
        await interaction.response.send_message(view=page, ephemeral=True)


def _offered(command: app_commands.Command[Any, ..., Any], may: discord.Permissions) -> bool:
    """Whether Discord shows a command to somebody who may do this."""
    needed = (command.root_parent or command).default_permissions
    return needed is None or may >= needed
