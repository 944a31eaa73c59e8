"""Trains the genre CNN and exports it for serving. The only module of the project that imports TensorFlow."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from ml.catalogue import genre_matrix
from ml.classifier import MODEL_FILE, SETTINGS_FILE, softmax
from ml.encoder import TOKEN_WIDTH, UNKNOWN, FeatureEncoder
from ml.quiet import native_chatter_off
from ml.splits import Split
from ml.tracks import FEATURES

TOKEN_DIMENSIONS = 32
CONVOLUTION_CHANNELS = 128
HIDDEN_UNITS = 512
SMALLEST_BATCH, LARGEST_BATCH = 64, 512
PEAK_LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-2
EPOCHS = 20
# Half of the training rows lose each feature with this chance, so that unknown features are nothing new in service.
FEATURE_DROPOUT = 0.15

EpochDone = Callable[[int, int, float], None]


def train_classifier(
    frame: pd.DataFrame, genres: list[str], split: Split, folder: Path, *, seed: int, epoch_done: EpochDone
) -> None:
    """Trains on the split's training rows, calibrates on its validation rows, writes the model into `folder`.

    `epoch_done(epoch, epochs, loss)` is called after each pass over the training rows.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    # Epoch 0 before the import: it takes seconds.
    epoch_done(0, EPOCHS, float("nan"))
    with native_chatter_off():
        import keras
        import tensorflow

        # The first tensor makes most of the noise.
        tensorflow.zeros(1)
    # Names that count on from an earlier training in this process would end up in the exported file.
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    tensorflow.config.experimental.enable_op_determinism()
    train = frame.iloc[split.train]
    encoder = FeatureEncoder.fit(train)
    tokens = encoder.encode(frame)
    carries = genre_matrix(frame, genres)
    # A track with several genres spreads its target evenly over them.
    targets = (carries / carries.sum(axis=1, keepdims=True)).astype(np.float32)

    batch = batch_for(len(split.train))
    network = _build_network(keras, len(genres), EPOCHS * -(-len(split.train) // batch))

    class Report(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
            epoch_done(epoch + 1, EPOCHS, float((logs or {}).get("loss", float("nan"))))

    network.fit(
        tokens[split.train], targets[split.train], batch_size=batch, epochs=EPOCHS, verbose=0, callbacks=[Report()]
    )
    logits = network.predict(tokens[split.validation], batch_size=4096, verbose=0)
    temperature = fit_temperature(logits, targets[split.validation])
    _export(network, folder)
    settings = {"genres": genres, "edges": encoder.edges, "temperature": temperature}
    (folder / SETTINGS_FILE).write_text(json.dumps(settings), encoding="utf-8")


def batch_for(rows: int) -> int:
    """Rows per step: about a hundred steps per pass, within bounds."""
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, rows // 100))


def fit_temperature(logits: np.ndarray, targets: np.ndarray) -> float:
    """The temperature that minimises the log-loss (Guo et al. 2017, "On Calibration of Modern Neural Networks")."""

    def loss(log_temperature: float) -> float:
        chances = softmax(logits / np.exp(log_temperature))
        return float(-(targets * np.log(np.clip(chances, 1e-12, 1.0))).sum(axis=1).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def _build_network(keras: Any, genres: int, steps: int) -> Any:
    layers: Any = keras.layers
    ops: Any = keras.ops

    class FeatureDropout(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.draw = keras.random.SeedGenerator()

        def call(self, tokens: Any, training: bool = False) -> Any:
            if not training:
                return tokens
            rows = ops.shape(tokens)[0]
            touched = keras.random.uniform((rows, 1, 1), seed=self.draw) < 0.5
            lost = keras.random.uniform((rows, len(FEATURES), 1), seed=self.draw) < FEATURE_DROPOUT
            lost = ops.cast(ops.logical_and(touched, lost), tokens.dtype)
            return tokens * (1 - lost) + lost * ops.one_hot(ops.array([[UNKNOWN]]), TOKEN_WIDTH, dtype=tokens.dtype)

    class TokenEmbedding(layers.Layer):
        """One linear map per feature: (rows, features, TOKEN_WIDTH) -> (rows, features, TOKEN_DIMENSIONS)."""

        def build(self, shape: tuple[int, ...]) -> None:
            spread = keras.initializers.RandomNormal(stddev=0.3)
            self.kernel = self.add_weight(shape=(*shape[1:], TOKEN_DIMENSIONS), initializer=spread)
            self.bias = self.add_weight(shape=(shape[1], TOKEN_DIMENSIONS), initializer="zeros")

        def call(self, tokens: Any) -> Any:
            return ops.einsum("nfw,fwd->nfd", tokens, self.kernel) + self.bias

    def dense(units: int, values: Any) -> Any:
        return layers.Activation("relu")(layers.BatchNormalization()(layers.Dense(units)(values)))

    tokens = layers.Input((len(FEATURES), TOKEN_WIDTH))
    values = layers.Activation("relu")(TokenEmbedding()(FeatureDropout()(tokens)))
    values = layers.Conv1D(CONVOLUTION_CHANNELS, 3, padding="same", activation="relu")(values)
    deeper = layers.Conv1D(CONVOLUTION_CHANNELS, 3, padding="same", activation="relu")(values)
    values = layers.Flatten()(layers.Add()([values, deeper]))
    values = dense(HIDDEN_UNITS, layers.Dropout(0.2)(values))
    values = dense(HIDDEN_UNITS // 2, layers.Dropout(0.35)(values))
    network = keras.Model(tokens, layers.Dense(genres)(layers.Dropout(0.35)(values)))

    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warm_up, warmup_target=PEAK_LEARNING_RATE, warmup_steps=warm_up
    )
    network.compile(
        keras.optimizers.AdamW(schedule, weight_decay=WEIGHT_DECAY),
        keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    return network


def _export(network: Any, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / MODEL_FILE
        network.export(path, format="litert", verbose=False)
        (folder / MODEL_FILE).write_bytes(path.read_bytes())
