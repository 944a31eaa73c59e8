"""`segue evaluate --protocol drops`: ten weeks of drops for simulated people, alone and in servers.

Two kinds of people. One likes every song that credits an artist of their playlist: what is true of them comes from a
person, and rankers have not learned from the playlists of those that they judge. The other likes every song that
carries one of three random genres: the same labels that the recommender reads, so this shows whether it can learn at
all. Half of the playlists (`TUNED_ON`) was looked at while the drop was made, and is not reported.

Each week everybody looks at each song with some probability, presses 👍 on what they like and sometimes 👎 on what they
don't; evidence grows seven days older by the week, and nothing returns within 60 days. Whoever is alone has picked one
artist before; a server starts with nothing. Beside it stands the same in which nothing is learned: the taste stays
that of the first week, which shows what it does that the best is gone after the first weeks. Of the style "discovery"
a song counts only if nothing by its artists had been liked before, with nothing learned too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import methodcaller
from pathlib import Path

import numpy as np

from ml.bundle import ModelBundle
from ml.drops import LENGTH, Style, drop
from ml.evaluation.model_steps import model_steps
from ml.evaluation.playlists import PlaylistProtocol
from ml.evaluation.store import Result, Step
from ml.ranking.facts import NOBODY
from ml.recommender import Recommender
from ml.taste.group import MOST_INTERESTS_OF_GROUP, fair
from ml.taste.taste import MOST_INTERESTS, Evidence, taste_of

STEPS = "drops"
WEEKS = 10
DAYS, RETURNS_AFTER = 7, 60
LOOKS, DISLIKES = 0.6, 0.3
START_SONGS, START_WEIGHT = 3, 0.5
OF_GENRES = 3
# People of genres: as many as make a dozen and a half of servers.
GENRE_PEOPLE = 144
TUNED_ON, REPORTED = 0, 1
PLAYLIST, GENRES = KINDS = ("artists of a playlist", "three genres")
AUDIENCES = {"one person": 1, "eight people": 8}
STYLES: tuple[Style, ...] = ("familiar", "discovery")
LEARNED, NOT_LEARNED = VARIANTS = ("Segue", "nothing learned")
Progress = Callable[[str, int, int, str], None]


@dataclass(frozen=True)
class Person:
    """`likes` bool (songs,), `start` song numbers of an artist whom they picked; `fold` is the one that may judge them.

    None for people of genres, whom the served ranking judges.
    """

    likes: np.ndarray
    start: np.ndarray
    fold: int | None


class DropProtocol:
    """One seed's people over the playlists of `path` and the genres of `bundle`."""

    def __init__(self, bundle: ModelBundle, path: Path, seed: int, progress: Progress, half: int = REPORTED) -> None:
        self._protocol = PlaylistProtocol(bundle, path, seed, progress)
        self._seed, self._progress, self._half = seed, progress, half

    @cached_property
    def people(self) -> dict[str, list[Person]]:
        """All people of each of KINDS."""
        random = np.random.default_rng(self._seed)
        facts = self._protocol.recommender.facts
        by_playlist = []
        for one in self._protocol.playlists[self._half :: 2]:
            songs = np.concatenate([one.given, one.wanted])
            artists = np.unique(facts.artists[songs].indices)
            likes = np.zeros(len(facts), dtype=bool)
            likes[facts.songs_by(artists, len(facts))] = True
            by_playlist.append(self._person(likes, songs, random, one.fold))
        by_genres = []
        for _ in range(GENRE_PEOPLE):
            likes = np.any(facts.carries[:, random.choice(len(facts.genres), OF_GENRES, replace=False)], axis=1)
            by_genres.append(self._person(likes, np.flatnonzero(likes), random, None))
        return {PLAYLIST: by_playlist, GENRES: by_genres}

    def audiences(self, kind: str, size: int) -> list[list[Person]]:
        """All people once, `size` of one fold together; some are left over."""
        random = np.random.default_rng([self._seed, size])
        found = []
        for fold in dict.fromkeys(one.fold for one in self.people[kind]):
            inside = [one for one in self.people[kind] if one.fold == fold]
            order = random.permutation(len(inside))
            for first in range(0, len(order) - size + 1, size):
                found.append([inside[place] for place in order[first : first + size]])
        return found

    def weeks(self, kind: str, audience: str, style: Style, variant: str) -> Result:
        """Of each audience by week, the share of songs that anybody likes, and that each one does on average.

        `likes` counts the songs of the catalogue that anybody of it likes.
        """
        audiences = self.audiences(kind, AUDIENCES[audience])
        result: Result = {"anybody": [], "each": [], "likes": []}
        for number, people in enumerate(audiences):
            self._progress(f"{kind}, {audience}", number, len(audiences), f"{style}, {variant}")
            fold = people[0].fold
            recommender = self._protocol.recommender if fold is None else self._protocol.ranked_by(fold)
            random = np.random.default_rng([self._seed, number])
            liked = list(_weeks(recommender, people, style, random, learns=variant == LEARNED))
            result["anybody"].append([float(week.any(axis=0).mean()) for week in liked])
            result["each"].append([float(week.mean()) for week in liked])
            result["likes"].append(int(np.any([one.likes for one in people], axis=0).sum()))
        return result

    def _person(self, likes: np.ndarray, theirs: np.ndarray, random: np.random.Generator, fold: int | None) -> Person:
        """Who has picked the first artist of any of the songs `theirs`."""
        facts = self._protocol.recommender.facts
        named = theirs[facts.first_artist[theirs] != NOBODY]
        return Person(likes, facts.songs_by(facts.first_artist[[random.choice(named)]], START_SONGS), fold)


