"""Reads the Spotify Tracks Dataset as it is and turns it into one row per track."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ml.artists import ArtistNames
from ml.errors import CatalogueError
from ml.names import song_keys
from ml.sample import sample_catalogue
from ml.tracks import CATALOGUE_COLUMNS, CONTINUOUS, FEATURES, SEPARATOR, TEXT_COLUMNS, split_values

# The header of the published file; its unnamed first column is a row number sorted by genre, i.e. a leak, and is
# never read.
DATASET_COLUMNS = ("track_id", *TEXT_COLUMNS, "popularity", *(feature.name for feature in FEATURES), "track_genre")
GZIP_MAGIC = b"\x1f\x8b"
# Fewer can't be split, clustered and searched in any meaningful way.
FEWEST_TRACKS = 200
FEWEST_GENRES = 2
# A genre's name stands in menus, charts and headings.
LONGEST_GENRE = 40
# Over forty for each genre: enough to train on, and done in half a minute.
SAMPLE_TRACKS = 5_000


@dataclass(frozen=True)
class CleaningReport:
    """What was dropped or set to unknown while cleaning, and why."""

    rows_read: int
    tracks: int
    genres: int
    dropped: dict[str, int] = field(default_factory=dict)
    set_unknown: dict[str, int] = field(default_factory=dict)
    noted: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict:
        return asdict(self)

    def sentences(self) -> list[str]:
        """The report as lines for a person."""
        lines = [f"{self.rows_read:,} rows read, {self.tracks:,} tracks in {self.genres} genres kept."]
        lines += [f"{_counted(count, 'row')} dropped: {why}." for why, count in self.dropped.items() if count]
        lines += [
            f"{_counted(count, 'value')} set to unknown: {why}." for why, count in self.set_unknown.items() if count
        ]
        lines += [f"{_counted(count, 'track')}: {why}." for why, count in self.noted.items() if count]
        return lines


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


@dataclass(frozen=True)
class Catalogue:
    """The tracks that Segue knows.

    `frame` has one row per track id and the columns `ml.tracks.CATALOGUE_COLUMNS`; unknown values are NaN and
    `genres` is the sorted set joined by ";". `sha256` is that of the source's bytes.
    """

    frame: pd.DataFrame
    name: str
    sha256: str
    is_sample: bool
    report: CleaningReport

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row number of each track id."""
        return {track_id: row for row, track_id in enumerate(self.frame["track_id"])}

    @cached_property
    def texts(self) -> list[tuple[str, str, str]]:
        """Title, artists and genres of each row; taking one row out of the frame costs a hundred times as much."""
        columns = (self.frame[name].tolist() for name in ("track_name", "artists", "genres"))
        return list(zip(*columns, strict=True))

    @cached_property
    def artists(self) -> ArtistNames:
        """Everyone who is credited with a track."""
        return ArtistNames(self.frame.sort_values("popularity", ascending=False, kind="stable")["artists"])

    @cached_property
    def genres(self) -> list[str]:
        return sorted({genre for joined in self.frame["genres"].unique() for genre in split_values(joined)})


def genre_matrix(frame: pd.DataFrame, genres: Iterable[str]) -> np.ndarray:
    """Which track carries which genre: bool array (rows, genres)."""
    column_of = {genre: column for column, genre in enumerate(genres)}
    matrix = np.zeros((len(frame), len(column_of)), dtype=bool)
    for row, joined in enumerate(frame["genres"]):
        for genre in split_values(joined):
            if genre in column_of:
                matrix[row, column_of[genre]] = True
    return matrix


def read_catalogue(path: Path) -> Catalogue:
    """The cleaned catalogue of a CSV or CSV.gz file with the dataset's header.

    Raises CatalogueError, with one sentence, for anything that is not such a file.
    """
    data = _read_bytes(path)
    raw = _parse(data, path)
    frame, report = clean(raw)
    if report.tracks < FEWEST_TRACKS or report.genres < FEWEST_GENRES:
        raise CatalogueError(
            f"{path} holds {report.tracks} usable tracks in {report.genres} genres; "
            f"at least {FEWEST_TRACKS} tracks in {FEWEST_GENRES} genres are needed."
        )
    if len(set(song_keys(frame))) < FEWEST_TRACKS:
        raise CatalogueError(f"{path} holds fewer than {FEWEST_TRACKS} different songs; the rest are versions of them.")
    if len(frame.drop_duplicates(list(CONTINUOUS))) < FEWEST_TRACKS:
        raise CatalogueError(f"{path} holds fewer than {FEWEST_TRACKS} tracks that sound different.")
    if blank := [feature.name for feature in FEATURES if frame[feature.name].isna().all()]:
        raise CatalogueError(f"{path} holds no usable value of {', '.join(blank)}.")
    return Catalogue(frame, path.name, hashlib.sha256(data).hexdigest(), is_sample=False, report=report)


def read_rows(path: Path) -> pd.DataFrame:
    """Every row of the file as a track of its own with one genre, nothing dropped, as published figures take it.

    `track_id` is the row's number, `source_id` the id that may stand in several rows. Raises CatalogueError.
    """
    raw = _parse(_read_bytes(path), path)
    numbers, _ = _numbers(raw)
    texts = raw[list(TEXT_COLUMNS)].apply(lambda column: column.str.strip())
    frame = pd.concat([texts, numbers], axis=1)
    return frame.assign(
        track_id=[f"row {row}" for row in range(len(frame))],
        source_id=raw["track_id"].str.strip(),
        genres=raw["track_genre"].map(_genre_name),
    )


