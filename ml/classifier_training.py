"""Fits the genre network to the training rows, calibrates it on the validation rows, exports it for serving."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml.calibration import fit_calibration
from ml.classifier import MODEL_FILE, SETTINGS_FILE
from ml.encoder import UNKNOWN, FeatureEncoder
from ml.evidence_file import save_encoder
from ml.inputs import NAME_SOURCES, SOUND_SOURCES, TEXT_LENGTHS, Evidence, InputEncoder, Inputs, gathered
from ml.memory import evidence_for_strangers, fit_memory
from ml.names import credited_artists, first_artist
from ml.network import Parts, build_network
from ml.quiet import native_chatter_off
from ml.sound import fit_sound
from ml.splits import Split
from ml.training_tracks import TrainingTracks, genre_targets
from ml.words import evidence_from_others, fit_words, texts_of

SMALLEST_BATCH, LARGEST_BATCH = 64, 256
PEAK_LEARNING_RATE = 2e-3
WEIGHT_DECAY = 2e-2
EPOCHS = 10
# Shares of the training rows that, in each pass, are shown as if their first artist was new, as audio only, as names
# only. Whatever is shown loses single features, names and sources at random.
AS_STRANGERS, AS_AUDIO_ONLY, AS_NAMES_ONLY = 0.25, 0.15, 0.05
# This share of the rows loses each feature with this chance, so that unknown features are nothing new in service. Half
# of the rows with a chance of 0.15 cost half a point of hit@5 where only the sound is known.
LOSSY, FEATURE_DROPOUT = 0.2, 0.3
SOURCE_DROPOUT = 0.05
# The names tower would learn artists by heart if it could always read them.
FIELD_DROPOUT = np.array([0.5, 0.3, 0.2])
ARTIST_DROPOUT = 0.5
# Rarer artists have no place of their own: what a network learns from so few tracks is the tracks.
FEWEST_ARTIST_TRACKS = 3
RAREST_CHARACTER = 20

EpochDone = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Prepared:
    """All that training needs of one split: `inputs` of every row, the evidence of training rows as strangers."""

    encoder: InputEncoder
    tracks: TrainingTracks
    targets: np.ndarray
    inputs: Inputs
    as_strangers: Evidence
    split: Split


def prepare(
    frame: pd.DataFrame, genres: list[str], split: Split, seed: int, targets: np.ndarray | None = None
) -> Prepared:
    """Fits everything but the network to the training rows of `split`.

    `targets` (rows, genres) are what is to be said of each row, by default the genres it is filed under.
    """
    train = split.train
    trained = frame.iloc[train]
    targets = genre_targets(frame, genres) if targets is None else targets
    tracks = TrainingTracks(trained["track_id"].to_numpy(), targets[train])
    artist_of_row = _artist_numbers(frame)
    words = fit_words(trained, targets[train])
    word_ratios = words.evidence(frame)
    word_ratios[train] = evidence_from_others(words, trained, targets[train], artist_of_row[train], seed)
    memory = fit_memory(trained, tracks)
    sound = fit_sound(trained, tracks)
    counted = Counter(character for name in TEXT_LENGTHS for text in texts_of(trained, name) for character in text)
    alphabet = [character for character, count in sorted(counted.items()) if count >= RAREST_CHARACTER]
    credited = Counter(name for names in texts_of(trained, "artists") for name in set(credited_artists(names)))
    known = [name for name, count in sorted(credited.items()) if count >= FEWEST_ARTIST_TRACKS]
    encoder = InputEncoder(
        features=FeatureEncoder.fit(trained),
        alphabet={character: number for number, character in enumerate(alphabet, start=2)},
        artist_number={name: number for number, name in enumerate(known, start=1)},
        words=words,
        memory=memory,
        sound=sound,
    )
    inputs = encoder.combine(frame, word_ratios, *memory.evidence(frame), *sound.evidence(frame))
    artist_of_place = artist_of_row[train]
    as_strangers = gathered(
        inputs.characters[train],
        word_ratios[train],
        *evidence_for_strangers(memory, trained),
        *sound.evidence(trained, artist_of_place, artist_of_place),
    )
    return Prepared(encoder, tracks, targets, inputs, as_strangers, split)


def with_validation(encoder: InputEncoder, frame: pd.DataFrame, targets: np.ndarray, split: Split) -> InputEncoder:
    """The encoder of the training rows, now remembering the validation tracks too, once they have chosen all they can.

    What it remembers is data that the network looks up, not weights, so nothing is trained again.
    """
    rows = np.sort(np.concatenate([split.train, split.validation]))
    remembered = frame.iloc[rows]
    tracks = TrainingTracks(remembered["track_id"].to_numpy(), targets[rows])
    return replace(
        encoder,
        words=fit_words(remembered, targets[rows]),
        memory=fit_memory(remembered, tracks),
        sound=fit_sound(remembered, tracks),
    )


def _artist_numbers(frame: pd.DataFrame) -> np.ndarray:
    """A whole number for each row's first artist."""
    first = np.array([first_artist(names) for names in texts_of(frame, "artists")], dtype=object)
    return pd.factorize(first)[0]


