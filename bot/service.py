"""The bot on Discord: opens everything in one `async with`, passes it in, runs until it is told to stop."""

import asyncio
import logging
import signal
import sys

import aiohttp
import discord

from bot.assembly import assemble
from bot.clock import utc_now
from bot.features.drops import ticking
from bot.settings import EXIT_BAD_SETTING, Settings
from ml.bundle import ModelBundle
from storage.store import Store

log = logging.getLogger(__name__)

EXIT_UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits.h
CLOSED_BAD_TOKEN = 4004  # Discord's gateway close code "authentication failed"
TEXT_BAD_TOKEN = "Discord refuses DISCORD_TOKEN. Copy the token anew from the developer portal's Bot page."
TEXT_NO_DISCORD = "Discord can't be reached: {error}."
TEXT_DISCORD_REFUSES = "Discord refuses to start the bot: {error}."


async def serve(settings: Settings, bundle: ModelBundle) -> None:
    """Runs the bot on Discord until it is stopped by a signal, or can't go on."""
    assert settings.discord_token is not None
    async with (
        Store.open(settings.database) as store,
        assemble(
            store=store,
            bundle=bundle,
            clock=utc_now,
            contact=settings.contact,
            admin_roles=settings.admin_roles,
        ) as bot,
        ticking(bot),
    ):
        running = asyncio.create_task(bot.start(settings.discord_token))
        for stop in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(stop, running.cancel)
        try:
            await running
        except asyncio.CancelledError:
            log.info("stopped")


def run(settings: Settings, bundle: ModelBundle) -> int:
    """Runs the bot on Discord; returns the process's exit code."""
    try:
        asyncio.run(serve(settings, bundle))
    except discord.LoginFailure:
        return _give_up(TEXT_BAD_TOKEN, EXIT_BAD_SETTING)
    except discord.ConnectionClosed as closed:
        if closed.code == CLOSED_BAD_TOKEN:
            return _give_up(TEXT_BAD_TOKEN, EXIT_BAD_SETTING)
        return _give_up(TEXT_NO_DISCORD.format(error=closed), EXIT_UNAVAILABLE)
    except discord.HTTPException as error:
        return _give_up(TEXT_DISCORD_REFUSES.format(error=error), EXIT_UNAVAILABLE)
    except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        return _give_up(TEXT_NO_DISCORD.format(error=error), EXIT_UNAVAILABLE)
    return 0


def _give_up(sentence: str, exit_code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return exit_code
