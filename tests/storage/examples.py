"""A few members, guilds and tracks that the tests of `storage` share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.answers import Answer, AnswerTrack
from storage.playlists import Playlist, PlaylistTrack
from storage.store import Store

NOW = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
# As large as Discord's ids get in our lifetime: 63 bits.
ANNA, BEN = 9_100_000_000_000_000_001, 9_100_000_000_000_000_002
GUILD, OTHER_GUILD = 9_200_000_000_000_000_001, 9_200_000_000_000_000_002


def answer(answer_id: str = "a1", **changes: Any) -> Answer:
    fields: dict[str, Any] = {
        "id": answer_id,
        "user_id": ANNA,
        "guild_id": GUILD,
        "command": "recommend",
        "request": {"seeds": ["s1"], "adventurous": 0.3},
        "model_version": "m1",
    }
    return Answer(**fields | changes)


def shown(*track_ids: str) -> list[AnswerTrack]:
    return [AnswerTrack(track_id, 0.5, f"because of {track_id}") for track_id in track_ids]


def songs(*track_ids: str) -> list[PlaylistTrack]:
    return [PlaylistTrack(track_id, f"Artist {track_id}", f"Title {track_id}", "fits") for track_id in track_ids]


async def keep(store: Store, name: str, *track_ids: str, **changes: Any) -> Playlist:
    """Create a playlist of ANNA's, of which a test says only what matters to it."""
    fields: dict[str, Any] = {
        "owner_id": ANNA,
        "guild_id": GUILD,
        "name": name,
        "tracks": songs(*track_ids),
        "recipe": {"from": "s1"},
        "model_version": "m1",
        "now": NOW,
    }
    return await store.create_playlist(**fields | changes)
