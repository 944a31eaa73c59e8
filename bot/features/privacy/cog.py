"""`/privacy`."""

import asyncio
import io
import json
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.features.privacy import view

if TYPE_CHECKING:
    from bot.app import SegueBot


class PrivacyCog(commands.GroupCog, group_name="privacy", group_description="What I have stored about you."):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers["forget-me"] = self.forget

    @app_commands.command(description="Get everything I have stored about you as a file.")
    async def export(self, interaction: discord.Interaction["SegueBot"]) -> None:
        await interaction.response.defer(ephemeral=True)
        tables = await self.bot.store.export_user(interaction.user.id)
        text = await asyncio.to_thread(json.dumps, tables, indent=1, ensure_ascii=False)
        file = discord.File(io.BytesIO(text.encode()), view.FILE_NAME)
        rows = sum(len(table) for table in tables.values())
        await interaction.edit_original_response(view=view.exported(rows), attachments=[file])

    @app_commands.command(description="Delete everything I have stored about you.")
    async def delete(self, interaction: discord.Interaction["SegueBot"]) -> None:
        await interaction.response.send_message(view=view.confirm_deletion(interaction.user.id), ephemeral=True)

    async def forget(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        await interaction.response.defer()
        rows = await self.bot.store.delete_user(interaction.user.id)
        await interaction.edit_original_response(view=view.deleted(sum(rows.values())))
