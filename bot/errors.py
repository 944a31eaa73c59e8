"""Every failure becomes one sentence for the member, with a reference that is also in the log."""

import logging
import secrets
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.language import say
from bot.layout import message, plain
from bot.timing import note_outcome
from ml.errors import SegueError
from storage.errors import StorageError

log = logging.getLogger(__name__)

TEXT_UNEXPECTED = "Something went wrong on my side, and it is in my log. Please try again in a moment."
TEXT_CHANGED = "That command has changed. Reload Discord and try again."
TEXT_UNKNOWN = "I don't know what you named there: it may be gone, or I am not allowed to see it."
LONGEST_SENTENCE = 1_000
TEXT_REFERENCE = "-# Reference {reference}"


class RefusalError(Exception):
    """A request that can't be served, with the one sentence that says why."""


async def answer_failure(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tells the member what went wrong (privately, unless a public "thinking …" waits) and logs it with the reference.

    In order: our own refusals are said as they are; what is gone from Discord or from us is explained;
    all else is our mistake, logged with its traceback.
    """
    reference = secrets.token_hex(4)
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    where = interaction.command.qualified_name if interaction.command else interaction.type.name
    sentence = _sentence(cause)
    note_outcome(interaction, "refused" if sentence is not None else "failed")
    if sentence is not None:
        log.info("refused %s [%s]: %s", where, reference, type(cause).__name__)
    else:
        log.error("failed %s [%s]", where, reference, exc_info=cause)
    view = message((sentence or say(TEXT_UNEXPECTED)) + "\n" + say(TEXT_REFERENCE, reference=reference))
    try:
        if interaction.response.is_done():
            await _replace_waiting_reply(interaction, view)
        else:
            await interaction.response.send_message(view=view, ephemeral=True)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as unreachable:
        log.warning("could not tell the member of [%s]: %s", reference, unreachable)


async def _replace_waiting_reply(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> None:
    # A "thinking …" can't become private any more, and would stay for ever. An answer that is already there stays.
    deferred = interaction.response.type is discord.InteractionResponseType.deferred_channel_message
    original = await interaction.original_response() if deferred else None
    if original is not None and original.flags.loading:
        await interaction.edit_original_response(view=view)
    else:
        await interaction.followup.send(view=view, ephemeral=True)


def _sentence(cause: BaseException) -> str | None:
    """The sentence for a failure that is not our mistake, else None."""
    match cause:
        case RefusalError():
            return str(cause)
        # These quote what the member typed.
        case SegueError():
            return plain(say(cause.sentence), LONGEST_SENTENCE)
        case StorageError():
            return plain(say(cause.template, **cause.values), LONGEST_SENTENCE)
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            return say(TEXT_CHANGED)
        case app_commands.TransformerError():
            return say(TEXT_UNKNOWN)
        case _:
            return None
