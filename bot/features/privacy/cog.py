"""`/privacy policy · export · blending · delete`."""

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import answers_in_flight
from bot.features.privacy import view
from bot.features.privacy.export import as_file, export_of, send_directly

if TYPE_CHECKING:
    from bot.app import SegueBot


# No answer takes so long, however busy the machine.
ANSWER_SECONDS = 60.0


class PrivacyCog(commands.GroupCog, group_name="privacy", group_description="What I have stored about you."):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        # Two who ask for it at once must not wait for each other.
        self.forgetting: set[asyncio.Task[Any]] = set()
        bot.press_handlers |= {"forget-me": self.forget, "export-here": self.export_here}

    @app_commands.command(description="What I store about you, what for and for how long.")
    async def policy(self, interaction: discord.Interaction["SegueBot"]) -> None:
        page = view.policy(self.bot.contact, self.bot.daily_backups)
        await interaction.response.send_message(view=page, ephemeral=True)

    @app_commands.command(description="Get everything I have stored about you as a file.")
    async def export(self, interaction: discord.Interaction["SegueBot"]) -> None:
        await interaction.response.defer(ephemeral=True)
        user = interaction.user.id
        content, rows = await export_of(self.bot, user)
        if not rows:
            await interaction.edit_original_response(view=view.nothing_stored())
        elif await send_directly(self.bot, user, content, rows):
            await interaction.edit_original_response(view=view.export_sent(rows, user))
        else:
            page = view.export_here(rows, refused=True)
            await interaction.edit_original_response(view=page, attachments=[as_file(content)])

    async def export_here(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        await interaction.response.defer()
        content, rows = await export_of(self.bot, interaction.user.id)
        page = view.export_here(rows, refused=False)
        await interaction.edit_original_response(view=page, attachments=[as_file(content)])

    @app_commands.command(
        description="Whether others may see your taste as a picture, compare theirs with it and blend it."
    )
    @app_commands.describe(allow="True: they may. False: they may not")
    async def blending(self, interaction: discord.Interaction["SegueBot"], allow: bool) -> None:
        await interaction.response.defer(ephemeral=True)
        await self.bot.store.set_blendable(interaction.user.id, allow, self.bot.clock())
        await interaction.edit_original_response(view=view.blending(allow))

    @app_commands.command(description="Delete everything I have stored about you.")
    async def delete(self, interaction: discord.Interaction["SegueBot"]) -> None:
        await interaction.response.send_message(view=view.confirm_deletion(interaction.user.id), ephemeral=True)

    async def forget(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        await interaction.response.defer()
        task = asyncio.current_task()
        assert task is not None
        self.forgetting.add(task)
        try:
            rows = await self._forget(interaction.user.id)
        finally:
            self.forgetting.discard(task)
        await interaction.edit_original_response(view=view.deleted(rows))

    async def _forget(self, user: int) -> int:
        """Deletes a member's rows, and those that an answer still on its way brings after that."""
        rows = sum((await self.bot.store.delete_user(user)).values())
        if answers := answers_in_flight() - self.forgetting:
            await asyncio.wait(answers, timeout=ANSWER_SECONDS)
            rows += sum((await self.bot.store.delete_user(user)).values())
        return rows
