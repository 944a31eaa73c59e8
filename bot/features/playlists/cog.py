"""`/playlist build · path · expand · list · show · rename · delete`."""

import asyncio
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.conditions import offer
from bot.errors import RefusalError
from bot.features.playlists import view
from bot.features.playlists.building import (
    DEFAULT_ORDER,
    LONGEST,
    SHORTEST,
    Recipe,
    as_allowed,
    build,
    grow,
    read_options,
    read_recipe,
    room_for,
    walk,
    write_recipe,
)
from bot.features.playlists.notes import built_notes, grown_notes, path_notes
from bot.layout import PAGE
from bot.presses import TEXT_GONE
from bot.references import find_track, genre_choices, mood_choices, track_choices
from bot.server_rules import ServerRules, rules_here
from bot.tastes import member_taste
from ml.errors import EmptyResultError
from ml.journeys import SHORTEST_PATH, ends
from storage.answers import Answer
from storage.playlists import Playlist

if TYPE_CHECKING:
    from bot.app import SegueBot

DEFAULT_PATH = 10
DEFAULT_GROWTH = 10
MOST_GROWTH = 50
LONGEST_WISH = 500
TEXT_BAD_GROWTH = f"A playlist grows by 1 to {MOST_GROWTH} songs at a time."
TEXT_BAD_PATH = f"A path has {SHORTEST_PATH} to {LONGEST} songs."
ORDER_CHOICES = [
    app_commands.Choice(name="steady: small steps from song to song (usual)", value="steady"),
    app_commands.Choice(name="rise: from calm to lively", value="rise"),
    app_commands.Choice(name="fall: from lively to calm", value="fall"),
    app_commands.Choice(name="wave: warms up, peaks, cools down", value="wave"),
    app_commands.Choice(name="best first: what fits best on top", value="best first"),
]


async def playlist_choices(
    interaction: discord.Interaction["SegueBot"], current: str
) -> list[app_commands.Choice[str]]:
    names = await interaction.client.store.playlist_names(interaction.user.id, current.strip())
    return [app_commands.Choice(name=name, value=name) for name in names]


