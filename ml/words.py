"""What artist, album and title sound like: multinomial naive Bayes over hashed character n-grams.

Names carry language, scene and era. Naive Bayes learns them without learning the artists by heart, which everything
trained discriminatively on the same names does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ml.tracks import TEXT_COLUMNS

LONGEST_NGRAM = 5
# Hash buckets for all fields' n-grams together; twice as many gain nothing.
BUCKETS = 1 << 18
# Longer names are lists of performers and movements; their first words say it all.
LONGEST_TEXT = 120
SMOOTHING = 0.05
# An n-gram of one training track says nothing about another.
FEWEST_TRACKS = 2
FOLDS = 5
# From here on looking up n-gram by n-gram is slower than one pass over the whole table.
MANY = 8192
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Words:
    """`ratios` int8 (BUCKETS, genres), in steps of `step`: log P(n-gram | genre) less its mean; `idf` (BUCKETS,).

    TF-IDF with sublinear counts, each field normalised to length 1, after Rennie et al. 2003, "Tackling the Poor
    Assumptions of Naive Bayes Text Classifiers".
    """

    ratios: np.ndarray
    step: float
    idf: np.ndarray

    def evidence(self, frame: pd.DataFrame) -> np.ndarray:
        """Log-likelihood ratios (rows, genres), float32, mean zero per row; 0 where no name is known."""
        step = np.float32(self.step)
        if len(frame) > MANY:
            table = self.ratios * step
            chunks = [frame.iloc[start : start + MANY] for start in range(0, len(frame), MANY)]
            return np.concatenate([weigh(count_ngrams(chunk), self.idf) @ table for chunk in chunks])
        # Only the n-grams in use become floats: the whole table would be four times its memory for one title.
        weighted = weigh(count_ngrams(frame), self.idf)
        used, column = np.unique(weighted.indices, return_inverse=True)
        small = csr_matrix((weighted.data, column, weighted.indptr), shape=(weighted.shape[0], len(used)))
        return np.asarray(small @ (self.ratios[used] * step), dtype=np.float32)


def fit_words(trained: pd.DataFrame, targets: np.ndarray) -> Words:
    """Words learned from all rows of `trained`; `targets` (rows, genres) sum to 1 in each row."""
    fields = count_ngrams(trained)
    tracks_with = np.sum([np.bincount(field.indices, minlength=BUCKETS) for field in fields], axis=0)
    idf = np.where(tracks_with < FEWEST_TRACKS, 0.0, np.log((1 + len(trained)) / (1 + tracks_with)) + 1)
    idf = idf.astype(np.float32)
    ratios = _log_ratios(_genre_counts(fields, idf, targets))
    step = float(np.abs(ratios).max() / 127) or 1.0
    return Words(np.round(ratios / step).astype(np.int8), step, idf)


def evidence_from_others(
    words: Words, trained: pd.DataFrame, targets: np.ndarray, artist_of_row: np.ndarray, seed: int
) -> np.ndarray:
    """What the names of *other* artists say of each row that `words` were learned from, (rows, genres).

    The row's own (`artist_of_row`, whole numbers) would say how well names are remembered, not what they mean. The
    artists are dealt into FOLDS, each judged by the words of the rest.
    """
    fields = count_ngrams(trained)
    total = _genre_counts(fields, words.idf, targets)
    fold_of_row = np.random.default_rng(seed).integers(0, FOLDS, artist_of_row.max() + 1)[artist_of_row]
    evidence = np.empty(targets.shape, dtype=np.float32)
    for fold in range(FOLDS):
        rows = np.flatnonzero(fold_of_row == fold)
        inside = [field[rows] for field in fields]
        ratios = _log_ratios(total - _genre_counts(inside, words.idf, targets[rows]))
        evidence[rows] = weigh(inside, words.idf) @ ratios
    return evidence


def _genre_counts(fields: Sequence[Any], idf: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The weights of each n-gram in each genre, float32 (BUCKETS, genres); a field at a time, to save memory."""
    counts = np.zeros((BUCKETS, targets.shape[1]), dtype=np.float32)
    for field in fields:
        counts += weigh([field], idf).T @ targets
    return counts


def _log_ratios(counts: np.ndarray) -> np.ndarray:
    ratios = np.maximum(counts, 0, dtype=np.float32)
    ratios += SMOOTHING
    ratios /= ratios.sum(axis=0)
    np.log(ratios, out=ratios)
    ratios -= ratios.mean(axis=1, keepdims=True)
    # Nobody else's n-gram; what is left of its count is rounding.
    ratios[counts.sum(axis=1) < 1e-6] = 0
    return ratios


def count_ngrams(frame: pd.DataFrame) -> list[Any]:
    """One sparse matrix (rows, BUCKETS) of n-gram counts for each of `ml.tracks.TEXT_COLUMNS`."""
    return [_count_field(texts_of(frame, name), number) for number, name in enumerate(TEXT_COLUMNS)]


def texts_of(frame: pd.DataFrame, name: str) -> list[str]:
    """The column's texts, "" for whatever is missing or no text."""
    if name not in frame.columns:
        return [""] * len(frame)
    return [text if isinstance(text, str) else "" for text in frame[name].tolist()]


def weigh(fields: Sequence[Any], idf: np.ndarray) -> Any:
    """TF-IDF of each field with length 1, summed: sparse (rows, BUCKETS)."""
    total = None
    for field in fields:
        weights = field.astype(np.float32)
        weights.data = (1 + np.log(weights.data)) * idf[weights.indices]
        length = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
        weights.data /= np.repeat(np.maximum(length, 1e-9), np.diff(weights.indptr)).astype(np.float32)
        total = weights if total is None else total + weights
    return total


def _count_field(texts: list[str], field: int) -> Any:
    row_of, distinct = pd.factorize(np.array(texts, dtype=object))
    characters, text_of = _characters(distinct)
    rows, buckets = [], []
    state = np.full(len(characters), np.uint64(field + 1))
    for length in range(1, LONGEST_NGRAM + 1):
        # The hash of the n-gram that starts at each character, grown by one character a turn.
        reach = len(characters) - length + 1
        if reach <= 0:
            break
        state = (state[:reach] * _MULTIPLIER) ^ characters[length - 1 :]
        inside = text_of[:reach] == text_of[length - 1 :]
        mixed = state * _MULTIPLIER
        rows.append(text_of[:reach][inside])
        buckets.append((mixed[inside] >> np.uint64(64 - BUCKETS.bit_length() + 1)).astype(np.int32))
    row = np.concatenate(rows) if rows else np.empty(0, dtype=np.int32)
    bucket = np.concatenate(buckets) if buckets else np.empty(0, dtype=np.int32)
    # No n-gram is in LONGEST_TEXT characters more often than a byte can count.
    counts = csr_matrix((np.ones(len(row), dtype=np.uint8), (row, bucket)), shape=(len(distinct), BUCKETS))
    counts.sum_duplicates()
    return counts[row_of]


def _characters(texts: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """The code points of all `texts`, case folded and between spaces, and which text each belongs to."""
    padded = [f" {' '.join(text.casefold().split())[:LONGEST_TEXT]} " if text.strip() else "" for text in texts]
    characters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter((len(text) for text in padded), dtype=np.int64, count=len(padded))
    return characters.astype(np.uint64), np.repeat(np.arange(len(padded), dtype=np.int32), lengths)
