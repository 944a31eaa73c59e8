"""`/block artist · track · list · undo`, and the buttons that block and unblock."""

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.block import view
from bot.features.block.blocking import (
    TEXT_NOTHING_BLOCKED,
    Target,
    artist_named,
    artist_of,
    block_marked,
    block_meant,
    blocks_like,
    mark_of,
    track_named,
)
from bot.language import say
from bot.presses import chosen
from bot.references import LONGEST_CHOICE, MOST_CHOICES, track_choices
from storage.blocks import Block

if TYPE_CHECKING:
    from bot.app import SegueBot

TEXT_GONE = "That is no longer blocked."


async def artist_choices(interaction: discord.Interaction["SegueBot"], current: str) -> list[app_commands.Choice[str]]:
    artists = interaction.client.bundle.catalogue.artists
    keys = await asyncio.to_thread(artists.suggest, current, MOST_CHOICES)
    names = [artists.written(key)[:LONGEST_CHOICE] for key in keys]
    return [app_commands.Choice(name=name, value=name) for name in names]


async def block_choices(interaction: discord.Interaction["SegueBot"], current: str) -> list[app_commands.Choice[str]]:
    fitting = blocks_like(await interaction.client.store.blocks(interaction.user.id), current)
    return [app_commands.Choice(name=view.option_label(one), value=mark_of(one)) for one in fitting[:MOST_CHOICES]]


class BlockCog(
    commands.GroupCog, group_name="block", group_description="Artists and songs you never want to be shown."
):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {
            "block-artist": self.toggle_artist,
            "block-page": self.turn_page,
            "unblock": self.unblock,
            "unblock-menu": self.unblock_from_menu,
        }

    @app_commands.command(description="Never show me songs by this artist.")
    @app_commands.describe(name="The artist")
    @app_commands.autocomplete(name=artist_choices)
    async def artist(self, interaction: discord.Interaction["SegueBot"], name: app_commands.Range[str, 1, 200]) -> None:
        await self._block(interaction, await asyncio.to_thread(artist_named, self.bot.bundle, name))

    @app_commands.command(description="Never show me this song.")
    @app_commands.describe(track="A title, “artist – title”, or a Spotify link")
    @app_commands.autocomplete(track=track_choices)
    async def track(self, interaction: discord.Interaction["SegueBot"], track: str) -> None:
        await self._block(interaction, track_named(self.bot.bundle, track))

    async def _block(self, interaction: discord.Interaction["SegueBot"], target: Target) -> None:
        await interaction.response.defer(ephemeral=True)
        user = interaction.user.id
        new = await self.bot.store.block(
            interaction.id, user, target.kind, target.value, target.label, self.bot.clock()
        )
        await interaction.edit_original_response(view=view.blocked(target, new, user))

    @app_commands.command(name="list", description="What you block, and a way to unblock it.")
    async def list_(self, interaction: discord.Interaction["SegueBot"]) -> None:
        blocks = await self.bot.store.blocks(interaction.user.id)
        await interaction.response.send_message(view=view.block_list(blocks, 0, interaction.user.id), ephemeral=True)

    @app_commands.command(description="Take back your latest block, or the one you name.")
    @app_commands.describe(what="Which artist or song; without it, the latest")
    @app_commands.autocomplete(what=block_choices)
    async def undo(self, interaction: discord.Interaction["SegueBot"], what: str | None = None) -> None:
        await interaction.response.defer(ephemeral=True)
        undone = await (self._undo_latest(interaction) if what is None else self._undo_named(interaction, what))
        await interaction.edit_original_response(view=view.undone(undone.label))

    async def _undo_latest(self, interaction: discord.Interaction["SegueBot"]) -> Block:
        undone = await self.bot.store.undo_latest_block(interaction.id, interaction.user.id, self.bot.clock())
        if undone is None:
            raise RefusalError(say(TEXT_NOTHING_BLOCKED))
        return undone

    async def _undo_named(self, interaction: discord.Interaction["SegueBot"], what: str) -> Block:
        block = block_meant(await self.bot.store.blocks(interaction.user.id), what)
        await self.bot.store.undo_block(interaction.user.id, block.kind, block.value)
        return block

    async def _undo_marked(self, interaction: discord.Interaction["SegueBot"], mark: str) -> Block:
        """Undoes what the button or menu names, never another block."""
        block = block_marked(await self.bot.store.blocks(interaction.user.id), mark)
        if block is None or await self.bot.store.undo_block(interaction.user.id, block.kind, block.value) is None:
            raise RefusalError(say(TEXT_GONE))
        return block

    async def unblock(self, interaction: discord.Interaction["SegueBot"], mark: str) -> None:
        await interaction.response.defer()
        block = await self._undo_marked(interaction, mark)
        await interaction.edit_original_response(view=view.undone(block.label))

    async def unblock_from_menu(self, interaction: discord.Interaction["SegueBot"], number: str) -> None:
        await interaction.response.defer()
        gone = await self._undo_marked(interaction, chosen(interaction)[0])
        blocks = await self.bot.store.blocks(interaction.user.id)
        await interaction.edit_original_response(view=view.block_list(blocks, int(number), interaction.user.id, gone))

    async def turn_page(self, interaction: discord.Interaction["SegueBot"], number: str) -> None:
        blocks = await self.bot.store.blocks(interaction.user.id)
        await interaction.response.edit_message(view=view.block_list(blocks, int(number), interaction.user.id))

    async def toggle_artist(self, interaction: discord.Interaction["SegueBot"], track_id: str) -> None:
        """Blocks the first artist of a track for whoever presses, or takes that back."""
        target = artist_of(self.bot.bundle, track_id)
        await interaction.response.defer(ephemeral=True, thinking=True)
        user = interaction.user.id
        stands = await self.bot.store.toggle_block(
            interaction.id, user, target.kind, target.value, target.label, self.bot.clock()
        )
        page = view.blocked(target, True, user) if stands else view.undone(target.label)
        await interaction.edit_original_response(view=page)