class PlaylistsCog(commands.GroupCog, group_name="playlist", group_description="Build and keep playlists."):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {"playlist-page": self.turn_page, "playlist-delete": self.delete_confirmed}
        bot.press_handlers |= {"playlist-instead": self.take_offer}

    @app_commands.command(description="Build a playlist from a song, a genre, a mood, a wish in words, or a mix.")
    @app_commands.describe(
        name="What to call it",
        track="A song it should go with",
        genre="Only songs of this genre",
        mood="Only songs of this mood",
        wish="In your own words: “rainy late-night drive, mellow, no vocals”",
        length="How many songs (5 to 50)",
        order="How the songs follow each other",
    )
    @app_commands.autocomplete(track=track_choices, genre=genre_choices, mood=mood_choices)
    @app_commands.choices(order=ORDER_CHOICES)
    async def build(
        self,
        interaction: discord.Interaction["SegueBot"],
        name: app_commands.Range[str, 1, 80],
        track: str | None = None,
        genre: str | None = None,
        mood: str | None = None,
        wish: app_commands.Range[str, 1, LONGEST_WISH] | None = None,
        length: app_commands.Range[int, SHORTEST, LONGEST] | None = None,
        order: str = DEFAULT_ORDER,
    ) -> None:
        rules = await rules_here(interaction)
        recipe = read_options(rules, track, genre, mood, wish, length, order)
        # Before the public "thinking …": what is refused here concerns nobody else.
        await self.bot.store.check_new_playlist(interaction.user.id, name)
        await interaction.response.defer()
        await interaction.edit_original_response(view=await self._build(interaction, name, recipe, rules))

    async def _build(
        self, interaction: discord.Interaction["SegueBot"], name: str, recipe: Recipe, rules: ServerRules
    ) -> discord.ui.LayoutView:
        """Builds and keeps a playlist, and lays it out; where conditions leave nothing, offers others."""
        bundle, user, now = self.bot.bundle, interaction.user.id, self.bot.clock()
        member = await member_taste(self.bot, user)
        try:
            built = await asyncio.to_thread(build, rules, recipe, member)
        except EmptyResultError as empty:
            if empty.proposal is None:
                raise
            request = {"name": name, "recipe": write_recipe(replace(recipe, filters=empty.proposal))}
            answer = Answer(
                secrets.token_urlsafe(9), user, interaction.guild_id, "playlist build", request, bundle.version
            )
            await self.bot.store.save_answer(answer, [], now)
            return offer(rules.told(empty), recipe.filters, empty.proposal, "playlist-instead", user, answer.id)
        playlist = await self.bot.store.create_playlist(
            user, interaction.guild_id, name, built.tracks, write_recipe(recipe), bundle.version, now
        )
        above, below = built_notes(built)
        return view.playlist_page(playlist, 0, member.verdicts, owner=user, above=above, below=below)

    async def take_offer(self, interaction: discord.Interaction["SegueBot"], answer_id: str) -> None:
        """Builds with the conditions that were offered; the name of a second press is taken by the first."""
        await interaction.response.defer()
        stored = await self.bot.store.load_answer(answer_id)
        if stored is None:
            raise RefusalError(TEXT_GONE)
        rules = await rules_here(interaction)
        recipe = as_allowed(read_recipe(stored.request["recipe"]), rules)
        page = await self._build(interaction, stored.request["name"], recipe, rules)
        await interaction.edit_original_response(view=page)

    @app_commands.command(description="A playlist that leads from one song to another.")
    @app_commands.describe(
        name="What to call it", from_="The first song", to="The last song", length="How many songs (3 to 50)"
    )
    @app_commands.rename(from_="from")
    @app_commands.autocomplete(from_=track_choices, to=track_choices)
    async def path(
        self,
        interaction: discord.Interaction["SegueBot"],
        name: app_commands.Range[str, 1, 80],
        from_: str,
        to: str,
        length: app_commands.Range[int, SHORTEST_PATH, LONGEST] = DEFAULT_PATH,
    ) -> None:
        bundle, user = self.bot.bundle, interaction.user.id
        if length > LONGEST:
            raise RefusalError(TEXT_BAD_PATH)
        rules, start, end = await rules_here(interaction), find_track(bundle, from_), find_track(bundle, to)
        for one in (start, end):
            rules.check_listed(one)
        ends(bundle.recommender, start, end, length)
        await self.bot.store.check_new_playlist(user, name)
        await interaction.response.defer()
        member = await member_taste(self.bot, user)
        tracks = await asyncio.to_thread(walk, rules, start, end, length, member)
        recipe = {"from": start, "to": end, "length": length}
        playlist = await self.bot.store.create_playlist(
            user, interaction.guild_id, name, tracks, recipe, bundle.version, self.bot.clock()
        )
        above, below = path_notes(len(tracks), length)
        page = view.playlist_page(playlist, 0, member.verdicts, owner=user, above=above, below=below)
        await interaction.edit_original_response(view=page)

    @app_commands.command(description="Add songs that go with one of your playlists.")
    @app_commands.describe(name="Which playlist", count="How many songs to add (1 to 50)")
    @app_commands.autocomplete(name=playlist_choices)
    async def expand(
        self,
        interaction: discord.Interaction["SegueBot"],
        name: str,
        count: app_commands.Range[int, 1, MOST_GROWTH] = DEFAULT_GROWTH,
    ) -> None:
        bundle, user = self.bot.bundle, interaction.user.id
        if not 1 <= count <= MOST_GROWTH:
            raise RefusalError(TEXT_BAD_GROWTH)
        playlist = await self.bot.store.get_playlist(user, name)
        before, room = len(playlist.tracks), room_for(bundle, playlist, count)
        await interaction.response.defer()
        member, rules = await member_taste(self.bot, user), await rules_here(interaction)
        tracks = await asyncio.to_thread(grow, rules, playlist, room, member)
        grown = await self.bot.store.extend_playlist(
            user, interaction.guild_id, playlist.id, before, tracks, bundle.version, self.bot.clock()
        )
        below = grown_notes(before, len(tracks), count)
        page = view.playlist_page(grown, before // PAGE, member.verdicts, owner=user, below=below)
        await interaction.edit_original_response(view=page)

    @app_commands.command(name="list", description="List your playlists.")
    async def list_(self, interaction: discord.Interaction["SegueBot"]) -> None:
        lists = await self.bot.store.list_playlists(interaction.user.id)
        await interaction.response.send_message(view=view.overview(lists), ephemeral=True)

    @app_commands.command(description="Show one of your playlists.")
    @app_commands.describe(name="Which playlist")
    @app_commands.autocomplete(name=playlist_choices)
    async def show(self, interaction: discord.Interaction["SegueBot"], name: str) -> None:
        playlist = await self.bot.store.get_playlist(interaction.user.id, name)
        await interaction.response.send_message(view=await self._page(interaction, playlist, 0))

    async def _page(
        self, interaction: discord.Interaction["SegueBot"], playlist: Playlist, number: int
    ) -> discord.ui.LayoutView:
        """A page of a playlist with what its owner thinks of its songs."""
        user = interaction.user.id
        verdicts = await self.bot.store.verdicts(user, [track.track_id for track in playlist.tracks])
        return view.playlist_page(playlist, number, verdicts, owner=user)

    @app_commands.command(description="Give one of your playlists another name.")
    @app_commands.describe(name="Which playlist", to="Its new name")
    @app_commands.autocomplete(name=playlist_choices)
    async def rename(
        self, interaction: discord.Interaction["SegueBot"], name: str, to: app_commands.Range[str, 1, 80]
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        playlist = await self.bot.store.rename_playlist(interaction.user.id, name, to, self.bot.clock())
        await interaction.edit_original_response(view=view.renamed(playlist.name))

    @app_commands.command(description="Delete one of your playlists.")
    @app_commands.describe(name="Which playlist")
    @app_commands.autocomplete(name=playlist_choices)
    async def delete(self, interaction: discord.Interaction["SegueBot"], name: str) -> None:
        playlist = await self.bot.store.get_playlist(interaction.user.id, name)
        await interaction.response.send_message(
            view=view.confirm_deletion(playlist, interaction.user.id), ephemeral=True
        )

    async def turn_page(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        playlist_id, number = argument.split(":")
        playlist = await self.bot.store.get_playlist_by_id(interaction.user.id, int(playlist_id))
        await interaction.response.edit_message(view=await self._page(interaction, playlist, int(number)))

    async def delete_confirmed(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        await interaction.response.defer()
        playlist = await self.bot.store.get_playlist_by_id(interaction.user.id, int(argument))
        count = await self.bot.store.delete_playlist(interaction.user.id, playlist.name)
        await interaction.edit_original_response(view=view.deleted(playlist.name, count))
