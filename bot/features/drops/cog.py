"""`/drop subscribe · status · preview · pause · resume · unsubscribe · archive`, and the presses on drops."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.drops import answers, view
from bot.features.drops.making import make
from bot.features.drops.occurrences import WEEK, Occurrence, next_occurrence
from bot.features.drops.wanting import (
    DEFAULT_LENGTH,
    DEFAULT_STYLE,
    LONGEST,
    SHORTEST,
    STYLE_CHOICES,
    WEEKDAY_CHOICES,
    read_wanted,
    zone_choices,
)
from bot.language import language_of_member, say
from bot.presses import TEXT_GONE, chosen
from bot.saving import keep_list, name_form
from storage.drops import Drop
from storage.errors import SubscriptionNotFoundError
from storage.playlists import NAME_LENGTH
from storage.subscriptions import Subscription, Target, Wanted

if TYPE_CHECKING:
    from bot.app import SegueBot

TEXT_NOT_MANAGER = "A server's drop is for members with the permission *Manage Server*. Without `channel:` it is yours."
TEXT_CANT_POST = "I can't post in <#{channel}>: there I need the permissions {missing}."
TEXT_CANT_SEE = "You can't see that channel."
TEXT_DMS_CLOSED = (
    "I can't send you direct messages: allow them in the privacy settings of a server where we both are, and try again."
)
TEXT_NO_CHANNEL = "a channel that is gone (drop {number})"
LONGEST_LABEL = 100
TEXT_PERMISSIONS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "attach_files": "Attach Files",
    # To find, after a crash, the drop that was posted just before.
    "read_message_history": "Read Message History",
}

Interaction = discord.Interaction["SegueBot"]
CHANNEL = "A server's channel; without it, your own drop in direct messages"


class DropsCog(commands.GroupCog, group_name="drop", group_description="A fresh playlist, every week."):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {view.ALL: self.open_all, view.TURN: self.turn_page, answers.OPEN: self.open_old}
        bot.press_handlers |= {view.SAVE: self.ask_name, view.SAVE_AS: self.save}
        bot.press_handlers |= {answers.ARCHIVE: self.turn_archive, answers.END: self.end}

    @app_commands.command(description="Get a fresh playlist every week: yourself, or in a server's channel.")
    @app_commands.describe(
        weekday="On which day",
        time="At what time: 18:00, 6pm",
        zone="Your time zone: type your city",
        style="What kind of songs",
        length=f"How many songs ({SHORTEST} to {LONGEST})",
        channel="A server's channel (needs Manage Server); without it, it comes to you in direct messages",
    )
    @app_commands.choices(weekday=WEEKDAY_CHOICES)
    @app_commands.choices(style=STYLE_CHOICES)
    @app_commands.autocomplete(zone=zone_choices)
    async def subscribe(
        self,
        interaction: Interaction,
        weekday: int,
        time: app_commands.Range[str, 1, 20],
        zone: app_commands.Range[str, 1, 60],
        style: str = DEFAULT_STYLE,
        length: app_commands.Range[int, SHORTEST, LONGEST] = DEFAULT_LENGTH,
        channel: discord.TextChannel | None = None,
    ) -> None:
        target = _target(interaction, channel, manages=True)
        wanted = read_wanted(weekday, time, zone, style, length)
        if channel is None:
            # Nobody is there to be asked when it comes.
            wanted = replace(wanted, language=language_of_member(interaction.locale))
        if channel is not None:
            _check_can_post(channel)
        await interaction.response.defer(ephemeral=True, thinking=True)
        now, earlier = self.bot.clock(), await self._earlier(target)
        coming = await self._coming(target, wanted, earlier, now)
        if channel is None and interaction.guild is not None and earlier is None:
            await self._greet(interaction.user, wanted, int(coming.due_at.timestamp()))
        new = await self.bot.store.drops.subscribe(target, wanted, coming.due_at, coming.period, now)
        page = answers.subscribed(target, wanted, coming.due_at, now, new=new)
        await interaction.edit_original_response(view=page)

    async def _earlier(self, target: Target) -> Subscription | None:
        try:
            return await self.bot.store.drops.subscription_of(target)
        except SubscriptionNotFoundError:
            return None

    async def _coming(self, target: Target, wanted: Wanted, earlier: Subscription | None, now: datetime) -> Occurrence:
        """The next drop: this week's, if it is overdue because it keeps failing."""
        if earlier is not None and earlier.failures and now - WEEK < earlier.due_at <= now:
            return Occurrence(earlier.due_at, earlier.period)
        return next_occurrence(wanted, now, not_in=await self.bot.store.drops.last_period(target))

    async def _greet(self, user: discord.Member | discord.User, wanted: Wanted, due: int) -> None:
        """Shows where the drop will come, which proves that it can. Raises RefusalError when it can't."""
        try:
            await user.send(view=answers.greeting(wanted, due))
        except discord.Forbidden:
            raise RefusalError(say(TEXT_DMS_CLOSED)) from None

    @app_commands.command(description="Your weekly drop and this server's: when the next ones come.")
    async def status(self, interaction: Interaction) -> None:
        found = await self.bot.store.drops.subscriptions_seen(interaction.user.id, interaction.guild_id)
        shown = [one for one in found if _may_see(interaction, one)]
        ends = [(one, _called(interaction, one)) for one in shown if _may_end(interaction, one)]
        page = answers.status(shown, ends, interaction.user.id)
        await interaction.response.send_message(view=page, ephemeral=True)

    async def end(self, interaction: Interaction, _: str) -> None:
        """Ends the drop that was picked, be it of a channel that is gone."""
        wanted = int(chosen(interaction)[0])
        await interaction.response.defer()
        found = await self.bot.store.drops.subscriptions_seen(interaction.user.id, interaction.guild_id)
        if not any(one.id == wanted and _may_end(interaction, one) for one in found):
            raise RefusalError(say(TEXT_GONE))
        await self.bot.store.drops.end(wanted)
        await interaction.edit_original_response(view=answers.ended())

    @app_commands.command(description="What the next drop would be, as of now.")
    @app_commands.describe(channel=CHANNEL, style="Another style than it has")
    @app_commands.choices(style=STYLE_CHOICES)
    async def preview(
        self, interaction: Interaction, channel: discord.TextChannel | None = None, style: str | None = None
    ) -> None:
        # Whoever could look again and again would see what a single press of somebody changes.
        target, store, now = _target(interaction, channel, manages=True), self.bot.store, self.bot.clock()
        subscription = await store.drops.subscription_of(target)
        wanted = subscription.wanted
        await interaction.response.defer(ephemeral=True, thinking=True)
        content = await make(store, self.bot.bundle, target, style or wanted.style, wanted.length, now)
        verdicts = await store.verdicts(interaction.user.id, [track.track_id for track in content.tracks])
        page = view.preview(content, subscription.period, verdicts, in_server=channel is not None)
        await interaction.edit_original_response(view=page)

    @app_commands.command(description="Let a weekly drop rest.")
    @app_commands.describe(channel=CHANNEL)
    async def pause(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        target = _target(interaction, channel, manages=True)
        # First of all: a write may wait for another program for longer than Discord waits for an answer.
        await interaction.response.defer(ephemeral=True, thinking=True)
        was_running = await self.bot.store.drops.pause(target, self.bot.clock())
        await interaction.edit_original_response(view=answers.paused(target, now=was_running))

    @app_commands.command(description="Let a paused weekly drop come again.")
    @app_commands.describe(channel=CHANNEL)
    async def resume(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        target, store, now = _target(interaction, channel, manages=True), self.bot.store.drops, self.bot.clock()
        if channel is not None:
            _check_can_post(channel)
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await store.subscription_of(target)
        due_at = found.due_at
        if found.paused_at is not None:
            coming = await self._coming(target, found.wanted, found, now)
            await store.resume(found.id, coming.due_at, coming.period)
            due_at = coming.due_at
        page = answers.resumed(target, due_at, now, was_paused=found.paused_at is not None)
        await interaction.edit_original_response(view=page)

    @app_commands.command(description="End a weekly drop; what was dropped stays in the archive.")
    @app_commands.describe(channel=CHANNEL)
    async def unsubscribe(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        target = _target(interaction, channel, manages=True)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self.bot.store.drops.unsubscribe(target)
        await interaction.edit_original_response(view=answers.unsubscribed(target))

    @app_commands.command(description="The drops so far.")
    @app_commands.describe(channel=CHANNEL)
    async def archive(self, interaction: Interaction, channel: discord.TextChannel | None = None) -> None:
        page = await self._archive(interaction, _target(interaction, channel), 0)
        await interaction.response.send_message(view=page, ephemeral=True)

    async def turn_archive(self, interaction: Interaction, argument: str) -> None:
        channel_id, number = argument.split(":")
        target = Target(interaction.user.id, interaction.guild_id, int(channel_id)) if channel_id else None
        page = await self._archive(interaction, target or Target(interaction.user.id), int(number))
        await interaction.response.edit_message(view=page)

    async def _archive(self, interaction: Interaction, target: Target, number: int) -> discord.ui.LayoutView:
        first = number * answers.ARCHIVE_PAGE
        drops, total = await self.bot.store.drops.archive(target, first, answers.ARCHIVE_PAGE)
        titled = [(one, view.title_of(one)) for one in drops]
        return answers.archive(target, titled, total, number, interaction.user.id)

    async def _drop(self, drop_id: str) -> Drop:
        found = await self.bot.store.drops.load(int(drop_id))
        if found is None:
            raise RefusalError(say(TEXT_GONE))
        return found

    async def open_all(self, interaction: Interaction, drop_id: str) -> None:
        """All songs of a drop, for whoever wants to see them."""
        page = await self._page(interaction, drop_id, 0)
        await interaction.response.send_message(view=page, ephemeral=True)

    async def open_old(self, interaction: Interaction, _: str) -> None:
        await self.open_all(interaction, chosen(interaction)[0])

    async def turn_page(self, interaction: Interaction, argument: str) -> None:
        drop_id, number = argument.split(":")
        await interaction.response.edit_message(view=await self._page(interaction, drop_id, int(number)))

    async def _page(self, interaction: Interaction, drop_id: str, number: int) -> discord.ui.LayoutView:
        found, user = await self._drop(drop_id), interaction.user.id
        verdicts = await self.bot.store.verdicts(user, [track.track_id for track in found.content.tracks])
        return view.page(found.id, found.content, found.posted_at, number, verdicts, user)

    async def ask_name(self, interaction: Interaction, drop_id: str) -> None:
        found = await self._drop(drop_id)
        name = view.name_of(found.content, found.period)[:NAME_LENGTH]
        await interaction.response.send_modal(name_form(view.SAVE_AS, interaction.user.id, drop_id, name))

    async def save(self, interaction: Interaction, drop_id: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._drop(drop_id)
        recipe = {"command": "drop", "style": found.content.style, "period": found.period}
        await keep_list(interaction, found.content.tracks, recipe, found.content.model_version)


def _target(interaction: Interaction, channel: discord.TextChannel | None, *, manages: bool = False) -> Target:
    """Whose drop is meant. Raises RefusalError for a channel that isn't the member's to see, or to manage."""
    if channel is None:
        return Target(interaction.user.id)
    if manages and not _manages(interaction):
        raise RefusalError(say(TEXT_NOT_MANAGER))
    # Discord's client offers nothing else, but the wire can carry anything.
    if not isinstance(interaction.user, discord.Member) or not channel.permissions_for(interaction.user).view_channel:
        raise RefusalError(say(TEXT_CANT_SEE))
    return Target(interaction.user.id, channel.guild.id, channel.id)


def _check_can_post(channel: discord.TextChannel) -> None:
    may = channel.permissions_for(channel.guild.me)
    missing = [say(name) for permission, name in TEXT_PERMISSIONS.items() if not getattr(may, permission)]
    if missing:
        raise RefusalError(say(TEXT_CANT_POST, channel=channel.id, missing=", ".join(missing)))


def _manages(interaction: Interaction) -> bool:
    return interaction.permissions.manage_guild or interaction.permissions.administrator


def _may_end(interaction: Interaction, one: Subscription) -> bool:
    return one.channel_id is None or _manages(interaction)


def _may_see(interaction: Interaction, one: Subscription) -> bool:
    """Whether it is the member's own, or of a channel that they see; of one that is gone, who manages the server."""
    if one.channel_id is None:
        return True
    channel = interaction.guild.get_channel(one.channel_id) if interaction.guild else None
    if channel is None or not isinstance(interaction.user, discord.Member):
        return _manages(interaction)
    return channel.permissions_for(interaction.user).view_channel


def _called(interaction: Interaction, one: Subscription) -> str:
    """What a drop is called in a menu, where nothing can be mentioned."""
    if one.channel_id is None:
        return say(answers.TEXT_YOURS)
    channel = interaction.guild.get_channel(one.channel_id) if interaction.guild else None
    return f"#{channel.name}"[:LONGEST_LABEL] if channel else say(TEXT_NO_CHANNEL, number=one.id)
