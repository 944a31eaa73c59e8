"""Every failure becomes one sentence for the member, with a reference that is also in the log."""

import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.layout import message
from ml.errors import SegueError
from storage.errors import StorageError

log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong on my side, and it is in my log. Please try again in a moment."
TEXT_REFERENCE = "-# Reference {reference}"


class RefusalError(Exception):
    """A request that can't be served, with the one sentence that says why."""


async def answer_failure(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tells the member, only them, what went wrong, and logs it under the same reference.

    In order: our own refusals are said as they are; Discord's checks are put into words; an expired interaction can
    only be logged; all else is our mistake, logged with its traceback.
    """
    reference = secrets.token_hex(4)
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    where = interaction.command.qualified_name if interaction.command else interaction.type.name
    sentence = _sentence(cause)
    if sentence is not None:
        log.info("refused %s [%s]: %s", where, reference, type(cause).__name__)
    else:
        log.error("failed %s [%s]", where, reference, exc_info=cause)
    view = message((sentence or UNEXPECTED) + "\n" + TEXT_REFERENCE.format(reference=reference))
    try:
        if interaction.response.is_done():
            await _replace_waiting_reply(interaction, view)
        else:
            await interaction.response.send_message(view=view, ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as unreachable:
        log.warning("could not tell the member of [%s]: %s", reference, unreachable)


async def _replace_waiting_reply(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> None:
    # Only the "thinking …" of a deferred command has nothing in it yet; an answer that is already there stays.
    deferred = interaction.response.type is discord.InteractionResponseType.deferred_channel_message
    original = await interaction.original_response() if deferred else None
    if original is not None and original.flags.loading:
        await interaction.edit_original_response(view=view)
    else:
        await interaction.followup.send(view=view, ephemeral=True)


def _sentence(cause: BaseException) -> str | None:
    """The sentence for a failure that is not our mistake, else None."""
    match cause:
        case RefusalError() | SegueError() | StorageError():
            return str(cause)
        case app_commands.CommandOnCooldown():
            return f"That was quick. Try again in {cause.retry_after:.0f} seconds."
        case app_commands.MissingPermissions():
            return "That needs a permission you don't have here."
        case app_commands.NoPrivateMessage():
            return "That works only in a server."
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return "That command has changed. Reload Discord and try again."
        case _:
            return None
