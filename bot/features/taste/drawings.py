"""From what is known of members to the pictures and songs of an answer: plain data, no Discord; slow."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.language import say
from bot.layout import ModelNote, Song, note_of, song_of
from bot.pictures.compare import draw_comparison
from bot.pictures.data import Picture, Portrait
from bot.pictures.map import MOST_POINTS, draw_map
from bot.pictures.profile import draw_profile
from bot.tastes import ASKED, KEPT, LIKED, MemberTaste, evidence_of
from ml.bundle import ModelBundle
from ml.recommender import Recommender
from ml.taste.affinity import affinity, common_genres, meeting_songs
from ml.taste.portrait import portrait_of

TEXT_MEANING = "A song that one of you likes suits the other better than {beaten} of 100 songs that are as well known."
TEXT_MAP = "The music map of {name}"


@dataclass(frozen=True)
class Named:
    """A member with what they are called where they asked."""

    name: str
    known: MemberTaste


@dataclass(frozen=True)
class Sources:
    """How many songs speak for a taste because they were liked, kept on a playlist, started from."""

    liked: int
    kept: int
    asked: int


@dataclass(frozen=True)
class Profile:
    picture: Picture
    sources: Sources
    note: ModelNote


@dataclass(frozen=True)
class Comparison:
    """`meeting` are songs that both would like."""

    picture: Picture
    meeting: list[Song]
    note: ModelNote


def profile(bundle: ModelBundle, member: Named, now: datetime) -> Profile:
    evidence = evidence_of(member.known.state, now)
    signs = Counter(one.weight for one in evidence if one.track_id in bundle.catalogue.row_of)
    sources = Sources(signs[LIKED], signs[KEPT], signs[ASKED])
    return Profile(draw_profile(_portrait(bundle.recommender, member, now, changing=True)), sources, note_of(bundle))


def comparison(bundle: ModelBundle, one: Named, other: Named, now: datetime) -> Comparison:
    recommender, tastes = bundle.recommender, (one.known.taste, other.known.taste)
    alike = affinity(recommender, *tastes)
    portraits = [_portrait(recommender, member, now, changing=False) for member in (one, other)]
    barred, artists = refused((one.known, other.known))
    met = meeting_songs(recommender, *tastes, exclude=barred, exclude_artists=artists)
    meaning = say(TEXT_MEANING, beaten=round(100 * alike))
    return Comparison(
        draw_comparison(portraits[0], portraits[1], alike, meaning, common_genres(recommender, *tastes)),
        [song_of(bundle, recommender.track_of(song)) for song in met],
        note_of(bundle),
    )


def music_map(bundle: ModelBundle, member: Named) -> tuple[Picture, ModelNote]:
    """The songs of the catalogue by mood, with the member's likes."""
    recommender, song_map = bundle.recommender, bundle.song_map
    shades = np.zeros(len(song_map.places), dtype=int)
    for shade, rows in enumerate(recommender.columns.rows_of_mood.values()):
        shades[rows] = shade
    # The same songs each time: a map that moves is none.
    shown = np.random.default_rng(0).permutation(len(song_map.places))[:MOST_POINTS]
    likes = song_map.places[member.known.taste.liked]
    title = say(TEXT_MAP, name=member.name)
    return draw_map(song_map.places[shown], shades[shown], song_map.names, likes, title), note_of(bundle)


def refused(members: tuple[MemberTaste, ...] | list[MemberTaste]) -> tuple[set[str], set[str]]:
    """The tracks and the artists that any of the members refuses."""
    tracks = {track_id for one in members for track_id in one.barred}
    return tracks, {artist for one in members for artist in one.state.blocked_artists}


def _portrait(recommender: Recommender, member: Named, now: datetime, *, changing: bool) -> Portrait:
    found = portrait_of(recommender, evidence_of(member.known.state, now), changing=changing)
    assert found is not None, "a taste has liked songs"
    return Portrait(
        member.name,
        found.likes,
        found.features,
        found.before,
        found.genres,
        found.moods,
        found.years,
        say(found.line),
    )
