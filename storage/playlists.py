"""The lists that members keep. A list belongs to its owner, wherever it was made."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlite_utils

from storage.errors import (
    PlaylistChangedError,
    PlaylistExistsError,
    PlaylistLimitError,
    PlaylistNameError,
    PlaylistNotFoundError,
)
from storage.members import remember, remember_shown
from storage.times import as_text, as_time

# Four times what autocomplete can show, and an evening's work to reach.
PLAYLISTS_PER_MEMBER = 100
# A day of music and more; one list still loads in a few milliseconds.
TRACKS_PER_PLAYLIST = 500
# Fits beside a track count in a choice of 100 characters.
NAME_LENGTH = 80


@dataclass(frozen=True)
class PlaylistTrack:
    """One track of a playlist, readable without a catalogue."""

    track_id: str
    artists: str
    title: str
    reason: str


@dataclass(frozen=True)
class Playlist:
    """A kept list, with the recipe and the model that made it."""

    id: int
    owner_id: int
    guild_id: int | None
    name: str
    recipe: dict[str, Any]
    model_version: str
    created_at: datetime
    updated_at: datetime
    tracks: list[PlaylistTrack]


@dataclass(frozen=True)
class PlaylistSummary:
    """One line in a member's overview."""

    id: int
    name: str
    track_count: int
    created_at: datetime
    updated_at: datetime


def clean_name(name: str) -> str:
    """The name as it is kept, its white space tidied; raises PlaylistNameError when it can't be one."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 1 <= len(name) <= NAME_LENGTH:
        raise PlaylistNameError("A playlist's name has 1 to {most} characters.", most=NAME_LENGTH)
    categories = {unicodedata.category(character) for character in name}
    if categories & {"Cc", "Cs"} or not any(category[0] in "LNPS" for category in categories):
        raise PlaylistNameError(
            "A playlist's name needs at least one character that can be seen, and no control codes."
        )
    return name


def name_key(name: str) -> str:
    """What two names share when people would call them the same: capitals and encodings of accents aside."""
    folded = unicodedata.normalize("NFD", " ".join(name.split())).casefold()
    return unicodedata.normalize("NFC", folded)


def check_new_playlist(db: sqlite_utils.Database, owner_id: int, name: str) -> None:
    """Tell beforehand what creating would refuse: PlaylistNameError, PlaylistExistsError or PlaylistLimitError."""
    _check_room(db, owner_id, clean_name(name), 0)


def create_playlist(
    db: sqlite_utils.Database,
    owner_id: int,
    guild_id: int | None,
    name: str,
    tracks: Sequence[PlaylistTrack],
    recipe: dict[str, Any],
    model_version: str,
    now: datetime,
) -> Playlist:
    """Keep a new list; raises PlaylistNameError, PlaylistExistsError or PlaylistLimitError."""
    name = clean_name(name)
    _check_room(db, owner_id, name, len(tracks))
    playlist_id = db.execute(
        """
        INSERT INTO playlists (owner_id, guild_id, name, name_key, recipe, model_version, created_at, updated_at)
        VALUES (:owner_id, :guild_id, :name, :name_key, :recipe, :model_version, :now, :now)
        """,
        {
            "owner_id": owner_id,
            "guild_id": guild_id,
            "name": name,
            "name_key": name_key(name),
            "recipe": json.dumps(recipe),
            "model_version": model_version,
            "now": as_text(now),
        },
    ).lastrowid
    _insert_tracks(db, playlist_id, 0, tracks)
    remember(db, owner_id, now)
    remember_shown(db, owner_id, guild_id, [track.track_id for track in tracks], now)
    return get_playlist(db, owner_id, name)


def extend_playlist(
    db: sqlite_utils.Database,
    owner_id: int,
    guild_id: int | None,
    playlist_id: int,
    expected_count: int,
    tracks: Sequence[PlaylistTrack],
    model_version: str,
    now: datetime,
) -> Playlist:
    """Append this model's tracks to a list that still has `expected_count` of them, so that none comes twice.

    Raises PlaylistNotFoundError, PlaylistChangedError or PlaylistLimitError.
    """
    playlist = get_playlist_by_id(db, owner_id, playlist_id)
    if len(playlist.tracks) != expected_count:
        raise PlaylistChangedError("“{name}” has changed in the meantime. Ask again.", name=playlist.name)
    check_room_for(expected_count + len(tracks))
    _insert_tracks(db, playlist_id, expected_count, tracks)
    db.execute(
        "UPDATE playlists SET model_version = ?, updated_at = ? WHERE id = ?",
        (model_version, as_text(now), playlist_id),
    )
    remember(db, owner_id, now)
    remember_shown(db, owner_id, guild_id, [track.track_id for track in tracks], now)
    return get_playlist_by_id(db, owner_id, playlist_id)


def list_playlists(db: sqlite_utils.Database, owner_id: int) -> list[PlaylistSummary]:
    """A member's lists, the one changed last first."""
    rows = db.query(
        """
        SELECT id, name, created_at, updated_at,
            (SELECT count(*) FROM playlist_tracks WHERE playlist_id = playlists.id) AS track_count
        FROM playlists WHERE owner_id = ? ORDER BY updated_at DESC, id DESC
        """,
        (owner_id,),
    )
    return [
        PlaylistSummary(
            row["id"], row["name"], row["track_count"], as_time(row["created_at"]), as_time(row["updated_at"])
        )
        for row in rows
    ]


