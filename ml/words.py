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
        return self.judge(weigh(count_ngrams(frame), self.idf))

    def judge(self, weighted: Any) -> np.ndarray:
        """The evidence of weighed n-grams, sparse (rows, BUCKETS)."""
        # Only the rows in use become floats: the whole table would take four times its memory for one title.
        used, column = np.unique(weighted.indices, return_inverse=True)
        small = csr_matrix((weighted.data, column, weighted.indptr), shape=(weighted.shape[0], len(used)))
        return np.asarray(small @ (self.ratios[used] * np.float32(self.step)), dtype=np.float32)


def fit_words(
    frame: pd.DataFrame, targets: np.ndarray, train: np.ndarray, artist_of_row: np.ndarray, seed: int
) -> tuple[Words, np.ndarray]:
    """Words learned from the rows `train` of `frame`, and the evidence (rows, genres) for every row.

    `targets` (rows, genres) sum to 1 in each row. What a training row is told comes from other artists' names only
    (`artist_of_row`, whole numbers): its own would say how well names are remembered, not what they mean.
    """
    fields = count_ngrams(frame)
    tracks_with = np.sum([np.bincount(field[train].indices, minlength=BUCKETS) for field in fields], axis=0)
    idf = np.where(tracks_with < FEWEST_TRACKS, 0.0, np.log((1 + len(train)) / (1 + tracks_with)) + 1)
    weighted = weigh(fields, idf.astype(np.float32))
    fold_of_row = np.random.default_rng(seed).integers(0, FOLDS, artist_of_row.max() + 1)[artist_of_row]
    fold_of_row[np.setdiff1d(np.arange(len(frame)), train)] = FOLDS
    counts = [np.asarray(weighted[rows].T @ targets[rows], dtype=np.float32) for rows in _folds(fold_of_row)]
    total = np.sum(counts, axis=0)
    evidence = np.empty(targets.shape, dtype=np.float32)
    for fold, rows in enumerate(_folds(fold_of_row)):
        evidence[rows] = weighted[rows] @ _log_ratios(total - counts[fold])
    ratios = _log_ratios(total)
    step = float(np.abs(ratios).max() / 127) or 1.0
    words = Words(np.round(ratios / step).astype(np.int8), step, idf.astype(np.float32))
    rest = np.flatnonzero(fold_of_row == FOLDS)
    evidence[rest] = words.judge(weighted[rest])
    return words, evidence


def _folds(fold_of_row: np.ndarray) -> list[np.ndarray]:
    return [np.flatnonzero(fold_of_row == fold) for fold in range(FOLDS)]


def _log_ratios(counts: np.ndarray) -> np.ndarray:
    smoothed = np.maximum(counts, 0) + SMOOTHING
    ratios = np.log(smoothed / smoothed.sum(axis=0))
    ratios -= ratios.mean(axis=1, keepdims=True)
    # Nobody else's n-gram; what is left of its count is rounding.
    ratios[counts.sum(axis=1) < 1e-6] = 0
    return np.asarray(ratios, dtype=np.float32)


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
    counts = csr_matrix((np.ones(len(row), dtype=np.float32), (row, bucket)), shape=(len(distinct), BUCKETS))
    counts.sum_duplicates()
    return counts[row_of]


def _characters(texts: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """The code points of all `texts`, case folded and between spaces, and which text each belongs to."""
    padded = [f" {' '.join(text.casefold().split())[:LONGEST_TEXT]} " if text.strip() else "" for text in texts]
    characters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter((len(text) for text in padded), dtype=np.int64, count=len(padded))
    return characters.astype(np.uint64), np.repeat(np.arange(len(padded), dtype=np.int32), lengths)
