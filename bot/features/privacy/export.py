"""Everything stored about a member, as a file that can be sent."""

import asyncio
import io
from typing import TYPE_CHECKING

import discord

from bot.errors import RefusalError
from bot.features.privacy import view
from bot.features.privacy.archive import archive

if TYPE_CHECKING:
    from bot.app import SegueBot

# What every server and direct message takes.
LARGEST_FILE = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES


async def export_of(bot: "SegueBot", user_id: int) -> tuple[bytes, int]:
    """The zip file and how many rows are in it. Raises RefusalError when Discord would not take it."""
    tables = await bot.store.export_user(user_id)
    content = await asyncio.to_thread(archive, tables, bot.clock())
    if len(content) > LARGEST_FILE:
        raise RefusalError(view.too_large(len(content), bot.contact))
    return content, sum(len(rows) for rows in tables.values())


def as_file(content: bytes) -> discord.File:
    return discord.File(io.BytesIO(content), view.FILE_NAME)


async def send_directly(bot: "SegueBot", user_id: int, content: bytes, rows: int) -> bool:
    """Sends the file as a direct message, and tells whether the member takes any."""
    try:
        # Not `User.send`: it would keep the member's id in this process beyond a deletion.
        opened = await bot.http.start_private_message(user_id)
        channel = bot.get_partial_messageable(int(opened["id"]), type=discord.ChannelType.private)
        await channel.send(view=view.export_message(rows), file=as_file(content))
    except discord.Forbidden:
        return False
    return True
