"""The built-in sample catalogue: invented tracks that behave, genre by genre, like real ones."""

import hashlib
import string

import numpy as np
import pandas as pd

from ml.errors import CatalogueError
from ml.sample_audio import NO_ORIGINAL, draw_audio
from ml.sample_names import NameMaker, pick
from ml.statistics import read_statistics
from ml.tracks import CATALOGUE_COLUMNS, SEPARATOR

SAMPLE_ID_PREFIX = "SegueSample"
ID_LENGTH = 22
ID_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase

# No artist may be a genre on its own: in the real world they come from thousands of tracks, here from fifty.
LARGEST_ARTIST = 0.2
# Two genres that share nearly all their tracks are two names for one thing; the sample never parts them.
TWIN_SHARE = 0.95
# A few, so that the handling of versions shows.
VERSION_SHARE = 0.025
VERSIONS = ("Live", "Remastered 2011", "2009 Remaster", "Radio Edit")
ALBUM_SIZES = (1, 2, 3, 4, 5)
# How often an album carries the name of its first track.
TITLE_TRACK_SHARE = 0.4


def is_sample_id(track_id: str) -> bool:
    """Whether a track id is one of the sample's and thus unknown to Spotify."""
    return (
        len(track_id) == ID_LENGTH
        and track_id.startswith(SAMPLE_ID_PREFIX)
        and all(character in ID_DIGITS for character in track_id)
    )


def sample_catalogue(tracks: int = 5000, seed: int = 0) -> pd.DataFrame:
    """A catalogue of invented tracks: the columns `ml.tracks.CATALOGUE_COLUMNS`, one row per track, sorted by id.

    The same arguments give the same catalogue everywhere. Numbers are float64, as in a cleaned real catalogue, and
    none is unknown; popularity, duration_ms (milliseconds), key, mode, time_signature and explicit are whole numbers.
    An id stands for its artist and title. Every genre is present.

    Raises CatalogueError when `tracks` is smaller than the number of genres.
    """
    statistics = read_statistics()
    genres: dict[str, dict] = statistics["genres"]
    if tracks < len(genres):
        raise CatalogueError(f"A sample needs at least {len(genres)} tracks, one for each genre.")
    rng = np.random.Generator(np.random.PCG64(seed))
    # Names draw from a stream of their own, so that a new word changes no number.
    names = NameMaker(np.random.Generator(np.random.PCG64([seed, 1])))
    parts = [_genre_tracks(genre, statistics, count, names, rng) for genre, count in _counts(genres, tracks).items()]
    frame = pd.concat(parts, ignore_index=True)
    frame["track_id"] = [
        _track_id(artists, title) for artists, title in zip(frame["artists"], frame["track_name"], strict=True)
    ]
    return frame.sort_values("track_id", ignore_index=True)[list(CATALOGUE_COLUMNS)]


def _counts(genres: dict[str, dict], tracks: int) -> dict[str, int]:
    """How many tracks start out in each genre: at least one, else by weight, rounded so that the sum is `tracks`."""
    spare = tracks - len(genres)
    total = sum(genre["weight"] for genre in genres.values())
    exact = {name: spare * genre["weight"] / total for name, genre in genres.items()}
    counts = {name: 1 + int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (int(exact[name]) - exact[name], name))
    for name in by_remainder[: tracks - sum(counts.values())]:
        counts[name] += 1
    return counts


def _genre_tracks(genre: str, statistics: dict, count: int, names: NameMaker, rng: np.random.Generator) -> pd.DataFrame:
    """`count` tracks that start out in `genre`: all columns of the catalogue but the id."""
    levels, described = statistics["levels"], statistics["genres"][genre]
    artist = _artists(described["artist_tracks"], levels, count, rng)
    original = _originals(artist, rng)
    values = draw_audio(described, levels, artist, original, rng)
    sets = _genre_sets(genre, statistics["genres"], original, rng)
    texts = _texts(genre, described["joint"], artist, original, names, rng)
    return pd.DataFrame(texts | values | {"genres": sets})


def _artists(sizes: list[float], levels: list[float], count: int, rng: np.random.Generator) -> np.ndarray:
    """Each track's artist, numbered from 0 and in blocks: int array (count,)."""
    largest = max(1, round(LARGEST_ARTIST * count))
    blocks: list[int] = []
    while (left := count - sum(blocks)) > 0:
        size = round(float(np.interp(rng.random(), levels, sizes)))
        blocks.append(min(max(size, 1), largest, left))
    return np.repeat(np.arange(len(blocks)), blocks)


