"""The genre network in Keras: an audio tower, a names tower, and a gate for what the training tracks say.

Built only while training; `ml.classifier` serves the exported file.
"""

from dataclasses import dataclass
from typing import Any

from ml.encoder import TOKEN_WIDTH
from ml.inputs import ARTISTS, CHARACTERS, SOURCES, TEXT_LENGTHS
from ml.tracks import FEATURES

TOKEN_DIMENSIONS = 32
CONVOLUTION_CHANNELS = 128
AUDIO_UNITS = 384
CHARACTER_DIMENSIONS = 16
# Filters of each width, after Kim 2014, "Convolutional Neural Networks for Sentence Classification".
FILTER_WIDTHS, FILTERS = (3, 5), 96
# Divides the length of every field. Pooling in two steps is three times as fast as one maximum over the field.
POOL = 8
NAME_UNITS = 192
ARTIST_DIMENSIONS = 48
EVIDENCE_UNITS = 256
HIDDEN_UNITS = 384
# Log ratios reach ±5; the towers' activations are around 1.
EVIDENCE_SCALE = 0.3


@dataclass(frozen=True)
class Parts:
    """Which parts a network has; all of them in the served one, fewer where it is asked what each is worth."""

    audio: bool = True
    names: bool = True
    evidence: tuple[str, ...] = SOURCES


def build_network(keras: Any, genres: int, alphabet: int, artists: int, parts: Parts) -> Any:
    """Inputs named as the fields of `ml.inputs.Inputs`, output: logits (rows, genres).

    `alphabet` and `artists` count the numbers in use, 0 included.
    """
    layers, ops = keras.layers, keras.ops
    inputs = {
        "tokens": layers.Input((len(FEATURES), TOKEN_WIDTH), name="tokens"),
        "characters": layers.Input((CHARACTERS,), dtype="int32", name="characters"),
        "artists": layers.Input((ARTISTS,), dtype="int32", name="artists"),
        "ratios": layers.Input((len(SOURCES), genres), name="ratios"),
        "strengths": layers.Input((len(SOURCES),), name="strengths"),
    }
    used, towers = [], []
    if parts.audio:
        towers.append(_audio_tower(keras, inputs["tokens"]))
        used.append("tokens")
    if parts.names:
        spelled = _spelling_tower(keras, inputs["characters"], alphabet)
        towers.append(layers.Concatenate()([spelled, _artists_place(keras, inputs["artists"], artists)]))
        used += ["characters", "artists"]
    if parts.evidence:
        wanted = ops.array([float(source in parts.evidence) for source in SOURCES])
        ratios, strengths = inputs["ratios"] * wanted[None, :, None], inputs["strengths"] * wanted[None, :]
        flat = layers.Concatenate()([layers.Flatten()(ratios) * EVIDENCE_SCALE, strengths])
        towers.append(_dense(keras, EVIDENCE_UNITS, layers.Dropout(0.3)(flat)))
        used += ["ratios", "strengths"]
    joined = layers.Concatenate()(towers) if len(towers) > 1 else towers[0]
    hidden = _dense(keras, HIDDEN_UNITS, layers.Dropout(0.3)(joined))
    logits = layers.Dense(genres)(layers.Dropout(0.35)(hidden))
    if parts.evidence:
        # Where much is known of the artist, the towers' opinion counts for less.
        start = keras.initializers.Constant(1.0)
        share = layers.Dense(1, activation="sigmoid", kernel_initializer="zeros", bias_initializer=start)(strengths)
        logits = logits * share + _evidence_gate(keras)([ratios, strengths])
    return keras.Model({name: inputs[name] for name in used}, logits)


def _dense(keras: Any, units: int, values: Any) -> Any:
    layers = keras.layers
    return layers.Activation("relu")(layers.BatchNormalization()(layers.Dense(units)(values)))


def _audio_tower(keras: Any, tokens: Any) -> Any:
    layers = keras.layers
    values = layers.Activation("relu")(_token_embedding(keras)(tokens))
    values = layers.Conv1D(CONVOLUTION_CHANNELS, 3, padding="same", activation="relu")(values)
    deeper = layers.Conv1D(CONVOLUTION_CHANNELS, 3, padding="same", activation="relu")(values)
    values = layers.Flatten()(layers.Add()([values, deeper]))
    return _dense(keras, AUDIO_UNITS, layers.Dropout(0.2)(values))


def _spelling_tower(keras: Any, characters: Any, alphabet: int) -> Any:
    layers, ops = keras.layers, keras.ops
    embedded = layers.Embedding(alphabet, CHARACTER_DIMENSIONS)(characters)
    found = []
    for width in FILTER_WIDTHS:
        pooled = layers.MaxPooling1D(POOL)(layers.Conv1D(FILTERS, width, padding="same")(embedded))
        start = 0
        for length in TEXT_LENGTHS.values():
            end = start + length // POOL
            found.append(layers.Activation("relu")(ops.max(pooled[:, start:end], axis=1)))
            start = end
    return _dense(keras, NAME_UNITS, layers.Dropout(0.4)(layers.Concatenate()(found)))


def _artists_place(keras: Any, numbers: Any, artists: int) -> Any:
    """The mean of the places of a track's artists; the origin for nobody known."""
    ops = keras.ops
    known = ops.cast(ops.greater(numbers, 0), "float32")[:, :, None]
    places = keras.layers.Embedding(artists, ARTIST_DIMENSIONS)(numbers)
    return ops.sum(places * known, axis=1) / ops.maximum(ops.sum(known, axis=1), 1.0)


def _token_embedding(keras: Any) -> Any:
    """One linear map per feature: (rows, features, TOKEN_WIDTH) -> (rows, features, TOKEN_DIMENSIONS)."""

    class TokenEmbedding(keras.layers.Layer):
        def build(self, shape: tuple[int, ...]) -> None:
            spread = keras.initializers.RandomNormal(stddev=0.3)
            self.kernel = self.add_weight(shape=(*shape[1:], TOKEN_DIMENSIONS), initializer=spread)
            self.bias = self.add_weight(shape=(shape[1], TOKEN_DIMENSIONS), initializer="zeros")

        def call(self, tokens: Any) -> Any:
            return keras.ops.einsum("nfw,fwd->nfd", tokens, self.kernel) + self.bias

    return TokenEmbedding()


def _evidence_gate(keras: Any) -> Any:
    """The weighted sum of the sources' log ratios; a source's weight grows with all the sources' strengths."""
    ops = keras.ops

    class EvidenceGate(keras.layers.Layer):
        def build(self, shape: list[tuple[int, ...]]) -> None:
            sources = shape[0][1]
            start = keras.initializers.Constant(EVIDENCE_SCALE)
            self.weight = self.add_weight(shape=(sources,), initializer=start)
            self.growth = self.add_weight(shape=(sources, sources), initializer="zeros")

        def call(self, inputs: list[Any]) -> Any:
            ratios, strengths = inputs
            weights = self.weight + ops.matmul(strengths, self.growth)
            return ops.squeeze(ops.matmul(weights[:, None, :], ratios), axis=1)

    return EvidenceGate()
