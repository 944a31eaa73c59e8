"""Presses on “Wrong genre?” and on what it opens."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import discord
from discord.ext import commands

from bot.features.labels import view
from bot.features.labels.guesses import check_genre, check_track, genre_named, guess_of
from bot.presses import chosen, typed
from storage.labels import TrackLabels

if TYPE_CHECKING:
    from bot.app import SegueBot

Interaction: TypeAlias = discord.Interaction["SegueBot"]


class LabelsCog(commands.Cog):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {
            view.WRONG: self.open_card,
            view.PICK: self.propose_picked,
            view.OTHER: self.ask_name,
            view.NAMED: self.propose_named,
            view.BACK: self.take_back,
        }

    async def open_card(self, interaction: Interaction, track_id: str) -> None:
        """A song's genres and ways to propose others, for the one who asked."""
        check_track(self.bot.bundle, track_id)
        await interaction.response.defer(ephemeral=True, thinking=True)
        standing = await self.bot.store.labels.of_track(interaction.user.id, track_id)
        await self._show(interaction, track_id, standing)

    async def propose_picked(self, interaction: Interaction, track_id: str) -> None:
        await self._propose(interaction, track_id, chosen(interaction))

    async def ask_name(self, interaction: Interaction, track_id: str) -> None:
        check_track(self.bot.bundle, track_id)
        await interaction.response.send_modal(view.genre_form(interaction.user.id, track_id))

    async def propose_named(self, interaction: Interaction, track_id: str) -> None:
        await self._propose(interaction, track_id, [genre_named(self.bot.bundle, typed(interaction))])

    async def _propose(self, interaction: Interaction, track_id: str, genres: Sequence[str]) -> None:
        check_track(self.bot.bundle, track_id)
        for genre in genres:
            check_genre(self.bot.bundle, track_id, genre)
        await interaction.response.defer()
        store, user, now = self.bot.store.labels, interaction.user.id, self.bot.clock()
        standing = await store.propose(interaction.id, user, track_id, genres, now)
        await self._show(interaction, track_id, standing, view.thanks(genres, standing))

    async def take_back(self, interaction: Interaction, argument: str) -> None:
        track_id, _, genre = argument.partition(":")
        await interaction.response.defer()
        store, user = self.bot.store.labels, interaction.user.id
        await store.take_back(user, track_id, genre)
        if track_id not in self.bot.bundle.catalogue.row_of:
            await interaction.edit_original_response(view=view.taken_back_only(genre))
            return
        standing = await store.of_track(user, track_id)
        notice = view.thanks([genre], standing) or view.taken_back(genre)
        await self._show(interaction, track_id, standing, notice)

    async def _show(self, interaction: Interaction, track_id: str, standing: TrackLabels, notice: str = "") -> None:
        guess = await asyncio.to_thread(guess_of, self.bot.bundle, track_id)
        card = view.proposal_card(guess, standing, interaction.user.id, notice)
        await interaction.edit_original_response(view=card)
