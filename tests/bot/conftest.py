"""The real bot on a simulated Discord."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
import simcord.interactions

from bot.app import SegueBot
from bot.assembly import assemble
from bot.language import LANGUAGES, speaking
from bot.settings import Settings
from bot.workshop import Workshop
from ml.bundle import ModelBundle
from storage.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class World:
    """A server with a channel and two members, and ways to look at what they see."""

    env: simcord.Env
    bot: SegueBot
    store: Store
    bundle: ModelBundle
    channel: Any
    ada: Any
    ben: Any

    def track(self, row: int = 0) -> str:
        return self.bundle.catalogue.frame["track_id"].iat[row]

    def title(self, row: int = 0) -> str:
        return self.bundle.catalogue.frame["track_name"].iat[row]

    async def restart(self) -> None:
        """The bot as a new process would start it, on the same database."""
        self.bot = assemble(store=self.store, bundle=self.bundle, clock=lambda: NOW, workshop=self.bot.workshop)
        await self.env.restart_bot(self.bot)

    def let_mention_all_roles(self, allowed: bool) -> None:
        """What a server may let its bot do, which SimCord's bots may."""
        backend, guild_id = self.env.backend, self.channel.guild.id
        (own,) = [role for role in backend.get_guild(guild_id).roles.values() if role.managed]
        permissions = discord.Permissions(own.permissions)
        permissions.update(mention_everyone=allowed)
        backend.edit_role(guild_id, own.id, {"permissions": permissions.value})


@pytest.fixture
async def world(bundle: ModelBundle, tmp_path: Path) -> AsyncIterator[World]:
    async with Store.open(tmp_path / "segue.db") as store:
        workshop = Workshop(Settings(tmp_path))
        bot = assemble(store=store, bundle=bundle, clock=lambda: NOW, workshop=workshop)
        # Not `simcord.run`: a fixture's two halves run in different contexts, which it can't stand.
        env = simcord.Env(bot, settle_timeout=30)
        await env.start()
        try:
            guild = env.create_guild()
            channel = guild.create_text_channel("music")
            ada, ben = (guild.add_member(env.create_user(name)) for name in ("ada", "ben"))
            yield World(env, bot, store, bundle, channel, ada, ben)
        finally:
            await env.shutdown()


@pytest.fixture(params=LANGUAGES)
def in_each_language(request: pytest.FixtureRequest) -> Iterator[None]:
    """The test as often as there are languages: texts that fit in one may be too long in another."""
    with speaking(request.param):
        yield


async def set_language(world: World, language: str) -> None:
    """What the managers of the world's server set."""
    await world.store.set_guild_settings(world.channel.guild.id, NOW, language=language)
    world.bot.languages.forget(world.channel.guild.id)


def german_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets everybody's Discord to German; SimCord knows only English ones."""
    made = simcord.interactions.base_payload

    def payload(*args: Any, **kwargs: Any) -> Any:
        record, told = made(*args, **kwargs)
        return record, told | {"locale": "de"}

    monkeypatch.setattr(simcord.interactions, "base_payload", payload)


def text_of(reply: Any) -> str:
    """All text of a reply's layout."""
    return "\n".join(_texts(reply.components))


def _texts(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        if "content" in component:
            found.append(component["content"])
        found += _texts(component.get("components") or [])
    return found


def buttons_of(reply: Any) -> dict[str, dict[str, Any]]:
    """The buttons and menus of a reply by label or placeholder."""
    found: dict[str, dict[str, Any]] = {}

    def walk(components: list[dict[str, Any]]) -> None:
        for component in components:
            if component.get("custom_id"):
                found[component.get("label") or component["placeholder"]] = component
            walk(component.get("components") or [])

    walk(reply.components)
    return found


def thumbs_of(reply: Any) -> list[dict[str, Any]]:
    """The 👍 beside each song of a list, in its order."""
    inside = [part for outer in reply.components for part in outer.get("components") or []]
    return [part["accessory"] for part in inside if "accessory" in part]


def songs_of(reply: Any) -> list[str]:
    """The lines of a list that begin with a place, without it."""
    return [line.split(". ", 1)[1] for line in text_of(reply).split("\n") if line[:1].isdigit() and ". " in line]


def contradiction(world):
    """A genre and a mood that no song has together."""
    columns = world.bundle.recommender.columns
    return next(
        (genre, mood)
        for genre, rows in columns.rows_of_genre.items()
        for mood, others in columns.rows_of_mood.items()
        if not set(rows.tolist()) & set(others.tolist())
    )
