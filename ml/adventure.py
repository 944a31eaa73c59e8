"""The adventurous dial: how far a list may lead away from what is known and near."""

from dataclasses import dataclass
from typing import Literal, get_args

Adventurous = Literal["easy", "medium", "bold"]
DIALS: tuple[Adventurous, ...] = get_args(Adventurous)
# Where nobody says anything else.
USUAL: Adventurous = "medium"


@dataclass(frozen=True)
class Dial:
    """What a setting adds: log-odds for the way from unknown to best known, log-odds for sharing an artist with a
    seed, and weight of difference within the list."""

    fame: float
    same_artist: float
    diversity: float

    def varied(self, diversity: float) -> float:
        """The weight of difference 0..1 for one that was asked for; none stays none."""
        return min(1.0, diversity + self.diversity) if diversity else 0.0


# Medium is what the ranker learned from people's own lists. docs/results.md shows what the others trade for what.
SETTINGS: dict[Adventurous, Dial] = {
    "easy": Dial(fame=3.0, same_artist=0.5, diversity=0.0),
    "medium": Dial(fame=0.0, same_artist=0.0, diversity=0.0),
    "bold": Dial(fame=-5.0, same_artist=-2.0, diversity=0.3),
}
