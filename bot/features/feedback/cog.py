"""Presses on 👍 and 👎, and the card that a list's menu opens."""

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.feedback import view
from bot.layout import song_of
from bot.presses import chosen
from bot.songs import DISLIKE, LIKE, restyled
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
        stands = await self.bot.store.press(
            interaction.id, interaction.user.id, interaction.guild_id, track_id, verdict, self.bot.clock()
        )
        message = interaction.message
        assert message is not None
        if _is_for(message, interaction.user):
            await interaction.response.edit_message(view=restyled(message, track_id, stands))
        else:
            song = song_of(self.bot.bundle, track_id) if track_id in self.bot.bundle.catalogue.row_of else None
            await interaction.response.send_message(view=view.noted(song, stands), ephemeral=True)

    async def open_card(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        """A song's card, for the one who opened it."""
        track_id = chosen(interaction)[0]
        if track_id not in self.bot.bundle.catalogue.row_of:
            raise RefusalError(view.TEXT_LEFT_CATALOGUE)
        verdicts = await self.bot.store.verdicts(interaction.user.id, [track_id])
        card = view.song_card(song_of(self.bot.bundle, track_id), verdicts.get(track_id))
        await interaction.response.send_message(view=card, ephemeral=True)


def _is_for(message: discord.Message, user: discord.abc.User) -> bool:
    """Whether the message answers something that this user did."""
    asked = message.interaction_metadata
    return asked is not None and asked.user.id == user.id
