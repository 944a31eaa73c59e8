"""Steps that measure a published model on playlists: what they are called, and when a protocol is prepared."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from ml.bundle import ModelBundle
from ml.evaluation.store import Result, Step
from ml.ranking.learning import one_thread

Protocol = TypeVar("Protocol")


def model_steps(
    kind: str, playlists: Path, model: Path, prepare: Callable[[ModelBundle, int], Protocol]
) -> Callable[[str, int, Callable[[Protocol], Result]], Step]:
    """Makes steps of `kind` by name, seed and what to measure of the protocol that `prepare` makes for a seed.

    A protocol is made when its first step runs and kept until a step of another seed does: it holds a model and
    rankers that took minutes to learn.
    """
    digest = hashlib.sha256(playlists.read_bytes()).hexdigest()[:8]
    protocols: dict[int, Protocol] = {}

    def step(name: str, seed: int, measure: Callable[[Protocol], Result]) -> Step:
        def run() -> Result:
            if seed not in protocols:
                protocols.clear()
                protocols[seed] = prepare(ModelBundle.load(model), seed)
            with one_thread():
                return measure(protocols[seed])

        return Step(f"{kind} {digest} {model.name}/{name}/{seed}", run)

    return step


def runs_of(results: Mapping[str, Result], kind: str) -> dict[str, list[Result]]:
    """The results of the steps of `kind` by name, one for each seed."""
    runs: dict[str, list[Result]] = {}
    for key, result in results.items():
        what, _, rest = key.partition("/")
        if what.startswith(f"{kind} "):
            runs.setdefault(rest.rpartition("/")[0], []).append(result)
    return runs
