"""Recommended lists as they are made, stored and shown again: plain data, no Discord."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.features.recommend.asking import LONGEST_ANSWER, Request, read_request
from bot.layout import PAGE, ModelNote, Song, song_of
from bot.reasons import read_reasons, write_reasons
from ml.bundle import ModelBundle
from ml.reasons import Reason
from ml.recommender import Recommendation
from ml.sample import is_sample_id
from storage.answers import AnswerTrack, StoredAnswer
from storage.feedback import Verdict


@dataclass(frozen=True)
class ListedSong:
    """A song of a list; `song` is None where the catalogue has changed and no longer holds it."""

    track_id: str
    song: Song | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class SongList:
    """One stored answer, ready to be shown.

    `seed`, `more` and `less` are the songs of the request, None where the catalogue lacks them or none was given;
    `start` those that stand for picked artists. `verdicts` is what the owner thinks of the songs, by track id.
    """

    answer_id: str
    owner: int
    request: Request
    seed: Song | None
    songs: list[ListedSong]
    note: ModelNote
    more: Song | None = None
    less: Song | None = None
    start: tuple[Song, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def page_size(self) -> int:
        """Each "More" of a short list is a page of its own."""
        return min(PAGE, self.request.count)

    @property
    def left_over(self) -> int:
        """How many songs were all that was left when the last ones were asked for; 0 when there were enough."""
        return len(self.songs) % self.request.count if len(self.songs) < LONGEST_ANSWER else 0

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.songs) // self.page_size))

    def page(self, number: int) -> list[tuple[int, ListedSong]]:
        """The songs of page `number` (from 0) with their places in the list (from 1)."""
        start = number * self.page_size
        return list(enumerate(self.songs[start : start + self.page_size], start=start + 1))


def song_list(bundle: ModelBundle, answer: StoredAnswer, verdicts: Mapping[str, Verdict]) -> SongList:
    """The stored answer with the names that the bundle's catalogue gives its tracks."""
    request = read_request(answer.request)
    return SongList(
        answer.id,
        answer.user_id,
        request,
        known_song(bundle, request.track_id),
        [
            ListedSong(track.track_id, known_song(bundle, track.track_id), read_reasons(track.reason))
            for track in answer.tracks
        ],
        # Of the songs shown, not of the model that serves now: that may know another catalogue.
        ModelNote(answer.model_version, any(is_sample_id(track.track_id) for track in answer.tracks)),
        known_song(bundle, request.more),
        known_song(bundle, request.less),
        tuple(song for track_id in request.start if (song := known_song(bundle, track_id)) is not None),
        verdicts,
    )


def known_song(bundle: ModelBundle, track_id: str | None) -> Song | None:
    return song_of(bundle, track_id) if track_id in bundle.catalogue.row_of else None


def answer_tracks(found: Iterable[Recommendation]) -> list[AnswerTrack]:
    return [AnswerTrack(one.track_id, one.score, write_reasons(one.reasons)) for one in found]
