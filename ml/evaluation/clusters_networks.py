"""Small Keras CNNs that guess a track's cluster, from its sound or from nothing but its names."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from ml.classifier_training import start_keras
from ml.encoder import FeatureEncoder
from ml.percentiles import COLUMNS
from ml.splits import Split

BATCH = 256
AUDIO_EPOCHS, AUDIO_LEARNING_RATE = 20, 1e-2
TEXT_EPOCHS, TEXT_LEARNING_RATE = 7, 5e-3
TOKEN_DIMENSIONS, AUDIO_CHANNELS = 8, 32
BOTTLENECK = 6
CHARACTER_DIMENSIONS, TEXT_CHANNELS = 24, 64
WIDTHS = (2, 3, 4, 5)
# Characters read of each text; three quarters are no longer, and every further one costs time on each row.
TEXT_LENGTHS = {"artists": 24, "album_name": 28, "track_name": 28}
# Rarer characters, most of them one song's, are all read as the same one.
LARGEST_ALPHABET = 400
PADDING, RARE = 0, 1


def guess_from_audio(frame: pd.DataFrame, groups: np.ndarray, split: Split, *, seed: int) -> np.ndarray:
    """Trains on the split's training rows with `groups`, int (rows,); returns the guess for each of its test rows.

    It hears the continuous features, which clusters are made of; key, mode and the like would be noise.
    """
    keras = start_keras(seed)
    tokens = FeatureEncoder.fit(frame.iloc[split.train]).encode(frame)[:, COLUMNS]
    network = _audio_network(keras, tokens.shape[1:], int(groups.max()) + 1)
    return _trained_guess(keras, network, tokens, groups, split, AUDIO_EPOCHS, AUDIO_LEARNING_RATE)


def guess_from_text(frame: pd.DataFrame, groups: np.ndarray, split: Split, *, seed: int) -> np.ndarray:
    """As `guess_from_audio`, but knowing only artists, album and title, letter by letter."""
    keras = start_keras(seed)
    characters, alphabet = encode_text(frame, split.train)
    network = _text_network(keras, alphabet, int(groups.max()) + 1)
    return _trained_guess(keras, network, characters, groups, split, TEXT_EPOCHS, TEXT_LEARNING_RATE)


def encode_text(frame: pd.DataFrame, train: np.ndarray) -> tuple[np.ndarray, int]:
    """The rows' texts as numbers of characters, int16 (rows, characters), and how many numbers there are.

    Each text has its own stretch of the row. The alphabet is that of the rows `train`.
    """
    texts = {name: frame[name].fillna("").str.lower().tolist() for name in TEXT_LENGTHS}
    counts = Counter[str]()
    for name in texts:
        counts.update("".join(texts[name][row] for row in train))
    number_of = {letter: number for number, (letter, _) in enumerate(counts.most_common(LARGEST_ALPHABET), RARE + 1)}
    stretches = []
    for name, length in TEXT_LENGTHS.items():
        stretch = np.full((len(frame), length), PADDING, dtype=np.int16)
        for row, text in enumerate(texts[name]):
            numbers = [number_of.get(letter, RARE) for letter in text[:length]]
            stretch[row, : len(numbers)] = numbers
        stretches.append(stretch)
    return np.column_stack(stretches), len(number_of) + RARE + 1


def _trained_guess(
    keras: Any, network: Any, inputs: np.ndarray, groups: np.ndarray, split: Split, epochs: int, peak: float
) -> np.ndarray:
    """The guess for each test row, after a warm-up to the learning rate `peak` and a cosine down from it."""
    steps = epochs * -(-len(split.train) // BATCH)
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm_up), warmup_target=peak, warmup_steps=warm_up
    )
    network.compile(
        keras.optimizers.AdamW(schedule, weight_decay=1e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    network.fit(inputs[split.train], groups[split.train], batch_size=BATCH, epochs=epochs, verbose=0)
    return network.predict(inputs[split.test], batch_size=2048, verbose=0).argmax(axis=1)


def _audio_network(keras: Any, shape: tuple[int, ...], groups: int) -> Any:
    """One linear map per feature and a convolution over neighbouring features, as the genre classifier has.

    All of it must pass through a few numbers: clusters are cells in a space of few dimensions, and a network that
    knows it overfits less.
    """
    layers = keras.layers
    tokens = layers.Input(shape)
    values = layers.EinsumDense("nfw,fwd->nfd", (shape[0], TOKEN_DIMENSIONS), bias_axes="fd")(tokens)
    values = layers.Conv1D(AUDIO_CHANNELS, 3, padding="same")(values)
    few = layers.Dense(BOTTLENECK)(layers.Flatten()(values))
    bent = layers.Dense(256, activation="relu")(few)
    return keras.Model(tokens, layers.Dense(groups)(layers.Concatenate()([few, bent])))


def _text_network(keras: Any, alphabet: int, groups: int) -> Any:
    """Convolutions of several widths over characters (Kim 2014, "Convolutional Neural Networks for Sentence …").

    The same filters read all three texts, but what they find is kept apart: a word says more as an artist's name.
    """
    layers = keras.layers
    characters = layers.Input((sum(TEXT_LENGTHS.values()),), dtype="int32")
    letters = layers.Embedding(alphabet, CHARACTER_DIMENSIONS)(characters)
    filters = [layers.Conv1D(TEXT_CHANNELS, width, padding="same") for width in WIDTHS]
    strongest, start = [], 0
    for length in TEXT_LENGTHS.values():
        text = letters[:, start : start + length]
        strongest += [layers.GlobalMaxPooling1D()(convolution(text)) for convolution in filters]
        start += length
    # After the maximum, where it comes to the same and costs a fiftieth.
    values = layers.Activation("relu")(layers.Concatenate()(strongest))
    values = layers.Dense(256, activation="relu")(layers.Dropout(0.1)(values))
    return keras.Model(characters, layers.Dense(groups)(layers.Dropout(0.1)(values)))
