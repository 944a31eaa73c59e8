"""`/recommend` and the presses on its lists."""

import asyncio
import secrets
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import RefusalError
from bot.features.recommend import view
from bot.features.recommend.lists import SongList, answer_tracks, song_list
from bot.presses import TEXT_GONE, chosen, typed
from bot.reasons import write_reasons
from bot.references import find_track, track_choices
from ml.errors import EmptyResultError
from storage.answers import Answer, StoredAnswer
from storage.playlists import PlaylistTrack

if TYPE_CHECKING:
    from bot.app import SegueBot

DEFAULT_COUNT = 10
MOST_SONGS = 50
# An answer holds at most this many songs after many a "More".
LONGEST_ANSWER = 200
TEXT_BAD_COUNT = f"I can recommend 1 to {MOST_SONGS} songs at a time."
TEXT_LONG_ENOUGH = f"That list has {LONGEST_ANSWER} songs. Start a new one from a song you like in it."


class RecommendCog(commands.Cog):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {
            "page": self.turn_page,
            "more": self.show_more,
            "save": self.ask_name,
            "save-as": self.save,
            "similar": self.start_again,
            "similar-menu": self.start_again_from_menu,
        }

    @app_commands.command(description="Songs that go with a song, each with a reason.")
    @app_commands.describe(track="A title, “artist – title”, or a Spotify link", count="How many songs (1 to 50)")
    @app_commands.autocomplete(track=track_choices)
    async def recommend(
        self,
        interaction: discord.Interaction["SegueBot"],
        track: str,
        count: app_commands.Range[int, 1, MOST_SONGS] = DEFAULT_COUNT,
    ) -> None:
        if not 1 <= count <= MOST_SONGS:
            # Discord's client refuses this itself, but the wire can carry anything.
            raise RefusalError(TEXT_BAD_COUNT)
        track_id = find_track(self.bot.bundle, track)
        await interaction.response.defer()
        songs = await self._answer(interaction, track_id, count)
        await interaction.edit_original_response(view=view.recommended(songs, 0))

    async def _answer(self, interaction: discord.Interaction["SegueBot"], track_id: str, count: int) -> SongList:
        """Recommends, remembers what is shown, and returns the list."""
        bundle, now = self.bot.bundle, self.bot.clock()
        found = await asyncio.to_thread(bundle.recommender.recommend, [track_id], count)
        answer = Answer(
            id=secrets.token_urlsafe(9),
            user_id=interaction.user.id,
            guild_id=interaction.guild_id,
            command="recommend",
            request={"track_id": track_id, "count": count},
            model_version=bundle.version,
        )
        tracks = answer_tracks(found)
        await self.bot.store.save_answer(answer, tracks, now)
        return song_list(bundle, StoredAnswer(**vars(answer), created_at=now, tracks=tracks))

    async def _stored(self, answer_id: str) -> StoredAnswer:
        stored = await self.bot.store.load_answer(answer_id)
        if stored is None:
            raise RefusalError(TEXT_GONE)
        return stored

    async def turn_page(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        answer_id, number = argument.rsplit(":", 1)
        songs = song_list(self.bot.bundle, await self._stored(answer_id))
        await interaction.response.edit_message(view=view.recommended(songs, int(number)))

    async def show_more(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        """Adds songs that this member has never been shown; a second press at the same moment adds nothing."""
        answer_id, shown_count = argument.rsplit(":", 1)
        await interaction.response.defer()
        stored = await self._stored(answer_id)
        if len(stored.tracks) == int(shown_count):
            await self._extend(stored)
            stored = await self._stored(answer_id)
        songs = song_list(self.bot.bundle, stored)
        await interaction.edit_original_response(view=view.recommended(songs, int(shown_count) // songs.page_size))

    async def _extend(self, stored: StoredAnswer) -> None:
        if stored.request["track_id"] not in self.bot.bundle.catalogue.row_of:
            raise RefusalError(view.TEXT_OTHER_CATALOGUE)
        count = min(stored.request["count"], LONGEST_ANSWER - len(stored.tracks))
        if count < 1:
            raise RefusalError(TEXT_LONG_ENOUGH)
        shown = await self.bot.store.tracks_shown(stored.user_id)
        shown.update(track.track_id for track in stored.tracks)
        try:
            found = await asyncio.to_thread(
                self.bot.bundle.recommender.recommend, [stored.request["track_id"]], count, exclude=shown
            )
        except EmptyResultError:
            raise RefusalError(view.TEXT_NO_MORE) from None
        await self.bot.store.extend_answer(
            stored.id, len(stored.tracks), answer_tracks(found), self.bot.bundle.version, self.bot.clock()
        )

    async def start_again(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        """A new list in a new message, from the song with id `argument`."""
        track_id = find_track(self.bot.bundle, argument)
        await interaction.response.defer(thinking=True)
        songs = await self._answer(interaction, track_id, DEFAULT_COUNT)
        await interaction.edit_original_response(view=view.recommended(songs, 0))

    async def start_again_from_menu(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        await self.start_again(interaction, chosen(interaction))

    async def ask_name(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        songs = song_list(self.bot.bundle, await self._stored(argument))
        await interaction.response.send_modal(view.name_form(songs))

    async def save(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        name = typed(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        songs = song_list(self.bot.bundle, await self._stored(argument))
        tracks = [
            PlaylistTrack(listed.track_id, listed.song.artists, listed.song.title, write_reasons(listed.reasons))
            for listed in songs.songs
            if listed.song is not None
        ]
        if not tracks:
            raise RefusalError(view.TEXT_OTHER_CATALOGUE)
        playlist = await self.bot.store.create_playlist(
            interaction.user.id,
            interaction.guild_id,
            name,
            tracks,
            {"track_id": songs.seed.track_id if songs.seed else None},
            songs.note.version,
            self.bot.clock(),
        )
        await interaction.edit_original_response(view=view.saved(playlist.name, len(tracks)))
