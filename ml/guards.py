"""Which figures a new model may not lose, and how much of them is noise."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml.errors import SegueError

HIT_1, HIT_5, SOUND_HIT_1, SOUND_HIT_5 = "hit@1", "hit@5", "sound hit@1", "sound hit@5"
LOG_LOSS, CALIBRATION, NEIGHBOURS = "log-loss", "calibration error", "neighbours"
MOODS, SYNTHETIC_GENRES = "moods", "synthetic genres"
PLAYLIST_NDCG, PLAYLIST_PRECISION = "playlist NDCG@500", "playlist R-precision"
FIGURES = {
    HIT_1: "Right genre first",
    HIT_5: "Right genre among five",
    SOUND_HIT_1: "Right genre first, by sound alone",
    SOUND_HIT_5: "Right genre among five, by sound alone",
    LOG_LOSS: "Surprise at the right genres",
    CALIBRATION: "Error of its confidence",
    NEIGHBOURS: "Nearest songs of the same genre",
    MOODS: "Moods told apart",
    SYNTHETIC_GENRES: "Synthetic genres like real ones",
    PLAYLIST_NDCG: "Playlists continued, best first",
    PLAYLIST_PRECISION: "Playlists continued, right songs",
}
LOWER_IS_BETTER = frozenset({LOG_LOSS, CALIBRATION})


@dataclass(frozen=True)
class Tolerance:
    """How far a figure may fall: `always`, and by chance `spread` / √n more where n tracks or playlists tell it."""

    always: float
    spread: float

    def among(self, n: int) -> float:
        return self.always + self.spread / math.sqrt(n)


# From pairs of trainings that differ in nothing but the seed: one of the real catalogue (asked for 10,000 tracks and
# 150 playlists) and three of samples (995 tracks twice, 301 tracks with 20 playlists). `spread` is three standard
# deviations of one track's or playlist's difference or more, so that chance hardly ever refuses a model; `always` is
# what people wouldn't notice. In brackets: how far the seed moved it, on the real catalogue and at most on a sample.
DEFAULT_TOLERANCES: dict[str, Tolerance] = {
    # (0.0025, 0.010) One track differs with a deviation of 0.11 on the real catalogue, 0.19 on the sample.
    HIT_1: Tolerance(0.005, 0.8),
    # (0.0011, 0.003) 0.07 and 0.13.
    HIT_5: Tolerance(0.005, 0.8),
    # (0.0016, 0.037) 0.24 and 0.33, since sound alone is a guess.
    SOUND_HIT_1: Tolerance(0.005, 1.0),
    # (0.0003, 0.034) It depends on the few tracks that the confidence is fitted to, and jumps with them.
    CALIBRATION: Tolerance(0.005, 1.3),
    # (0.0023, 0.025) Ten neighbours a track.
    NEIGHBOURS: Tolerance(0.01, 0.6),
    # (0.0000, 0.005) The next number of moods would cost 0.01 without being worse.
    MOODS: Tolerance(0.02, 0.6),
    # (0.0000, 0.006) With few tracks even shuffled genres share something.
    SYNTHETIC_GENRES: Tolerance(0.02, 0.6),
    # (0.0001, 0.0002) One list differs with a deviation of 0.006.
    PLAYLIST_NDCG: Tolerance(0.005, 0.15),
    # (0.0002, 0.0000) 0.006 as well; where a list is short, one song is a step.
    PLAYLIST_PRECISION: Tolerance(0.005, 0.15),
}


@dataclass(frozen=True)
class Compared:
    """One figure of both models; `name` in plain words. `tolerance` is None and `fell` False where none is guarded.

    `champion` is None where there is nobody to compare with.
    """

    metric: str
    name: str
    champion: float | None
    challenger: float
    tolerance: float | None
    lower_is_better: bool = False

    @property
    def guarded(self) -> bool:
        return self.tolerance is not None

    @property
    def fall(self) -> float:
        """How much worse the challenger is; below 0 where it is better."""
        if self.champion is None:
            return 0.0
        return (self.challenger - self.champion) * (1 if self.lower_is_better else -1)

    @property
    def fell(self) -> bool:
        # Not "above": what is no number has fallen.
        return self.tolerance is not None and not self.fall <= self.tolerance

    @property
    def told(self) -> str:
        return f"“{self.name}” went from {self.champion:.3f} to {self.challenger:.3f} (tolerance {self.tolerance:.3f})"


def check_tolerances(tolerances: Mapping[str, float]) -> None:
    """Raises SegueError, with one sentence, for what is no guarded figure and no tolerance."""
    if unknown := [name for name in tolerances if name not in DEFAULT_TOLERANCES]:
        raise SegueError(f"There is no guarded figure “{unknown[0]}”; there are {', '.join(DEFAULT_TOLERANCES)}.")
    for name, tolerance in tolerances.items():
        if not (math.isfinite(tolerance) and tolerance >= 0):
            raise SegueError(f"The tolerance of “{name}” must be a number from 0 on, not {tolerance:g}.")


def compare(
    champion: Mapping[str, float],
    challenger: Mapping[str, float],
    counts: Mapping[str, int],
    tolerances: Mapping[str, float],
) -> list[Compared]:
    """Figure by figure, both models' on the same ground; `counts` are how many tracks or playlists tell each.

    `tolerances` are taken as they are; for figures that it lacks, the default one widens where few tell it.
    """
    return [
        Compared(
            metric,
            FIGURES[metric],
            champion[metric],
            challenger[metric],
            tolerances.get(metric, DEFAULT_TOLERANCES[metric].among(counts[metric]))
            if metric in DEFAULT_TOLERANCES
            else None,
            metric in LOWER_IS_BETTER,
        )
        for metric in FIGURES
        if metric in champion
    ]


def alone(metrics: Mapping[str, Any]) -> list[Compared]:
    """The figures of a model that has none to be compared with, from what its manifest tells."""
    named, heard = metrics["classifier"], metrics["classifier by sound alone"]
    own = {
        HIT_1: named["hit@1"],
        HIT_5: named["hit@5"],
        SOUND_HIT_1: heard["hit@1"],
        SOUND_HIT_5: heard["hit@5"],
        LOG_LOSS: named["log_loss"],
        CALIBRATION: named["calibration_error"],
    }
    return [
        Compared(figure, FIGURES[figure], None, value, None, figure in LOWER_IS_BETTER) for figure, value in own.items()
    ]
