"""A trained model on disk: one directory that is never changed, with a manifest that proves what it is.

`current` in the models folder is a symbolic link to the bundle that serves; switching it is one atomic rename.
"""

import contextlib
import logging
import os
import shutil
import threading
from collections.abc import Callable
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
from ml.manifest import MANIFEST_FILE, flush, seal, verify
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

CATALOGUE_FILE = "catalogue.csv.gz"
ROWS_FILE = "rows.npz"
RANKER_FILE = "ranker.npz"
CURRENT = "current"
NUMBERS = ("popularity", *FEATURE_NAMES)
COLUMN_TYPES = {name: "float64" if name in NUMBERS else "str" for name in CATALOGUE_COLUMNS}


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
        catalogue = read_stored_catalogue(folder, manifest)
        frame = catalogue.frame
        # Made now, so that no member's request has to wait for it.
        _ = catalogue.row_of, catalogue.texts, catalogue.genres, catalogue.artists
        space = VectorSpace.load(folder)
        clusters = Clusters.load(folder, space.percentiles)
        rows = StoredRows.load(folder)
        moods = np.array(clusters.names)[rows.mood]
        synthetic_genres = SyntheticGenres.load(folder, space.percentiles)
        index = TrackIndex.load(folder)
        songs = Songs.of(rows.songs, frame["popularity"].to_numpy())
        facts = SongFacts.load(folder)
        facts.lay_out()
        song_map = SongMap.load(folder)
        parts_of_songs = {len(songs), len(index), len(facts), len(song_map)}
        if len(frame) != len(rows.part) or len(parts_of_songs) > 1 or list(facts.genres) != catalogue.genres:
            raise ValueError("its parts belong to different catalogues")
        recommender = Recommender(frame, songs, moods, index, facts, Ranker.load(folder / RANKER_FILE))
        classifier = Classifier.load(folder)
        if classifier.genres != catalogue.genres:
            raise ValueError("its parts belong to different catalogues")
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
            rows.part,
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


@dataclass(frozen=True)
class StoredRows:
    """What a bundle says of each row of its catalogue: `songs` its song's number, `mood` the number of its cluster,
    `part` that of the split."""

    songs: np.ndarray
    mood: np.ndarray
    part: np.ndarray

    def save(self, folder: Path) -> None:
        with (folder / ROWS_FILE).open("wb") as file:
            np.savez_compressed(file, songs=self.songs, mood=self.mood.astype(np.uint8), part=self.part.astype("U10"))

    @classmethod
    def load(cls, folder: Path) -> "StoredRows":
        with np.load(folder / ROWS_FILE, allow_pickle=False) as stored:
            rows = cls(stored["songs"], stored["mood"], stored["part"])
        if not len(rows.songs) == len(rows.mood) == len(rows.part):
            raise ValueError("its parts belong to different catalogues")
        return rows


def read_stored_catalogue(folder: Path, manifest: dict[str, Any]) -> Catalogue:
    """The catalogue that the bundle in `folder` was made from. Raises ValueError if that isn't what its manifest says.

    The manifest tells the hash of the file that was cleaned; here only what is left of that can be counted.
    """
    source = manifest["catalogue"]
    # Only an empty number is unknown: a song may be called "null".
    unknown = {name: [""] for name in NUMBERS}
    frame = pd.read_csv(folder / CATALOGUE_FILE, dtype=COLUMN_TYPES, keep_default_na=False, na_values=unknown)
    report = CleaningReport(**source["report"])
    catalogue = Catalogue(frame, source["name"], source["sha256"], source["is_sample"], report)
    if (len(frame), len(catalogue.genres)) != (source["tracks"], source["genres"]):
        raise ValueError("its manifest names another catalogue")
    return catalogue


def write_catalogue(catalogue: Catalogue, folder: Path) -> None:
    """The cleaned catalogue as a gzip file whose bytes depend on nothing but the rows."""
    frame = catalogue.frame[list(CATALOGUE_COLUMNS)]
    frame.to_csv(folder / CATALOGUE_FILE, index=False, compression={"method": "gzip", "mtime": 0})


def publish(
    staging: Path,
    models: Path,
    *,
    catalogue: Catalogue,
    seed: int,
    created_at: datetime,
    facts: dict[str, Any],
    publishing: Callable[[str], None] = lambda _: None,
) -> Path:
    """Seals the finished directory `staging` with a manifest, moves it into `models` and makes it the current one.

    `publishing(version)` is called right before the switch. `facts` (metrics, cluster choice …) goes into the manifest
    as it is. Returns the published directory.
    """
    version = seal(staging, catalogue=catalogue, seed=seed, created_at=created_at, facts=facts)
    # Proof, before anything is switched, that what was written can be read.
    ModelBundle.load(staging)
    publishing(version)
    put_away(staging, models / version)
    make_current(models, version)
    return models / version


def put_away(sealed: Path, target: Path) -> None:
    """Moves a sealed directory to its place in one step; what already stands there is never touched if it is good."""
    for path in (*sealed.iterdir(), sealed):
        flush(path)
    if target.exists():
        _give_way(target)
    if target.exists():
        # The same model was made today already.
        shutil.rmtree(sealed)
    else:
        sealed.rename(target)
        flush(target.parent)


def _give_way(published: Path) -> None:
    """Removes a published bundle that has been damaged since."""
    try:
        verify(published)
    except BundleError as error:
        log.warning("replaced: %s", error)
        shutil.rmtree(published)


def make_current(models: Path, version: str) -> None:
    """Points `current` at an already published version, in one atomic step."""
    link = models / f".{CURRENT}.{os.getpid()}-{threading.get_ident()}"
    with contextlib.suppress(FileNotFoundError):
        link.unlink()
    link.symlink_to(version, target_is_directory=True)
    link.replace(models / CURRENT)
    flush(models)


def load_current(models: Path) -> ModelBundle:
    """The bundle that `current` names; when it can't be trusted, the newest other one that can.

    Raises BundleError with the first sentence when none can.
    """
    refusal: BundleError | None = None
    for folder in serving_order(models):
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


def published_folders(models: Path) -> list[Path]:
    """The bundles that were ever published and are still there, the one last made first.

    What is hidden is still being made or removed, and what was put aside stands in a folder of its own.
    """
    found = [
        path
        for path in models.glob(f"*/{MANIFEST_FILE}")
        if not path.parent.is_symlink() and not path.parent.name.startswith(".")
    ]
    return [path.parent for path in sorted(found, key=lambda path: -path.stat().st_mtime)]


def serving_order(models: Path) -> list[Path]:
    """The folder that `current` names, which may be damaged, then those that may take its place."""
    current = (models / CURRENT).resolve()
    return [current, *(path for path in published_folders(models) if path.resolve() != current)]
