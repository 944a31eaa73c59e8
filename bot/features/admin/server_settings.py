"""`/admin settings`: what a server's managers set for it."""

import logging
from collections.abc import Container
from typing import TYPE_CHECKING

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.admin import server_settings_view as view
from bot.features.admin.access import Interaction, check_manager
from bot.language import LANGUAGES
from bot.mentions import may_mention
from bot.presses import TEXT_GONE, PressHandler, chosen
from ml.adventure import DIALS, Adventurous
from storage.guild_settings import GuildSettings

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

TEXT_EVERYONE = "A weekly drop doesn't call everybody: pick another role than @everyone."
TEXT_NO_SUCH_ROLE = "That role is gone."
TEXT_NO_SUCH_CHOICE = "That is none of the choices: pick one of those that Discord offers."
LANGUAGE_CHOICES = [app_commands.Choice(name=name, value=code) for code, name in LANGUAGES.items()]

Changes = dict[str, str | int | None]


class ServerSettings(commands.Cog):
    """The part of `/admin` about one server."""

    bot: "SegueBot"

    def settings_presses(self) -> dict[str, PressHandler]:
        return {view.CHANGE: self.change_setting}

    @app_commands.command(description="What is set for this server; change it here or with the menus below the answer.")
    @app_commands.describe(
        language="What I answer in",
        adventurous="How far lists lead when a member doesn't say: easy is well-known, bold less-known songs",
        explicit="Whether explicit songs may be on lists made here",
        drop_role="Whom weekly drops mention",
    )
    @app_commands.rename(drop_role="drop-role")
    @app_commands.choices(language=LANGUAGE_CHOICES)
    async def settings(
        self,
        interaction: Interaction,
        language: str | None = None,
        adventurous: Adventurous | None = None,
        explicit: bool | None = None,
        drop_role: discord.Role | None = None,
    ) -> None:
        guild_id = check_manager(interaction)
        role = None if drop_role is None else _mentioned(interaction, drop_role.id)
        given = {
            "language": None if language is None else _one_of(LANGUAGES, language),
            "adventurous": adventurous,
            "explicit": explicit,
            "drop_role_id": role,
        }
        changes: Changes = {name: value for name, value in given.items() if value is not None}
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._show(interaction, guild_id, changes)

    async def change_setting(self, interaction: Interaction, about: str) -> None:
        """Sets what was picked on the page, and shows what stands."""
        guild_id = check_manager(interaction)
        changes = _picked(interaction, about)
        await interaction.response.defer()
        await self._show(interaction, guild_id, changes)

    async def _show(self, interaction: Interaction, guild_id: int, changes: Changes) -> None:
        store = self.bot.store
        if changes:
            await store.set_guild_settings(guild_id, self.bot.clock(), **changes)
            log.info("server %d has set its %s", guild_id, ", ".join(changes))
        await interaction.edit_original_response(view=_page(interaction, await store.guild_settings(guild_id)))


def _picked(interaction: Interaction, about: str) -> Changes:
    """What a press asks for. Raises RefusalError for what is no choice: the wire can carry anything."""
    match about:
        case view.LANGUAGE:
            value = _one_of((view.NOT_SET, *LANGUAGES), chosen(interaction)[0])
            return {"language": None if value == view.NOT_SET else value}
        case view.ADVENTUROUS:
            return {"adventurous": _one_of(DIALS, chosen(interaction)[0])}
        case view.EXPLICIT:
            return {"explicit": _one_of((view.ALLOWED, view.NOT_ALLOWED), chosen(interaction)[0]) == view.ALLOWED}
        case view.DROP_ROLE:
            return {"drop_role_id": _mentioned(interaction, int(chosen(interaction)[0]))}
        case view.NO_ROLE:
            return {"drop_role_id": None}
        case _:
            raise RefusalError(TEXT_GONE)


def _one_of(choices: Container[str], value: str) -> str:
    if value not in choices:
        raise RefusalError(TEXT_NO_SUCH_CHOICE)
    return value


def _mentioned(interaction: Interaction, role_id: int) -> int:
    role = interaction.guild.get_role(role_id) if interaction.guild else None
    if role is None:
        raise RefusalError(TEXT_NO_SUCH_ROLE)
    if role.is_default():
        raise RefusalError(TEXT_EVERYONE)
    return role.id


def _page(interaction: Interaction, settings: GuildSettings) -> ui.LayoutView:
    state: view.RoleState | None = None
    if settings.drop_role_id is not None:
        role = interaction.guild.get_role(settings.drop_role_id) if interaction.guild else None
        state = "gone" if role is None else "there" if may_mention(role) else "not mentionable"
    return view.page(settings, state, interaction.user.id)
