"""The trained genre classifier as it serves: the exported network and what it is told, without TensorFlow."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.calibration import Answer, Calibration
from ml.evidence_file import load_encoder
from ml.inputs import InputEncoder, Inputs
from ml.names import fold
from ml.quiet import native_chatter_off
from ml.tracks import FEATURE_NAMES, SEPARATOR, TEXT_COLUMNS, split_values
from ml.words import texts_of

MODEL_FILE = "classifier.tflite"
SETTINGS_FILE = "classifier.json"
# Rows given to the network at once; keeps the memory for a whole catalogue flat.
BATCH = 512
# Of a thousand tracks the second thread saves a sixth of the time; one track is too little work for more.
THREADS = 2
# Further words of long albums and titles hardly ever decide, and each costs time.
LONGEST_WORDS = 8


@dataclass(frozen=True)
class Influence:
    """How much one thing known of a track moved the probability that one genre is its own: with it minus without it.

    `field` is a column of the catalogue; `text` is the artist's name or the word, None for an audio feature.
    """

    field: str
    text: str | None
    change: float


class Classifier:
    """Tells the genre probabilities of tracks from their audio features, artists, album and title.

    Never sees popularity or the row order; told of the training tracks what others were filed under, never the track
    itself. Safe to call from several threads.
    """

    def __init__(self, genres: list[str], encoder: InputEncoder, calibration: Calibration, model: bytes) -> None:
        # LiteRT is imported here because everything else about a bundle works without it.
        from ai_edge_litert.interpreter import Interpreter

        self.genres = genres
        self._encoder = encoder
        self._calibration = calibration
        self._lock = threading.Lock()
        with native_chatter_off():
            self._network = Interpreter(model_content=model, num_threads=THREADS)
            self._network.allocate_tensors()
        names = Inputs.__dataclass_fields__
        self._inputs = {
            next(name for name in names if f"_{name}:" in detail["name"] or detail["name"].endswith(name)): detail[
                "index"
            ]
            for detail in self._network.get_input_details()
        }
        self._logits = self._network.get_output_details()[0]["index"]

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        genres = settings["genres"]
        encoder = load_encoder(folder, len(genres))
        return cls(genres, encoder, Calibration(**settings["calibration"]), (folder / MODEL_FILE).read_bytes())

    def predict_proba(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Genre probabilities: one row per row of `frame`, one column per genre, rows sum to 1.

        `frame` has the dataset's column names; missing columns, NaN and impossible values mean "unknown", further
        columns are ignored. With a `track_id` that was trained on, the track's own genres are left out of account.
        """
        return self._table(frame, self.answer(frame).chances)

    def predict_memberships(self, frame: pd.DataFrame) -> pd.DataFrame:
        """How probable it is that each genre is one of the track's own, as `predict_proba`, but for the sum.

        The calibrated answer: of the genres given 70 %, seven in ten are right. A track can be sure of two.
        """
        return self._table(frame, self.answer(frame).memberships)

    def answer(self, frame: pd.DataFrame) -> Answer:
        """Both of the above at once, as arrays."""
        batches = [
            self._answer(self._encoder.encode(frame.iloc[start : start + BATCH]))
            for start in range(0, len(frame), BATCH)
        ]
        nothing = np.empty((0, len(self.genres)), dtype=np.float32)
        return Answer(
            np.concatenate([nothing, *(batch.chances for batch in batches)]),
            np.concatenate([nothing, *(batch.memberships for batch in batches)]),
        )

    def _table(self, frame: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values, index=frame.index, columns=self.genres)

    def influences(self, frame: pd.DataFrame, genre: str) -> list[Influence]:
        """What each thing known of the one row in `frame` does to `genre`, the largest change first.

        Exact occlusion: in turn each feature, artist and word of album and title is taken away and the whole
        classification done again.
        """
        without = _occlusions(frame)
        variants = pd.concat([frame, *(variant for _, _, variant in without)], ignore_index=True)
        chance = self.predict_memberships(variants)[genre].to_numpy()
        found = [
            Influence(field, text, float(chance[0] - chance[row]))
            for row, (field, text, _) in enumerate(without, start=1)
        ]
        return sorted(found, key=lambda influence: -abs(influence.change))

    def _answer(self, inputs: Inputs) -> Answer:
        arrays = inputs.fed()
        with self._lock:
            for name, index in self._inputs.items():
                self._network.resize_tensor_input(index, arrays[name].shape)
            self._network.allocate_tensors()
            for name, index in self._inputs.items():
                self._network.set_tensor(index, arrays[name])
            self._network.invoke()
            logits = self._network.get_tensor(self._logits)
        return self._calibration.answer(logits, inputs)


def _occlusions(frame: pd.DataFrame) -> list[tuple[str, str | None, pd.DataFrame]]:
    """Copies of the one row of `frame` with one known thing less each: (column, text or None, row)."""
    found: list[tuple[str, str | None, pd.DataFrame]] = []
    for name in FEATURE_NAMES:
        if name in frame.columns and pd.notna(frame[name].iloc[0]):
            found.append((name, None, frame.assign(**{name: np.nan})))
    for name in TEXT_COLUMNS:
        text = texts_of(frame, name)[0]
        artists = name == "artists"
        parts = split_values(text) if artists else text.split()
        for position, part in enumerate(parts[:LONGEST_WORDS]):
            rest = parts[:position] + parts[position + 1 :]
            if fold(part):
                found.append((name, part, frame.assign(**{name: (SEPARATOR if artists else " ").join(rest)})))
    return found
