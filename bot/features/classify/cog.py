"""`/classify`."""

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.classify.classification import classify_track
from bot.features.classify.view import classification
from bot.references import find_track, track_choices

if TYPE_CHECKING:
    from bot.app import SegueBot


class ClassifyCog(commands.Cog):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot

    @app_commands.command(description="What a song is: its genres, its mood and what decided.")
    @app_commands.describe(track="A title, “artist – title”, or a Spotify link")
    @app_commands.autocomplete(track=track_choices)
    async def classify(self, interaction: discord.Interaction["SegueBot"], track: str) -> None:
        track_id = find_track(self.bot.bundle, track)
        await interaction.response.defer()
        await self.bot.store.remember_member(interaction.user.id, self.bot.clock())
        found = await asyncio.to_thread(classify_track, self.bot.bundle, track_id)
        verdicts = await self.bot.store.verdicts(interaction.user.id, [track_id])
        await interaction.edit_original_response(view=classification(found, verdicts.get(track_id)))
