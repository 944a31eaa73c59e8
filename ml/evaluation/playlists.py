"""`segue evaluate --protocol playlists`: half of each playlist is given, the other half must be found.

Five folds by playlist: a ranker judges only playlists that it has not learned from, and neither has the affinity of
genres. A seed draws folds and halves anew. Songs, vectors and candidates are those of the serving model.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import methodcaller
from pathlib import Path

import numpy as np

from ml.adventure import DIALS
from ml.bundle import ModelBundle
from ml.cold import cold_seeds
from ml.evaluation.list_scores import DEEP, SHORT, crowded, found_scores, list_scores, spread_scores
from ml.evaluation.model_steps import model_steps
from ml.evaluation.playlist_baselines import BASELINES, baseline_lists
from ml.evaluation.store import Result, Step
from ml.ranking.features import PARTS
from ml.ranking.learning import Material, learn, study
from ml.ranking.playlists import read_playlists
from ml.recommender import Recommender
from ml.tracks import FEATURE_NAMES

FOLDS = 5
SERVED, LINEAR, ONE_SONG = "Segue", "Segue, linear ranker", "Segue, one song given"
DIVERSITIES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6)
RANDOM_SEEDS = 1_000
# What is told of a given song that is treated as if the catalogue lacked it.
COLD = {
    "artist and title": ("artists", "track_name"),
    "sound": FEATURE_NAMES,
    "all of that": ("artists", "track_name", *FEATURE_NAMES),
}
# What the keys of the steps begin with, and the one that is about no playlist.
STEPS, DISTINCT = "playlists", "distinct"
Progress = Callable[[str, int, int, str], None]
# From track ids to the songs recommended, best first.
Rank = Callable[[Recommender, list[str]], np.ndarray]


@dataclass(frozen=True)
class Halved:
    """A playlist divided: song numbers given and kept back, and the fold in which it is judged."""

    given: np.ndarray
    wanted: np.ndarray
    fold: int


class PlaylistProtocol:
    """One seed's folds over the playlists of `path`, with the songs of `bundle`."""

    def __init__(self, bundle: ModelBundle, path: Path, seed: int, progress: Progress) -> None:
        self.recommender, self.seed, self._progress = bundle.recommender, seed, progress
        self._bundle = bundle
        lists = read_playlists(path, bundle.catalogue.frame, bundle.recommender.songs)
        self.read, self._years = lists.read, lists.years
        random = np.random.default_rng(seed)
        folds = random.permutation(len(lists)) % FOLDS
        self.playlists = [_halved(songs, int(fold), random) for songs, fold in zip(lists.songs, folds, strict=True)]
        self._materials: dict[int, Material] = {}

    @cached_property
    def _rankers(self) -> dict[int, Recommender]:
        return self._all_learned()

    def _all_learned(self, **options: object) -> dict[int, Recommender]:
        return {fold: self._learned(fold, **options) for fold in range(FOLDS)}

    def _learned(self, fold: int, **options: object) -> Recommender:
        if fold not in self._materials:
            training = [np.concatenate([one.given, one.wanted]) for one in self.playlists if one.fold != fold]

            def studied(done: int, total: int) -> None:
                self._progress(f"fold {fold + 1} of {FOLDS}", done, total, "studying playlists")

            self._materials[fold] = study(
                self.recommender.facts,
                self.recommender.index,
                training,
                years=self._years,
                seed=self.seed,
                progress=studied,
            )
        return self.recommender.judged_by(learn(self._materials[fold], seed=self.seed, **options))  # type: ignore[arg-type]

    def ranked_by(self, fold: int) -> Recommender:
        """The recommender that has not learned from the playlists of `fold`."""
        return self._rankers[fold]

    def served(self) -> Result:
        return self._judged(self.ranked_by, _whole)

    def linear(self) -> Result:
        return self._judged(self._all_learned(networks=0).__getitem__, _whole)

    def one_song(self) -> Result:
        """One song of each playlist is given, as most people ask, and all others are to be found."""
        alone = [Halved(one.given[:1], np.concatenate([one.given[1:], one.wanted]), one.fold) for one in self.playlists]
        return self._judged(self.ranked_by, _whole, alone)

    def without(self, part: str) -> Result:
        return self._judged(self._all_learned(without=part).__getitem__, _whole)

    def baseline(self, name: str) -> Result:
        rank = baseline_lists(name, self.recommender, self.seed)
        return self._judged(lambda _: self.recommender, lambda _, ids: rank(self.recommender.songs_of(ids)[0]))

    def cold(self, told: str) -> Result:
        """The given songs as from outside of the catalogue, of which no more than COLD[told] is known."""
        bundle, songs = self._bundle, self.recommender.songs
        best = bundle.catalogue.frame.iloc[songs.row_of]

        def rank(recommender: Recommender, ids: list[str]) -> np.ndarray:
            frame = best.iloc[self.recommender.songs_of(ids)[0]][list(COLD[told])]
            heard = bundle.classifier.answer(frame).chances
            outside = cold_seeds(frame, heard, bundle.catalogue.frame, songs, recommender.facts, bundle.space)
            given = {"exclude": ids, "outside": outside, "per_artist": None, "diversity": 0}
            return _numbers(recommender, [], DEEP, **given)

        return self._judged(self.ranked_by, rank)

    def diverse(self, diversity: float) -> Result:
        return self._judged(self.ranked_by, _short(diversity=diversity))

    def dialled(self, dial: str) -> Result:
        return self._judged(self.ranked_by, _short(adventurous=dial))

    def distinct(self) -> Result:
        """Lists of SHORT songs for RANDOM_SEEDS random songs: versions on one list, most songs by one artist."""
        random, served = np.random.default_rng(self.seed), self.recommender
        songs = random.choice(len(served.facts), min(RANDOM_SEEDS, len(served.facts)), replace=False)
        lists = [_numbers(served, [served.track_of(song)], SHORT) for song in songs]
        return {
            "lists": len(lists),
            "songs": sum(map(len, lists)),
            "versions twice": sum(len(one) - len(np.unique(one)) for one in lists),
            "seed again": sum(int(song in one) for song, one in zip(songs, lists, strict=True)),
            "most by one artist": max(crowded(one, served.facts.artists) for one in lists),
        }

    def _judged(
        self, recommender_of: Callable[[int], Recommender], rank: Rank, playlists: list[Halved] | None = None
    ) -> Result:
        facts, vectors = self.recommender.facts, self.recommender.vectors
        scores: list[dict[str, float]] = []
        shorts = []
        for done, one in enumerate(playlists or self.playlists):
            self._progress("playlists", done, len(self.playlists), "")
            ids = [self.recommender.track_of(song) for song in one.given]
            ranked = rank(recommender_of(one.fold), ids)
            short = ranked[:SHORT]
            scores.append(
                found_scores(ranked, one.wanted, facts.first_artist) | list_scores(short, vectors, facts.fame)
            )
            shorts.append(short)
        means = {name: float(np.mean([score[name] for score in scores])) for name in scores[0]}
        return {
            "scores": means | spread_scores(shorts, len(facts)),
            "playlists": len(self.playlists),
            "read": self.read,
            "songs": len(facts),
            # Of the mean over playlists: what another sample of playlists would change.
            "standard error": float(np.std([score["R-precision"] for score in scores]) / np.sqrt(len(scores))),
        }


