"""How far two tastes go together, the genres that both have, and songs on which both could meet."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from ml.ranking.candidates import candidate_songs
from ml.ranking.facts import SongFacts, columns_of
from ml.ranking.seeds import Seeds
from ml.recommender import Recommender
from ml.taste.lists import bent_by
from ml.taste.taste import Interest, Taste

# Songs picked at random to compare with, and how many of them, those known about as well, each song is held against:
# otherwise any two members who like what is well known would be alike.
REFERENCE, AS_KNOWN = 1_200, 60
STEEP_FAME = 40
SEED = 0
# Where both like the same songs, the songs are judged in two halves, each by the other taste without that half.
FOLDS = 2
# A genre is shared from this part of both tastes on.
LEAST_SHARED = 0.03
MEETING = 5
# So many of the best songs for either, and of those between both, are considered for meeting.
BEST, BETWEEN = 50, 1_000


def affinity(recommender: Recommender, one: Taste, other: Taste) -> float:
    """How often a song that one of two members likes suits the other better than a random song as well known, 0..1.

    0.5 is what strangers have, 1 the most alike. Both directions count the same. What both like is no proof by itself:
    such a song is judged by what else the other one likes. Raises ValueError for a taste without liked songs.
    """
    if not (one and other):
        raise ValueError("both tastes need liked songs")
    return (_suits(recommender, one, other) + _suits(recommender, other, one)) / 2


def common_genres(recommender: Recommender, one: Taste, other: Taste) -> list[str]:
    """The genres that both tastes have, the most shared first."""
    facts = recommender.facts
    both = np.minimum(*(genre_shares(facts, taste.liked) for taste in (one, other)))
    order = np.argsort(-both, kind="stable")
    return [facts.genres[column] for column in order if both[column] >= LEAST_SHARED]


def genre_shares(facts: SongFacts, songs: np.ndarray) -> np.ndarray:
    """(genres,) the shares of genres among `songs` (n,), those of a song evenly; sums to 1."""
    return (facts.carries[songs] / facts.genre_count[songs, None]).mean(axis=0)


def ranks(values: np.ndarray) -> np.ndarray:
    """The place of each of `values` (n,) among them, 0 for the lowest to 1 for the highest."""
    found = np.empty(len(values))
    found[np.argsort(values, kind="stable")] = np.linspace(0, 1, len(values))
    return found


def meeting_songs(
    recommender: Recommender,
    one: Taste,
    other: Taste,
    *,
    exclude: Collection[str] = (),
    exclude_artists: Collection[str] = (),
) -> list[int]:
    """Up to MEETING song numbers that neither knows to like or dislike and that both would, one by each artist.

    A song is as good as the one thinks who thinks less of it. None of `exclude` (track ids) and `exclude_artists`.
    """
    known = np.union1d(one.met, other.met)
    allowed = recommender.available([*known, *recommender.songs_of(exclude)[0]], exclude_artists)
    pool = _pool(recommender, one, other, allowed)
    if not len(pool):
        return []
    worse = np.minimum(*(ranks(bent_by(recommender, taste, pool)) for taste in (one, other)))
    met: list[int] = []
    heard: set[int] = set()
    for place in np.argsort(-worse, kind="stable"):
        artists = set(columns_of(recommender.facts.artists, pool[place]).tolist())
        if len(met) < MEETING and heard.isdisjoint(artists):
            met.append(int(pool[place]))
            heard |= artists
    return met


def _pool(recommender: Recommender, one: Taste, other: Taste, allowed: np.ndarray) -> np.ndarray:
    """Song numbers, rising: the nearest to each taste's interests, and those between both tastes."""
    facts, vectors = recommender.facts, recommender.vectors
    parts = [(interest.songs, BEST) for taste in (one, other) for interest in taste.interests]
    parts += [(np.union1d(one.interests[0].songs, other.interests[0].songs), BETWEEN)]
    found = [
        candidate_songs(recommender.index, facts, Seeds.of(facts, vectors, songs), count, allowed)
        for songs, count in parts
    ]
    return np.unique(np.concatenate(found))


def _suits(recommender: Recommender, judge: Taste, judged: Taste) -> float:
    """How often what `judged` likes suits `judge` better than a song of the reference."""
    reference = _reference(recommender, judge, judged)
    folds = FOLDS if len(np.intersect1d(judge.liked, judged.liked)) else 1
    wins: list[np.ndarray] = []
    for fold in range(folds):
        songs = judged.liked[fold::folds]
        rest = _without(judge, songs)
        if len(songs) and rest:
            wins.append(_wins(recommender, rest, songs, reference))
    # One song, the same for both: nothing is left to judge it by, and nothing speaks against it.
    return float(np.concatenate(wins).mean()) if wins else 1.0


def _wins(recommender: Recommender, judge: Taste, songs: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """(songs,) the share of equally known songs that each one beats; what is disliked beats nothing."""
    # What speaks against songs is left aside: a distaste that both have makes them no more alike.
    scores = bent_by(recommender, _likes_only(judge), np.concatenate([songs, reference]))
    known = recommender.facts.fame_rank
    as_known = np.argsort(np.abs(known[songs][:, None] - known[reference]), axis=1, kind="stable")[:, :AS_KNOWN]
    own, theirs = scores[: len(songs), None], scores[len(songs) :][as_known]
    wins = ((own > theirs) + (own == theirs) / 2).mean(axis=1)
    return np.where(np.isin(songs, judge.disliked), 0.0, wins)


def _reference(recommender: Recommender, *tastes: Taste) -> np.ndarray:
    """The same songs of the catalogue each time, without any that a member knows."""
    rank = recommender.facts.fame_rank.astype(np.float64)
    # Half of them evenly, half the more often the better known they are: people's likes crowd at the top, and there
    # too every song must find others that are known as well.
    chances = 1 / len(rank) + STEEP_FAME * rank ** (STEEP_FAME - 1) / len(rank)
    count = min(REFERENCE, len(rank))
    picked = np.random.default_rng(SEED).choice(len(rank), count, replace=False, p=chances / chances.sum())
    return np.setdiff1d(picked, np.union1d(*(taste.met for taste in tastes)))


def _likes_only(taste: Taste) -> Taste:
    return replace(taste, disliked=np.empty(0, dtype=np.intp), dislikes=np.empty(0, dtype=np.float32), fame=0.0)


def _without(taste: Taste, songs: np.ndarray) -> Taste:
    left = [Interest(np.setdiff1d(one.songs, songs), one.share) for one in taste.interests]
    kept = [one for one in left if len(one.songs)]
    whole = sum(one.share for one in kept)
    return replace(taste, interests=tuple(Interest(one.songs, one.share / whole) for one in kept))
