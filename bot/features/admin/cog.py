"""The group `/admin`. Each of its parts is a class of its own; this one puts them together."""

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.features.admin.models import Models
from bot.features.admin.status import Status

if TYPE_CHECKING:
    from bot.app import SegueBot


# Discord hides it from everybody else; `access` decides.
@app_commands.default_permissions(manage_guild=True)
class AdminCog(
    Models,
    Status,
    commands.GroupCog,
    group_name="admin",
    group_description="For whoever runs me, and for a server's managers.",
):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
