"""Champion and challenger: a new model is published only if, on what neither has seen, it is no worse."""

import gc
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ml.bundle import CURRENT, ModelBundle
from ml.catalogue import Catalogue
from ml.guards import HIT_1, Compared, alone, check_tolerances, compare
from ml.judging import CommonGround, judge
from ml.labels import Label
from ml.manifest import seal
from ml.refitting import Champion, fit, gather, serving_champion
from ml.shelf import lay_aside, publish_aside
from ml.splits import Split
from ml.stages import COMPARING, PUBLISHING, SPLITTING, Progress
from ml.train import staging_folder

log = logging.getLogger(__name__)

# With fewer tracks that neither has seen, chance says more about two models than they do. A small catalogue has
# fewer from the start; of those, this share must be left.
FEWEST_SHARED, LEAST_SHARE = 200, 0.5
# How many times more often than by always guessing the most frequent genre the first guess of a first model is right.
BETTER_THAN_GUESSING = 2.0
# The sentence names so many of the figures that fell; the comparison has them all.
NAMED_FALLS = 2


@dataclass(frozen=True)
class Challenge:
    """How a training ended. `path` is where the model is: among the published ones or aside.

    `champion` is the version it was compared with, None where there was none or too little in common; `compared` has
    then no more than the challenger's own figures. `sentence` says why it was published or wasn't. Labels count as
    left out when the catalogue lacks their track or genre, and as neither when nothing was fitted that they teach.
    """

    path: Path
    version: str
    published: bool
    champion: str | None
    compared: list[Compared]
    sentence: str
    seconds: float
    metrics: dict[str, Any]
    labels_used: int
    labels_left_out: int


@dataclass(frozen=True)
class Verdict:
    """What comes of looking at a new model: whether to publish it, and why in a sentence."""

    publish: bool
    sentence: str


def challenge(
    models: Path,
    *,
    catalogue: Catalogue | None,
    parts: str,
    labels: Sequence[Label],
    playlists: Path | None,
    tolerances: Mapping[str, float],
    seed: int,
    now: datetime,
    progress: Progress,
    publishing: Callable[[str], None],
) -> Challenge:
    """Trains `parts` (ml.stages) of a new model, puts it aside, and publishes it if it stands up to the serving one.

    `catalogue` None is that of the serving model. `tolerances` by figure (ml.guards.DEFAULT_TOLERANCES) are how far
    it may fall; for those not given the default holds. `publishing(version)` is called right before the switch.
    Raises SegueError, with one sentence, for what can't be done; then, and whenever anything fails, the serving model
    stays.
    """
    started = time.monotonic()
    check_tolerances(tolerances)
    with staging_folder(models) as staging:
        progress(SPLITTING, 0, 1, "")
        current = (models / CURRENT).resolve()
        champion = serving_champion(models)
        material = gather(parts, catalogue, champion, labels, seed)
        joined = material.labels
        ground, shared = _common_ground(champion, material.catalogue, material.split, playlists)
        told = (f"{len(material.split.train):,} to train on", joined.told)
        progress(SPLITTING, 1, 1, ", ".join(filter(None, told)))

        facts = fit(material, staging, seed, progress)
        facts["seconds"] = round(time.monotonic() - started, 1)
        version = seal(staging, catalogue=material.catalogue, seed=seed, created_at=now, facts=facts)
        progress(COMPARING, 0, 1, "")
        # Proof that what was written can be read.
        bundle = ModelBundle.load(staging)
        path = lay_aside(staging, models, version)
    metrics = facts["metrics"]
    if champion is not None and ground is not None:
        ours = judge(bundle, ground, _half(progress, 0, ""))
        # Two models at once would need more memory than the training did.
        del bundle, material
        gc.collect()
        note = f"hit@1 {ours[HIT_1]:.3f}"
        theirs = judge(ModelBundle.load(champion.folder), ground, _half(progress, 1, note))
        note += f" beside {theirs[HIT_1]:.3f}"
        compared = compare(theirs, ours, ground.counts, tolerances)
        verdict = _against(compared, ground)
    else:
        note, compared = "", alone(metrics)
        verdict = _too_little(champion, shared) if _is_real(champion) else _by_itself(metrics)
    progress(COMPARING, 1, 1, note)
    if verdict.publish and (models / CURRENT).resolve() != current:
        verdict = Verdict(False, "It stays aside: another model was made the serving one while it was trained.")
    if verdict.publish:
        progress(PUBLISHING, 0, 1, "")
        publishing(version)
        path = publish_aside(models, version)
        progress(PUBLISHING, 1, 1, version)
    log.info("model %s: %s", version, verdict.sentence)
    return Challenge(
        path,
        version,
        verdict.publish,
        champion.version if champion is not None and ground is not None else None,
        compared,
        verdict.sentence,
        round(time.monotonic() - started, 1),
        metrics,
        joined.used,
        joined.left_out,
    )


def _common_ground(
    champion: Champion | None, catalogue: Catalogue, split: Split, playlists: Path | None
) -> tuple[CommonGround | None, int]:
    """What both can be asked, None if that is too little, and how many tracks neither will have seen."""
    if champion is None:
        return None, 0
    frame, test = champion.catalogue.frame, champion.rows.part == "test"
    unseen = set(catalogue.frame["track_id"].iloc[split.test])
    both = frame["track_id"].isin(unseen).to_numpy() & test
    shared = int(both.sum())
    if not shared or shared < min(FEWEST_SHARED, LEAST_SHARE * test.sum()):
        return None, shared
    held_out = np.flatnonzero(both)
    return CommonGround.of(champion.catalogue, champion.songs, held_out, catalogue, playlists), shared


def _half(progress: Progress, half: int, note: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(COMPARING, half * total + done, 2 * total, note)


def _is_real(champion: Champion | None) -> bool:
    """Whether what serves knows more than invented songs, so that it must not give way to just anything."""
    return champion is not None and not champion.catalogue.is_sample


def _against(compared: list[Compared], ground: CommonGround) -> Verdict:
    fallen = [one for one in compared if one.fell]
    tracks = f"{len(ground.tracks):,} tracks that neither model has seen in training"
    if not fallen:
        return Verdict(True, f"It is no worse than the model before, on {tracks}.")
    named = [one.told for one in fallen[:NAMED_FALLS]]
    if more := len(fallen) - len(named):
        named.append(f"{more} more {'figure' if more == 1 else 'figures'} fell too far")
    return Verdict(False, f"It stays aside, for on {tracks} {' and '.join(named)}.")


def _by_itself(metrics: dict[str, Any]) -> Verdict:
    """Of a model that has none to be compared with."""
    own, guessed = metrics["classifier"][HIT_1], metrics["majority"][HIT_1]
    told = (
        f"on {metrics['test_tracks']:,} held-out tracks its first guess is right for {own:.1%}, "
        f"always guessing the most frequent genre for {guessed:.1%}"
    )
    if own > BETTER_THAN_GUESSING * guessed:
        return Verdict(True, f"There was no model to compare it with; {told}.")
    return Verdict(False, f"It stays aside, for it hardly knows more than chance: {told}.")


def _too_little(champion: Champion | None, shared: int) -> Verdict:
    name = champion.catalogue.name if champion else ""
    return Verdict(
        False,
        f"It stays aside, for it can't be compared: of the tracks of {name} that the serving model has not seen in "
        f"training, its catalogue holds {shared:,} that it has not seen either.",
    )
