"""`/playlist build · list · show · rename · delete`."""

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.playlists import view
from bot.features.playlists.building import Wish, build
from bot.references import find_track, genre_choices, mood_choices, pick_name, track_choices

if TYPE_CHECKING:
    from bot.app import SegueBot

DEFAULT_LENGTH = 20
SHORTEST, LONGEST = 5, 50
TEXT_NO_WISH = "Tell me what the playlist starts from: a track, a genre, a mood, or several of them."
TEXT_BAD_LENGTH = f"A playlist has {SHORTEST} to {LONGEST} songs."


async def playlist_choices(
    interaction: discord.Interaction["SegueBot"], current: str
) -> list[app_commands.Choice[str]]:
    names = await interaction.client.store.playlist_names(interaction.user.id, current.strip())
    return [app_commands.Choice(name=name, value=name) for name in names]


class PlaylistsCog(commands.GroupCog, group_name="playlist", group_description="Build and keep playlists."):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {"playlist-page": self.turn_page, "playlist-delete": self.delete_confirmed}

    @app_commands.command(description="Build a playlist from a song, a genre, a mood, or a mix of them.")
    @app_commands.describe(
        name="What to call it",
        track="A song it should go with",
        genre="Only songs of this genre",
        mood="Only songs of this mood",
        length="How many songs (5 to 50)",
    )
    @app_commands.autocomplete(track=track_choices, genre=genre_choices, mood=mood_choices)
    async def build(
        self,
        interaction: discord.Interaction["SegueBot"],
        name: app_commands.Range[str, 1, 80],
        track: str | None = None,
        genre: str | None = None,
        mood: str | None = None,
        length: app_commands.Range[int, SHORTEST, LONGEST] = DEFAULT_LENGTH,
    ) -> None:
        wish = self._wish(track, genre, mood, length)
        # Before the public "thinking …": what is refused here concerns nobody else.
        await self.bot.store.check_new_playlist(interaction.user.id, name)
        await interaction.response.defer()
        bundle = self.bot.bundle
        tracks = await asyncio.to_thread(build, bundle, wish)
        playlist = await self.bot.store.create_playlist(
            interaction.user.id, interaction.guild_id, name, tracks, vars(wish), bundle.version, self.bot.clock()
        )
        page = view.playlist_page(playlist, 0, owner=interaction.user.id, just_built=True)
        await interaction.edit_original_response(view=page)

    def _wish(self, track: str | None, genre: str | None, mood: str | None, length: int) -> Wish:
        bundle = self.bot.bundle
        if track is None and genre is None and mood is None:
            raise RefusalError(TEXT_NO_WISH)
        if not SHORTEST <= length <= LONGEST:
            raise RefusalError(TEXT_BAD_LENGTH)
        return Wish(
            find_track(bundle, track) if track is not None else None,
            pick_name("genre", bundle.catalogue.genres, genre) if genre is not None else None,
            pick_name("mood", bundle.clusters.names, mood) if mood is not None else None,
            length,
        )

    @app_commands.command(name="list", description="List your playlists.")
    async def list_(self, interaction: discord.Interaction["SegueBot"]) -> None:
        lists = await self.bot.store.list_playlists(interaction.user.id)
        await interaction.response.send_message(view=view.overview(lists), ephemeral=True)

    @app_commands.command(description="Show one of your playlists.")
    @app_commands.describe(name="Which playlist")
    @app_commands.autocomplete(name=playlist_choices)
    async def show(self, interaction: discord.Interaction["SegueBot"], name: str) -> None:
        playlist = await self.bot.store.get_playlist(interaction.user.id, name)
        await interaction.response.send_message(view=view.playlist_page(playlist, 0, owner=interaction.user.id))

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
        page = view.playlist_page(playlist, int(number), owner=interaction.user.id)
        await interaction.response.edit_message(view=page)

    async def delete_confirmed(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        await interaction.response.defer()
        playlist = await self.bot.store.get_playlist_by_id(interaction.user.id, int(argument))
        count = await self.bot.store.delete_playlist(interaction.user.id, playlist.name)
        await interaction.edit_original_response(view=view.deleted(playlist.name, count))
