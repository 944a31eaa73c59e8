"""What the bot asks of its memory. Each method is one read or one committed write."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence, Set
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from storage import (
    answers,
    backups,
    blocks,
    departures,
    feedback,
    guild_settings,
    member_settings,
    member_state,
    members,
    playlists,
    privacy,
    retention,
    secrets,
    vitals,
)
from storage.answers import Answer, AnswerTrack, StoredAnswer
from storage.blocks import Block, BlockKind
from storage.database import Database, is_sound
from storage.drop_store import DropStore
from storage.feedback import Opinion, Verdict
from storage.guild_settings import GuildSettings
from storage.label_store import LabelStore
from storage.member_state import MemberState
from storage.playlists import Playlist, PlaylistSummary, PlaylistTrack
from storage.retention import Pruned
from storage.training_store import TrainingStore
from storage.vault import Vault
from storage.vitals import Work


class Store:
    """The bot's memory: who used it, what they were shown, like and keep. Every refusal is a StorageError.

    `drops` is the part of it about weekly drops, `labels` that about genres from people, `trainings` that about models.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.drops = DropStore(database)
        self.labels = LabelStore(database)
        self.trainings = TrainingStore(database)
        self._guilds_reconciled = False

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
        """Keep a new answer and note what its member has been shown."""
        await self._database.write(answers.save_answer, answer, tracks, now)

    async def load_answer(self, answer_id: str) -> StoredAnswer | None:
        """The answer with its tracks, or None when there is none or no more."""
        return await self._database.read(answers.load_answer, answer_id)

    async def extend_answer(
        self, answer_id: str, expected_count: int, tracks: Sequence[AnswerTrack], model_version: str, now: datetime
    ) -> bool:
        """Append this model's tracks if the answer still has `expected_count` of them, and tell whether it had."""
        return await self._database.write(answers.extend_answer, answer_id, expected_count, tracks, model_version, now)

    async def press(
        self,
        interaction_id: int,
        user_id: int,
        guild_id: int | None,
        track_id: str,
        verdict: Verdict,
        now: datetime,
    ) -> Verdict | None:
        """Give or undo an opinion and return what stands afterwards; raises OpinionLimitError."""
        return await self._database.write(feedback.press, interaction_id, user_id, guild_id, track_id, verdict, now)

    async def opinions(self, user_id: int) -> list[Opinion]:
        """All that a member likes and dislikes, the latest first."""
        return await self._database.read(feedback.opinions, user_id)

    async def verdicts(self, user_id: int, track_ids: Iterable[str]) -> dict[str, Verdict]:
        """What a member thinks of those of these tracks that they have an opinion on."""
        return await self._database.read(feedback.verdicts, user_id, track_ids)

    async def block(
        self, interaction_id: int, user_id: int, kind: BlockKind, value: str, label: str, now: datetime
    ) -> bool:
        """Block an artist or a track, and tell whether that is new; raises BlockLimitError."""
        return await self._database.write(blocks.block, interaction_id, user_id, kind, value, label, now)

    async def toggle_block(
        self, interaction_id: int, user_id: int, kind: BlockKind, value: str, label: str, now: datetime
    ) -> bool:
        """Block or undo the block, and tell whether it is blocked afterwards; raises BlockLimitError."""
        return await self._database.write(blocks.toggle_block, interaction_id, user_id, kind, value, label, now)

    async def undo_block(self, user_id: int, kind: BlockKind | None = None, value: str | None = None) -> Block | None:
        """Undo this block, or the member's latest, and return it; None when there is none."""
        return await self._database.write(blocks.undo_block, user_id, kind, value)

    async def undo_latest_block(self, interaction_id: int, user_id: int, now: datetime) -> Block | None:
        """Undo the member's latest block and return it; None when there is none, or this request has counted."""
        return await self._database.write(blocks.undo_latest, interaction_id, user_id, now)

    async def blocks(self, user_id: int) -> list[Block]:
        """All that a member has blocked, the latest first."""
        return await self._database.read(blocks.blocks, user_id)

    async def may_blend(self, user_id: int) -> bool | None:
        """Whether others may blend their taste with this member's; None when the member was never asked."""
        return await self._database.read(member_settings.may_blend, user_id)

    async def set_blendable(self, user_id: int, allowed: bool, now: datetime) -> None:
        """Note whether others may blend their taste with this member's."""
        await self._database.write(member_settings.set_blendable, user_id, allowed, now)

    async def agree(self, user_id: int, now: datetime) -> bool:
        """Let others blend their taste with this member's unless the member has decided already; what stands."""
        return await self._database.write(member_settings.agree, user_id, now)

    async def guild_settings(self, guild_id: int | None) -> GuildSettings:
        """What is set for a guild; nothing where there is none, in direct messages."""
        if guild_id is None:
            return GuildSettings()
        return await self._database.read(guild_settings.guild_settings, guild_id)

    async def set_guild_settings(self, guild_id: int, now: datetime, **changes: str | int | None) -> None:
        """Set some fields of GuildSettings, and leave the others as they are."""
        await self._database.write(guild_settings.set_guild_settings, guild_id, changes, now)

    async def member_state(self, user_id: int, shown_since: datetime) -> MemberState:
        """What a recommendation takes into account about a member, with the tracks shown since a moment."""
        return await self._database.read(member_state.member_state, user_id, shown_since)

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

    async def save_secret(self, vault: Vault, user_id: int, name: str, text: str, now: datetime) -> None:
        """Keep a member's secret, sealed, in the place of an earlier one of this name."""
        await self._database.write(secrets.save_secret, vault, user_id, name, text, now)

    async def load_secret(self, vault: Vault, user_id: int, name: str) -> str | None:
        """A member's secret, or None when there is none; raises VaultError when no key opens it."""
        return await self._database.read(secrets.load_secret, vault, user_id, name)

    async def delete_secret(self, user_id: int, name: str) -> bool:
        """Delete a member's secret, from the disk too, and tell whether there was one."""
        deleted = await self._database.write(secrets.delete_secret, user_id, name)
        await self._database.empty_log()
        return deleted

    async def renew_secrets(self, vault: Vault) -> int:
        """Seal all secrets with the vault's first key and return how many there are; raises VaultError."""
        renewed = await self._database.write(secrets.renew_secrets, vault)
        await self._database.empty_log()
        return renewed

    async def note_departure(self, guild_id: int, now: datetime) -> None:
        """Note that a guild has removed the bot: it is forgotten if it stays away."""
        await self._database.write(departures.note_departure, guild_id, now)

    async def note_return(self, guild_id: int) -> None:
        """Note that the bot is in this guild, again or for the first time."""
        await self._database.write(departures.note_return, guild_id)

    async def reconcile_guilds(self, present: Set[int], now: datetime) -> set[int]:
        """Catch up with the guilds that came back or left unseen, and return those that are newly noted as left."""
        left = await self._database.write(departures.reconcile, present, now)
        self._guilds_reconciled = True
        return left

    async def prune(self, now: datetime) -> Pruned:
        """Drop everything that is too old, from the disk too; what members keep is never too old."""
        # Before the guilds are reconciled, one that came back while the bot was off would still look departed.
        pruned = await self._database.write(retention.prune, now, guilds_too=self._guilds_reconciled)
        if pruned.guilds:
            await self._database.wipe_leftovers()
        elif pruned.rows:
            await self._database.empty_log()
        return pruned

    async def export_user(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        """Everything stored about a member, per table, ready to be written as JSON; of secrets only the names."""
        return await self._database.read(privacy.export_user, user_id)

    async def delete_user(self, user_id: int) -> dict[str, int]:
        """Delete everything about a member, from the disk too, and return the number of rows per table."""
        rows = await self._database.write(privacy.delete_user, user_id)
        await self._database.wipe_leftovers()
        return rows

    async def delete_guild(self, guild_id: int) -> dict[str, int]:
        """Forget a guild, from the disk too, and return the number of rows per table.

        What was gathered in it is deleted. Playlists and opinions stay their members' and lose only the guild.
        """
        rows = await self._database.write(privacy.delete_guild, guild_id)
        await self._database.wipe_leftovers()
        return rows

    async def is_sound(self) -> bool:
        """Whether SQLite finds the whole file in order; reads all of it."""
        return await self._database.read(is_sound)

    async def work(self, now: datetime) -> Work:
        """What there is to do in the background, and what isn't getting done."""
        return await self._database.read(vitals.work, now)

    async def size(self) -> int:
        """The bytes that it takes on disk."""
        return await asyncio.to_thread(vitals.size_of, self._database.path)

    async def back_up(self, now: datetime, keep: int) -> Path:
        """Copy it into its folder of backups, of which the latest `keep` stay; raises StorageError."""
        path = self._database.path
        return await asyncio.to_thread(backups.back_up, path, backups.folder_of(path), now, keep)

    async def last_backup(self) -> datetime | None:
        """When the latest backup in that folder was made; None when there is none."""
        found = await asyncio.to_thread(backups.backups_in, backups.folder_of(self._database.path))
        return backups.taken_at(found[0]) if found else None
