"""What is trained on, what is tested on and what a model may see: three protocols, none of which runs on a leak."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.catalogue import Catalogue, genre_matrix, read_rows
from ml.splits import Split, refuse_leaks, split_by_artist, split_by_track, split_rows, strangers

PROTOCOLS = ("stratified", "artist-disjoint", "published")


@dataclass(frozen=True)
class Task:
    """One protocol with one seed: `frame` has one row per track (per row of the file, for "published").

    `carries` bool (rows, genres); `strict` are the test rows whose artists are all unknown from the other parts, where
    the protocol asks for them.
    """

    protocol: str
    seed: int
    frame: pd.DataFrame
    genres: list[str]
    carries: np.ndarray
    split: Split
    strict: np.ndarray | None
    popularity_allowed: bool


def make_task(protocol: str, catalogue: Catalogue, source: Path | None, seed: int) -> Task:
    """Splits the catalogue as `protocol` says and refuses (LeakError) if that leaked.

    `source` is the dataset's file; "published" needs its raw rows. Raises ValueError for another protocol.
    """
    frame, strict = catalogue.frame, None
    if protocol == "stratified":
        split = split_by_track(frame, seed)
    elif protocol == "artist-disjoint":
        split = split_by_artist(frame, seed)
        strict = strangers(frame, split)
    elif protocol == "published":
        frame = read_rows(source) if source is not None else frame
        split = split_rows(len(frame), seed)
    else:
        raise ValueError(f"there is no protocol {protocol!r}")
    carries = genre_matrix(frame, catalogue.genres)
    if protocol != "published":
        refuse_leaks(split, frame["track_id"].to_numpy(), "track")
    return Task(protocol, seed, frame, catalogue.genres, carries, split, strict, protocol == "published")


def ceiling(frame: pd.DataFrame) -> float:
    """The highest top-1 accuracy on raw rows (`source_id`, `genres`) that a function of the track can have.

    A track that stands in several rows can be right only in those of one genre: its most frequent.
    """
    rows_of_genre = frame.groupby(["source_id", "genres"]).size()
    return float(rows_of_genre.groupby(level=0).max().sum() / len(frame))
