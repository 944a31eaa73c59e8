"""Lists from a taste alone, and how a taste bends a list that starts from songs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ml.adventure import SETTINGS, Adventurous
from ml.errors import UnknownTrackError
from ml.filters import Filters
from ml.phrases import Phrase
from ml.ranking.bending import artists_of, bent
from ml.ranking.candidates import candidates_of_each
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
    among: np.ndarray | None = None,
) -> Recommendations:
    """The k songs that `taste` would pick, best first: nothing it knows already, none of `exclude`.

    Each interest brings songs by its share. Conditions are those of `Recommender.recommend`; nothing but `among`, bool
    (songs,), comes where it is given. Raises UnknownTrackError for a taste without interests, EmptyResultError when
    nothing is left.
    """
    if not taste:
        raise UnknownTrackError(Phrase("At least one liked track is needed to start from."))
    unwanted = recommender.songs_of(unlike)[0]
    barred = [*taste.met, *unwanted, *recommender.songs_of(exclude)[0]]
    allowed = recommender.allowed(filters or Filters(), recommender.available(barred, exclude_artists, among), k)
    # Several interests share the work.
    count = max(FEWEST_OF_INTEREST, candidates_for(k) // len(taste.interests))
    seeds = [_seeds(recommender, one) for one in taste.interests]
    found = candidates_of_each(recommender.index, recommender.facts, seeds, count, allowed)
    judged = [_judged(recommender, *one) for one in zip(taste.interests, seeds, found, strict=True)]
    dial = SETTINGS[adventurous]
    theirs = artists_of(all_seeds([one.seeds for one in judged]))

    def personal(candidates: np.ndarray) -> np.ndarray:
        return _personal(recommender, taste, candidates) + bent(
            recommender.facts,
            recommender.vectors,
            candidates,
            artists=theirs,
            dial=dial,
            targets=targets,
            unwanted=unwanted,
        )

    candidates, scores, best = _seated(judged, personal)
    chosen = recommender.choose(candidates, scores, k, per_artist, dial.varied(diversity))
    reasons = _reasons(recommender, judged, candidates[chosen], best[chosen])
    return recommender.listed(candidates[chosen], scores[chosen], reasons)


def bent_by(recommender: Recommender, taste: Taste, candidates: np.ndarray) -> np.ndarray:
    """What `taste` adds to the scores of `candidates` (n,) that have to go with given songs, log-odds (n,)."""
    added = _personal(recommender, taste, candidates)
    if taste:
        by_interest = []
        for one in taste.interests:
            scores = _scores(recommender, _seeds(recommender, one), candidates)[0]
            by_interest.append(scores - _log_sum(scores) + np.log(one.share))
        chances = np.logaddexp.reduce(np.stack(by_interest), axis=0)
        added += BEND * (chances - chances.mean())
    return added


def _seeds(recommender: Recommender, interest: Interest) -> Seeds:
    return Seeds.of(recommender.facts, recommender.vectors, interest.songs)


def _scores(recommender: Recommender, seeds: Seeds, candidates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scores, table = recommender.judge(seeds, candidates)
    return scores - repetition_cost(scores, recommender.facts.first_artist[candidates], seeds), table


def _judged(recommender: Recommender, interest: Interest, seeds: Seeds, candidates: np.ndarray) -> Judged:
    scores, table = _scores(recommender, seeds, candidates)
    return Judged(interest, seeds, candidates, table, scores - _log_sum(scores))


def _personal(recommender: Recommender, taste: Taste, candidates: np.ndarray) -> np.ndarray:
    """What the taste's love of fame and its distastes add, log-odds (n,)."""
    facts, vectors = recommender.facts, recommender.vectors
    added = taste.fame * facts.familiarity[candidates].astype(np.float64)
    if len(taste.disliked):
        # What is liked as much as disliked is not held against a song.
        least = np.full(len(candidates), UNRELATED)
        if len(taste.liked):
            least = np.maximum(least, (vectors[candidates] @ vectors[taste.liked].T).max(axis=1))
        likeness = np.maximum(vectors[candidates] @ vectors[taste.disliked].T - least[:, None], 0) / (1 - UNRELATED)
        added -= DISLIKED_LIKENESS * (likeness * np.minimum(taste.dislikes, 1)).max(axis=1)
        added -= DISLIKED_ARTIST * np.minimum(facts.artists[candidates] @ _disliked_artists(facts, taste), 1)
    return added


def _disliked_artists(facts: SongFacts, taste: Taste) -> np.ndarray:
    """(artists,) up to 1 for those of disliked songs and of no liked one."""
    against = np.minimum(facts.artists[taste.disliked].T @ taste.dislikes, 1)
    liked = np.asarray(facts.artists[taste.liked].sum(axis=0)).ravel() > 0
    return np.where(liked, 0, against)


def _log_sum(scores: np.ndarray) -> float:
    highest = scores.max(initial=0.0)
    return float(highest + np.log(np.exp(scores - highest).sum()))


def _seated(
    judged: Sequence[Judged], personal: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All candidates once (n,), their scores (n,), and the number of the interest that brings each (n,).

    The interests fill a list like parties a parliament, by the method of Sainte-Laguë: the song at place r of an
    interest with share s scores s / (r + 1/2), so that any beginning of the list holds of each what is its due.
    Chances can't be compared between interests: the one with the fewer songs to choose from would take most places.
    """
    candidates = np.unique(np.concatenate([one.candidates for one in judged]))
    by_interest = np.full((len(judged), len(candidates)), -np.inf)
    for number, one in enumerate(judged):
        order = np.argsort(-(one.chances + personal(one.candidates)), kind="stable")
        places = np.empty(len(order))
        places[order] = np.arange(len(order))
        seats = np.log(one.interest.share) - np.log(places + 0.5)
        by_interest[number, np.searchsorted(candidates, one.candidates)] = seats
    return candidates, by_interest.max(axis=0), by_interest.argmax(axis=0)


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