def sample(tracks: int = SAMPLE_TRACKS) -> Catalogue:
    """The built-in sample catalogue: invented songs that behave like real ones."""
    frame = sample_catalogue(tracks)
    digest = hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()
    genres = {genre for joined in frame["genres"] for genre in split_values(joined)}
    return Catalogue(
        frame, "sample", digest, is_sample=True, report=CleaningReport(len(frame), len(frame), len(genres))
    )


def _read_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise CatalogueError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise CatalogueError(f"{path} is a folder; a CSV file is needed.") from None
    except OSError as error:
        raise CatalogueError(f"{path} can't be read: {error.strerror}.") from error
    if data.startswith(GZIP_MAGIC):
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error):
            raise CatalogueError(f"{path} is a damaged or incomplete gzip file; download it again.") from None
    if not data.strip():
        raise CatalogueError(f"{path} is empty.")
    return data


def _parse(data: bytes, path: Path) -> pd.DataFrame:
    try:
        header = pd.read_csv(io.BytesIO(data), nrows=0, encoding="utf-8")
        missing = [column for column in DATASET_COLUMNS if column not in header.columns]
        if missing:
            raise CatalogueError(f"{path} is not the Spotify Tracks Dataset: column {_listed(missing)} missing.")
        # Everything as text first: one odd cell must become one unknown value, not a failed file.
        raw = pd.read_csv(
            io.BytesIO(data), usecols=list(DATASET_COLUMNS), dtype=str, encoding="utf-8", keep_default_na=False
        )
    except UnicodeDecodeError:
        raise CatalogueError(f"{path} is not a text file in UTF-8.") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        raise CatalogueError(f"{path} is not a readable CSV file; it may be cut off or of another kind.") from None
    if raw.empty:
        raise CatalogueError(f"{path} has a header but no rows.")
    return raw


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:5])
    more = f" and {len(names) - 5} more are" if len(names) > 5 else " are" if len(names) > 1 else " is"
    return shown + more


def clean(raw: pd.DataFrame) -> tuple[pd.DataFrame, CleaningReport]:
    """Cleans the dataset's rows, all columns as text, to one row per track id with its set of genres."""
    dropped: dict[str, int] = {}
    table = raw.loc[:, list(DATASET_COLUMNS)].copy()
    for column in ("track_id", "album_name", "track_name"):
        table[column] = table[column].str.strip()
    table["artists"] = [SEPARATOR.join(split_values(artists)) for artists in table["artists"]]
    table["track_genre"] = table["track_genre"].map(_genre_name)

    table = _drop(table, ~table["track_id"].str.fullmatch(r"[0-9A-Za-z]{22}"), "no valid track id", dropped)
    table = _drop(table, (table["artists"] == "") | (table["track_name"] == ""), "no artist or title", dropped)
    table = _drop(table, table["track_genre"] == "", "no genre", dropped)
    table = _drop(table, table.duplicated(), "the same row again", dropped)

    numbers, set_unknown = _numbers(table)
    table = pd.concat([table[["track_id", *TEXT_COLUMNS, "track_genre"]], numbers], axis=1)
    by_track = table.groupby("track_id", sort=False)
    conflicting = int((by_track["popularity"].nunique() > 1).sum())
    genres = by_track["track_genre"].agg(lambda values: SEPARATOR.join(sorted(set(values))))
    # A track's popularity was read at different times; the highest is the one that says how known it got.
    popularity = by_track["popularity"].max()
    tracks = table.drop_duplicates("track_id").set_index("track_id")
    dropped["the same track under another genre (genres joined)"] = len(table) - len(tracks)
    tracks["genres"] = genres
    tracks["popularity"] = popularity
    frame = tracks.reset_index()[list(CATALOGUE_COLUMNS)].reset_index(drop=True)

    names = {genre for joined in frame["genres"].unique() for genre in split_values(joined)}
    noted = {
        "conflicting popularity, the highest kept": conflicting,
        "louder than 0 dB, kept": int((frame["loudness"] > 0).sum()),
        "under more than one genre": int(frame["genres"].str.contains(SEPARATOR, regex=False).sum()),
    }
    return frame, CleaningReport(len(raw), len(frame), len(names), dropped, set_unknown, noted)


def _genre_name(text: str) -> str:
    """A genre as one line without the characters that would end a name, a chart or a menu entry."""
    return " ".join(text.replace(SEPARATOR, " ").replace("`", " ").split())[:LONGEST_GENRE].rstrip()


def _drop(table: pd.DataFrame, bad: pd.Series, why: str, dropped: dict[str, int]) -> pd.DataFrame:
    dropped[why] = int(bad.sum())
    return table[~bad]


def _numbers(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The numeric columns with everything impossible set to unknown, and how often that was."""
    set_unknown: dict[str, int] = {}
    columns = {"popularity": _within(pd.to_numeric(table["popularity"], errors="coerce"), 0, 100)}
    for feature in FEATURES:
        text = table[feature.name]
        if feature.name == "explicit":
            text = text.str.lower().map({"true": "1", "false": "0", "1": "1", "0": "0"})
        columns[feature.name] = _within(pd.to_numeric(text, errors="coerce"), feature.low, feature.high)
    numbers = pd.DataFrame(columns)
    # Where the analysis found no beat it wrote 0 into everything that follows from one.
    no_beat = pd.to_numeric(table["tempo"], errors="coerce") == 0
    numbers.loc[no_beat, ["danceability", "speechiness", "valence"]] = np.nan
    set_unknown["no beat found (tempo, danceability, speechiness, valence)"] = 4 * int(no_beat.sum())
    for name in numbers.columns:
        missing = numbers[name].isna()
        set_unknown[f"{name} impossible or unreadable"] = int((missing & ~no_beat).sum())
    return numbers, {why: count for why, count in set_unknown.items() if count}


def _within(values: pd.Series, low: float, high: float) -> pd.Series:
    return values.where(values.between(low, high)).astype("float64")
