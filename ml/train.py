"""Clean -> split -> CNN -> clusters -> vectors -> index -> map -> evaluation on held-out tracks -> published bundle."""

import logging
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ml.bundle import RANKER_FILE, ROWS_FILE, publish, write_catalogue
from ml.calibration import Answer
from ml.catalogue import Catalogue, genre_matrix
from ml.classifier import Classifier
from ml.classifier_training import train_classifier
from ml.clusters import Clusters, fit_clusters
from ml.index import TrackIndex
from ml.metrics import classifier_scores, neighbour_genre_precision
from ml.percentiles import Percentiles
from ml.ranking.candidates import with_fame
from ml.ranking.facts import SongFacts
from ml.ranking.ranker import Ranker
from ml.song_map import SongMap
from ml.songs import Songs, group_songs
from ml.splits import Split, split_by_song
from ml.synthetic_genres import fit_synthetic_genres
from ml.tracks import SOUND_COLUMNS, split_values
from ml.vectors import VectorSpace

log = logging.getLogger(__name__)

STAGING_PREFIX = ".training-"
# Held-out tracks whose neighbours are looked at; more change the figure by less than its own noise.
NEIGHBOUR_QUERIES = 2_000

# Called with a stage's name, how much of it is done, out of how much, and a note on how it goes.
Progress = Callable[[str, int, int, str], None]
STAGES = ("Splitting", "Genre classifier", "Moods", "Vectors", "Map", "Evaluating", "Publishing")


@dataclass(frozen=True)
class Trained:
    """A published bundle: where it is and what its manifest says of it."""

    path: Path
    version: str
    metrics: dict[str, Any]
    seconds: float


def train(catalogue: Catalogue, models: Path, *, seed: int, now: datetime, progress: Progress) -> Trained:
    """Trains on `catalogue` and publishes the bundle in `models`. Nothing is published when anything fails."""
    started = time.monotonic()
    models.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(models)
    staging = Path(tempfile.mkdtemp(prefix=f"{STAGING_PREFIX}{os.getpid()}-", dir=models))
    try:
        facts = _fit(catalogue, staging, seed, progress)
        progress("Publishing", 0, 1, "")
        facts["seconds"] = round(time.monotonic() - started, 1)
        path = publish(staging, models, catalogue=catalogue, seed=seed, created_at=now, facts=facts)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    progress("Publishing", 1, 1, path.name)
    log.info("published model %s from %s", path.name, catalogue.name)
    return Trained(path, path.name, facts["metrics"], facts["seconds"])


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


