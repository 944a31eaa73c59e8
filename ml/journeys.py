"""Several songs in a row: a way from one song to another, a list that grows, an order that flows."""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

import numpy as np

from ml.adventure import Adventurous
from ml.errors import JourneyError
from ml.filters import Filters
from ml.flow import Flow, Shape, flow_order
from ml.paths import find_path
from ml.phrases import Phrase
from ml.ranking.facts import columns_of
from ml.reasons import Reason
from ml.recommendations import Recommendation, Recommendations
from ml.recommender import MOST_SEEDS, Recommender
from ml.tracks import SEPARATOR

# Both ends and something between them.
SHORTEST_PATH = 3
# The reasons beside it are about the song before.
STEP = Reason("step")


def path(
    recommender: Recommender,
    start_id: str,
    end_id: str,
    length: int,
    *,
    filters: Filters | None = None,
    exclude: Collection[str] = (),
    exclude_artists: Collection[str] = (),
    per_artist: int | None = 2,
) -> Recommendations:
    """`length` songs that lead from one track to another, both included; fewer when fewer are left between them.

    Those between meet `filters`, are no version of `exclude` (track ids) and by none of `exclude_artists` (names); at
    most `per_artist` songs credit any one artist. Each song's reasons compare it with the one before; its score is the
    cosine of the two.
    Raises JourneyError, UnknownTrackError and EmptyResultError.
    """
    start, end = ends(recommender, start_id, end_id, length)
    available = recommender.available([start, end, *recommender.songs_of(exclude)[0]], exclude_artists)
    allowed = recommender.allowed(filters or Filters(), available, length - 2)
    facts, vectors = recommender.facts, recommender.vectors
    songs = find_path(
        vectors,
        start,
        end,
        length,
        candidates=np.flatnonzero(allowed),
        songs=np.arange(len(facts)),
        artists_of=lambda song: columns_of(facts.artists, song).tolist(),
        per_artist=per_artist,
    )
    # The ends are the very versions that were given.
    track_ids = [start_id, *(recommender.track_of(song) for song in songs[1:-1]), end_id]
    stops = [
        Recommendation(track_id, float(vectors[song] @ vectors[before]), (STEP, *recommender.why(song, before)))
        for track_id, (before, song) in zip(track_ids[1:], pairwise(songs), strict=True)
    ]
    return Recommendations([Recommendation(start_id, 1.0, (Reason("seed"),)), *stops])


def ends(recommender: Recommender, start_id: str, end_id: str, length: int) -> tuple[int, int]:
    """The song numbers between which a path of `length` can be found. Raises JourneyError and UnknownTrackError."""
    start, end = recommender.song_of(start_id), recommender.song_of(end_id)
    if start == end:
        raise JourneyError(Phrase("A path leads from one song to another; these two are the same song."))
    if length < SHORTEST_PATH:
        raise JourneyError(
            Phrase("A path has at least {least} songs: its two ends and one between them.", least=SHORTEST_PATH)
        )
    return start, end


def expand(
    recommender: Recommender,
    track_ids: Sequence[str],
    count: int,
    *,
    filters: Filters | None = None,
    exclude: Collection[str] = (),
    exclude_artists: Collection[str] = (),
    per_artist: int | None = 2,
    adventurous: Adventurous = "medium",
    bend: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Recommendations:
    """`count` songs that go with a whole list, best first, no version of one on it; fewer when fewer are left.

    As Recommender.recommend, but of a list that is longer than what that takes, songs from all over it count.
    """
    _, unknown = recommender.songs_of(track_ids)
    known = [track_id for track_id in track_ids if track_id not in unknown]
    spread = np.linspace(0, len(known) - 1, min(len(known), MOST_SEEDS)).round().astype(int)
    return recommender.recommend(
        [known[place] for place in spread] or track_ids,
        count,
        filters=filters,
        exclude=[*track_ids, *exclude],
        exclude_artists=exclude_artists,
        per_artist=per_artist,
        adventurous=adventurous,
        bend=bend,
    )


def in_flow(
    recommender: Recommender, track_ids: Sequence[str], shape: Shape, *, keep_first: bool = False
) -> tuple[list[str], Flow]:
    """The tracks in an order in which tempo, energy, key and sound follow each other well, and what that gains.

    `keep_first` leaves the first track where it is. Raises UnknownTrackError.
    """
    songs = np.array([recommender.song_of(track_id) for track_id in track_ids], dtype=np.intp)
    columns, facts = recommender.columns, recommender.facts
    flow = flow_order(
        columns.numbers["tempo"][songs],
        columns.numbers["energy"][songs],
        columns.key[songs],
        columns.mode[songs],
        artists=[SEPARATOR.join(facts.artist_names[one] for one in columns_of(facts.artists, song)) for song in songs],
        vectors=recommender.vectors[songs],
        shape=shape,
        first=0 if keep_first and len(songs) else None,
    )
    return [track_ids[place] for place in flow.order], flow
