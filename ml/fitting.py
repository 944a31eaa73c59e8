"""The steps of a training, each of which writes its part of a bundle into one folder.

What depends on what: the vectors, and with them the index and the map, listen with the classifier; the moods and
synthetic genres need the catalogue alone; the ranker and the facts about songs come with the vectors.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ml.bundle import RANKER_FILE, StoredRows
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
from ml.songs import Songs
from ml.splits import Split
from ml.stages import CLASSIFIER, EVALUATING, MAP, MOODS, VECTORS, Progress
from ml.synthetic_genres import fit_synthetic_genres
from ml.tracks import SOUND_COLUMNS, split_values
from ml.vectors import VectorSpace

# Held-out tracks whose neighbours are looked at; more change the figure by less than its own noise.
NEIGHBOUR_QUERIES = 2_000


@dataclass(frozen=True)
class Fitting:
    """One training under way in `folder`.

    `percentiles` and `songs` are those of the catalogue, or of the bundle that keeps them; `targets` are what the
    classifier should say of each row, None for the genres it is filed under.
    """

    catalogue: Catalogue
    split: Split
    percentiles: Percentiles
    songs: Songs
    folder: Path
    seed: int
    progress: Progress
    targets: np.ndarray | None = field(default=None, repr=False)

    @cached_property
    def carries(self) -> np.ndarray:
        return genre_matrix(self.catalogue.frame, self.catalogue.genres)

    @cached_property
    def classifier(self) -> Classifier:
        """The one in the folder, fitted or taken over."""
        return Classifier.load(self.folder)

    @cached_property
    def by_sound(self) -> Answer:
        """How the catalogue sounds; what it is called and filed under is no part of that."""
        return self.classifier.answer(self.catalogue.frame[list(SOUND_COLUMNS)])

    def fit_classifier(self) -> None:
        frame, genres = self.catalogue.frame, self.catalogue.genres

        def epoch_done(epoch: int, epochs: int, loss: float) -> None:
            self.progress(CLASSIFIER, epoch, epochs, f"loss {loss:.2f}" if epoch else "starting TensorFlow")

        train_classifier(
            frame, genres, self.split, self.folder, seed=self.seed, epoch_done=epoch_done, targets=self.targets
        )

    def fit_groups(self) -> dict[str, Any]:
        """Moods and synthetic genres; returns what the manifest says of them."""
        frame, genres = self.catalogue.frame, self.catalogue.genres

        def tried_one(done: int, total: int) -> None:
            self.progress(MOODS, done, total, "")

        clusters, choice = fit_clusters(
            frame, genres, self.carries, self.percentiles, seed=self.seed, tried_one=tried_one
        )
        clusters.save(self.folder)
        synthetic_genres = fit_synthetic_genres(frame, genres, self.carries, self.percentiles, seed=self.seed)
        synthetic_genres.save(self.folder)
        return {"clusters": choice, "synthetic_genres": synthetic_genres.names}

    def write_rows(self) -> None:
        """Each row's song, mood and part of the split; the moods are those of the clusters in the folder."""
        clusters = Clusters.load(self.folder, self.percentiles)
        number = {name: number for number, name in enumerate(clusters.names)}
        moods = clusters.predict(self.catalogue.frame).map(number).to_numpy()
        StoredRows(self.songs.of_row, moods, self.split.part_of_row(len(moods))).save(self.folder)

    def fit_vectors(self, ranker: Ranker, facts: SongFacts) -> None:
        """The vector space, the index and the map of the songs."""
        frame, songs = self.catalogue.frame, self.songs
        best, labels, heard = frame.iloc[songs.row_of], facts.carries > 0, self.by_sound.chances[songs.row_of]
        space = VectorSpace.fit(best, labels, heard, self.percentiles, seed=self.seed)
        space.save(self.folder)
        vectors = space.encode(best, labels, heard)
        TrackIndex.build(with_fame(vectors, facts.fame)).save(self.folder)
        self.progress(VECTORS, 1, 1, f"{len(songs):,} songs")

        self.progress(MAP, 0, 1, "")
        song_map = SongMap.fit(vectors, facts, seed=self.seed)
        song_map.save(self.folder)
        self.progress(MAP, 1, 1, f"{len(song_map.names)} regions")

    def make_facts(self) -> tuple[Ranker, SongFacts]:
        """The ranker that comes with this Segue, and what it reads of the songs."""
        # What was learned from playlists belongs to the model: a later Segue may have learned something else.
        ranker = Ranker.load()
        ranker.save(self.folder / RANKER_FILE)
        facts = SongFacts.of(self.catalogue.frame, self.songs, self.percentiles).dated(ranker.era)
        facts.save(self.folder)
        return ranker, facts

    def evaluate(self) -> dict[str, Any]:
        """The scores on the test part, as the manifest tells them."""
        self.progress(EVALUATING, 0, 1, "")
        test, carries = self.split.test, self.carries
        judged = self.classifier.answer(self.catalogue.frame.iloc[test])
        metrics: dict[str, Any] = {
            "protocol": "60/20/20 by song, every genre in proportion; scores on the test part, against the genre set",
            "test_tracks": len(test),
            "classifier": classifier_scores(judged, carries[test]),
            "classifier by sound alone": classifier_scores(self.by_sound[test], carries[test]),
            "majority": self._majority_scores(),
            "neighbours": self._neighbour_scores(),
        }
        self.progress(EVALUATING, 1, 1, f"hit@1 {metrics['classifier']['hit@1']:.3f}")
        return metrics

    def _majority_scores(self) -> dict[str, float]:
        """What always naming the most frequent genres would score."""
        carries, split = self.carries, self.split
        shares = carries[split.train].sum(axis=0) / carries[split.train].sum()
        chances = np.tile(shares, (len(split.test), 1))
        return classifier_scores(Answer(chances, chances), carries[split.test])

    def _neighbour_scores(self) -> dict[str, float]:
        """Neighbours of held-out tracks by sound alone, their labels hidden: learned vectors against raw features."""
        frame, carries, heard = self.catalogue.frame, self.carries, self.by_sound.chances
        rows = np.random.default_rng(self.seed).permutation(self.split.test)[:NEIGHBOUR_QUERIES]
        pool = self.split.train
        # The served space knows every track's labels; this one those of the training tracks.
        space = VectorSpace.fit(frame.iloc[pool], carries[pool], heard[pool], self.percentiles, seed=self.seed)
        artists = frame["artists"].map(lambda joined: split_values(joined)[0]).to_numpy(dtype=str)
        hidden = np.zeros_like(carries)
        learned = space.encode(frame[list(SOUND_COLUMNS)], hidden, heard)
        raw = self.percentiles.of(frame) - 0.5
        raw /= np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-12)

        def precision(vectors: np.ndarray) -> float:
            return neighbour_genre_precision(
                vectors[rows], carries[rows], artists[rows], vectors[pool], carries[pool], artists[pool]
            )

        return {"genre_precision@10": precision(learned), "raw_audio_genre_precision@10": precision(raw)}
