"""A trained model on disk: one directory that is never changed, with a manifest that proves what it is.

`current` in the models folder is a symbolic link to the bundle that serves; switching it is one atomic rename.
"""

import contextlib
import hashlib
import json
import logging
import os
import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml.catalogue import Catalogue, CleaningReport
from ml.classifier import Classifier
from ml.clusters import Clusters
from ml.cold import cold_seeds
from ml.errors import BundleError
from ml.index import TrackIndex
from ml.ranking.facts import SongFacts
from ml.ranking.ranker import Ranker
from ml.ranking.seeds import Seeds
from ml.recommender import Recommender
from ml.search import TrackSearch
from ml.song_map import SongMap
from ml.songs import Songs
from ml.synthetic_genres import SyntheticGenres
from ml.tracks import CATALOGUE_COLUMNS, FEATURE_NAMES
from ml.vectors import VectorSpace
from ml.wishes import WishReader

log = logging.getLogger(__name__)

# Raised whenever an older program could not read what a newer one wrote, or the other way round.
SCHEMA = 5
MANIFEST_FILE = "manifest.json"
CATALOGUE_FILE = "catalogue.csv.gz"
ROWS_FILE = "rows.npz"
RANKER_FILE = "ranker.npz"
CURRENT = "current"
NUMBERS = ("popularity", *FEATURE_NAMES)
COLUMN_TYPES = {name: "float64" if name in NUMBERS else "str" for name in CATALOGUE_COLUMNS}
# What of a manifest differs between two trainings with the same outcome, and what follows from the rest.
NOT_IN_FINGERPRINT = ("version", "created_at", "seconds")


@dataclass(frozen=True)
class ModelBundle:
    """Everything that answers are made of, loaded and verified."""

    version: str
    manifest: dict[str, Any]
    catalogue: Catalogue
    classifier: Classifier
    clusters: Clusters
    synthetic_genres: SyntheticGenres
    space: VectorSpace
    recommender: Recommender
    search: TrackSearch
    wishes: WishReader
    song_map: SongMap
    # Which part of the split each row belongs to: "train", "validation" or "test".
    part_of_row: np.ndarray

    @classmethod
    def load(cls, path: Path | str) -> "ModelBundle":
        """Reads and verifies the bundle in directory `path` (or the link to it).

        Raises BundleError, with one sentence, for whatever can't be trusted: a missing or changed file, another
        schema, a manifest that doesn't belong to the files.
        """
        folder = Path(path).resolve()
        manifest = verify(folder)
        try:
            return cls._read(folder, manifest)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise BundleError(f"The model in {folder} can't be read: {error}.") from error

    @classmethod
    def _read(cls, folder: Path, manifest: dict[str, Any]) -> "ModelBundle":
        source = manifest["catalogue"]
        # Only an empty number is unknown: a song may be called "null".
        unknown = {name: [""] for name in NUMBERS}
        frame = pd.read_csv(folder / CATALOGUE_FILE, dtype=COLUMN_TYPES, keep_default_na=False, na_values=unknown)
        report = CleaningReport(**source["report"])
        catalogue = Catalogue(frame, source["name"], source["sha256"], source["is_sample"], report)
        # Made now, so that no member's request has to wait for it.
        _ = catalogue.row_of, catalogue.texts, catalogue.genres, catalogue.artists
        space = VectorSpace.load(folder)
        clusters = Clusters.load(folder, space.percentiles)
        with np.load(folder / ROWS_FILE, allow_pickle=False) as rows:
            of_row, part = rows["songs"], rows["part"]
            moods = np.array(clusters.names)[rows["mood"]]
        synthetic_genres = SyntheticGenres.load(folder, space.percentiles)
        index = TrackIndex.load(folder)
        songs = Songs.of(of_row, frame["popularity"].to_numpy())
        facts = SongFacts.load(folder)
        facts.lay_out()
        song_map = SongMap.load(folder)
        parts_of_songs = {len(songs), len(index), len(facts), len(song_map)}
        if not len(frame) == len(of_row) == len(moods) == len(part) or len(parts_of_songs) > 1:
            raise ValueError("its parts belong to different catalogues")
        recommender = Recommender(frame, songs, moods, index, facts, Ranker.load(folder / RANKER_FILE))
        classifier = Classifier.load(folder)
        search = TrackSearch(frame)
        return cls(
            manifest["version"],
            manifest,
            catalogue,
            classifier,
            clusters,
            synthetic_genres,
            space,
            recommender,
            search,
            WishReader(catalogue.genres, clusters.names),
            song_map,
            part,
        )

    def without_explicit(self) -> "ModelBundle":
        """The same model, whose lists hold only songs that are known not to be explicit."""
        return replace(self, recommender=self.recommender.without_explicit())

    def seeds_outside(self, frame: pd.DataFrame) -> Seeds:
        """Tracks that the catalogue lacks, for `recommender.recommend([], outside=…)`.

        `frame` has any of the columns `artists`, `track_name`, `album_name` and the audio features. Raises
        UnknownTrackError when it tells nothing.
        """
        heard = self.classifier.answer(frame).chances
        recommender = self.recommender
        return cold_seeds(frame, heard, self.catalogue.frame, recommender.songs, recommender.facts, self.space)


