"""One attempt at posting a drop: what earlier attempts have done is found, not done again."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord
from aiolimiter import AsyncLimiter
from discord.abc import Messageable

from bot.features.drops import view
from bot.features.drops.making import make
from bot.mentions import may_mention, only
from bot.playlist_files import entries
from bot.presses import ANYONE, custom_id_of
from storage.drop_claims import Claim
from storage.drops import Content, DropSummary
from storage.subscriptions import Subscription, Target

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

CHEERS = frozenset(("👍", "❤", "🔥", "💜", "😍", "🎉", "💯", "🎶", "🙌", "👏"))
BOOS = frozenset(("👎", "😴", "🥱", "🤮", "💩"))
# Asks for an emoji's coloured form; "❤" comes with and without it.
COLOURED = "\ufe0f"
# Later reactions than this are about something else.
REACTIONS_COUNT = timedelta(days=30)
# In a busy channel there are hundreds since before the drop was due; where it is quiet, the first page is the last.
SEARCHED = 1_000
# Our clock may be ahead of Discord's, by which messages are dated.
SKEW = timedelta(minutes=10)
UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, OSError)


class Poster:
    """Posts drops for a bot, with no more requests than `pace` lets through."""

    def __init__(self, bot: "SegueBot", pace: AsyncLimiter) -> None:
        self._bot = bot
        self._pace = pace
        self._making = asyncio.Lock()

    async def post(self, subscription: Subscription, claimed: Claim, now: datetime, late: timedelta) -> tuple[int, int]:
        """Posts the drop unless it is there already; returns the ids of the channel and the message.

        Raises what Discord refuses, and EmptyResultError.
        """
        earlier, _ = await self._bot.store.drops.archive(target_of(subscription), 0, 1)
        last = earlier[0] if earlier else None
        channel, channel_id = await self._channel(subscription, last)
        content = await self._content(subscription, claimed, last, now)
        if claimed.attempts > 1 and (found := await self._find(channel, claimed)):
            return channel_id, found
        role = await self._role(subscription)
        layout = view.posted(
            claimed.drop_id,
            content,
            subscription.period,
            in_server=subscription.guild_id is not None,
            late_since=subscription.due_at if now - subscription.due_at > late else None,
            mention=role.mention if role else None,
        )
        files = view.files(content, subscription.period, entries(self._bot.bundle, content.tracks))
        async with self._pace:
            # Discord makes one message of two with the same nonce within minutes.
            nonce = f"drop-{claimed.drop_id}"
            sent = await channel.send(view=layout, files=files, nonce=nonce, allowed_mentions=only(role))
        return channel_id, sent.id

    async def tell(self, user_id: int, layout: discord.ui.LayoutView, nonce: str) -> None:
        """Sends a member a direct message; raises what Discord refuses."""
        channel = await self._direct_messages(user_id)
        async with self._pace:
            await channel.send(view=layout, nonce=nonce)

    async def _channel(self, subscription: Subscription, last: DropSummary | None) -> tuple[Messageable, int]:
        if subscription.channel_id is not None:
            # Partial: whether it is still there, and open to us, only Discord can say.
            return self._bot.get_partial_messageable(subscription.channel_id), subscription.channel_id
        if last is not None and not subscription.failures:
            # Two people have one channel of direct messages for ever: no need to ask for it every week.
            return self._bot.get_partial_messageable(last.posted_in), last.posted_in
        assert subscription.owner_id is not None
        channel = await self._direct_messages(subscription.owner_id)
        return channel, channel.id

    async def _direct_messages(self, user_id: int) -> discord.DMChannel:
        async with self._pace:
            return await self._bot.create_dm(discord.Object(user_id))

    async def _role(self, subscription: Subscription) -> discord.Role | None:
        """The role that a server wants mentioned, as long as it is there and ours to mention."""
        guild = self._bot.get_guild(subscription.guild_id) if subscription.guild_id is not None else None
        if guild is None or subscription.channel_id is None:
            return None
        wanted = (await self._bot.store.guild_settings(guild.id)).drop_role_id
        role = guild.get_role(wanted) if wanted is not None else None
        channel = guild.get_channel(subscription.channel_id)
        return role if role is not None and may_mention(role, channel) else None

    async def _content(
        self, subscription: Subscription, claimed: Claim, last: DropSummary | None, now: datetime
    ) -> Content:
        """What an earlier attempt has prepared, or else what is made now."""
        store, wanted = self._bot.store, subscription.wanted
        if (prepared := await store.drops.prepared(claimed)) is not None:
            return prepared
        if last is not None and last.posted_at >= now - REACTIONS_COUNT:
            await self._note_reactions(last)
        # One after the other: commands want the processor too, and two drops of a server must not bring the same songs.
        async with self._making:
            content = await make(store, self._bot.bundle, target_of(subscription), wanted.style, wanted.length, now)
            return await store.drops.prepare(claimed, content)

    async def _note_reactions(self, last: DropSummary) -> None:
        """Counts the reactions on a drop's message once, so that Discord needn't send us everybody's every reaction."""
        try:
            async with self._pace:
                channel = self._bot.get_partial_messageable(last.posted_in)
                message = await channel.get_partial_message(last.message_id).fetch()
        except UNREACHABLE as error:
            # Deleted, or its channel can't be read: a drop without that is still a drop.
            log.info("reactions on drop %d can't be read: %s", last.id, error)
            return
        counts = {str(one.emoji).removesuffix(COLOURED): one.count - one.me for one in message.reactions}
        cheers, boos = (sum(counts.get(emoji, 0) for emoji in kind) for kind in (CHEERS, BOOS))
        if cheers or boos:
            await self._bot.store.drops.note_reactions(last.id, cheers, boos)

    async def _find(self, channel: Messageable, claimed: Claim) -> int | None:
        """The message of an attempt that ended between posting it and noting it down."""
        assert self._bot.user is not None
        mark = custom_id_of(view.SAVE, ANYONE, str(claimed.drop_id))
        try:
            async with self._pace:
                async for message in channel.history(limit=SEARCHED, after=claimed.begun_at - SKEW, oldest_first=True):
                    if message.author.id == self._bot.user.id and mark in custom_ids_of(message):
                        log.info("drop %d is there already", claimed.drop_id)
                        return message.id
        except discord.Forbidden:
            # May post but not read: then the nonce has to do.
            log.info("channel of drop %d can't be searched", claimed.drop_id)
        return None


def target_of(subscription: Subscription) -> Target:
    return Target(subscription.owner_id or 0, subscription.guild_id, subscription.channel_id)


def custom_ids_of(message: discord.Message) -> set[str]:
    layout = discord.ui.LayoutView.from_message(message, timeout=None)
    layout.stop()
    return {custom_id for item in layout.walk_children() if (custom_id := getattr(item, "custom_id", None))}
