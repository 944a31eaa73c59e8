"""`/admin label`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.features.admin import label_view
from bot.features.admin.access import Interaction, check_operator, for_operators
from bot.features.admin.label_pages import (
    ACCEPT,
    AGAIN,
    PAGE,
    REJECT,
    TURN_BACK,
    TURN_ON,
    UNDO,
    Kind,
    Place,
    ReviewPage,
    pair_of,
    reviews_of,
    shown_on,
)
from bot.layout import note_of
from bot.presses import PressHandler
from storage.labels import Pair, Verdict

if TYPE_CHECKING:
    from bot.app import SegueBot

MOST_VOTES = 10_000


class Labelling(commands.Cog):
    """The part of `/admin` about the genres that members propose."""

    bot: "SegueBot"

    def label_handlers(self) -> dict[str, PressHandler]:
        return {
            ACCEPT: for_operators(self.accept_label),
            REJECT: for_operators(self.reject_label),
            UNDO: for_operators(self.undo_label),
            **dict.fromkeys((TURN_BACK, TURN_ON, AGAIN), for_operators(self.turn_labels)),
        }

    @app_commands.command(description="Genres that members propose for songs: accept or reject them.")
    @app_commands.describe(votes="Only those with at least so many votes", show="What to list; waiting unless you say")
    async def label(
        self, interaction: Interaction, votes: app_commands.Range[int, 1, MOST_VOTES] = 1, show: Kind = "waiting"
    ) -> None:
        await check_operator(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._show_labels(interaction, Place(show, votes))

    async def turn_labels(self, interaction: Interaction, written: str) -> None:
        await interaction.response.defer()
        await self._show_labels(interaction, Place.read(written))

    async def accept_label(self, interaction: Interaction, argument: str) -> None:
        await self._decide(interaction, pair_of(argument), "accepted")

    async def reject_label(self, interaction: Interaction, argument: str) -> None:
        await self._decide(interaction, pair_of(argument), "rejected")

    async def _decide(self, interaction: Interaction, pair: Pair, verdict: Verdict) -> None:
        await interaction.response.defer()
        done = await self.bot.store.labels.decide(*pair, verdict, interaction.user.id, self.bot.clock())
        await self._show_again(interaction, pair, done)

    async def undo_label(self, interaction: Interaction, argument: str) -> None:
        await interaction.response.defer()
        pair = pair_of(argument)
        await self._show_again(interaction, pair, await self.bot.store.labels.undo(*pair, self.bot.clock()))

    async def _show_again(self, interaction: Interaction, pair: Pair, done: bool) -> None:
        """The page as it was, with what has become of its proposals."""
        assert interaction.message is not None
        place, pairs = shown_on(interaction.message)
        await self._show_labels(interaction, place, pairs, "" if done else label_view.too_late(pair[1]))

    async def _show_labels(
        self, interaction: Interaction, place: Place, pairs: Sequence[Pair] | None = None, notice: str = ""
    ) -> None:
        page = await self._label_page(place, pairs)
        await interaction.edit_original_response(view=label_view.review_page(page, interaction.user.id, notice))

    async def _label_page(self, place: Place, pairs: Sequence[Pair] | None) -> ReviewPage:
        bundle, store = self.bot.bundle, self.bot.store.labels
        read = store.waiting if place.kind == "waiting" else store.decided
        found, total = await read(place.least_votes, place.first, PAGE)
        if pairs is not None:
            found = await store.proposals(pairs)
        elif not found and total:
            # The list has become shorter than where this page began.
            place = place.last(total)
            found, total = await read(place.least_votes, place.first, PAGE)
        return ReviewPage(
            place,
            await asyncio.to_thread(reviews_of, bundle, found),
            total,
            await store.count_accepted(),
            await store.count_accepted(since=datetime.fromisoformat(bundle.manifest["created_at"])),
            note_of(bundle),
        )
