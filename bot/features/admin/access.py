"""Who may use `/admin`: operators for what concerns the whole bot, managers for what concerns their server.

Discord hides the commands from everybody else, but any server may override that, and a button is not a command:
every command and every press asks here as well.
"""

import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import discord

from bot.errors import RefusalError
from bot.language import say
from bot.presses import PressHandler

if TYPE_CHECKING:
    from bot.app import SegueBot

TEXT_OPERATORS_ONLY = "That is for whoever runs me: the owner, and the roles named in SEGUE_ADMIN_ROLES."
TEXT_OWNER_ONLY = "That is for my owner alone."
TEXT_MANAGERS_ONLY = "That is for members with the permission *Manage Server*."

Interaction: TypeAlias = discord.Interaction["SegueBot"]


async def check_operator(interaction: Interaction) -> None:
    """Raises RefusalError for whoever is neither the bot's owner nor has one of the configured roles."""
    user = interaction.user
    if await interaction.client.is_owner(user):
        return
    member = user if isinstance(user, discord.Member) else await _operating_member(interaction)
    if member is None or not any(member.get_role(role) for role in interaction.client.admin_roles):
        raise RefusalError(say(TEXT_OPERATORS_ONLY))


async def _operating_member(interaction: Interaction) -> discord.Member | None:
    """Whoever presses in direct messages, as a member of the server that has the configured roles."""
    for guild in interaction.client.guilds:
        if any(guild.get_role(role) for role in interaction.client.admin_roles):
            with contextlib.suppress(discord.HTTPException):
                return await guild.fetch_member(interaction.user.id)
    return None


async def check_owner(interaction: Interaction) -> None:
    """Raises RefusalError for whoever isn't the bot's owner."""
    if not await interaction.client.is_owner(interaction.user):
        raise RefusalError(say(TEXT_OWNER_ONLY))


def check_manager(interaction: Interaction) -> int:
    """The server whose settings the asker may change; raises RefusalError when there is none."""
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        raise RefusalError(say(TEXT_MANAGERS_ONLY))
    return interaction.guild_id


def for_operators(handler: Callable[[Interaction, str], Awaitable[None]]) -> PressHandler:
    """A press handler that serves operators only."""

    async def checked(interaction: discord.Interaction[Any], argument: str) -> None:
        await check_operator(interaction)
        await handler(interaction, argument)

    return checked
