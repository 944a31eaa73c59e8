"""Makes the files of a new model: all of them, or a part while the rest comes from the model that serves.

Which part needs which other: see ml.stages.
"""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ml.bundle import RANKER_FILE, StoredRows, read_stored_catalogue, serving_order
from ml.catalogue import Catalogue
from ml.errors import BundleError, SegueError
from ml.fitting import Fitting
from ml.index import VECTORS_FILE
from ml.labels import JoinedLabels, Label, join_labels
from ml.manifest import verify
from ml.percentiles import Percentiles
from ml.ranking.facts import SongFacts
from ml.ranking.ranker import Ranker
from ml.songs import Songs, group_songs
from ml.splits import Split, split_beside, split_by_song, with_labelled
from ml.stages import ALL, ONLY_CLASSIFIER, ONLY_CLUSTERS, PARTS, VECTORS, Progress
from ml.train import fit_all, made_with
from ml.vectors import VectorSpace

log = logging.getLogger(__name__)

# Labels teach the classifier and nobody else.
TAUGHT = (ALL, ONLY_CLASSIFIER)
# What a manifest says of a model besides its files; a part that stays keeps what was said of it.
INHERITED = ("metrics", "clusters", "synthetic_genres")


@dataclass(frozen=True)
class Champion:
    """The model that serves, as far as a challenger needs it: what it was made from, and what it has seen of it."""

    folder: Path
    manifest: dict[str, Any]
    catalogue: Catalogue
    rows: StoredRows

    @property
    def version(self) -> str:
        return self.manifest["version"]

    @cached_property
    def songs(self) -> Songs:
        return Songs.of(self.rows.songs, self.catalogue.frame["popularity"].to_numpy())

    @property
    def split(self) -> Split:
        return Split(*(np.flatnonzero(self.rows.part == name) for name in ("train", "validation", "test")))


def serving_champion(models: Path) -> Champion | None:
    """The model that `load_current` would serve; None where there is none to be trusted."""
    for folder in filter(Path.is_dir, serving_order(models)):
        try:
            manifest = verify(folder)
            return Champion(folder, manifest, read_stored_catalogue(folder, manifest), StoredRows.load(folder))
        except (BundleError, OSError, ValueError, KeyError) as error:
            log.warning("no champion: %s", error)
    return None


@dataclass(frozen=True)
class Material:
    """What a training starts from; `champion` is None where no model serves."""

    parts: str
    catalogue: Catalogue
    split: Split
    labels: JoinedLabels
    champion: Champion | None


def gather(
    parts: str, catalogue: Catalogue | None, champion: Champion | None, labels: Sequence[Label], seed: int
) -> Material:
    """Raises SegueError, with one sentence, for parts that can't be fitted beside what serves."""
    if parts not in PARTS:
        raise SegueError(f"There is no part “{parts}” to train anew; there are {', '.join(PARTS)}.")
    if champion is None:
        if parts != ALL:
            raise SegueError(f"There is no model yet whose {parts} could be trained anew; train everything first.")
        if catalogue is None:
            raise SegueError("There is no model yet whose catalogue could be trained on again; name a catalogue.")
    elif catalogue is None:
        catalogue = champion.catalogue
    elif parts != ALL:
        if catalogue.sha256 != champion.catalogue.sha256:
            raise SegueError(
                f"The model that serves was made from {champion.catalogue.name}, not from this {catalogue.name}: "
                "with another catalogue everything has to be trained."
            )
        catalogue = champion.catalogue
    frame = catalogue.frame
    joined = join_labels(frame, catalogue.genres, labels if parts in TAUGHT else ())
    if champion is None:
        split = with_labelled(frame, split_by_song(frame, seed), joined.rows)
    elif parts in TAUGHT:
        split = split_beside(frame, seed, champion.catalogue.frame, champion.rows.part, joined.rows)
    else:
        split = champion.split
    return Material(parts, catalogue, split, joined, champion)


def fit(material: Material, folder: Path, seed: int, progress: Progress) -> dict[str, Any]:
    """Makes the bundle's files in `folder` and returns what its manifest should say."""
    parts, champion, labels = material.parts, material.champion, material.labels
    if parts == ALL or champion is None:
        frame = material.catalogue.frame
        songs = Songs.of(group_songs(frame), frame["popularity"].to_numpy())
        facts = fit_all(_fitting(material, Percentiles.fit(frame), songs, folder, seed, progress))
    else:
        for name in champion.manifest["files"]:
            shutil.copyfile(champion.folder / name, folder / name)
        # The moods' centres are places among these percentiles.
        percentiles = VectorSpace.load(folder).percentiles
        fitting = _fitting(material, percentiles, champion.songs, folder, seed, progress)
        kept = {name: champion.manifest[name] for name in INHERITED if name in champion.manifest}
        facts = {**kept, **_fit_part(fitting, parts), "made_with": made_with()}
    if labels.used or labels.left_out:
        facts["labels"] = {"used": labels.used, "left_out": labels.left_out}
    return {**facts, "parts": parts, "beside": champion.version if champion else None}


def _fitting(
    material: Material, percentiles: Percentiles, songs: Songs, folder: Path, seed: int, progress: Progress
) -> Fitting:
    targets = material.labels.targets if material.labels.used else None
    return Fitting(material.catalogue, material.split, percentiles, songs, folder, seed, progress, targets)


def _fit_part(fitting: Fitting, parts: str) -> dict[str, Any]:
    if parts == ONLY_CLUSTERS:
        told = fitting.fit_groups()
        fitting.write_rows()
        return told
    if parts == ONLY_CLASSIFIER:
        fitting.fit_classifier()
    fitting.progress(VECTORS, 0, 1, "")
    # Not every kind of index has that file.
    (fitting.folder / VECTORS_FILE).unlink(missing_ok=True)
    if parts == ONLY_CLASSIFIER:
        fitting.fit_vectors(Ranker.load(fitting.folder / RANKER_FILE), SongFacts.load(fitting.folder))
        fitting.write_rows()
    else:
        fitting.fit_vectors(*fitting.make_facts())
    return {"metrics": fitting.evaluate()}
