"""What the bot asks of its memory. Each method is one read or one committed write."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from storage import answers, members, playlists, privacy
from storage.answers import ANSWERS_KEPT, Answer, AnswerTrack, StoredAnswer
from storage.database import Database
from storage.playlists import Playlist, PlaylistSummary, PlaylistTrack


class Store:
    """The bot's memory: who used it, what they were shown, what they keep. Every refusal is a StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pruned_on: date | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, path: str | Path) -> AsyncIterator[Self]:
        """Open or create the file for the length of an `async with`; raises StorageError when it can't be used."""
        async with Database.open(path) as database:
            yield cls(database)

    async def remember_member(self, user_id: int, now: datetime) -> None:
        """Note that the bot served this member now."""
        await self._database.write(members.remember, user_id, now)

    async def tracks_shown(self, user_id: int, since: datetime | None = None) -> set[str]:
        """The tracks this member has been shown, ever or since a moment."""
        return await self._database.read(members.tracks_shown, user_id, since)

    async def save_answer(self, answer: Answer, tracks: Sequence[AnswerTrack], now: datetime) -> None:
        """Keep a new answer and note what its member has been shown; once a day, drop the answers that are too old."""
        await self._database.write(answers.save_answer, answer, tracks, now)
        if now.date() != self._pruned_on:
            self._pruned_on = now.date()
            await self.prune(now - ANSWERS_KEPT)

    async def load_answer(self, answer_id: str) -> StoredAnswer | None:
        """The answer with its tracks, or None when there is none or no more."""
        return await self._database.read(answers.load_answer, answer_id)

    async def extend_answer(
        self, answer_id: str, expected_count: int, tracks: Sequence[AnswerTrack], model_version: str, now: datetime
    ) -> bool:
        """Append this model's tracks if the answer still has `expected_count` of them, and tell whether it had."""
        return await self._database.write(answers.extend_answer, answer_id, expected_count, tracks, model_version, now)

    async def prune(self, before: datetime) -> int:
        """Drop the answers made before a moment and return how many; playlists are never dropped."""
        return await self._database.write(answers.prune_answers, before)

    async def check_new_playlist(self, owner_id: int, name: str) -> None:
        """Tell beforehand what creating would refuse: PlaylistNameError, PlaylistExistsError or PlaylistLimitError."""
        await self._database.read(playlists.check_new_playlist, owner_id, name)

    async def create_playlist(
        self,
        owner_id: int,
        guild_id: int | None,
        name: str,
        tracks: Sequence[PlaylistTrack],
        recipe: dict[str, Any],
        model_version: str,
        now: datetime,
    ) -> Playlist:
        """Keep a new list; raises PlaylistNameError, PlaylistExistsError or PlaylistLimitError."""
        return await self._database.write(
            playlists.create_playlist, owner_id, guild_id, name, tracks, recipe, model_version, now
        )

    async def extend_playlist(
        self,
        owner_id: int,
        guild_id: int | None,
        playlist_id: int,
        expected_count: int,
        tracks: Sequence[PlaylistTrack],
        model_version: str,
        now: datetime,
    ) -> Playlist:
        """Append tracks to a list that still has `expected_count` of them.

        Raises PlaylistNotFoundError, PlaylistChangedError or PlaylistLimitError.
        """
        return await self._database.write(
            playlists.extend_playlist, owner_id, guild_id, playlist_id, expected_count, tracks, model_version, now
        )

    async def list_playlists(self, owner_id: int) -> list[PlaylistSummary]:
        """A member's lists, the one changed last first."""
        return await self._database.read(playlists.list_playlists, owner_id)

    async def get_playlist(self, owner_id: int, name: str) -> Playlist:
        """A member's list by its name, capitals aside; raises PlaylistNotFoundError."""
        return await self._database.read(playlists.get_playlist, owner_id, name)

    async def get_playlist_by_id(self, owner_id: int, playlist_id: int) -> Playlist:
        """A member's list by its number; raises PlaylistNotFoundError."""
        return await self._database.read(playlists.get_playlist_by_id, owner_id, playlist_id)

    async def playlist_names(self, owner_id: int, prefix: str, limit: int = 25) -> list[str]:
        """The names of a member's lists that begin like this, the one changed last first."""
        return await self._database.read(playlists.playlist_names, owner_id, prefix, limit)

    async def rename_playlist(self, owner_id: int, name: str, new_name: str, now: datetime) -> Playlist:
        """Give a list another name; raises PlaylistNotFoundError, PlaylistNameError or PlaylistExistsError."""
        return await self._database.write(playlists.rename_playlist, owner_id, name, new_name, now)

    async def delete_playlist(self, owner_id: int, name: str) -> int:
        """Delete a list and return how many tracks were on it; raises PlaylistNotFoundError."""
        return await self._database.write(playlists.delete_playlist, owner_id, name)

    async def export_user(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        """Everything stored about a member, per table, ready to be written as JSON."""
        return await self._database.read(privacy.export_user, user_id)

    async def delete_user(self, user_id: int) -> dict[str, int]:
        """Delete everything about a member, from the disk too, and return the number of rows per table."""
        rows = await self._database.write(privacy.delete_user, user_id)
        await self._database.empty_log()
        return rows

    async def delete_guild(self, guild_id: int) -> dict[str, int]:
        """Forget a guild, from the disk too, and return the number of rows per table.

        What was gathered in it is deleted. The playlists that members made there stay theirs and lose only the guild.
        """
        rows = await self._database.write(privacy.delete_guild, guild_id)
        await self._database.empty_log()
        return rows
