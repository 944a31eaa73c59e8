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
    TEXT_LESS_ALONE,
    Request,
    read_options,
    read_request,
    recommended_songs,
    write_request,
)
from bot.features.recommend.lists import SongList, answer_tracks, song_list
from bot.features.recommend.start import best_songs
from bot.presses import TEXT_GONE, chosen
from bot.reasons import write_reasons
from bot.references import find_track, genre_choices, mood_choices, track_choices
from bot.saving import keep_list, name_form
from bot.server_rules import ServerRules, rules_here, server_rules
from bot.tastes import MemberTaste, member_taste
from ml.adventure import Adventurous
from ml.errors import EmptyResultError
from ml.filters import Filters
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
            "start-artists": self.start_from_artists,
            "start-moods": self.start_from_moods,
        }

    @app_commands.command(description="Songs for you, or songs that go with a song, each with a reason.")
    @app_commands.describe(
        track="A title, “artist – title”, or a Spotify link; without it the list comes from what you like",
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
        track: str | None = None,
        more: str | None = None,
        less: str | None = None,
        count: app_commands.Range[int, 1, MOST_SONGS] = DEFAULT_COUNT,
        adventurous: Adventurous | None = None,
        genre: str | None = None,
        mood: str | None = None,
    ) -> None:
        rules = await rules_here(interaction)
        dial = adventurous or rules.adventurous
        request = read_options(rules.bundle, track, more, less, count, dial, genre, mood)
        member = await member_taste(self.bot, interaction.user.id)
        if request.less is not None and not request.seeds and not member.taste:
            raise RefusalError(TEXT_LESS_ALONE)
        if not request.seeds and not request.filters and not member.taste:
            page = view.friendly_start(rules.bundle, interaction.user.id, member)
            await interaction.response.send_message(view=page, ephemeral=True)
            return
        await interaction.response.defer()
        await interaction.edit_original_response(view=await self._answer(interaction, request, member, rules))

    async def _answer(
        self, interaction: discord.Interaction["SegueBot"], request: Request, member: MemberTaste, rules: ServerRules
    ) -> ui.LayoutView:
        """Recommends, remembers what is shown, and lays it out; where conditions leave nothing, offers others."""
        try:
            found = await asyncio.to_thread(recommended_songs, rules.bundle, request, request.count, member)
        except EmptyResultError as empty:
            if empty.proposal is None:
                raise
            answer = await self._remember(interaction, replace(request, filters=empty.proposal), [])
            return offer(rules.told(empty), request.filters, empty.proposal, "instead", answer.user_id, answer.id)
        answer = await self._remember(interaction, request, answer_tracks(found))
        return view.recommended(song_list(rules.bundle, answer, member.verdicts), 0)

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

    async def _songs(self, answer_id: str, user_id: int) -> SongList:
        """A stored answer with what this member thinks of its songs."""
        stored = await self._stored(answer_id)
        verdicts = await self.bot.store.verdicts(user_id, [track.track_id for track in stored.tracks])
        return song_list(self.bot.bundle, stored, verdicts)

    async def turn_page(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        answer_id, number = argument.rsplit(":", 1)
        songs = await self._songs(answer_id, interaction.user.id)
        await interaction.response.edit_message(view=view.recommended(songs, int(number)))

    async def show_more(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        """Adds songs that this member has never been shown; a second press at the same moment adds nothing."""
        answer_id, shown_count = argument.rsplit(":", 1)
        await interaction.response.defer()
        stored = await self._stored(answer_id)
        if len(stored.tracks) == int(shown_count):
            await self._extend(stored)
        songs = await self._songs(answer_id, interaction.user.id)
        await interaction.edit_original_response(view=view.recommended(songs, int(shown_count) // songs.page_size))

    async def take_offer(self, interaction: discord.Interaction["SegueBot"], answer_id: str) -> None:
        """The list with the conditions that were offered; a second press finds it made."""
        await interaction.response.defer()
        stored = await self._stored(answer_id)
        if not stored.tracks:
            await self._extend(stored)
        songs = await self._songs(answer_id, interaction.user.id)
        await interaction.edit_original_response(view=view.recommended(songs, 0))

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
        member = await member_taste(self.bot, stored.user_id)
        rules = await server_rules(self.bot.store, self.bot.bundle, stored.guild_id)
        try:
            found = await asyncio.to_thread(recommended_songs, rules.bundle, request, count, member, shown)
        except EmptyResultError:
            raise RefusalError(view.TEXT_NO_MORE) from None
        await self.bot.store.extend_answer(
            stored.id, len(stored.tracks), answer_tracks(found), self.bot.bundle.version, self.bot.clock()
        )

    async def start_again(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        """A new list in a new message, from the song with id `argument`."""
        await self._start(interaction, Request(find_track(self.bot.bundle, argument), DEFAULT_COUNT))

    async def start_from_artists(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        """The first list of a member who picked artists."""
        start = best_songs(self.bot.bundle, chosen(interaction))
        if not start:
            raise RefusalError(view.TEXT_OTHER_CATALOGUE)
        await self._start(interaction, Request(None, DEFAULT_COUNT, start=start))

    async def start_from_moods(self, interaction: discord.Interaction["SegueBot"], _: str) -> None:
        """The first list of a member who picked moods."""
        await self._start(interaction, Request(None, DEFAULT_COUNT, filters=Filters(moods=tuple(chosen(interaction)))))

    async def _start(self, interaction: discord.Interaction["SegueBot"], request: Request) -> None:
        await interaction.response.defer(thinking=True)
        member, rules = await member_taste(self.bot, interaction.user.id), await rules_here(interaction)
        request = replace(request, adventurous=rules.adventurous)
        await interaction.edit_original_response(view=await self._answer(interaction, request, member, rules))

    async def ask_name(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        songs = await self._songs(argument, interaction.user.id)
        await interaction.response.send_modal(
            name_form("save-as", songs.owner, songs.answer_id, view.default_name(songs))
        )

    async def save(self, interaction: discord.Interaction["SegueBot"], argument: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        songs = await self._songs(argument, interaction.user.id)
        tracks = [
            PlaylistTrack(listed.track_id, listed.song.artists, listed.song.title, write_reasons(listed.reasons))
            for listed in songs.songs
            if listed.song is not None
        ]
        if not tracks:
            raise RefusalError(view.TEXT_OTHER_CATALOGUE)
        await keep_list(interaction, tracks, write_request(songs.request), songs.note.version)