def verify(folder: Path) -> dict[str, Any]:
    """The manifest of the bundle in `folder`, once every file is proven to be what was published.

    Raises BundleError with one sentence.
    """
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(f"There is no trained model in {folder}.") from None
    except (OSError, ValueError):
        raise BundleError(f"The manifest of the model in {folder} is damaged.") from None
    schema = manifest.get("schema") if isinstance(manifest, dict) else None
    if schema != SCHEMA:
        raise BundleError(
            f"The model in {folder} has schema {schema}; this Segue reads schema {SCHEMA}: run `segue train`."
        )
    try:
        expected: dict[str, str] = manifest["files"]
        known = manifest["version"].endswith(_fingerprint(manifest))
    except (KeyError, TypeError, AttributeError):
        raise BundleError(f"The manifest of the model in {folder} is incomplete.") from None
    if not known:
        raise BundleError(f"The manifest of the model in {folder} was changed after it was published.")
    for name, digest in expected.items():
        try:
            actual = _digest(folder / name)
        except OSError:
            raise BundleError(f"The model in {folder} lacks its file {name}.") from None
        if actual != digest:
            raise BundleError(f"The file {name} of the model in {folder} is damaged.")
    return manifest


def write_catalogue(catalogue: Catalogue, folder: Path) -> None:
    """The cleaned catalogue as a gzip file whose bytes depend on nothing but the rows."""
    frame = catalogue.frame[list(CATALOGUE_COLUMNS)]
    frame.to_csv(folder / CATALOGUE_FILE, index=False, compression={"method": "gzip", "mtime": 0})


def publish(
    staging: Path, models: Path, *, catalogue: Catalogue, seed: int, created_at: datetime, facts: dict[str, Any]
) -> Path:
    """Seals the finished directory `staging` with a manifest, moves it into `models` and makes it the current one.

    `facts` (metrics, cluster choice …) goes into the manifest as it is. Returns the published directory.
    """
    files = {path.name: _digest(path) for path in sorted(staging.iterdir())}
    source = {
        "name": catalogue.name,
        "sha256": catalogue.sha256,
        "is_sample": catalogue.is_sample,
        "tracks": len(catalogue.frame),
        "genres": len(catalogue.genres),
        "report": catalogue.report.as_dict(),
    }
    manifest = {
        "schema": SCHEMA,
        "version": "",
        "created_at": created_at.isoformat(),
        "seed": seed,
        "catalogue": source,
        "files": files,
        **facts,
    }
    manifest["version"] = version = f"{created_at:%Y-%m-%d}-{_fingerprint(manifest)}"
    (staging / MANIFEST_FILE).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    # Proof, before anything is switched, that what was written can be read.
    ModelBundle.load(staging)
    for path in (*staging.iterdir(), staging):
        _flush(path)
    target = models / version
    if target.exists():
        _give_way(target)
    if target.exists():
        # The same model was published today already; what is published is never touched again.
        shutil.rmtree(staging)
    else:
        staging.rename(target)
    make_current(models, version)
    return target


def _give_way(published: Path) -> None:
    """Removes a published bundle that has been damaged since."""
    try:
        verify(published)
    except BundleError as error:
        log.warning("replaced: %s", error)
        shutil.rmtree(published)


def make_current(models: Path, version: str) -> None:
    """Points `current` at an already published version, in one atomic step."""
    link = models / f".{CURRENT}.{os.getpid()}"
    with contextlib.suppress(FileNotFoundError):
        link.unlink()
    link.symlink_to(version, target_is_directory=True)
    link.replace(models / CURRENT)
    _flush(models)


def _fingerprint(manifest: dict[str, Any]) -> str:
    """Eight hex digits that stand for the files, the catalogue they were made from and all that is said of them."""
    facts = {name: value for name, value in manifest.items() if name not in NOT_IN_FINGERPRINT}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _digest(path: Path) -> str:
    """Of a file that may be larger than the memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Has the disk really write a file or a directory's entries, so that a power cut can't publish half of it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_current(models: Path) -> ModelBundle:
    """The bundle that `current` names; when it can't be trusted, the newest other one that can.

    Raises BundleError with the first sentence when none can.
    """
    current = (models / CURRENT).resolve()
    others = sorted(
        (path for path in models.iterdir() if (path / MANIFEST_FILE).is_file() and not path.is_symlink()),
        key=lambda path: -(path / MANIFEST_FILE).stat().st_mtime,
    )
    refusal: BundleError | None = None
    for folder in [current, *(path for path in others if path != current)]:
        try:
            bundle = ModelBundle.load(folder)
        except BundleError as error:
            log.warning("refused model: %s", error)
            refusal = refusal or error
            continue
        if refusal is not None:
            log.warning("serving model %s instead", bundle.version)
        return bundle
    raise refusal or BundleError(f"There is no trained model in {models}.")
