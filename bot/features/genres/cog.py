"""`/genres`."""

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.genres.portraits import portrait
from bot.features.genres.view import all_genres, one_genre
from bot.layout import note_of
from bot.references import genre_choices, pick_name
from bot.server_rules import rules_here
from bot.tastes import member_taste

if TYPE_CHECKING:
    from bot.app import SegueBot


class GenresCog(commands.Cog):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot

    @app_commands.command(description="The genres I know, or one of them in detail.")
    @app_commands.describe(genre="The genre to tell more about")
    @app_commands.autocomplete(genre=genre_choices)
    async def genres(self, interaction: discord.Interaction["SegueBot"], genre: str | None = None) -> None:
        bundle = self.bot.bundle
        if genre is None:
            # A long list that only the asker needs.
            page = all_genres(bundle.catalogue.genres, note_of(bundle))
            await interaction.response.send_message(view=page, ephemeral=True)
            return
        name = pick_name("genre", bundle.catalogue.genres, genre)
        await interaction.response.defer()
        member = await member_taste(self.bot, interaction.user.id)
        rules = await rules_here(interaction)
        found = await asyncio.to_thread(portrait, rules.bundle, name, member)
        await interaction.edit_original_response(view=one_genre(found))