def train_classifier(
    frame: pd.DataFrame,
    genres: list[str],
    split: Split,
    folder: Path,
    *,
    seed: int,
    epoch_done: EpochDone,
    targets: np.ndarray | None = None,
) -> None:
    """Trains on the split's training rows, calibrates on its validation rows, writes the model into `folder`.

    `targets` as of `prepare`. `epoch_done(epoch, epochs, loss)` is called after each pass over the training rows.
    """
    # Epoch 0 before the import of TensorFlow and the gathering of evidence: both take a while.
    epoch_done(0, EPOCHS, float("nan"))
    prepared = prepare(frame, genres, split, seed, targets)
    network = fit_network(prepared, Parts(), seed=seed, epoch_done=epoch_done)
    inputs = prepared.inputs[split.validation]
    carries = prepared.targets[split.validation] > 0
    calibration = fit_calibration(partial(predict_logits, network), inputs, carries)
    _export(network, folder)
    encoder, learned = prepared.encoder, prepared.targets
    # What was gathered for training is most of the memory, and has done its work.
    del prepared, network, inputs
    save_encoder(with_validation(encoder, frame, learned, split), folder)
    settings = {"genres": genres, "calibration": calibration.as_dict()}
    (folder / SETTINGS_FILE).write_text(json.dumps(settings), encoding="utf-8")


