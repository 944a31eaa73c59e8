"""`segue evaluate --protocol members`: people made of playlists tell round by round what they like and dislike.

A member is one playlist, or two shuffled into one. Half of the songs are what they tell, in equal parts per round,
whatever they were shown; the other half is to be found. Before the first round they have only picked one artist, as on
the friendly start. After each round they dislike the first few of the songs shown that are on none of their lists; a
disliked song goes for good. A list's hit rate is the share of its songs that are to be found; those are not taken out
once they are found, and those that will be told are out from the start, so that rounds can be compared. What the
shrinking choice alone brings is in the row in which nothing is learned from anything told. Rankers have not learned
from the playlists that they judge.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from pathlib import Path

import numpy as np

from ml.bundle import ModelBundle
from ml.evaluation.model_steps import model_steps
from ml.evaluation.playlists import PlaylistProtocol
from ml.evaluation.store import Result, Step
from ml.recommendations import Recommendations
from ml.recommender import Recommender
from ml.taste.lists import bent_by, taste_list
from ml.taste.taste import MOST_INTERESTS, Evidence, Taste, taste_of

STEPS = "members"
ROUNDS = 4
SHOWN = 20
# Of the songs shown in a round that are on none of the member's lists, so many get a 👎.
DISLIKED_PER_ROUND = 5
# What picking an artist says, by their best-known songs.
START_SONGS, START_WEIGHT = 3, 0.5
FEWEST_SONGS = 12
# Lists from a song of theirs, for each member.
STARTED_FROM = 2
PEOPLE = {"one playlist": 1, "two playlists": 2}
SERVED, LIKES, LEFT_OUT, ONE_INTEREST, NOTHING, FAMOUS = VARIANTS = (
    "Segue",
    "likes alone",
    "disliked songs only left out",
    "one interest",
    "nothing learned, disliked songs left out",
    "the best known, disliked songs left out",
)
BENT, UNBENT = STARTS = ("a song and the taste", "the song alone")
Progress = Callable[[str, int, int, str], None]


@dataclass(frozen=True)
class Member:
    """Song numbers: of the artist picked at the start, told by round, and to be found; the fold that may judge them."""

    start: np.ndarray
    rounds: tuple[np.ndarray, ...]
    wanted: np.ndarray
    fold: int

    @property
    def told(self) -> np.ndarray:
        return np.concatenate(self.rounds)


class MemberProtocol:
    """One seed's members over the playlists of `path`, with the songs of `bundle`."""

    def __init__(self, bundle: ModelBundle, path: Path, seed: int, progress: Progress) -> None:
        self._protocol = PlaylistProtocol(bundle, path, seed, progress)
        self._seed, self._progress = seed, progress

    def members(self, playlists: int) -> list[Member]:
        """Members of so many playlists each, all of them of one fold."""
        random = np.random.default_rng([self._seed, playlists])
        long = [one for one in self._protocol.playlists if len(one.given) + len(one.wanted) >= FEWEST_SONGS]
        found = []
        for fold in sorted({one.fold for one in long}):
            inside = [one for one in long if one.fold == fold]
            order = random.permutation(len(inside))
            for first in range(0, len(order) - playlists + 1, playlists):
                own = [inside[place] for place in order[first : first + playlists]]
                wanted = np.unique(np.concatenate([one.wanted for one in own]))
                told = random.permutation(np.setdiff1d(np.concatenate([one.given for one in own]), wanted))
                found.append(Member(self._start(told, wanted), tuple(np.array_split(told, ROUNDS)), wanted, fold))
        return found

    def _start(self, told: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """The best-known songs of the first artist with any that are not to be found."""
        facts = self._protocol.recommender.facts
        for song in told:
            known = np.setdiff1d(facts.songs_by(facts.first_artist[[song]], START_SONGS), wanted)
            if len(known):
                return known
        raise AssertionError("a told song is not to be found")

    def rounds(self, people: str, variant: str) -> Result:
        """Hit rates of the lists before the first round and after each."""
        members = self.members(PEOPLE[people])
        hits = []
        for done, member in enumerate(members):
            self._progress(people, done, len(members), variant)
            hits.append(_hits(self._protocol.ranked_by(member.fold), member, variant))
        return {"hits": np.mean(hits, axis=0).tolist(), "members": len(members), "error": _error(hits)}

    def started(self, people: str, start: str) -> Result:
        """Hit rates of lists that start from a song to be found, with or without what was told."""
        members = self.members(PEOPLE[people])
        random = np.random.default_rng(self._seed)
        hits = []
        for done, member in enumerate(members):
            self._progress(people, done, len(members), start)
            recommender = self._protocol.ranked_by(member.fold)
            taste = taste_of(recommender, _evidence(recommender, member.told, 1.0))
            bend = partial(bent_by, recommender, taste) if start == BENT else None
            told = _ids(recommender, member.told)
            chosen = random.choice(member.wanted, min(STARTED_FROM, len(member.wanted)), replace=False)
            lists = [recommender.recommend(_ids(recommender, [one]), SHOWN, exclude=told, bend=bend) for one in chosen]
            hits.append([float(np.mean([_hit_rate(recommender, found, member) for found in lists]))])
        return {"hits": np.mean(hits, axis=0).tolist(), "members": len(members), "error": _error(hits)}


def _hits(recommender: Recommender, member: Member, variant: str) -> list[float]:
    own = {*member.told.tolist(), *member.wanted.tolist()}
    liked: list[int] = []
    disliked: list[int] = []
    hits = []
    start = _evidence(recommender, member.start, START_WEIGHT)
    for number in range(ROUNDS + 1):
        likes = (_evidence(recommender, liked, 1.0) if variant != NOTHING else []) or start
        dislikes = _evidence(recommender, disliked, -1.0) if variant in (SERVED, ONE_INTEREST) else []
        taste = taste_of(recommender, [*likes, *dislikes], most=1 if variant == ONE_INTEREST else MOST_INTERESTS)
        barred = [*member.told, *([] if variant == LIKES else disliked)]
        shown = _shown(recommender, taste, variant, _ids(recommender, barred))
        hits.append(_hit_rate(recommender, shown, member))
        if number < ROUNDS:
            strange = [one for one in recommender.songs_of(found.track_id for found in shown)[0] if one not in own]
            disliked += strange[:DISLIKED_PER_ROUND]
            liked += member.rounds[number].tolist()
    return hits


def _shown(recommender: Recommender, taste: Taste, variant: str, barred: list[str]) -> Recommendations:
    if variant == FAMOUS:
        return recommender.themed(SHOWN, exclude=barred)
    return taste_list(recommender, taste, SHOWN, exclude=barred)


def _hit_rate(recommender: Recommender, shown: Recommendations, member: Member) -> float:
    songs, _ = recommender.songs_of(found.track_id for found in shown)
    return float(np.isin(songs, member.wanted).sum() / SHOWN)


def _ids(recommender: Recommender, songs: Iterable[int]) -> list[str]:
    return [recommender.track_of(int(song)) for song in songs]


def _evidence(recommender: Recommender, songs: Iterable[int], weight: float) -> list[Evidence]:
    return [Evidence(track_id, weight) for track_id in _ids(recommender, songs)]


def _error(hits: list[list[float]]) -> float:
    """The standard error of the last round's mean: what another sample of members would change."""
    return float(np.std([one[-1] for one in hits]) / np.sqrt(len(hits)))


@dataclass(frozen=True)
class MemberPlan:
    """What to measure: members made of the playlists of `path`, with the model in the folder `model`."""

    path: Path
    model: Path
    seeds: tuple[int, ...]
    quick: bool = False

    def steps(self, progress: Progress) -> Iterator[Step]:
        """The measurements in order. A quick look has members of one playlist, as they are served."""
        step = model_steps(
            STEPS, self.path, self.model, lambda bundle, seed: MemberProtocol(bundle, self.path, seed, progress)
        )
        for seed in self.seeds:
            for people in list(PEOPLE)[: 1 if self.quick else None]:
                for variant in VARIANTS[: 1 if self.quick else None]:
                    yield step(f"{people}, {variant}", seed, methodcaller("rounds", people, variant))
                for start in () if self.quick else STARTS:
                    yield step(f"{people}, {start}", seed, methodcaller("started", people, start))
