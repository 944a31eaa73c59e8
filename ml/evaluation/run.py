"""Every figure of the project, one resumable step after the other."""

import gc
import hashlib
import json
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ml.calibration import Answer
from ml.catalogue import Catalogue
from ml.evaluation.baselines import BALANCES, BASELINES, audio_columns, baseline_chances
from ml.evaluation.clusters import cluster_table, synthetic_scores
from ml.evaluation.drops import DropPlan
from ml.evaluation.members import MemberPlan
from ml.evaluation.networks import NETWORKS, SERVED, TaskNetworks
from ml.evaluation.playlists import PlaylistPlan
from ml.evaluation.popularity import popularity_scores
from ml.evaluation.protocols import PROTOCOLS, Task, ceiling, make_task
from ml.evaluation.scores import full_scores, most_confused, per_genre
from ml.evaluation.store import Result, Step, claimed, group_of, kept, path_of
from ml.evaluation.two_source import read_two_sources, two_source_scores
from ml.percentiles import Percentiles
from ml.splits import split_by_track
from ml.training_tracks import genre_targets

log = logging.getLogger(__name__)

# Raised whenever a model or a score changes meaning: results of an older version are measured again.
VERSION = 3
# A mean over fewer has no interval worth its name.
FEWEST_SEEDS = 3
QUICK_BASELINES = ("majority", "decision tree", "logistic regression")
# What others have published on the file's raw rows.
PUBLISHED = ("majority", "decision tree", "random forest", "gradient boosting")
# Networks beside the served one: measured with every seed, and, to stay within two hours, with the first one.
HEARING = "CNN, audio and neighbours"
ONCE = tuple(name for name in NETWORKS if name not in (SERVED, HEARING))
# Fitting these once per balance is enough to see that balance changes little here.
BALANCED = tuple(name for name in BASELINES if name != "majority" and "PCA" not in name)
# How far a step has come: its name, how much is done, out of how much, a note.
Progress = Callable[[str, int, int, str], None]


@dataclass(frozen=True)
class Plan:
    """What to measure. `fma` are the two files of the rock/hip-hop set, if they are there.

    `playlists`, `members` and `drops` are measured where they are given; with fewer than all PROTOCOLS nothing else is.
    """

    protocols: tuple[str, ...] = PROTOCOLS
    seeds: tuple[int, ...] = (0, 1, 2)
    quick: bool = False
    fma: tuple[Path, Path] | None = None
    playlists: PlaylistPlan | None = None
    members: MemberPlan | None = None
    drops: DropPlan | None = None

    @property
    def complete(self) -> bool:
        """Whether it measures all that is promised, with confidence intervals."""
        people = None not in (self.playlists, self.members, self.drops)
        everything = self.protocols == PROTOCOLS and bool(self.fma) and people
        return everything and len(self.seeds) >= FEWEST_SEEDS and not self.quick


