"""What a recommender answers with."""

from collections.abc import Iterable
from dataclasses import dataclass

from ml.reasons import Reason


@dataclass(frozen=True)
class Recommendation:
    """One song: `score` is comparable only within its list; `reasons` come from the parts of that score."""

    track_id: str
    score: float
    reasons: tuple[Reason, ...]


class Recommendations(list[Recommendation]):
    """Recommended songs, best first; `unknown` are the given track ids that the catalogue lacks."""

    def __init__(self, songs: Iterable[Recommendation] = (), unknown: tuple[str, ...] = ()) -> None:
        super().__init__(songs)
        self.unknown = unknown