def _fit(catalogue: Catalogue, folder: Path, seed: int, progress: Progress) -> dict[str, Any]:
    """Fits every part, writes it into `folder` and returns what the manifest should say."""
    frame, genres = catalogue.frame, catalogue.genres
    progress("Splitting", 0, 1, "")
    split = split_by_song(frame, seed)
    carries = genre_matrix(frame, genres)
    progress("Splitting", 1, 1, f"{len(split.train):,} to train on")

    def epoch_done(epoch: int, epochs: int, loss: float) -> None:
        progress("Genre classifier", epoch, epochs, f"loss {loss:.2f}" if epoch else "starting TensorFlow")

    train_classifier(frame, genres, split, folder, seed=seed, epoch_done=epoch_done)
    classifier = Classifier.load(folder)
    # How the catalogue sounds; what it is called and filed under is no part of that.
    by_sound = classifier.answer(frame[list(SOUND_COLUMNS)])
    heard = by_sound.chances

    def tried_one(done: int, total: int) -> None:
        progress("Moods", done, total, "")

    percentiles = Percentiles.fit(frame)
    clusters, choice = fit_clusters(frame, genres, carries, percentiles, seed=seed, tried_one=tried_one)
    clusters.save(folder)
    synthetic_genres = fit_synthetic_genres(frame, genres, carries, percentiles, seed=seed)
    synthetic_genres.save(folder)

    progress("Vectors", 0, 1, "")
    songs = Songs.of(group_songs(frame), frame["popularity"].to_numpy())
    # What was learned from playlists belongs to the model: a later Segue may have learned something else.
    ranker = Ranker.load()
    ranker.save(folder / RANKER_FILE)
    facts = SongFacts.of(frame, songs, percentiles).dated(ranker.era)
    facts.save(folder)
    best, labels = frame.iloc[songs.row_of], facts.carries > 0
    space = VectorSpace.fit(best, labels, heard[songs.row_of], percentiles, seed=seed)
    space.save(folder)
    vectors = space.encode(best, labels, heard[songs.row_of])
    TrackIndex.build(with_fame(vectors, facts.fame)).save(folder)
    _write_rows(catalogue, clusters, split, songs, folder)
    write_catalogue(catalogue, folder)
    progress("Vectors", 1, 1, f"{len(songs):,} songs")

    progress("Map", 0, 1, "")
    song_map = SongMap.fit(vectors, facts, seed=seed)
    song_map.save(folder)
    progress("Map", 1, 1, f"{len(song_map.names)} regions")

    progress("Evaluating", 0, 1, "")
    test = split.test
    judged = classifier.answer(frame.iloc[test])
    metrics: dict[str, Any] = {
        "protocol": "60/20/20 by song, every genre in proportion; scores on the test part, against the genre set",
        "test_tracks": len(test),
        "classifier": classifier_scores(judged, carries[test]),
        "classifier by sound alone": classifier_scores(by_sound[test], carries[test]),
        "majority": _majority_scores(carries, split),
        "neighbours": _neighbour_scores(catalogue, carries, heard, percentiles, split, seed),
    }
    progress("Evaluating", 1, 1, f"hit@1 {metrics['classifier']['hit@1']:.3f}")
    return {
        "metrics": metrics,
        "clusters": choice,
        "synthetic_genres": synthetic_genres.names,
        "made_with": f"Python {platform.python_version()}",
    }


def _write_rows(catalogue: Catalogue, clusters: Clusters, split: Split, songs: Songs, folder: Path) -> None:
    mood_number = {name: number for number, name in enumerate(clusters.names)}
    moods = clusters.predict(catalogue.frame).map(mood_number).to_numpy(dtype=np.uint8)
    part = split.part_of_row(len(moods)).astype("U10")
    with (folder / ROWS_FILE).open("wb") as file:
        np.savez_compressed(file, songs=songs.of_row, mood=moods, part=part)


def _majority_scores(carries: np.ndarray, split: Split) -> dict[str, float]:
    """What always naming the most frequent genres would score."""
    shares = carries[split.train].sum(axis=0) / carries[split.train].sum()
    chances = np.tile(shares, (len(split.test), 1))
    return classifier_scores(Answer(chances, chances), carries[split.test])


def _neighbour_scores(
    catalogue: Catalogue, carries: np.ndarray, heard: np.ndarray, percentiles: Percentiles, split: Split, seed: int
) -> dict[str, float]:
    """Neighbours of held-out tracks by sound alone (their labels hidden): learned vectors against raw features."""
    rows = np.random.default_rng(seed).permutation(split.test)[:NEIGHBOUR_QUERIES]
    pool = split.train
    # The served space knows every track's labels; this one those of the training tracks.
    space = VectorSpace.fit(catalogue.frame.iloc[pool], carries[pool], heard[pool], percentiles, seed=seed)
    artists = catalogue.frame["artists"].map(lambda joined: split_values(joined)[0]).to_numpy(dtype=str)
    hidden = np.zeros_like(carries)
    learned = space.encode(catalogue.frame[list(SOUND_COLUMNS)], hidden, heard)
    raw = percentiles.of(catalogue.frame) - 0.5
    raw /= np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-12)

    def precision(vectors: np.ndarray) -> float:
        return neighbour_genre_precision(
            vectors[rows], carries[rows], artists[rows], vectors[pool], carries[pool], artists[pool]
        )

    return {"genre_precision@10": precision(learned), "raw_audio_genre_precision@10": precision(raw)}