class Evaluation:
    """The steps of a plan over one catalogue; `source` is the dataset's file, where there is one."""

    def __init__(self, catalogue: Catalogue, source: Path | None, plan: Plan, progress: Progress) -> None:
        self.catalogue, self.source, self.plan = catalogue, source, plan
        self._progress = progress
        self._task: Task | None = None
        self._networks: TaskNetworks | None = None

    def run(self, folder: Path, workers: int = 1) -> dict[str, Result]:
        """All results by key; each is kept in `folder` as soon as it is there, and not measured again.

        Networks and most classic models keep little more than one core busy: `workers` processes share the steps.
        """
        store = folder / f"{self.catalogue.sha256[:12]}-{VERSION}"
        store.mkdir(parents=True, exist_ok=True)
        # Every process with libraries of its own: forked TensorFlow hangs.
        processes = multiprocessing.get_context("spawn")
        others = [
            processes.Process(target=_help, args=(self.catalogue, self.source, self.plan, store), daemon=True)
            for _ in range(1, workers)
        ]
        for other in others:
            other.start()
        try:
            self.measure(store, self._groups())
            for other in others:
                other.join()
        finally:
            for other in others:
                other.terminate()
        # What a helper began and did not finish, or what another evaluation is at.
        self.measure(store, self._groups(), wait=True)
        results = {step.key: json.loads(path_of(store, step).read_text(encoding="utf-8")) for step in self.steps()}
        self._progress("all", len(results), len(results), "done")
        return results

    def measure(self, store: Path, groups: list[list[Step]], *, wait: bool = False) -> None:
        """Measures, in order, what is not in `store`; what another process is at is waited for or left to it."""
        total, done = sum(map(len, groups)), 0
        for group in groups:
            with claimed(store / f"{group_of(group[0])}.lock", wait=wait) as ours:
                for step in group if ours else ():
                    self._progress(step.key, done, total, "")
                    self._measure_step(step, path_of(store, step))
            done += len(group)

    def _measure_step(self, step: Step, path: Path) -> None:
        if kept(path) is not None:
            return
        started = time.monotonic()
        result = step.measure() | {"seconds": round(time.monotonic() - started, 1)}
        scratch = path.with_suffix(".partial")
        scratch.write_text(json.dumps(result), encoding="utf-8")
        scratch.replace(path)

    def _groups(self) -> list[list[Step]]:
        """The steps by what they share: a protocol with one seed is split and prepared once."""
        groups: dict[str, list[Step]] = {}
        for step in self.steps():
            groups.setdefault(group_of(step), []).append(step)
        return list(groups.values())

    def steps(self) -> Iterator[Step]:
        """The steps in order: what the project promises first, so that a broken-off run has measured that."""
        plan = self.plan
        if plan.playlists is not None:
            yield from plan.playlists.steps(self._progress)
        if plan.members is not None:
            yield from plan.members.steps(self._progress)
        if plan.drops is not None:
            yield from plan.drops.steps(self._progress)
        for seed in plan.seeds:
            for protocol in self._network_protocols():
                for name in self._network_names(protocol, seed):
                    yield Step(f"{protocol}/{name}/{seed}", self._network(protocol, name, seed))
                if seed == plan.seeds[0] and not plan.quick and protocol != "published":
                    yield Step(f"{protocol}/importance/{seed}", self._importance(protocol, seed))
        if set(plan.protocols) == set(PROTOCOLS):
            for seed in plan.seeds:
                yield from self._other_steps(seed)
        for seed in plan.seeds:
            for protocol in plan.protocols:
                for name in QUICK_BASELINES if plan.quick else PUBLISHED if protocol == "published" else BASELINES:
                    yield Step(f"{protocol}/{name}/{seed}", self._baseline(protocol, name, seed))
        if not plan.quick and "stratified" in plan.protocols:
            for balance in BALANCES[1:]:
                for name in BALANCED:
                    if not (balance == "class weights" and "neighbours" in name):
                        yield Step(f"stratified, {balance}/{name}/0", self._baseline("stratified", name, 0, balance))
            for name in ("CNN, audio", SERVED):
                yield Step(f"stratified, class weights/{name}/0", self._network("stratified", name, 0, "class weights"))

    def _network_protocols(self) -> tuple[str, ...]:
        """A network takes minutes: a quick look has one, on the hardest protocol asked for."""
        if not self.plan.quick:
            return self.plan.protocols
        return ("artist-disjoint",) if "artist-disjoint" in self.plan.protocols else self.plan.protocols[:1]

    def _network_names(self, protocol: str, seed: int) -> tuple[str, ...]:
        """The served one, and those that show what its parts are worth; two of them with the first seed only."""
        if self.plan.quick or protocol == "published":
            return (SERVED,)
        return (SERVED, HEARING) if seed != self.plan.seeds[0] else (SERVED, HEARING, *ONCE)

    def _other_steps(self, seed: int) -> Iterator[Step]:
        for protocol in ("random", "artist-disjoint") if self.catalogue.frame["popularity"].notna().any() else ():
            yield Step(
                f"popularity/{protocol}/{seed}",
                partial(popularity_scores, self.catalogue.frame, self.catalogue.genres, seed, protocol),
            )
        if self.plan.fma is not None:
            digest = hashlib.sha256(b"".join(path.read_bytes() for path in self.plan.fma)).hexdigest()
            yield Step(f"two sources {digest[:8]}/{seed}", partial(self._two_sources, self.plan.fma, seed))
        if not self.plan.quick:
            yield Step(f"synthetic genres/{seed}", partial(self._synthetic, seed))
            if seed == self.plan.seeds[0]:
                for space in ("moods", "synthetic genres"):
                    yield Step(f"clusters/{space}/{seed}", partial(self._clusters, space, seed))

    def _two_sources(self, files: tuple[Path, Path], seed: int) -> Result:
        return two_source_scores(read_two_sources(*files), seed)

    def _task_of(self, protocol: str, seed: int) -> Task:
        if self._task is None or (self._task.protocol, self._task.seed) != (protocol, seed):
            self._networks = None
            gc.collect()
            self._task = make_task(protocol, self.catalogue, self.source, seed)
        return self._task

    def _networks_of(self, protocol: str, seed: int) -> TaskNetworks:
        task = self._task_of(protocol, seed)
        if self._networks is None:
            self._networks = TaskNetworks(task, self._epoch_done)
        return self._networks

    def _epoch_done(self, epoch: int, epochs: int, loss: float) -> None:
        self._progress("network", epoch, epochs, f"loss {loss:.2f}" if epoch else "")

    def _network(self, protocol: str, name: str, seed: int, balance: str = "unbalanced") -> Callable[[], Result]:
        def measure() -> Result:
            networks = self._networks_of(protocol, seed)
            return {"models": {variant: scored(networks.task, a) for variant, a in networks.answers(name, balance)}}

        return measure

    def _importance(self, protocol: str, seed: int) -> Callable[[], Result]:
        def measure() -> Result:
            networks = self._networks_of(protocol, seed)
            if networks.answer is None:
                list(networks.answers(SERVED))
            return {"importance": networks.importance()}

        return measure

    def _baseline(self, protocol: str, name: str, seed: int, balance: str = "unbalanced") -> Callable[[], Result]:
        def measure() -> Result:
            task = self._task_of(protocol, seed)
            features = audio_columns(task.frame, popularity=task.popularity_allowed)
            targets = genre_targets(task.frame, task.genres)
            chances = baseline_chances(name, features, targets, task.split, seed=seed, balance=balance)
            return {"models": {name: scored(task, Answer(chances, chances))}}

        return measure

    def _synthetic(self, seed: int) -> Result:
        frame = self.catalogue.frame
        return synthetic_scores(frame, self.catalogue.genres, split_by_track(frame, seed), seed)

    def _clusters(self, space: str, seed: int) -> Result:
        frame = self.catalogue.frame
        return {"table": cluster_table(frame, Percentiles.fit(frame), seed, space=space)}


def _help(catalogue: Catalogue, source: Path | None, plan: Plan, store: Path) -> None:
    """A helping process: begins at the other end."""
    helper = Evaluation(catalogue, source, plan, lambda *_: None)
    helper.measure(store, helper._groups()[::-1])


def scored(task: Task, answer: Answer) -> Result:
    """All scores of `answer` about the test rows of `task` on all of them, and on the strict ones."""
    carries, chances = task.carries[task.split.test], answer.chances
    result: Result = {
        "scores": full_scores(answer, carries),
        "tracks": len(carries),
        "genres": per_genre(chances, carries, task.genres),
        "confused": most_confused(chances, carries, task.genres),
    }
    if task.strict is not None and len(task.strict):
        chosen = np.isin(task.split.test, task.strict)
        result |= {"strict": full_scores(answer[chosen], carries[chosen]), "strict tracks": int(chosen.sum())}
    if "source_id" in task.frame.columns:
        result["ceiling"] = {
            "all rows": ceiling(task.frame),
            "distinct tracks": task.frame["source_id"].nunique() / len(task.frame),
            "test": ceiling(task.frame.iloc[task.split.test]),
        }
    return result
