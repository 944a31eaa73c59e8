"""Everything the genre network is told about a track, made from a frame with the dataset's column names."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.encoder import UNKNOWN, FeatureEncoder
from ml.memory import KINDS, Memory
from ml.names import credited_artists
from ml.sound import SCALES, SoundNeighbours
from ml.tracks import TEXT_COLUMNS
from ml.words import Words, texts_of

# What speaks for or against each genre beside the network's own towers, in their order in `Inputs.ratios`.
SOURCES = ("words", *KINDS, *(f"sound within {scale}" for scale in SCALES))
SOUND_SOURCES = slice(1 + len(KINDS), len(SOURCES))
NAME_SOURCES = slice(0, 1 + len(KINDS))
# Characters read of artist, album and title: nine in ten fit whole.
TEXT_LENGTHS = dict(zip(TEXT_COLUMNS, (40, 48, 48), strict=True))
CHARACTERS = sum(TEXT_LENGTHS.values())
# Artists of a track that have a place of their own in the network.
ARTISTS = 4
# Character numbers: 0 pads, 1 is any that is not in the alphabet.
PADDING, OTHER = 0, 1


@dataclass(frozen=True)
class Inputs:
    """Network inputs for n tracks.

    `tokens` float32 (n, features, TOKEN_WIDTH), `characters` int32 (n, CHARACTERS), `artists` int32 (n, ARTISTS) with
    0 for none, `ratios` float16 (n, SOURCES, genres) and `strengths` float32 (n, SOURCES), all 0 for "unknown".
    The ratios are most of the memory, and half precision is plenty for them; `fed` are the arrays as a network eats.
    """

    tokens: np.ndarray
    characters: np.ndarray
    artists: np.ndarray
    ratios: np.ndarray
    strengths: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)

    def fed(self) -> dict[str, np.ndarray]:
        return {**self.as_dict(), "ratios": self.ratios.astype(np.float32)}

    def as_dict(self) -> dict[str, np.ndarray]:
        return dict(vars(self))

    def __getitem__(self, rows: np.ndarray | slice) -> "Inputs":
        return Inputs(**{name: array[rows] for name, array in vars(self).items()})


@dataclass(frozen=True)
class Evidence:
    """What the sources say: `ratios` and `strengths` as in `Inputs`."""

    ratios: np.ndarray
    strengths: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> "Evidence":
        return Evidence(self.ratios[rows], self.strengths[rows])


def gathered(
    characters: np.ndarray,
    word_ratios: np.ndarray,
    kept: np.ndarray,
    kept_strengths: np.ndarray,
    heard: np.ndarray,
    heard_strengths: np.ndarray,
) -> Evidence:
    """The evidence of words, memory and sound in the order of SOURCES; words are as strong as names are long."""
    named = (characters > PADDING).sum(axis=1, keepdims=True)
    return Evidence(
        np.concatenate([word_ratios[:, None, :].astype(np.float16), kept, heard], axis=1),
        np.log1p(np.hstack([named, kept_strengths, heard_strengths])).astype(np.float32),
    )


@dataclass(frozen=True)
class InputEncoder:
    """`alphabet` maps characters to numbers from 2, `artist_number` folded names to numbers from 1."""

    features: FeatureEncoder
    alphabet: dict[str, int]
    artist_number: dict[str, int]
    words: Words
    memory: Memory
    sound: SoundNeighbours

    def encode(self, frame: pd.DataFrame) -> Inputs:
        """The inputs of every row; missing columns, NaN and impossible values are "unknown", never an error."""
        word_ratios = self.words.evidence(frame)
        kept, kept_strengths = self.memory.evidence(frame)
        heard, heard_strengths = self.sound.evidence(frame)
        return self.combine(frame, word_ratios, kept, kept_strengths, heard, heard_strengths)

    def combine(
        self,
        frame: pd.DataFrame,
        word_ratios: np.ndarray,
        kept: np.ndarray,
        kept_strengths: np.ndarray,
        heard: np.ndarray,
        heard_strengths: np.ndarray,
    ) -> Inputs:
        """Inputs from evidence that was gathered already."""
        characters = self.read(frame)
        evidence = gathered(characters, word_ratios, kept, kept_strengths, heard, heard_strengths)
        return Inputs(
            self.features.encode(frame), characters, self._number_artists(frame), evidence.ratios, evidence.strengths
        )

    def read(self, frame: pd.DataFrame) -> np.ndarray:
        """Character numbers, int32 (rows, CHARACTERS): artist, album and title, each cut or padded to its length."""
        numbers = np.zeros((len(frame), CHARACTERS), dtype=np.int32)
        start = 0
        for name, length in TEXT_LENGTHS.items():
            for row, text in enumerate(texts_of(frame, name)):
                found = [self.alphabet.get(character, OTHER) for character in text.strip()[:length]]
                numbers[row, start : start + len(found)] = found
            start += length
        return numbers

    def _number_artists(self, frame: pd.DataFrame) -> np.ndarray:
        numbers = np.zeros((len(frame), ARTISTS), dtype=np.int32)
        for row, names in enumerate(texts_of(frame, "artists")):
            known = [self.artist_number[name] for name in credited_artists(names) if name in self.artist_number]
            numbers[row, : len(known[:ARTISTS])] = known[:ARTISTS]
        return numbers


def without_names(inputs: Inputs) -> Inputs:
    """The same tracks with audio only."""
    ratios, strengths = inputs.ratios.copy(), inputs.strengths.copy()
    ratios[:, NAME_SOURCES], strengths[:, NAME_SOURCES] = 0, 0
    silent = np.zeros_like(inputs.characters), np.zeros_like(inputs.artists)
    return Inputs(inputs.tokens, *silent, ratios, strengths)


def without_sound(inputs: Inputs) -> Inputs:
    """The same tracks with artist, album and title only."""
    ratios, strengths = inputs.ratios.copy(), inputs.strengths.copy()
    ratios[:, SOUND_SOURCES], strengths[:, SOUND_SOURCES] = 0, 0
    tokens = np.zeros_like(inputs.tokens)
    tokens[:, :, UNKNOWN] = 1
    return Inputs(tokens, inputs.characters, inputs.artists, ratios, strengths)
