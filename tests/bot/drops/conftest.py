"""A world with weekly drops, and a clock to turn."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.features.drops.clockwork import Clockwork
from tests.bot.conftest import World

# The Sunday after the world's present, at six in the evening in Berlin.
DUE = datetime(2026, 3, 1, 17, tzinfo=UTC)
WEEK = timedelta(days=7)
POSTS = "/channels/*/messages"
FORBIDDEN, GONE = (403, 50013), (404, 10003)


@dataclass
class Drops:
    """Ways to set up drops, let time pass, and see what came."""

    world: World
    clockwork: Clockwork
    admin: Any

    def at(self, now: datetime) -> None:
        self.world.bot.clock = lambda: now

    async def let_discord_be_at(self, now: datetime) -> None:
        """Discord's own clock, by which it dates messages."""
        self.world.bot.pruning.cancel()
        await self.world.env.advance_time((now - self.world.env.now()).total_seconds())

    async def pass_to(self, now: datetime) -> None:
        """Time passes, and the bot sees to what is due."""
        self.at(now)
        await self.clockwork.post_due()

    async def subscribe(self, member: Any = None, **options: Any) -> Any:
        """A drop on Sundays at six, in the channel unless a member is given."""
        if member is None:
            member, options = self.admin, {"channel": self.world.channel} | options
        options = {"weekday": 6, "time": "18:00", "zone": "Europe/Berlin"} | options
        return await member.slash(self.world.channel, "drop subscribe", **options)

    def posted(self, where: Any = None) -> list[discord.Message]:
        """The drops in the channel, or in the direct messages of a member."""
        channel = self.direct_messages(where) if where else self.world.channel
        return [one for one in channel.history() if one.author.bot and one.attachments]

    def direct_messages(self, member: Any) -> ChannelHandle:
        return ChannelHandle(self.world.env, None, self.world.env.backend.get_dm_channel(member.id))

    def told(self, member: Any) -> list[str]:
        """What a member was told in direct messages, drops aside."""
        return [
            str(one.components[0].to_dict()) for one in self.direct_messages(member).history() if not one.attachments
        ]

    def refuse_posts(self, status: int, code: int = 0, times: int | None = None, path: str = POSTS) -> None:
        self.world.env.inject_error("POST", path, status=status, code=code, times=times)

    def accept_posts(self) -> None:
        self.world.env.backend.faults.clear()


@pytest.fixture
def drops(world: World) -> Drops:
    guild = world.channel.guild
    role = guild.create_role("Organiser", permissions=discord.Permissions(manage_guild=True))
    admin = guild.add_member(world.env.create_user("olga"), roles=[role])
    return Drops(world, Clockwork(world.bot, "this"), admin)
