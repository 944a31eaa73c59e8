"""The same bot in the browser: no token, no network, the same database."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from bot.features.admin import overseeing
from bot.features.drops import ticking
from bot.layout import footer, gap, message, note_of
from bot.settings import Settings
from bot.simulated import ADMINISTRATOR, simulated_bot, simulated_discord
from ml.bundle import ModelBundle
from storage.store import Store

log = logging.getLogger(__name__)

MEMBERS = ("Ben", "Cleo")

TEXT_WELCOME = (
    "### Welcome to Segue\n"
    "This is the real bot on a simulated Discord. Type `/` below and pick a command:\n"
    "**/classify** tells what a song is\n"
    "**/recommend** finds what goes with it\n"
    "**/playlist build** makes and keeps a list\n"
    "**/help** shows everything"
)
TEXT_HINT = (
    "Start typing in `track` and choose; the page then shows the song's id. "
    "Switch between Ada (administrator), Ben and Cleo at the top."
)


async def play(settings: Settings, bundle: ModelBundle, port: int, opened: Callable[[str], None]) -> None:
    """Serves the playground on loopback until it is closed; `opened` is told its address, which is a secret."""
    async with Store.open(settings.database) as store:
        bot = simulated_bot(settings, store, bundle)
        async with simulated_discord(bot) as place:
            viewers = [place.member(ADMINISTRATOR, administrator=True), *(place.member(name) for name in MEMBERS)]
            channel = bot.get_channel(place.channel.id)
            await channel.send(view=message(TEXT_WELCOME, gap(), TEXT_HINT, gap(), footer(note_of(bundle))))  # type: ignore[union-attr]
            async with (
                ticking(bot),
                overseeing(bot),
                place.env.preview(place.channel, viewers=viewers, layout="channel", port=port) as preview,
            ):
                opened(preview.url)
                await preview.wait_closed()


def run(settings: Settings, bundle: ModelBundle, port: int, opened: Callable[[str], None]) -> int:
    """Serves the playground; returns the process's exit code."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(play(settings, bundle, port, opened))
    log.info("playground closed")
    return 0