def _halved(songs: np.ndarray, fold: int, random: np.random.Generator) -> Halved:
    mixed = random.permutation(songs)
    return Halved(mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :], fold)


def _whole(recommender: Recommender, ids: list[str]) -> np.ndarray:
    return _numbers(recommender, ids, DEEP, per_artist=None, diversity=0)


def _short(**options: object) -> Rank:
    return lambda recommender, ids: _numbers(recommender, ids, SHORT, **options)


def _numbers(recommender: Recommender, ids: list[str], k: int, **options: object) -> np.ndarray:
    found = recommender.recommend(ids, k, **options)  # type: ignore[arg-type]
    return recommender.songs_of(one.track_id for one in found)[0]


@dataclass(frozen=True)
class PlaylistPlan:
    """What to measure: the playlists of `path` with the model in the folder `model`."""

    path: Path
    model: Path
    seeds: tuple[int, ...]
    quick: bool = False

    def steps(self, progress: Progress) -> Iterator[Step]:
        """The measurements in order. A quick look has the served ranker and the baselines, with one seed."""
        step = model_steps(
            STEPS, self.path, self.model, lambda bundle, seed: PlaylistProtocol(bundle, self.path, seed, progress)
        )
        for seed in self.seeds:
            yield step(SERVED, seed, PlaylistProtocol.served)
            for name in BASELINES:
                yield step(name, seed, methodcaller("baseline", name))
            if seed != self.seeds[0]:
                continue
            yield step(DISTINCT, seed, PlaylistProtocol.distinct)
            yield step(ONE_SONG, seed, PlaylistProtocol.one_song)
            if self.quick:
                continue
            for dial in DIALS:
                yield step(f"dial {dial}", seed, methodcaller("dialled", dial))
            for told in COLD:
                yield step(f"cold {told}", seed, methodcaller("cold", told))
            for diversity in DIVERSITIES:
                yield step(f"diversity {diversity}", seed, methodcaller("diverse", diversity))
            yield step(LINEAR, seed, PlaylistProtocol.linear)
            for part in PARTS:
                yield step(f"without {part}", seed, methodcaller("without", part))
