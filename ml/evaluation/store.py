"""What was measured, one file per step, and which process is at what."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.evaluation.networks import NETWORKS

Result = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One measurement; `key` names it for good, so that it is never made twice."""

    key: str
    measure: Callable[[], Result]


def group_of(step: Step) -> str:
    """What steps have in common that one process had better measure one after the other."""
    what, *name, seed = step.key.split("/")
    kind = ["networks"] if name and name[0] in (*NETWORKS, "importance") else []
    return " ".join([what, *kind, seed]).replace(" ", "_")


def path_of(store: Path, step: Step) -> Path:
    return store / f"{step.key.replace('/', '--').replace(' ', '_')}.json"


@contextmanager
def claimed(path: Path, *, wait: bool) -> Iterator[bool]:
    """Whether this process may work on what `path` stands for, waiting until it may if asked to.

    A process that dies gives its claims back.
    """
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def kept(path: Path) -> Result | None:
    """What was measured before; None for nothing, or for a file that a power cut left behind half written."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return result if isinstance(result, dict) else None
