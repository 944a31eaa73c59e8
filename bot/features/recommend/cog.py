"""`/recommend` and the presses on its lists."""

import asyncio
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.conditions import offer
from bot.errors import RefusalError
from bot.features.recommend import view
from bot.features.recommend.asking import (
    DEFAULT_COUNT,
    LONGEST_ANSWER,
    MOST_SONGS,
    Request,
    read_options,
    read_request,
    recommended_songs,
    write_request,
)
from bot.features.recommend.lists import answer_tracks, song_list
from bot.presses import TEXT_GONE, chosen, typed
from bot.reasons import write_reasons
from bot.references import find_track, genre_choices, mood_choices, track_choices
from ml.adventure import Adventurous
from ml.errors import EmptyResultError
from storage.answers import Answer, AnswerTrack, StoredAnswer
from storage.playlists import PlaylistTrack

if TYPE_CHECKING:
    from bot.app import SegueBot

TEXT_LONG_ENOUGH = f"That list has {LONGEST_ANSWER} songs. Start a new one from a song you like in it."


class RecommendCog(commands.Cog):
    def __init__(self, bot: "SegueBot") -> None:
        self.bot = bot
        bot.press_handlers |= {
            "page": self.turn_page,
            "more": self.show_more,
            "instead": self.take_offer,
            "save": self.ask_name,
            "save-as": self.save,
            "similar": self.start_again,
            "similar-menu": self.start_again_from_menu,
        }

    @app_commands.command(description="Songs that go with a song, each with a reason.")
    @app_commands.describe(
        track="A title, “artist – title”, or a Spotify link",
        more="Another song that the list should go with",
        less="A song that the list should sound less like",
        count="How many songs (1 to 50)",
        adventurous="easy: well-known songs · bold: less-known songs and artists",
        genre="Only songs of this genre",
        mood="Only songs of this mood",
    )
    @app_commands.autocomplete(
        track=track_choices, more=track_choices, less=track_choices, genre=genre_choices, mood=mood_choices
    )
    async def recommend(
        self,
        interaction: discord.Interaction["SegueBot"],
        track: str,
        more: str | None = None,
        less: str | None = None,
        count: app_commands.Range[int, 1, MOST_SONGS] = DEFAULT_COUNT,
        adventurous: Adventurous = "medium",
        genre: str | None = None,
        mood: str | None = None,
    ) -> None:
        request = read_options(self.bot.bundle, track, more, less, count, adventurous, genre, mood)
        await interaction.response.defer()
        await interaction.edit_original_response(view=await self._answer(interaction, request))

    async def _answer(self, interaction: discord.Interaction["SegueBot"], request: Request) -> ui.LayoutView:
        """Recommends, remembers what is shown, and lays it out; where conditions leave nothing, offers others."""
        bundle = self.bot.bundle
        try:
            found = await asyncio.to_thread(recommended_songs, bundle, request, request.count)
        except EmptyResultError as empty:
            if empty.proposal is None:
                raise
            answer = await self._remember(interaction, replace(request, filters=empty.proposal), [])
            return offer(str(empty), request.filters, empty.proposal, "instead", answer.user_id, answer.id)
        answer = await self._remember(interaction, request, answer_tracks(found))
        return view.recommended(song_list(bundle, answer), 0)

    async def _remember(
        self, interaction: discord.Interaction["SegueBot"], request: Request, tracks: list[AnswerTrack]
    ) -> StoredAnswer:
        now = self.bot.clock()
        answer = Answer(
            id=secrets.token_urlsafe(9),
            user_id=interaction.user.id,
            guild_id=interaction.guild_id,
            command="recommend",
            request=write_request(request),
            model_version=self.bot.bundle.version,
        )
        await self.bot.store.save_answer(answer, tracks, now)
        return StoredAnswer(**vars(answer), created_at=now, tracks=tracks)

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

    async def take_offer(self, interaction: discord.Interaction["SegueBot"], answer_id: str) -> None:
        """The list with the conditions that were offered; a second press finds it made."""
        await interaction.response.defer()
        stored = await self._stored(answer_id)
        if not stored.tracks:
            await self._extend(stored)
            stored = await self._stored(answer_id)
        await interaction.edit_original_response(view=view.recommended(song_list(self.bot.bundle, stored), 0))

    async def _extend(self, stored: StoredAnswer) -> None:
        request = read_request(stored.request)
        if any(track_id not in self.bot.bundle.catalogue.row_of for track_id in request.tracks):
            raise RefusalError(view.TEXT_OTHER_CATALOGUE)
        count = min(request.count, LONGEST_ANSWER - len(stored.tracks))
        if count < 1:
            raise RefusalError(TEXT_LONG_ENOUGH)
        # A first list may hold what the member knows; what comes after it is new.
        shown = await self.bot.store.tracks_shown(stored.user_id) if stored.tracks else set()
        shown.update(track.track_id for track in stored.tracks)
        try:
            found = await asyncio.to_thread(recommended_songs, self.bot.bundle, request, count, shown)
        except EmptyResultError:
            raise RefusalError(view.TEXT_NO_MORE) from None
        await self.bot.store.extend_answer(
            stored.id, len(stored.tracks), answer_tracks(found), self.bot.bundle.version, self.bot.clock()
        )

    async def start_again(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        """A new list in a new message, from the song with id `argument`."""
        track_id = find_track(self.bot.bundle, argument)
        await interaction.response.defer(thinking=True)
        page = await self._answer(interaction, Request(track_id, DEFAULT_COUNT))
        await interaction.edit_original_response(view=page)

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
            write_request(songs.request),
            songs.note.version,
            self.bot.clock(),
        )
        await interaction.edit_original_response(view=view.saved(playlist.name, len(tracks)))
