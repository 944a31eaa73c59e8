"""Scores of one answer per track against its set of genres, and their spread over seeds."""

import math
from typing import Any

import numpy as np

from ml.calibration import Answer
from ml.metrics import classifier_scores

# Two-sided 95 % points of Student's t for 1, 2, … degrees of freedom (ISO 16269-2); few seeds have wide intervals.
T_95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26)
CONFUSIONS = 25


def full_scores(answer: Answer, carries: np.ndarray) -> dict[str, float]:
    """Every score of `answer` against `carries`, bool (tracks, genres).

    "top-1" is the expected accuracy against one of the track's genres drawn at random. For the macro scores a track
    counts under the genre that was guessed if it carries it, else under one of its own (see `reference_genres`).
    """
    chances = answer.chances
    guess = chances.argmax(axis=1)
    right = carries[np.arange(len(guess)), guess]
    table = genre_table(chances, carries)
    return {
        **classifier_scores(answer, carries),
        "top-1": float((right / np.maximum(carries.sum(axis=1), 1)).mean()),
        "macro precision": float(np.nanmean(table[:, 0])),
        "macro recall": float(np.nanmean(table[:, 1])),
        "macro F1": float(np.nanmean(table[:, 2])),
    }


def reference_genres(chances: np.ndarray, carries: np.ndarray) -> np.ndarray:
    """One genre number per track: the first guess where the track carries it, else its most probable own genre."""
    guess = chances.argmax(axis=1)
    own = np.where(carries, chances, -1.0).argmax(axis=1)
    return np.where(carries[np.arange(len(guess)), guess], guess, own)


def genre_table(chances: np.ndarray, carries: np.ndarray) -> np.ndarray:
    """Precision, recall and F1 of each genre, (genres, 3); NaN for one that no track counts under."""
    matrix = confusion_matrix(chances, carries)
    hits, tracks, guesses = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    precision, recall = hits / np.maximum(guesses, 1), hits / np.maximum(tracks, 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    table = np.column_stack([precision, recall, f1])
    table[tracks == 0] = np.nan
    return table


def confusion_matrix(chances: np.ndarray, carries: np.ndarray) -> np.ndarray:
    """Tracks by (reference genre, guessed genre), int (genres, genres)."""
    genres = carries.shape[1]
    matrix = np.zeros((genres, genres), dtype=int)
    np.add.at(matrix, (reference_genres(chances, carries), chances.argmax(axis=1)), 1)
    return matrix


def per_genre(chances: np.ndarray, carries: np.ndarray, genres: list[str]) -> list[dict[str, Any]]:
    """A row per genre that tracks count under: how many carry it, precision, recall, F1, what it is most taken for."""
    matrix = confusion_matrix(chances, carries)
    mistakes = matrix - np.diag(np.diag(matrix))
    table = genre_table(chances, carries)
    return [
        {
            "genre": genres[number],
            "tracks": int(carries[:, number].sum()),
            "precision": float(precision),
            "recall": float(recall),
            "F1": float(f1),
            "taken for": genres[int(mistakes[number].argmax())] if mistakes[number].any() else "",
        }
        for number, (precision, recall, f1) in enumerate(table)
        if not np.isnan(f1)
    ]


def most_confused(chances: np.ndarray, carries: np.ndarray, genres: list[str]) -> list[dict[str, Any]]:
    """The most frequent mistakes: genre, what it was taken for, how many tracks."""
    matrix = confusion_matrix(chances, carries)
    np.fill_diagonal(matrix, 0)
    worst = np.argsort(-matrix, axis=None, kind="stable")[:CONFUSIONS]
    pairs = [np.unravel_index(place, matrix.shape) for place in worst]
    return [
        {"genre": genres[row], "taken for": genres[column], "tracks": int(matrix[row, column])}
        for row, column in pairs
        if matrix[row, column]
    ]


def mean_and_interval(values: list[float]) -> tuple[float, float | None]:
    """Mean and half width of the 95 % confidence interval over seeds; None for a single value."""
    mean = sum(values) / len(values)
    if len(values) < 2:
        return mean, None
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
    return mean, T_95[min(len(values) - 2, len(T_95) - 1)] * deviation / math.sqrt(len(values))
