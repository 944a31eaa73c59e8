"""The bot on Discord: opens everything in one `async with`, passes it in, runs until it is told to stop."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable

import aiohttp
import discord

from bot.assembly import assemble
from bot.clock import utc_now
from bot.features.admin import overseeing
from bot.features.drops import ticking
from bot.health import health_pages
from bot.settings import EXIT_BAD_SETTING, Settings
from bot.timing import beating
from bot.workshop import Workshop
from ml.bundle import ModelBundle
from storage.store import Store

log = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# What service managers are told to wait is a little more.
STOPPING_SECONDS = 10.0
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
            workshop=Workshop(settings),
            contact=settings.contact,
            admin_roles=settings.admin_roles,
            daily_backups=settings.daily_backups,
        ) as bot,
        beating(bot.measures),
        health_pages(bot, settings.http_host, settings.http_port),
        ticking(bot) as clockwork,
        overseeing(bot),
    ):
        running = asyncio.create_task(bot.start(settings.discord_token))
        stop_on_signals(running, STOPPING_SECONDS)
        try:
            await running
        except asyncio.CancelledError:
            # Discord is no longer heard, so nothing new begins.
            log.info("stopping")
            await asyncio.gather(clockwork.close(), bot.finish_answers())
    log.info("stopped")


def stop_on_signals(running: asyncio.Task[None], seconds: float) -> None:
    """The first signal ends `running`, and `seconds` later the process; a second one ends the process at once."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for one in STOP_SIGNALS:
            loop.remove_signal_handler(one)
            signal.signal(one, signal.SIG_DFL)
        # A thread, because what hangs may hold the event loop up, or a thread that the end would wait for.
        last_resort = threading.Timer(seconds, _end_now)
        last_resort.daemon = True
        last_resort.start()
        running.cancel()

    for one in STOP_SIGNALS:
        loop.add_signal_handler(one, stop)


def _end_now() -> None:
    log.warning("not everything has ended in time; ending anyway")
    logging.shutdown()
    os._exit(0)


def run(settings: Settings, bundle: ModelBundle, complain: Callable[[str], None]) -> int:
    """Runs the bot on Discord; returns the process's exit code, after a sentence to `complain` when it can't go on."""
    sentence, exit_code = _run(settings, bundle)
    if sentence:
        complain(sentence)
    return exit_code


def _run(settings: Settings, bundle: ModelBundle) -> tuple[str, int]:
    try:
        asyncio.run(serve(settings, bundle))
    except discord.LoginFailure:
        return TEXT_BAD_TOKEN, EXIT_BAD_SETTING
    except discord.ConnectionClosed as closed:
        if closed.code == CLOSED_BAD_TOKEN:
            return TEXT_BAD_TOKEN, EXIT_BAD_SETTING
        return TEXT_NO_DISCORD.format(error=closed), EXIT_UNAVAILABLE
    except discord.HTTPException as error:
        return TEXT_DISCORD_REFUSES.format(error=error), EXIT_UNAVAILABLE
    except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        return TEXT_NO_DISCORD.format(error=error), EXIT_UNAVAILABLE
    return "", 0
