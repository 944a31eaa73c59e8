"""Blends as they are made, stored and shown again: plain data, no Discord."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.features.taste.drawings import refused
from bot.layout import ModelNote, Song, song_of
from bot.reasons import read_reasons, write_reasons
from bot.server_rules import ServerRules
from bot.tastes import MemberTaste
from ml.bundle import ModelBundle
from ml.reasons import Reason
from ml.sample import is_sample_id
from ml.taste.blend import BlendedSong, blend
from storage.answers import AnswerTrack, StoredAnswer
from storage.playlists import PlaylistTrack

COMMAND = "taste blend"
TURNS = "turns"
# The asker is the first of the members.
ASKER = 0
# They name what the member likes for whom a song is: nobody but that member should read it.
TELLING = ("artist", "company", "album", "seed")


@dataclass(frozen=True)
class BlendLine:
    """A song of a blend, None where it has left the catalogue; `member` is the place of whom it is for."""

    song: Song | None
    reasons: tuple[Reason, ...]
    member: int


@dataclass(frozen=True)
class BlendList:
    """A stored blend, ready to be shown."""

    answer_id: str
    owner: int
    lines: list[BlendLine]
    note: ModelNote


def blended(rules: ServerRules, members: Sequence[MemberTaste], count: int) -> list[BlendedSong]:
    """The songs of a blend, with nothing that anyone refuses."""
    tracks, artists = refused([*members])
    tastes = [one.taste for one in members]
    recommender, dial = rules.bundle.recommender, rules.adventurous
    return blend(recommender, tastes, count, exclude=tracks, exclude_artists=artists, adventurous=dial)


def write_blend(songs: Sequence[BlendedSong]) -> tuple[dict[str, Any], list[AnswerTrack]]:
    """A blend as it is stored: whose turn brought each song, by the places of the members, and the songs.

    Who the members are is not stored with the asker's answers: the message says it, and only there.
    """
    request = {TURNS: [one.member for one in songs]}
    return request, [AnswerTrack(one.track_id, one.score, write_reasons(_public(one))) for one in songs]


def _public(song: BlendedSong) -> list[Reason]:
    """The reasons that the asker, and whoever reads along, may see."""
    return [one for one in song.reasons if song.member == ASKER or one.kind not in TELLING]


def blend_list(bundle: ModelBundle, answer: StoredAnswer) -> BlendList:
    """The stored blend with the names that the bundle's catalogue gives its tracks."""
    known = bundle.catalogue.row_of
    lines = [
        BlendLine(song_of(bundle, one.track_id) if one.track_id in known else None, read_reasons(one.reason), turn)
        for one, turn in zip(answer.tracks, answer.request[TURNS], strict=True)
    ]
    note = ModelNote(answer.model_version, any(is_sample_id(one.track_id) for one in answer.tracks))
    return BlendList(answer.id, answer.user_id, lines, note)


def playlist_tracks(songs: BlendList) -> list[PlaylistTrack]:
    return [
        PlaylistTrack(line.song.track_id, line.song.artists, line.song.title, write_reasons(line.reasons))
        for line in songs.lines
        if line.song is not None
    ]
