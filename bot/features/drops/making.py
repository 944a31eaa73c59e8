"""From what is remembered of a member or a server to the songs of their weekly drop."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from bot.layout import song_of
from bot.reasons import write_reasons
from bot.server_rules import server_rules
from bot.tastes import LIKED, days_ago, evidence_of, opinion_evidence
from ml.adventure import USUAL, Adventurous
from ml.bundle import ModelBundle
from ml.drops import Change, Style, changed, drop
from ml.reasons import Reason
from ml.taste.group import MOST_INTERESTS_OF_GROUP, fair
from ml.taste.taste import MOST_INTERESTS, Evidence, Taste, longest_ago, taste_of
from ml.themes import Theme
from storage.drops import Content, DropSummary
from storage.drops import Drop as PostedDrop
from storage.feedback import Opinion
from storage.playlists import PlaylistTrack
from storage.store import Store
from storage.subscriptions import Target

# A song that was dropped so lately doesn't come again.
NOT_AGAIN = timedelta(days=60)
# How far back the themes of earlier weeks are looked up.
THEMES_BACK = timedelta(days=100)
# All reactions on a drop's message together say about each of its songs at most so much.
REACTED = 0.1 * LIKED
# These reasons name what somebody likes, which a server's drop must not tell.
TELLING = ("artist", "company", "album", "seed")


@dataclass(frozen=True)
class Said:
    """What came back since the last drop: likes and dislikes, by so many members, and reactions on its message."""

    likes: int = 0
    dislikes: int = 0
    members: int = 0
    cheers: int = 0
    boos: int = 0

    def __bool__(self) -> bool:
        return bool(self.likes or self.dislikes or self.cheers or self.boos)


@dataclass(frozen=True)
class Known:
    """All that a drop is made from, as of a moment.

    evidence     what speaks for the taste; without_news: the same without what was said since the last drop
    interests    of how many minds the taste may be
    tells        whether reasons may name what somebody likes
    past         the themes so far, the latest last
    exclude      track ids that must not come; exclude_artists: names; shown: track ids shown before
    """

    evidence: list[Evidence]
    without_news: list[Evidence]
    said: Said
    interests: int
    tells: bool
    past: list[Theme]
    exclude: set[str]
    exclude_artists: list[str]
    shown: set[str]


async def known_of(store: Store, target: Target, now: datetime) -> Known:
    """What is remembered of a target: of a member all they did, of a server what members said there."""
    posted = await store.drops.posted(target, now - THEMES_BACK)
    # A server may have several drops. What was said since concerns this one's last; no song comes again in any.
    own = [one for one in posted if one.target.channel_id == target.channel_id]
    last = own[0] if own else None
    recent = await store.drops.tracks_dropped(target, now - NOT_AGAIN)
    reactions, earlier = _reactions(own, now), _reactions(own[1:], now)
    past = [theme for one in reversed(own) if (theme := theme_of(one.content)) is not None]
    if target.guild_id is None:
        state = await store.member_state(target.user_id, now)
        opinions = {target.user_id: state.opinions}
        disliked = {one.track_id for one in state.opinions if one.verdict == "dislike"}
        # What they kept and started from counts for them, but isn't what they said of the drop.
        evidence = evidence_of(state, now)
        new = {one.track_id for one in _since(state.opinions, last)}
        without_news = [one for one in evidence if one.track_id not in new]
        return Known(
            evidence=[*evidence, *reactions],
            without_news=[*without_news, *earlier],
            said=_said(opinions, last),
            interests=MOST_INTERESTS,
            tells=True,
            past=past,
            exclude={*recent, *disliked, *state.blocked_tracks},
            exclude_artists=state.blocked_artists,
            shown=await store.tracks_shown(target.user_id),
        )
    opinions = await store.drops.guild_opinions(target.guild_id)
    before = {user: said[len(_since(said, last)) :] for user, said in opinions.items()}
    return Known(
        evidence=[*_together(opinions, now), *reactions],
        without_news=[*_together(before, now), *earlier],
        said=_said(opinions, last),
        interests=MOST_INTERESTS_OF_GROUP,
        tells=False,
        past=past,
        exclude=recent,
        exclude_artists=[],
        shown=await store.drops.tracks_shown_in(target.guild_id),
    )


async def make(store: Store, bundle: ModelBundle, target: Target, style: str, length: int, now: datetime) -> Content:
    """A new drop. Raises EmptyResultError when no song is left for it."""
    known, rules = await known_of(store, target, now), await server_rules(store, bundle, target.guild_id)
    return await asyncio.to_thread(made_from, rules.bundle, known, cast(Style, style), length, rules.adventurous)


def made_from(
    bundle: ModelBundle, known: Known, style: Style, length: int, adventurous: Adventurous = USUAL
) -> Content:
    """The songs, and what the news since the last drop changed about them: a list made without the news tells."""
    recommender = bundle.recommender
    taste, back = _tastes(bundle, known, known.evidence, style)
    conditions: dict[str, Any] = {
        "past": known.past,
        "exclude": known.exclude,
        "exclude_artists": known.exclude_artists,
        "known": known.shown,
        "adventurous": adventurous,
    }
    made = drop(recommender, taste, style, length, back=back, **conditions)
    change: Change | None = None
    if known.said:
        before, back_before = _tastes(bundle, known, known.without_news, style)
        # What they have said no to since was out of the question all the same: only songs that could have come count.
        conditions["exclude"] = {*known.exclude, *(recommender.track_of(song) for song in taste.met)}
        other = drop(recommender, before, style, length, back=back_before, theme=made.theme, **conditions)
        change = changed(recommender, [one.track_id for one in made.songs], [one.track_id for one in other.songs])
    request = {
        "theme": asdict(made.theme) if made.theme else None,
        "said": asdict(known.said),
        "change": asdict(change) if change else None,
    }
    tracks = []
    for one in made.songs:
        song = song_of(bundle, one.track_id)
        reasons = one.reasons if known.tells else _untelling(one.reasons)
        tracks.append(PlaylistTrack(song.track_id, song.artists, song.title, write_reasons(reasons)))
    return Content(style, request, bundle.version, tracks)


def theme_of(content: Content | DropSummary) -> Theme | None:
    theme = content.request["theme"]
    return Theme(**theme) if theme else None


def said_of(content: Content) -> Said:
    return Said(**content.request["said"])


def change_of(content: Content) -> Change | None:
    change = content.request["change"]
    return Change(change["swapped"], tuple(change["more"]), tuple(change["less"])) if change else None


def _tastes(
    bundle: ModelBundle, known: Known, evidence: Sequence[Evidence], style: Style
) -> tuple[Taste, Taste | None]:
    """The taste, and for a look back that of what was liked longest ago."""
    taste = taste_of(bundle.recommender, evidence, most=known.interests)
    if style != "time capsule":
        return taste, None
    return taste, taste_of(bundle.recommender, longest_ago(evidence), most=known.interests)


def _together(opinions: Mapping[int, Sequence[Opinion]], now: datetime) -> list[Evidence]:
    return fair([opinion_evidence(said, now) for said in opinions.values()])


def _since(said: Sequence[Opinion], last: PostedDrop | None) -> list[Opinion]:
    """The first of what was said, the latest being first."""
    return [one for one in said if one.given_at >= last.posted_at] if last is not None else []


def _said(opinions: Mapping[int, Sequence[Opinion]], last: PostedDrop | None) -> Said:
    if last is None:
        return Said()
    new = {user: _since(said, last) for user, said in opinions.items()}
    every = [one for said in new.values() for one in said]
    likes = sum(one.verdict == "like" for one in every)
    return Said(likes, len(every) - likes, sum(map(bool, new.values())), last.cheers, last.boos)


def _reactions(drops: Sequence[PostedDrop], now: datetime) -> list[Evidence]:
    """What the reactions on each message say of all its songs alike."""
    found = []
    for one in drops:
        if one.cheers or one.boos:
            weight = REACTED * (one.cheers - one.boos) / (one.cheers + one.boos + 1)
            days = days_ago(one.posted_at, now)
            found += [Evidence(track.track_id, weight, days) for track in one.content.tracks if weight]
    return found


def _untelling(reasons: Sequence[Reason]) -> list[Reason]:
    return [one for one in reasons if one.kind not in TELLING]
