"""One list for several members in which everybody gets a fair share."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ml.adventure import USUAL, Adventurous
from ml.errors import EmptyResultError, UnknownTrackError
from ml.ranking.facts import columns_of
from ml.reasons import Reason
from ml.recommendations import Recommendation
from ml.recommender import Recommender
from ml.taste.affinity import ranks
from ml.taste.lists import bent_by, taste_list
from ml.taste.taste import Taste

FEWEST_MEMBERS, MOST_MEMBERS = 2, 10
PER_ARTIST = 2
# Of so many of their best songs a member's turn takes the one that the others mind least: some, and more for each turn.
CHOICE, CHOICE_PER_TURN = 30, 4
# How far down their own list (logarithm of the place) a member goes for the song that the others like best instead of
# the one they like least. What a member brings still suits them better than 999 of 1,000 songs; what others bring,
# better than 670 instead of 590.
GOODWILL = 3.0


@dataclass(frozen=True)
class BlendedSong:
    """A song of the list: `member` is the place among the tastes of the one who brought it, `reasons` why to them."""

    track_id: str
    score: float
    reasons: tuple[Reason, ...]
    member: int


@dataclass(frozen=True)
class _Member:
    """The songs that a member may bring, best first: numbers (s,), and how much all like them together (s,)."""

    found: list[Recommendation]
    songs: np.ndarray
    worth: np.ndarray


def blend(
    recommender: Recommender,
    tastes: Sequence[Taste],
    k: int = 20,
    *,
    exclude: Collection[str] = (),
    exclude_artists: Collection[str] = (),
    adventurous: Adventurous = USUAL,
) -> list[BlendedSong]:
    """A list of at most k songs in which the members take turns, the first taste's first.

    A turn brings the song that is best for its member by what the others think of it too. Nothing that anybody knows
    to like or dislike, none of `exclude` (track ids) and `exclude_artists` (names), no version of a song twice, at most
    PER_ARTIST songs that credit any one artist. `adventurous` is as for `Recommender.recommend`. The same call gives
    the same list. Fewer songs only where nothing is left. Raises UnknownTrackError for a taste without liked songs,
    EmptyResultError when no song is left at all.
    """
    if not FEWEST_MEMBERS <= len(tastes) <= MOST_MEMBERS:
        raise ValueError(f"a blend is of {FEWEST_MEMBERS} to {MOST_MEMBERS} tastes, not {len(tastes)}")
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if not all(tastes):
        raise UnknownTrackError("A taste without liked songs can't be blended.")
    known = {recommender.track_of(song) for one in tastes for song in one.met}
    members = _members(recommender, tastes, k, known.union(exclude), exclude_artists, adventurous)
    return _in_turns(recommender, members, k)


def _members(
    recommender: Recommender,
    tastes: Sequence[Taste],
    k: int,
    exclude: Collection[str],
    artists: Collection[str],
    adventurous: Adventurous,
) -> list[_Member]:
    depth = CHOICE + CHOICE_PER_TURN * -(-k // len(tastes))
    lists = [
        taste_list(
            recommender,
            one,
            depth,
            exclude=exclude,
            exclude_artists=artists,
            per_artist=PER_ARTIST,
            diversity=0,
            adventurous=adventurous,
        )
        for one in tastes
    ]
    numbers = [recommender.songs_of(song.track_id for song in found)[0] for found in lists]
    every = np.unique(np.concatenate(numbers))
    # (members, songs) how much each likes a song, from 0 for the least liked one of all to 1.
    liked = np.stack([ranks(bent_by(recommender, one, every)) for one in tastes])
    members = []
    for number, (found, songs) in enumerate(zip(lists, numbers, strict=True)):
        others = np.delete(liked, number, axis=0)[:, np.searchsorted(every, songs)].mean(axis=0)
        members.append(_Member(found, songs, np.array([one.score for one in found]) + GOODWILL * others))
    return members


def _in_turns(recommender: Recommender, members: Sequence[_Member], k: int) -> list[BlendedSong]:
    heard: Counter[int] = Counter()
    taken: set[int] = set()
    blended: list[BlendedSong] = []
    waiting = [*range(len(members))]
    while waiting and len(blended) < k:
        number = waiting.pop(0)
        member = members[number]
        place = _next_place(recommender, member, taken, heard)
        if place is None:
            # Whoever has nothing left to bring is out; the others go on.
            continue
        one, song = member.found[place], int(member.songs[place])
        taken.add(song)
        heard.update(columns_of(recommender.facts.artists, song).tolist())
        blended.append(BlendedSong(one.track_id, float(member.worth[place]), one.reasons, number))
        waiting.append(number)
    if not blended:
        raise EmptyResultError("No songs are left to recommend.")
    return blended


def _next_place(recommender: Recommender, member: _Member, taken: set[int], heard: Counter[int]) -> int | None:
    for place in np.argsort(-member.worth, kind="stable").tolist():
        song = int(member.songs[place])
        artists = columns_of(recommender.facts.artists, song).tolist()
        if song not in taken and all(heard[artist] < PER_ARTIST for artist in artists):
            return place
    return None