def start_keras(seed: int) -> Any:
    """Keras, imported and seeded; its results then depend on nothing else."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with native_chatter_off():
        import keras
        import tensorflow

        # The first tensor makes most of the noise.
        tensorflow.zeros(1)
    # Names that count on from an earlier training in this process would end up in the exported file.
    keras.utils.clear_session()
    keras.utils.set_random_seed(seed)
    tensorflow.config.experimental.enable_op_determinism()
    return keras


def fit_network(
    prepared: Prepared, parts: Parts, *, seed: int, epoch_done: EpochDone, weights: np.ndarray | None = None
) -> Any:
    """A Keras network with `parts`, fitted to the training rows, each weighted by `weights` if given."""
    keras: Any = start_keras(seed)
    encoder, train = prepared.encoder, prepared.split.train
    network = build_network(
        keras, prepared.targets.shape[1], len(encoder.alphabet) + 2, len(encoder.artist_number) + 1, parts
    )
    steps = EPOCHS * -(-len(train) // batch_for(len(train)))
    warm_up = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warm_up, warmup_target=PEAK_LEARNING_RATE, warmup_steps=warm_up
    )
    network.compile(
        keras.optimizers.AdamW(schedule, weight_decay=WEIGHT_DECAY),
        keras.losses.CategoricalCrossentropy(from_logits=True),
    )

    class Report(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
            epoch_done(epoch + 1, EPOCHS, float((logs or {}).get("loss", float("nan"))))

    batches = _batches(keras, prepared, parts, set(network.input), seed=seed, weights=weights)
    network.fit(batches, epochs=EPOCHS, verbose=0, shuffle=False, callbacks=[Report()])
    return network


def _batches(
    keras: Any, prepared: Prepared, parts: Parts, names: set[str], *, seed: int, weights: np.ndarray | None
) -> Any:
    """The training rows, newly shuffled and disguised in every pass; of the inputs only those in `names`."""
    train = prepared.split.train
    batch = batch_for(len(train))

    class Batches(keras.utils.PyDataset):
        def __init__(self) -> None:
            super().__init__()
            self.random = np.random.default_rng(seed)
            self.shuffle()

        def shuffle(self) -> None:
            self.order = self.random.permutation(len(train))

        on_epoch_end = shuffle

        def __len__(self) -> int:
            return -(-len(train) // batch)

        def __getitem__(self, step: int) -> tuple:
            chosen = self.order[step * batch : (step + 1) * batch]
            shown = disguised(prepared.inputs[train[chosen]], prepared.as_strangers[chosen], self.random, parts)
            wanted = {name: array for name, array in shown.fed().items() if name in names}
            label = prepared.targets[train[chosen]]
            return (wanted, label) if weights is None else (wanted, label, weights[chosen])

    return Batches()


def disguised(inputs: Inputs, as_strangers: Evidence, random: np.random.Generator, parts: Parts) -> Inputs:
    """A batch as training shows it: some tracks by strangers, some without names or sound, features and fields lost."""
    rows = len(inputs)
    lot = random.random(rows)
    stranger = lot < AS_STRANGERS
    ends = np.cumsum([AS_STRANGERS, AS_AUDIO_ONLY, AS_NAMES_ONLY])
    unnamed = (ends[0] <= lot) & (lot < ends[1]) & parts.names
    unheard = (ends[1] <= lot) & (lot < ends[2]) & parts.names & parts.audio
    ratios = np.where(stranger[:, None, None], as_strangers.ratios, inputs.ratios)
    strengths = np.where(stranger[:, None], as_strangers.strengths, inputs.strengths)
    silenced = random.random(strengths.shape) < SOURCE_DROPOUT
    silenced[unnamed, NAME_SOURCES], silenced[unheard, SOUND_SOURCES] = True, True
    ratios[silenced], strengths[silenced] = 0, 0

    lost = (random.random((rows, 1)) < LOSSY) & (random.random(inputs.tokens.shape[:2]) < FEATURE_DROPOUT)
    lost |= unheard[:, None]
    tokens = inputs.tokens.copy()
    tokens[lost] = np.eye(tokens.shape[2], dtype=np.float32)[UNKNOWN]

    unread = (random.random((rows, len(FIELD_DROPOUT))) < FIELD_DROPOUT) | unnamed[:, None]
    characters = np.where(np.repeat(unread, list(TEXT_LENGTHS.values()), axis=1), 0, inputs.characters)
    nobody = stranger | unnamed | (random.random(rows) < ARTIST_DROPOUT)
    artists = np.where(nobody[:, None], 0, inputs.artists)
    return Inputs(tokens, characters, artists, ratios, strengths)


def predict_logits(network: Any, inputs: Inputs) -> np.ndarray:
    """Logits (rows, genres) of a trained network."""
    logits = []
    for start in range(0, len(inputs), 2048):
        chunk = inputs[slice(start, start + 2048)].fed()
        logits.append(network.predict_on_batch({name: chunk[name] for name in network.input}))
    return np.concatenate(logits)


def batch_for(rows: int) -> int:
    """Rows per step: about a hundred steps per pass, within bounds."""
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, rows // 100))


def _export(network: Any, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / MODEL_FILE
        network.export(path, format="litert", verbose=False)
        (folder / MODEL_FILE).write_bytes(path.read_bytes())
