"""Presses on 👍 and 👎, and the card that a list's menu opens."""

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.feedback import view
from bot.layout import song_of
from bot.presses import chosen
from bot.songs import DISLIKE, LIKE, TEXT_LEFT_CATALOGUE, restyled, tracks_in
from storage.feedback import Verdict

if TYPE_CHECKING:
    from bot.app import SegueBot


class FeedbackCog(commands.Cog):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {LIKE: self.like, DISLIKE: self.dislike, "song": self.open_card}

    async def like(self, interaction: discord.Interaction["SegueBot"], track_id: str) -> None:
        await self._press(interaction, track_id, "like")

    async def dislike(self, interaction: discord.Interaction["SegueBot"], track_id: str) -> None:
        await self._press(interaction, track_id, "dislike")

    async def _press(self, interaction: discord.Interaction["SegueBot"], track_id: str, verdict: Verdict) -> None:
        """Stores the press, then shows it: on the message to whom it answers, to others in a reply of their own."""
        message, user = interaction.message, interaction.user.id
        assert message is not None
        own = _is_for(message, interaction)
        # First of all: a write may wait for another program for longer than Discord waits for an answer.
        await interaction.response.defer(ephemeral=not own, thinking=not own)
        now = self.bot.clock()
        stands = await self.bot.store.press(interaction.id, user, interaction.guild_id, track_id, verdict, now)
        if own:
            # All of them as they stand now: the message came as it was before a press that is still on its way.
            verdicts = await self.bot.store.verdicts(user, tracks_in(message))
            await interaction.edit_original_response(view=restyled(message, verdicts))
        else:
            song = song_of(self.bot.bundle, track_id) if track_id in self.bot.bundle.catalogue.row_of else None
            await interaction.edit_original_response(view=view.noted(song, stands))

    async def open_card(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        """A song's card, for the one who opened it."""
        track_id = chosen(interaction)[0]
        if track_id not in self.bot.bundle.catalogue.row_of:
            raise RefusalError(TEXT_LEFT_CATALOGUE)
        await interaction.response.defer(ephemeral=True, thinking=True)
        verdicts = await self.bot.store.verdicts(interaction.user.id, [track_id])
        card = view.song_card(song_of(self.bot.bundle, track_id), verdicts.get(track_id))
        await interaction.edit_original_response(view=card)


def _is_for(message: discord.Message, interaction: discord.Interaction["SegueBot"]) -> bool:
    """Whether the message answers something that whoever pressed did, or came in their direct messages."""
    asked = message.interaction_metadata
    if asked is None:
        return interaction.context.dm_channel
    return asked.user.id == interaction.user.id
