"""The full catalogue's genres and a few moods, and a reader of wishes for them."""

import gzip
import json
from pathlib import Path

import ml
from ml.filters import Range
from ml.wish_meanings import Wish
from ml.wishes import WishReader

_STATISTICS = Path(ml.__file__).parent / "data/genre_statistics.json.gz"
GENRES = sorted(json.loads(gzip.decompress(_STATISTICS.read_bytes()))["genres"])
READER = WishReader(GENRES, ["Aggressive", "Chill", "Dreamy", "Laid-back"])
INSTRUMENTAL, SUNG = Range("instrumentalness", low=0.5), Range("instrumentalness", high=0.5)


def read(text: str) -> Wish:
    return READER.read(text)


def bpm(low: float | None = None, high: float | None = None) -> Range:
    return Range("tempo", low, high)


def seconds(low: float | None = None, high: float | None = None) -> Range:
    return Range("duration_ms", None if low is None else 1_000 * low, None if high is None else 1_000 * high)
