"""The trained genre classifier as it serves: the exported CNN, without TensorFlow."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.encoder import TOKEN_WIDTH, UNKNOWN, FeatureEncoder
from ml.quiet import native_chatter_off
from ml.tracks import FEATURE_NAMES

MODEL_FILE = "classifier.tflite"
SETTINGS_FILE = "classifier.json"
# Rows given to the network at once; keeps the memory for a whole catalogue flat.
BATCH = 2048


@dataclass(frozen=True)
class Influence:
    """How much one feature moved one genre's probability: with it minus without it."""

    feature: str
    change: float


class Classifier:
    """Tells the genre probabilities of tracks from their audio features.

    Never sees popularity, names or the row order. Safe to call from several threads.
    """

    def __init__(self, genres: list[str], encoder: FeatureEncoder, temperature: float, model: bytes) -> None:
        # LiteRT is imported here because everything else about a bundle works without it.
        from ai_edge_litert.interpreter import Interpreter

        self.genres = genres
        self._encoder = encoder
        self._temperature = temperature
        self._lock = threading.Lock()
        with native_chatter_off():
            self._network = Interpreter(model_content=model, num_threads=1)
            self._network.allocate_tensors()
        self._input = self._network.get_input_details()[0]["index"]
        outputs = {detail["shape"][-1]: detail["index"] for detail in self._network.get_output_details()}
        self._logits = outputs.pop(len(genres))

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        encoder = FeatureEncoder(tuple(tuple(edges) for edges in settings["edges"]))
        return cls(settings["genres"], encoder, settings["temperature"], (folder / MODEL_FILE).read_bytes())

    def predict_proba(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Genre probabilities: one row per row of `frame`, one column per genre, rows sum to 1.

        `frame` has the dataset's column names; missing columns and NaN mean "unknown".
        """
        return pd.DataFrame(self.probabilities(self._encoder.encode(frame)), index=frame.index, columns=self.genres)

    def probabilities(self, tokens: np.ndarray) -> np.ndarray:
        """Probabilities (rows, genres), float32, of encoded tokens (rows, features, TOKEN_WIDTH)."""
        batches = [self._run(tokens[start : start + BATCH]) for start in range(0, len(tokens), BATCH)]
        if not batches:
            return np.empty((0, len(self.genres)), dtype=np.float32)
        return softmax(np.concatenate(batches) / self._temperature)

    def influences(self, frame: pd.DataFrame, genre: str) -> list[Influence]:
        """What each known feature of the one row in `frame` does to `genre`, strongest first.

        Exact occlusion: each feature in turn is made unknown, which the network was trained to cope with.
        """
        tokens = self._encoder.encode(frame)
        known = [position for position in range(len(FEATURE_NAMES)) if tokens[0, position, UNKNOWN] == 0]
        variants = np.repeat(tokens, len(known) + 1, axis=0)
        for row, position in enumerate(known, start=1):
            variants[row, position] = np.eye(TOKEN_WIDTH, dtype=np.float32)[UNKNOWN]
        chance = self.probabilities(variants)[:, self.genres.index(genre)]
        found = [
            Influence(FEATURE_NAMES[known[row - 1]], float(chance[0] - chance[row])) for row in range(1, len(chance))
        ]
        return sorted(found, key=lambda influence: -abs(influence.change))

    def _run(self, tokens: np.ndarray) -> np.ndarray:
        with self._lock:
            self._network.resize_tensor_input(self._input, tokens.shape)
            self._network.allocate_tensors()
            self._network.set_tensor(self._input, tokens)
            self._network.invoke()
            return self._network.get_tensor(self._logits)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Row-wise softmax of (rows, classes)."""
    exponent = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponent / exponent.sum(axis=1, keepdims=True)
