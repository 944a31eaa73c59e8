"""The group `/admin`. Each of its parts is a class of its own; this one puts them together."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.features.admin.labelling import Labelling
from bot.features.admin.models import Models
from bot.features.admin.oversight import Oversight
from bot.features.admin.server_settings import ServerSettings
from bot.features.admin.status import Status
from bot.features.admin.training import Trainings

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0


# Discord offers it to nobody else; `access` decides. In direct messages Discord would offer it to everybody.
@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class AdminCog(
    Trainings,
    Models,
    Labelling,
    ServerSettings,
    Status,
    commands.GroupCog,
    group_name="admin",
    group_description="For whoever runs me, and for a server's managers.",
):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        self.oversight = Oversight(bot)
        bot.press_handlers |= self.training_handlers() | self.label_handlers() | self.settings_presses()


@asynccontextmanager
async def overseeing(bot: "SegueBot") -> AsyncIterator[None]:
    """Looks after models and trainings for the length of an `async with`."""
    looking = asyncio.create_task(_look_again_and_again(bot))
    try:
        yield
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking


async def _look_again_and_again(bot: "SegueBot") -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        admin = bot.get_cog(AdminCog.__cog_name__)
        if not bot.is_ready() or not isinstance(admin, AdminCog):
            continue
        for look in (bot.switch.look, admin.oversight.look):
            try:
                await look()
            except Exception:
                log.exception("could not see to models and trainings; tried again in %d s", LOOK_EVERY_S)
