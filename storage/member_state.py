"""All that a recommendation takes into account about one member, in one read."""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from storage.blocks import blocks
from storage.feedback import Opinion, opinions
from storage.members import tracks_shown
from storage.times import as_time


@dataclass(frozen=True)
class MemberState:
    """What a member likes, refuses, asked for, keeps and has seen; every list has the latest first.

    `asked` are the tracks they started from and when, as long as answers are kept. `kept` are the tracks on their
    playlists, a track on two lists twice, and when its list was changed. `shown` are the tracks shown lately.
    """

    opinions: list[Opinion]
    blocked_artists: list[str]
    blocked_tracks: list[str]
    asked: list[tuple[str, datetime]]
    kept: list[tuple[str, datetime]]
    shown: set[str]


def member_state(db: sqlite_utils.Database, user_id: int, shown_since: datetime) -> MemberState:
    """What a recommendation takes into account about a member, with the tracks shown since a moment."""
    blocked = blocks(db, user_id)
    return MemberState(
        opinions=opinions(db, user_id),
        blocked_artists=[one.value for one in blocked if one.kind == "artist"],
        blocked_tracks=[one.value for one in blocked if one.kind == "track"],
        asked=_asked(db, user_id),
        kept=_kept(db, user_id),
        shown=tracks_shown(db, user_id, shown_since),
    )


def _asked(db: sqlite_utils.Database, user_id: int) -> list[tuple[str, datetime]]:
    rows = db.execute(
        "SELECT request, created_at FROM answers WHERE user_id = ? ORDER BY created_at DESC, rowid DESC", (user_id,)
    )
    # Not every command starts from a track.
    started = ((json.loads(request).get("track_id"), as_time(created_at)) for request, created_at in rows)
    return [(track_id, at) for track_id, at in started if isinstance(track_id, str)]


def _kept(db: sqlite_utils.Database, user_id: int) -> list[tuple[str, datetime]]:
    rows = db.execute(
        """
        SELECT playlist_tracks.track_id, playlists.updated_at
        FROM playlists JOIN playlist_tracks ON playlist_tracks.playlist_id = playlists.id
        WHERE playlists.owner_id = ?
        ORDER BY playlists.updated_at DESC, playlists.id DESC, playlist_tracks.position
        """,
        (user_id,),
    )
    return [(track_id, as_time(updated_at)) for track_id, updated_at in rows]
