"""The same bot on a simulated Discord in this process: what the playground and `segue ask` run on."""

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import simcord
from simcord.backend.models import User
from simcord.builders import UserHandle

from bot.app import SegueBot
from bot.assembly import assemble
from bot.clock import utc_now
from bot.settings import Settings
from bot.workshop import Workshop
from ml.bundle import ModelBundle
from storage.store import Store

SERVER_ID = 1_000_000_000_000_000_001
CHANNEL_NAME = "music"
# Owns the bot there, too.
ADMINISTRATOR = "Ada"
# A busy machine may need longer than the simulator's five seconds to finish a command.
SETTLE_SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """A simulated server with one channel in it."""

    env: simcord.Env
    guild: Any
    channel: Any

    def member(self, name: str, *, administrator: bool = False) -> Any:
        """A member by name. The same name is the same member in every run, so that stored state finds its owner."""
        user = User(id=_member_id(name), name=name.casefold(), global_name=name)
        self.env.backend.users[self.env.backend.reserve_id(user.id)] = user
        roles = []
        if administrator:
            roles.append(self.guild.create_role("Admin", permissions=discord.Permissions(administrator=True)))
        return self.guild.add_member(UserHandle(self.env, user), roles=roles)


def _member_id(name: str) -> int:
    # The simulator would number its users in order of creation; ids from the name don't depend on it.
    return SERVER_ID + 1 + zlib.crc32(name.casefold().encode())


def simulated_bot(settings: Settings, store: Store, bundle: ModelBundle) -> SegueBot:
    """The bot for a simulated Discord, where the administrator runs it."""
    return assemble(
        store=store,
        bundle=bundle,
        clock=utc_now,
        workshop=Workshop(settings),
        contact=settings.contact,
        owner_ids={_member_id(ADMINISTRATOR)},
    )


@asynccontextmanager
async def simulated_discord(bot: SegueBot) -> AsyncIterator[Place]:
    """Logs `bot` in to a simulated Discord for the length of an `async with`."""
    # The bot's failures are answered and logged by the bot; here they must not end the session.
    env = simcord.Env(bot, check_errors=False, settle_timeout=SETTLE_SECONDS)
    env.backend.bot_user.name = "Segue"
    answer_failure = bot.tree.on_error
    await env.start()
    # The simulator counts every failure as its own, also those that the bot has answered.
    bot.tree.on_error = answer_failure  # type: ignore[method-assign]
    # It has run once, and would run again for every hour that the clock now jumps over.
    bot.pruning.cancel()
    # Before its clock is set, by which it numbers what is created: so that the channel, too, is the same in every run.
    guild = env.create_guild("Segue playground", id=SERVER_ID)
    channel = guild.create_text_channel(CHANNEL_NAME)
    # Its clock begins on a fixed day; stored times are real ones.
    await env.advance_time((utc_now() - env.now()).total_seconds())
    try:
        with env.time_context():
            yield Place(env, guild, channel)
    finally:
        await env.shutdown()
