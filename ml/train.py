"""Clean -> split -> CNN -> clusters -> vectors -> index -> map -> evaluation on held-out tracks -> published bundle."""

import logging
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ml.bundle import publish, write_catalogue
from ml.catalogue import Catalogue
from ml.fitting import Fitting
from ml.percentiles import Percentiles
from ml.songs import Songs, group_songs
from ml.splits import split_by_song
from ml.stages import PUBLISHING, SPLITTING, VECTORS, Progress

log = logging.getLogger(__name__)

STAGING_PREFIX = ".training-"


@dataclass(frozen=True)
class Trained:
    """A published bundle: where it is and what its manifest says of it."""

    path: Path
    version: str
    metrics: dict[str, Any]
    seconds: float


def train(
    catalogue: Catalogue,
    models: Path,
    *,
    seed: int,
    now: datetime,
    progress: Progress,
    publishing: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Trains on `catalogue` and publishes the bundle in `models`. Nothing is published when anything fails.

    `publishing(version)` is called right before the switch.
    """
    started = time.monotonic()
    with staging_folder(models) as staging:
        progress(SPLITTING, 0, 1, "")
        split = split_by_song(catalogue.frame, seed)
        progress(SPLITTING, 1, 1, f"{len(split.train):,} to train on")
        songs = Songs.of(group_songs(catalogue.frame), catalogue.frame["popularity"].to_numpy())
        percentiles = Percentiles.fit(catalogue.frame)
        facts = fit_all(Fitting(catalogue, split, percentiles, songs, staging, seed, progress))
        progress(PUBLISHING, 0, 1, "")
        facts["seconds"] = round(time.monotonic() - started, 1)
        path = publish(
            staging, models, catalogue=catalogue, seed=seed, created_at=now, facts=facts, publishing=publishing
        )
    progress(PUBLISHING, 1, 1, path.name)
    log.info("published model %s from %s", path.name, catalogue.name)
    return Trained(path, path.name, facts["metrics"], facts["seconds"])


@contextmanager
def staging_folder(models: Path) -> Iterator[Path]:
    """An empty hidden folder in `models` to train into; it is gone afterwards unless it was put in its place."""
    models.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(models)
    staging = Path(tempfile.mkdtemp(prefix=f"{STAGING_PREFIX}{os.getpid()}-", dir=models))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def remove_staging(models: Path) -> None:
    """Deletes what this process has made so far, for when it is about to end in the middle of a training."""
    for folder in models.glob(f"{STAGING_PREFIX}{os.getpid()}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(models: Path) -> None:
    """Deletes what trainings that were killed have left behind; a training that still runs keeps its folder."""
    for folder in models.glob(f"{STAGING_PREFIX}*"):
        try:
            os.kill(int(folder.name.removeprefix(STAGING_PREFIX).split("-")[0]), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            # Somebody else's process has that number: it is alive.
            continue


def fit_all(fitting: Fitting) -> dict[str, Any]:
    """Fits every part, writes it into the folder and returns what the manifest should say."""
    fitting.fit_classifier()
    told = fitting.fit_groups()
    fitting.progress(VECTORS, 0, 1, "")
    fitting.fit_vectors(*fitting.make_facts())
    fitting.write_rows()
    write_catalogue(fitting.catalogue, fitting.folder)
    return {"metrics": fitting.evaluate(), **told, "made_with": made_with()}


def made_with() -> str:
    return f"Python {platform.python_version()}"
