"""A playlist as a file for other programs: M3U8 for players, CSV for spreadsheets and playlist converters."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from bot.layout import TRACK_URL
from ml.bundle import ModelBundle
from ml.sample import is_sample_id
from ml.tracks import split_values
from storage.playlists import PlaylistTrack

UNKNOWN_LENGTH = -1


@dataclass(frozen=True)
class Entry:
    """A song as files tell it; what the catalogue no longer knows of it is empty, its length UNKNOWN_LENGTH."""

    track: PlaylistTrack
    album: str
    genres: str
    seconds: int

    @property
    def address(self) -> str:
        """Where the song is, or for an invented one what a file of it might be called."""
        if is_sample_id(self.track.track_id):
            return f"{self.track.artists} - {self.track.title}.mp3".replace("/", "-")
        return TRACK_URL + self.track.track_id


def entries(bundle: ModelBundle, tracks: Sequence[PlaylistTrack]) -> list[Entry]:
    """The tracks with what the bundle's catalogue adds."""
    catalogue = bundle.catalogue
    found = []
    for track in tracks:
        row = catalogue.row_of.get(track.track_id)
        if row is None:
            found.append(Entry(track, "", "", UNKNOWN_LENGTH))
            continue
        told = catalogue.frame.iloc[row]
        length = told["duration_ms"]
        seconds = round(length / 1000) if length == length else UNKNOWN_LENGTH
        genres = ", ".join(split_values(catalogue.texts[row][2]))
        found.append(Entry(track, str(told["album_name"] or ""), genres, seconds))
    return found


def as_m3u8(name: str, songs: Sequence[Entry]) -> bytes:
    """An extended M3U playlist in UTF-8 (RFC 8216 calls the encoding M3U8)."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(name)}"]
    for song in songs:
        lines += [f"#EXTINF:{song.seconds},{_one_line(f'{song.track.artists} - {song.track.title}')}", song.address]
    return ("\n".join(lines) + "\n").encode()


def as_csv(songs: Sequence[Entry]) -> bytes:
    """One row per song. The mark at the beginning tells spreadsheets that it is UTF-8."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(["Position", "Title", "Artists", "Album", "Genres", "Spotify URL"])
    for place, song in enumerate(songs, start=1):
        track = song.track
        address = "" if is_sample_id(track.track_id) else song.address
        writer.writerow([place, *map(_as_text, (track.title, track.artists, song.album, song.genres)), address])
    return text.getvalue().encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _as_text(cell: str) -> str:
    """What a spreadsheet would take for a formula, marked as text (OWASP, “CSV Injection”)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
