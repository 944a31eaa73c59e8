"""From a wish to the songs of a playlist."""

from dataclasses import dataclass

from bot.layout import song_of
from bot.reasons import write_reasons
from ml.bundle import ModelBundle
from ml.reasons import Reason
from ml.recommender import Recommendation
from storage.playlists import PlaylistTrack


@dataclass(frozen=True)
class Wish:
    """What a playlist should be: at least one of track, genre and mood is given."""

    track_id: str | None
    genre: str | None
    mood: str | None
    length: int


def build(bundle: ModelBundle, wish: Wish) -> list[PlaylistTrack]:
    """The songs for a wish, the wished track first. Raises EmptyResultError when nothing fits."""
    if wish.track_id is None:
        return [
            _entry(bundle, found) for found in bundle.recommender.themed(wish.length, genre=wish.genre, mood=wish.mood)
        ]
    found = bundle.recommender.recommend([wish.track_id], wish.length - 1, genre=wish.genre, mood=wish.mood)
    first = song_of(bundle, wish.track_id)
    return [
        PlaylistTrack(first.track_id, first.artists, first.title, write_reasons([Reason("seed")])),
        *(_entry(bundle, one) for one in found),
    ]


def _entry(bundle: ModelBundle, found: Recommendation) -> PlaylistTrack:
    song = song_of(bundle, found.track_id)
    return PlaylistTrack(song.track_id, song.artists, song.title, write_reasons(found.reasons))
