"""What `/recommend` was asked for, as it is stored and as the recommender takes it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.conditions import read_filters, write_filters
from bot.errors import RefusalError
from bot.references import find_track, pick_name
from bot.tastes import MemberTaste
from ml.adventure import USUAL, Adventurous
from ml.bundle import ModelBundle
from ml.errors import EmptyResultError
from ml.filters import Filters
from ml.recommendations import Recommendations
from ml.taste.lists import taste_list

DEFAULT_COUNT = 10
MOST_SONGS = 50
# An answer holds at most this many songs after many a "More".
LONGEST_ANSWER = 200
TEXT_BAD_COUNT = f"I can recommend 1 to {MOST_SONGS} songs at a time."
TEXT_SAME_MORE = "`more` is the song you gave as `track`: give another one."
TEXT_LESS_ALONE = "`less` needs a song to start from, or a taste that I know."
TEXT_SAME_LESS = "A list can't go with a song and sound unlike it: give another one as `less`."


@dataclass(frozen=True)
class Request:
    """Songs that go with the track, and with `more` as well, but sound little like `less` (track ids).

    `start` are tracks that stand for artists who were picked. With neither, the list comes from the member's taste.
    """

    track_id: str | None
    count: int
    more: str | None = None
    less: str | None = None
    adventurous: Adventurous = USUAL
    filters: Filters = field(default_factory=Filters)
    start: tuple[str, ...] = ()

    @property
    def seeds(self) -> list[str]:
        """What the list starts from."""
        return [one for one in (self.track_id, self.more) if one is not None] or [*self.start]

    @property
    def tracks(self) -> list[str]:
        """All that were named."""
        return [*self.seeds, *([self.less] if self.less is not None else [])]


def read_options(
    bundle: ModelBundle,
    track: str | None,
    more: str | None,
    less: str | None,
    count: int,
    adventurous: Adventurous,
    genre: str | None,
    mood: str | None,
) -> Request:
    """What the command's options ask for. Raises UnknownTrackError and RefusalError."""
    if not 1 <= count <= MOST_SONGS:
        # Discord's client refuses this itself, but the wire can carry anything.
        raise RefusalError(TEXT_BAD_COUNT)
    filters = Filters(
        genres=(pick_name("genre", bundle.catalogue.genres, genre),) if genre is not None else (),
        moods=(pick_name("mood", bundle.clusters.names, mood),) if mood is not None else (),
    )
    if track is None:
        track, more = more, None
    track_id, more_id, less_id = (None if one is None else find_track(bundle, one) for one in (track, more, less))
    song_of = bundle.recommender.song_of
    wanted = {song_of(one) for one in (track_id, more_id) if one is not None}
    if more_id is not None and len(wanted) == 1:
        raise RefusalError(TEXT_SAME_MORE)
    if less_id is not None and song_of(less_id) in wanted:
        raise RefusalError(TEXT_SAME_LESS)
    return Request(track_id, count, more_id, less_id, adventurous, filters)


def write_request(request: Request) -> dict[str, Any]:
    return vars(request) | {"filters": write_filters(request.filters)}


def read_request(stored: Mapping[str, Any]) -> Request:
    """What `write_request` wrote; the first lists were stored with nothing but a track and a count."""
    filters = read_filters(stored["filters"]) if "filters" in stored else Filters()
    return Request(**(dict(stored) | {"filters": filters, "start": tuple(stored.get("start", ()))}))


def recommended_songs(
    bundle: ModelBundle, request: Request, count: int, member: MemberTaste, exclude: Collection[str] = ()
) -> Recommendations:
    """The songs for a request of a member, none of `exclude` and nothing that they refuse.

    A list from a song is bent by the member's taste; one from the taste alone, or from conditions alone, holds nothing
    that was shown lately, as long as there is enough else.
    Raises EmptyResultError when its conditions leave none.
    """
    recommender = bundle.recommender
    conditions = member.refused | {"adventurous": request.adventurous, "filters": request.filters}
    conditions["exclude"] = conditions["exclude"].union(exclude)
    unlike = [] if request.less is None else [request.less]
    if request.seeds:
        return recommender.recommend(request.seeds, count, unlike=unlike, bend=member.bend(bundle), **conditions)
    made = partial(taste_list, recommender, member.taste, unlike=unlike) if member.taste else recommender.themed
    try:
        fresh = made(count, **conditions | {"exclude": conditions["exclude"].union(member.state.shown)})
    except EmptyResultError:
        if not member.state.shown:
            raise
        fresh = Recommendations()
    return fresh if len(fresh) == count or not member.state.shown else made(count, **conditions)