def _weeks(
    recommender: Recommender, people: Sequence[Person], style: Style, random: np.random.Generator, *, learns: bool
) -> Iterator[np.ndarray]:
    """By week, bool (people, songs of the drop): who likes what; of "discovery" only by artists new to the audience."""
    facts = recommender.facts
    alone = len(people) == 1
    pressed = [[(recommender.track_of(int(song)), START_WEIGHT, 0) for song in one.start if alone] for one in people]
    shown: list[list[str]] = []
    for week in range(WEEKS):
        if learns or not week:
            told = [[Evidence(track, weight, DAYS * (week - then)) for track, weight, then in own] for own in pressed]
            evidence = told[0] if alone else fair(told)
            taste = taste_of(recommender, evidence, most=MOST_INTERESTS if alone else MOST_INTERESTS_OF_GROUP)
        known = [track for tracks in shown for track in tracks]
        recent = [track for tracks in shown[-(RETURNS_AFTER // DAYS) :] for track in tracks]
        found = drop(recommender, taste, style, LENGTH, exclude=recent, known=known)
        shown.append([one.track_id for one in found.songs])
        songs, _ = recommender.songs_of(shown[-1])
        liked = np.stack([one.likes[songs] for one in people])
        heard = recommender.songs_of(track for own in pressed for track, weight, _ in own if weight > 0)[0]
        new = ~np.isin(songs, facts.songs_by(np.unique(facts.artists[heard].indices), len(facts)))
        looked = random.random(liked.shape) < LOOKS
        minded = looked & ~liked & (random.random(liked.shape) < DISLIKES)
        for own, ups, downs in zip(pressed, looked & liked, minded, strict=True):
            own += [(shown[-1][place], 1.0, week) for place in np.flatnonzero(ups)]
            own += [(shown[-1][place], -1.0, week) for place in np.flatnonzero(downs)]
        yield liked & new if style == "discovery" else liked


@dataclass(frozen=True)
class DropPlan:
    """What to measure: people made of the playlists of `path`, and of genres, with the model in the folder `model`."""

    path: Path
    model: Path
    seeds: tuple[int, ...]
    quick: bool = False

    def steps(self, progress: Progress) -> Iterator[Step]:
        """The measurements in order. A quick look has people of genres, alone, for whom nothing has to be learned."""
        step = model_steps(
            STEPS, self.path, self.model, lambda bundle, seed: DropProtocol(bundle, self.path, seed, progress)
        )
        for seed in self.seeds:
            for kind in KINDS[1:] if self.quick else KINDS:
                for audience in list(AUDIENCES)[: 1 if self.quick else None]:
                    for style in STYLES[: 1 if self.quick else None]:
                        for variant in VARIANTS:
                            measure = methodcaller("weeks", kind, audience, style, variant)
                            yield step(f"{kind}, {audience}, {style}, {variant}", seed, measure)
