"""What is typical of one genre, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bot.layout import ModelNote, Song, note_of, song_of
from bot.tastes import MemberTaste
from ml.bundle import ModelBundle
from ml.catalogue import genre_matrix
from ml.errors import EmptyResultError
from ml.recommendations import Recommendations
from ml.tracks import CONTINUOUS
from storage.feedback import Verdict

BEST_KNOWN = 5
MOST_TYPICAL = 4


@dataclass(frozen=True)
class GenrePortrait:
    """`levels` are the features that set the genre apart most, as shares of songs below.

    `verdicts` is what the asker thinks of songs, by track id.
    """

    genre: str
    tracks: int
    levels: list[tuple[str, float]]
    best_known: list[Song]
    verdicts: Mapping[str, Verdict]
    note: ModelNote


def portrait(bundle: ModelBundle, genre: str, member: MemberTaste) -> GenrePortrait:
    """Describes a genre of the catalogue by its tracks, with songs that the member hasn't refused."""
    frame = bundle.catalogue.frame
    inside = frame[genre_matrix(frame, [genre])[:, 0]]
    middle = np.median(bundle.space.percentiles.of(inside), axis=0)
    order = np.argsort(-np.abs(middle - 0.5), kind="stable")[:MOST_TYPICAL]
    try:
        best_known = bundle.recommender.themed(BEST_KNOWN, genre=genre, per_artist=1, diversity=0, **member.refused)
    except EmptyResultError:
        best_known = Recommendations()
    return GenrePortrait(
        genre,
        len(inside),
        [(CONTINUOUS[number], float(middle[number])) for number in order],
        [song_of(bundle, found.track_id) for found in best_known],
        member.verdicts,
        note_of(bundle),
    )
