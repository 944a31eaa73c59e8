"""Lists from a taste alone, and how a taste bends a list that starts from songs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.adventure import SETTINGS, Adventurous
from ml.errors import UnknownTrackError
from ml.filters import Filters
from ml.ranking.bending import artists_of, bent
from ml.ranking.candidates import candidate_songs
from ml.ranking.facts import SongFacts
from ml.ranking.repetition import repetition_cost
from ml.ranking.seeds import Seeds, all_seeds
from ml.reasons import Reason
from ml.recommendations import Recommendations
from ml.recommender import DEFAULT_DIVERSITY, Recommender, candidates_for
from ml.taste.taste import Interest, Taste

# Log-odds that a disliked song takes off one that is as like it as can be, and off each by its artist.
DISLIKED_LIKENESS, DISLIKED_ARTIST = 1.0, 0.5
# Songs less alike than this to a disliked one have nothing to do with it.
UNRELATED = 0.5
# Songs judged for each interest, at least.
FEWEST_OF_INTEREST = 500
# How far a taste may move a song that also has to go with given songs.
BEND = 0.5


@dataclass(frozen=True)
class Judged:
    """Candidates of one interest (n,), their learned columns (n, f), and the log-odds of each (n,)."""

    interest: Interest
    seeds: Seeds
    candidates: np.ndarray
    table: np.ndarray
    chances: np.ndarray


def taste_list(
    recommender: Recommender,
    taste: Taste,
    k: int = 20,
    *,
    exclude: Collection[str] = (),
    exclude_artists: Collection[str] = (),
    per_artist: int | None = 2,
    diversity: float = DEFAULT_DIVERSITY,
    adventurous: Adventurous = "medium",
    filters: Filters | None = None,
    targets: Mapping[str, float] | None = None,
    unlike: Sequence[str] = (),
) -> Recommendations:
    """The k songs that `taste` would pick, best first: nothing liked or disliked already, none of `exclude`.

    A song's chance is that of being picked by each interest, weighed by the interests' shares: a mixture of the
    softmax models that the ranker was learned as. Conditions are those of `Recommender.recommend`. Raises
    UnknownTrackError for a taste without interests, EmptyResultError when nothing is left.
    """
    if not taste:
        raise UnknownTrackError("At least one liked track is needed to start from.")
    unwanted = recommender.songs_of(unlike)[0]
    barred = [*taste.liked, *taste.disliked, *unwanted, *recommender.songs_of(exclude)[0]]
    allowed = recommender.allowed(filters or Filters(), recommender.available(barred, exclude_artists), k)
    # Several interests share the work.
    count = max(FEWEST_OF_INTEREST, candidates_for(k) // len(taste.interests))
    judged = [_judged(recommender, one, count, allowed) for one in taste.interests]
    candidates, chances, best = _mixed(judged, candidates_for(k))
    dial = SETTINGS[adventurous]
    theirs = artists_of(all_seeds([one.seeds for one in judged]))
    scores = chances + _personal(recommender, taste, candidates)
    scores += bent(
        recommender.facts,
        recommender.vectors,
        candidates,
        artists=theirs,
        dial=dial,
        targets=targets,
        unwanted=unwanted,
    )
    chosen = recommender.choose(candidates, scores, k, per_artist, dial.varied(diversity))
    reasons = _reasons(recommender, judged, candidates[chosen], best[chosen])
    return recommender.listed(candidates[chosen], scores[chosen], reasons)


def bent_by(recommender: Recommender, taste: Taste, candidates: np.ndarray) -> np.ndarray:
    """What `taste` adds to the scores of `candidates` (n,) that have to go with given songs, log-odds (n,)."""
    added = _personal(recommender, taste, candidates)
    if taste:
        by_interest = [
            _scores(recommender, _seeds(recommender, one), candidates)[0] + np.log(one.share) for one in taste.interests
        ]
        chances = np.logaddexp.reduce(np.stack([scores - _log_sum(scores) for scores in by_interest]), axis=0)
        added += BEND * (chances - chances.mean())
    return added


def _seeds(recommender: Recommender, interest: Interest) -> Seeds:
    return Seeds.of(recommender.facts, recommender.vectors, interest.songs)


def _scores(recommender: Recommender, seeds: Seeds, candidates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scores, table = recommender.judge(seeds, candidates)
    return scores - repetition_cost(scores, recommender.facts.first_artist[candidates], seeds), table


def _judged(recommender: Recommender, interest: Interest, count: int, allowed: np.ndarray) -> Judged:
    seeds = _seeds(recommender, interest)
    candidates = candidate_songs(recommender.index, recommender.facts, seeds, count, allowed)
    scores, table = _scores(recommender, seeds, candidates)
    return Judged(interest, seeds, candidates, table, scores - _log_sum(scores))


def _personal(recommender: Recommender, taste: Taste, candidates: np.ndarray) -> np.ndarray:
    """What the taste's love of fame and its distastes add, log-odds (n,)."""
    facts, vectors = recommender.facts, recommender.vectors
    added = taste.fame * facts.familiarity[candidates].astype(np.float64)
    if len(taste.disliked):
        likeness = vectors[candidates] @ vectors[taste.disliked].T
        if len(taste.liked):
            # What is liked as much as disliked is not held against a song.
            likeness -= np.maximum((vectors[candidates] @ vectors[taste.liked].T).max(axis=1, keepdims=True), UNRELATED)
        added -= DISLIKED_LIKENESS * (np.maximum(likeness, 0) / (1 - UNRELATED) * np.minimum(taste.dislikes, 1)).max(
            axis=1
        )
        added -= DISLIKED_ARTIST * (facts.artists[candidates] @ _disliked_artists(facts, taste))
    return added


def _disliked_artists(facts: SongFacts, taste: Taste) -> np.ndarray:
    """(artists,) up to 1 for those of disliked songs and of no liked one."""
    against = np.minimum(facts.artists[taste.disliked].T @ taste.dislikes, 1)
    liked = np.asarray(facts.artists[taste.liked].sum(axis=0)).ravel() > 0
    return np.where(liked, 0, against)


def _log_sum(scores: np.ndarray) -> float:
    highest = scores.max(initial=0.0)
    return float(highest + np.log(np.exp(scores - highest).sum()))


def _mixed(judged: Sequence[Judged], most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The `most` likeliest candidates (n,), the logarithm of their chance (n,), and which interest gives most (n,)."""
    candidates = np.unique(np.concatenate([one.candidates for one in judged]))
    by_interest = np.full((len(judged), len(candidates)), -np.inf)
    for number, one in enumerate(judged):
        by_interest[number, np.searchsorted(candidates, one.candidates)] = one.chances + np.log(one.interest.share)
    chances = np.logaddexp.reduce(by_interest, axis=0)
    likeliest = np.sort(np.argsort(-chances, kind="stable")[:most])
    return candidates[likeliest], chances[likeliest], by_interest[:, likeliest].argmax(axis=0)


def _reasons(
    recommender: Recommender, judged: Sequence[Judged], songs: np.ndarray, interest: np.ndarray
) -> list[tuple[Reason, ...]]:
    """Why each of `songs` (k,) goes with the interest (k,) that brought it."""
    reasons: list[tuple[Reason, ...]] = [()] * len(songs)
    for number, one in enumerate(judged):
        places = np.flatnonzero(interest == number)
        rows = np.searchsorted(one.candidates, songs[places])
        found = recommender.reasons_of(one.seeds, songs[places], one.table[rows])
        for place, why in zip(places.tolist(), found, strict=True):
            reasons[place] = why
    return reasons
