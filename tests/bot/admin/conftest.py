"""The bot with an owner, a manager and a member, a models folder of its own, and trainings that a test plays."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.app import SegueBot
from bot.assembly import assemble
from bot.features.admin import AdminCog
from bot.processes import identity
from bot.settings import Settings
from bot.workshop import Workshop
from ml.bundle import ModelBundle
from storage.store import Store
from tests.bot.conftest import NOW

OPERATOR_ROLE = "Operators"


class Stage(Workshop):
    """Starts no process: what one would write into the database, the test writes."""

    async def start(self, training_id: int) -> str:
        return identity(os.getpid())


@dataclass
class Place:
    env: simcord.Env
    bot: SegueBot
    store: Store
    bundle: ModelBundle
    models: Path
    channel: Any
    owner: Any
    operator: Any
    manager: Any
    member: Any

    async def restart(self) -> None:
        """The bot as a new process would start it, on the same data."""
        former = self.bot
        self.bot = assemble(store=self.store, bundle=self.bundle, clock=lambda: NOW, workshop=former.workshop)
        self.bot.owner_id, self.bot.admin_roles = former.owner_id, former.admin_roles
        await self.env.restart_bot(self.bot)

    async def look(self) -> None:
        """What the bot does every few seconds."""
        admin = self.bot.get_cog("AdminCog")
        assert isinstance(admin, AdminCog)
        await self.bot.switch.look()
        await admin.oversight.look()


@pytest.fixture
async def place(sample_models: Path, bundle: ModelBundle, tmp_path: Path) -> AsyncIterator[Place]:
    shutil.copytree(sample_models, tmp_path / "models", symlinks=True)
    async with Store.open(tmp_path / "segue.db") as store:
        bot = assemble(store=store, bundle=bundle, clock=lambda: NOW, workshop=Stage(Settings(tmp_path)))
        env = simcord.Env(bot, settle_timeout=30)
        await env.start()
        try:
            guild = env.create_guild()
            channel = guild.create_text_channel("music")
            manages = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
            operates = guild.create_role(OPERATOR_ROLE, permissions=discord.Permissions(manage_guild=True))
            # What SEGUE_ADMIN_ROLES names.
            bot.admin_roles = frozenset({operates.id})
            owner = guild.add_member(env.create_user("owner"), roles=[manages])
            bot.owner_id = owner.id
            operator = guild.add_member(env.create_user("operator"), roles=[operates])
            manager = guild.add_member(env.create_user("manager"), roles=[manages])
            member = guild.add_member(env.create_user("member"))
            yield Place(env, bot, store, bundle, tmp_path / "models", channel, owner, operator, manager, member)
        finally:
            await env.shutdown()
