"""Opens everything in one `async with`, passes it in, runs: `python -m bot` with a Discord token."""

import asyncio
import logging
import sys
from datetime import UTC, datetime

import discord

from bot.app import SegueBot
from bot.settings import EXIT_BAD_SETTING, Settings
from ml.bundle import ModelBundle
from storage.store import Store

log = logging.getLogger(__name__)

EXIT_REFUSED = 69  # EX_UNAVAILABLE of sysexits.h
TEXT_BAD_TOKEN = "Discord refuses DISCORD_TOKEN. Copy the token anew from the developer portal's Bot page."
TEXT_NO_DISCORD = "Discord can't be reached: {error}."


def utc_now() -> datetime:
    return datetime.now(UTC)


async def serve(settings: Settings, bundle: ModelBundle) -> None:
    """Runs the bot on Discord until it is stopped."""
    assert settings.discord_token is not None
    async with Store.open(settings.database) as store, SegueBot(store=store, bundle=bundle, clock=utc_now) as bot:
        await bot.start(settings.discord_token)


def run(settings: Settings, bundle: ModelBundle) -> int:
    """Runs the bot on Discord; returns the process's exit code."""
    try:
        asyncio.run(serve(settings, bundle))
    except discord.LoginFailure:
        print(TEXT_BAD_TOKEN, file=sys.stderr)  # noqa: T201
        return EXIT_BAD_SETTING
    except (discord.HTTPException, discord.GatewayNotFound, OSError) as error:
        print(TEXT_NO_DISCORD.format(error=error), file=sys.stderr)  # noqa: T201
        return EXIT_REFUSED
    except KeyboardInterrupt:
        log.info("stopped")
    return 0
