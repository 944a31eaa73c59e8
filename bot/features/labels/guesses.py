"""What the model thinks of a song's genre, and which genres can be proposed for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import RefusalError
from bot.layout import Song, plain, song_of
from bot.songs import TEXT_LEFT_CATALOGUE
from ml.bundle import ModelBundle
from ml.genre_names import genre_meant, genres_near

LONGEST_QUOTED = 40
TEXT_UNKNOWN = "I know no genre called “{name}”. Closest: {closest}."
TEXT_FILED_ALREADY = "It is filed under {genre} already."
TEXT_NOT_LEARNED = "I no longer know the genre “{genre}”."


@dataclass(frozen=True)
class Guess:
    """A song and how probable each genre is one of its own, best first."""

    song: Song
    genres: list[tuple[str, float]]


def guess_of(bundle: ModelBundle, track_id: str) -> Guess:
    """What the model thinks of a track of the catalogue."""
    return guesses_of(bundle, [track_id])[0]


def guesses_of(bundle: ModelBundle, track_ids: Sequence[str]) -> list[Guess]:
    """What the model thinks of tracks of the catalogue, all of them asked about at once."""
    frame = bundle.catalogue.frame.iloc[[bundle.catalogue.row_of[track_id] for track_id in track_ids]]
    chances = bundle.classifier.predict_memberships(frame).to_numpy()
    return [
        Guess(
            song_of(bundle, track_id),
            sorted(zip(bundle.classifier.genres, of_genre.tolist(), strict=True), key=lambda found: -found[1]),
        )
        for track_id, of_genre in zip(track_ids, chances, strict=True)
    ]


def check_track(bundle: ModelBundle, track_id: str) -> None:
    """Raises RefusalError for a song that the catalogue has no more."""
    if track_id not in bundle.catalogue.row_of:
        raise RefusalError(TEXT_LEFT_CATALOGUE)


def check_genre(bundle: ModelBundle, track_id: str, genre: str) -> None:
    """Raises RefusalError for a genre that can't be proposed for a song: the menu may be older than the model."""
    if genre not in bundle.classifier.genres:
        raise RefusalError(TEXT_NOT_LEARNED.format(genre=plain(genre, LONGEST_QUOTED)))
    if genre in song_of(bundle, track_id).genres:
        raise RefusalError(TEXT_FILED_ALREADY.format(genre=plain(genre, LONGEST_QUOTED)))


def genre_named(bundle: ModelBundle, text: str) -> str:
    """The genre of the model that a member's words spell. Raises RefusalError with the nearest ones."""
    genres = bundle.classifier.genres
    meant = genre_meant(text, genres)
    if meant is None:
        closest = ", ".join(plain(near, LONGEST_QUOTED) for near in genres_near(text, genres))
        raise RefusalError(TEXT_UNKNOWN.format(name=plain(text, LONGEST_QUOTED), closest=closest))
    return meant