def _originals(artist: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The row that each track is another version of, mostly NO_ORIGINAL: an earlier one by the same artist."""
    original = np.full(len(artist), NO_ORIGINAL)
    chance = rng.random(len(artist))
    for row in range(1, len(artist)):
        before = row - 1
        if artist[before] == artist[row] and original[before] == NO_ORIGINAL and chance[row] < VERSION_SHARE:
            original[row] = before
    return original


def _genre_sets(genre: str, genres: dict[str, dict], original: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Each track's genres, sorted and joined: its own and those it overlaps with, as often as described."""
    overlaps, alone = genres[genre]["overlaps"], genres[genre]["alone"]
    mixed = rng.random(len(original)) >= alone
    chances = rng.random((len(original), len(overlaps)))
    sets: list[str] = []
    for row, source in enumerate(original.tolist()):
        if source != NO_ORIGINAL:
            sets.append(sets[source])
            continue
        added = _overlapping(overlaps, alone, chances[row].tolist()) if mixed[row] and overlaps else []
        chosen = {genre, *added}
        for name in [genre, *added]:
            chosen.update(other for other, share in genres[name]["overlaps"].items() if share >= TWIN_SHARE)
        sets.append(SEPARATOR.join(sorted(chosen)))
    return sets


def _overlapping(overlaps: dict[str, float], alone: float, chances: list[float]) -> list[str]:
    """The other genres, at least one, of a track that has some; `chances` are uniform draws, one per overlap."""
    some = max(1 - alone, *overlaps.values())
    drawn = list(zip(overlaps.items(), chances, strict=True))
    added = [other for (other, share), chance in drawn if chance < share / some]
    return added or [min(drawn, key=lambda draw: draw[1] / draw[0][1])[0][0]]


def _texts(
    genre: str, joint: float, artist: np.ndarray, original: np.ndarray, names: NameMaker, rng: np.random.Generator
) -> dict[str, list[str]]:
    """The columns `artists`, `album_name` and `track_name`."""
    cast = [names.artist(genre) for _ in range(int(artist.max()) + 1)]
    shared = rng.random(len(artist)) < joint
    artists: list[str] = []
    for number, together in zip(artist.tolist(), shared.tolist(), strict=True):
        name, _ = cast[number]
        # The neighbour in the cast, so that duets repeat.
        guest, _ = cast[(number + 1) % len(cast)]
        artists.append(f"{name}{SEPARATOR}{guest}" if together and guest != name else name)
    titles, albums = [""] * len(artist), [""] * len(artist)
    for number, (_, flavour) in enumerate(cast):
        own = [row for row in np.flatnonzero(artist == number).tolist() if original[row] == NO_ORIGINAL]
        _name_albums(own, flavour, titles, albums, names, rng)
    for row in np.flatnonzero(original != NO_ORIGINAL).tolist():
        source = original[row]
        version = pick(VERSIONS, rng)
        artists[row] = artists[source]
        titles[row] = f"{titles[source]} - {version}"
        albums[row] = f"{albums[source]} ({version})"
    return {"artists": artists, "album_name": albums, "track_name": titles}


def _name_albums(
    rows: list[int], flavour: str, titles: list[str], albums: list[str], names: NameMaker, rng: np.random.Generator
) -> None:
    """Writes one artist's titles and albums into `titles` and `albums` at `rows`."""
    taken_titles: set[str] = set()
    taken_albums: set[str] = set()
    while rows:
        size = pick(ALBUM_SIZES, rng)
        tracks, rows = rows[:size], rows[size:]
        for row in tracks:
            titles[row] = names.title(flavour, taken_titles)
        first = titles[tracks[0]]
        album = first if rng.random() < TITLE_TRACK_SHARE else names.album(flavour, taken_albums)
        for row in tracks:
            albums[row] = album


def _track_id(artists: str, title: str) -> str:
    """An id made from the names: the same song has it in every sample, whatever its size and seed."""
    digest = hashlib.sha256(f"{artists}\n{title}".encode()).digest()
    number = int.from_bytes(digest[:16], "big")
    digits = ""
    for _ in range(ID_LENGTH - len(SAMPLE_ID_PREFIX)):
        number, digit = divmod(number, len(ID_DIGITS))
        digits += ID_DIGITS[digit]
    return SAMPLE_ID_PREFIX + digits