def get_playlist(db: sqlite_utils.Database, owner_id: int, name: str) -> Playlist:
    """A member's list by its name, capitals aside; raises PlaylistNotFoundError."""
    row = _find(db, owner_id, name)
    if row is None:
        raise _not_found(name)
    return _with_tracks(db, row)


def get_playlist_by_id(db: sqlite_utils.Database, owner_id: int, playlist_id: int) -> Playlist:
    """A member's list by its number, which a renaming leaves alone; raises PlaylistNotFoundError."""
    row = next(db.query("SELECT * FROM playlists WHERE owner_id = ? AND id = ?", (owner_id, playlist_id)), None)
    if row is None:
        raise PlaylistNotFoundError("That playlist is no longer there.")
    return _with_tracks(db, row)


def _with_tracks(db: sqlite_utils.Database, row: dict[str, Any]) -> Playlist:
    tracks = db.query(
        "SELECT track_id, artists, title, reason FROM playlist_tracks WHERE playlist_id = ? ORDER BY position",
        (row["id"],),
    )
    return Playlist(
        id=row["id"],
        owner_id=row["owner_id"],
        guild_id=row["guild_id"],
        name=row["name"],
        recipe=json.loads(row["recipe"]),
        model_version=row["model_version"],
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
        tracks=[PlaylistTrack(**track) for track in tracks],
    )


def playlist_names(db: sqlite_utils.Database, owner_id: int, prefix: str, limit: int = 25) -> list[str]:
    """The names of a member's lists that begin like this, the one changed last first."""
    key = name_key(prefix)
    # Not LIKE: a name may hold % and _.
    rows = db.query(
        """
        SELECT name FROM playlists WHERE owner_id = ? AND substr(name_key, 1, ?) = ?
        ORDER BY updated_at DESC, id DESC LIMIT ?
        """,
        (owner_id, len(key), key, limit),
    )
    return [row["name"] for row in rows]


def rename_playlist(db: sqlite_utils.Database, owner_id: int, name: str, new_name: str, now: datetime) -> Playlist:
    """Give a list another name; raises PlaylistNotFoundError, PlaylistNameError or PlaylistExistsError."""
    row = _find(db, owner_id, name)
    if row is None:
        raise _not_found(name)
    new_name = clean_name(new_name)
    holder = _find(db, owner_id, new_name)
    if holder is not None and holder["id"] != row["id"]:
        raise _exists(holder["name"])
    db.execute(
        "UPDATE playlists SET name = ?, name_key = ?, updated_at = ? WHERE id = ?",
        (new_name, name_key(new_name), as_text(now), row["id"]),
    )
    return get_playlist(db, owner_id, new_name)


def delete_playlist(db: sqlite_utils.Database, owner_id: int, name: str) -> int:
    """Delete a list and return how many tracks were on it; raises PlaylistNotFoundError."""
    row = _find(db, owner_id, name)
    if row is None:
        raise _not_found(name)
    tracks = db.execute("DELETE FROM playlist_tracks WHERE playlist_id = ?", (row["id"],)).rowcount
    db.execute("DELETE FROM playlists WHERE id = ?", (row["id"],))
    return tracks


def _insert_tracks(
    db: sqlite_utils.Database, playlist_id: int | None, first: int, tracks: Sequence[PlaylistTrack]
) -> None:
    db.conn.executemany(
        """
        INSERT INTO playlist_tracks (playlist_id, position, track_id, artists, title, reason)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
            (playlist_id, position, track.track_id, track.artists, track.title, track.reason)
            for position, track in enumerate(tracks, first)
        ],
    )


def check_room_for(track_count: int) -> None:
    """Raises PlaylistLimitError for more tracks than one list can hold."""
    if track_count > TRACKS_PER_PLAYLIST:
        raise PlaylistLimitError(
            "A playlist holds at most {most} tracks, and this is {count}.", most=TRACKS_PER_PLAYLIST, count=track_count
        )


def _check_room(db: sqlite_utils.Database, owner_id: int, name: str, track_count: int) -> None:
    check_room_for(track_count)
    holder = _find(db, owner_id, name)
    if holder is not None:
        raise _exists(holder["name"])
    kept = db.execute("SELECT count(*) FROM playlists WHERE owner_id = ?", (owner_id,)).fetchone()[0]
    if kept >= PLAYLISTS_PER_MEMBER:
        raise PlaylistLimitError(
            "You keep {count} playlists already, and there is no room for more: delete one first.", count=kept
        )


def _find(db: sqlite_utils.Database, owner_id: int, name: str) -> dict[str, Any] | None:
    rows = db.query("SELECT * FROM playlists WHERE owner_id = ? AND name_key = ?", (owner_id, name_key(name)))
    return next(rows, None)


def _not_found(name: str) -> PlaylistNotFoundError:
    return PlaylistNotFoundError("You have no playlist called “{name}”.", name=name[:NAME_LENGTH])


def _exists(name: str) -> PlaylistExistsError:
    return PlaylistExistsError("You already have a playlist called “{name}”.", name=name)
