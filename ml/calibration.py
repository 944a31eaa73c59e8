"""Makes confidence honest: of the genres given 70 %, seven in ten belong to the track."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import expit, log_softmax

from ml.inputs import SOUND_SOURCES, Inputs, without_names, without_sound
from ml.memory import KINDS

ARTIST_SOURCE = 1 + KINDS.index("artist")
WORDS_SOURCE = 0
TRUSTS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)
# The genres per track that the curves are fitted to: those that anybody is ever shown.
CONSIDERED = 10
# Fewer validation tracks say less of a situation than all situations together.
FEWEST_TRACKS = 200
# A network is sure of itself in a different way in each of these.
KNOWN, STRANGER, UNNAMED, UNHEARD, UNHEARD_STRANGER = range(5)


@dataclass(frozen=True)
class Answer:
    """What the classifier says of n tracks.

    `chances` (n, genres) share one whole among the genres of a track. `memberships` (n, genres) say of each genre how
    probable it is that the track is filed there: a track with two genres can be sure of both. Both rank genres alike.
    """

    chances: np.ndarray
    memberships: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> "Answer":
        return Answer(self.chances[rows], self.memberships[rows])


@dataclass(frozen=True)
class Calibration:
    """From logits to an `Answer`.

    `trust` is how much the log ratios of the artist's other tracks count beyond what the network makes of them.
    `curves` holds (slope, offset) per situation, for the log odds of a chance (Platt 1999, "Probabilistic Outputs for
    Support Vector Machines", once per genre with the curve in common).
    """

    trust: float
    curves: tuple[tuple[float, float], ...]

    def answer(self, logits: np.ndarray, inputs: Inputs, situation: np.ndarray | None = None) -> Answer:
        """From the network's logits (n, genres) for `inputs`; `situation` (n,) where it is not what they tell."""
        logs = log_softmax(trusted(logits, inputs, self.trust), axis=1)
        slope, offset = np.array(self.curves)[situations(inputs) if situation is None else situation].T[:, :, None]
        return Answer(np.exp(logs), expit(slope * log_odds(logs) + offset))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def trusted(logits: np.ndarray, inputs: Inputs, trust: float) -> np.ndarray:
    """The logits with the artist's log ratios added, `trust` times."""
    return logits + trust * inputs.ratios[:, ARTIST_SOURCE].astype(np.float32)


def situations(inputs: Inputs) -> np.ndarray:
    """What is known of each track, int (n,): KNOWN (its artist was met), STRANGER, … ."""
    met = inputs.strengths[:, ARTIST_SOURCE] > 0
    unnamed = inputs.strengths[:, WORDS_SOURCE] == 0
    unheard = (inputs.strengths[:, SOUND_SOURCES] == 0).all(axis=1)
    return np.select(
        [unnamed, unheard & met, unheard, met], [UNNAMED, UNHEARD, UNHEARD_STRANGER, KNOWN], default=STRANGER
    )


def log_odds(logs: np.ndarray) -> np.ndarray:
    """log p / (1 - p) of probabilities given by their logarithms, finite also for the surest."""
    logs = np.minimum(logs, -1e-6)
    return logs - np.log(-np.expm1(logs))


def as_known(inputs: Inputs) -> Inputs:
    """The inputs as they are."""
    return inputs


# What is looked at when fitting: for whoever asks with names or sound only, also the rows with as little.
VIEWS = (as_known, without_names, without_sound)


def fit_calibration(
    predict: Callable[[Inputs], np.ndarray],
    inputs: Inputs,
    carries: np.ndarray,
    views: Sequence[Callable[[Inputs], Inputs]] = VIEWS,
) -> Calibration:
    """From validation rows: the trust with the most first guesses right, then the curves, from each of `views`.

    `predict(inputs)` gives logits (rows, genres); `carries` bool (rows, genres). `views` begin with `as_known`.
    """
    rows = np.arange(len(inputs))
    seen = [(shown, predict(shown)) for shown in (view(inputs) for view in views)]
    logits = seen[0][1]
    trust = max(TRUSTS, key=lambda trust: carries[rows, trusted(logits, inputs, trust).argmax(axis=1)].mean())
    found = []
    for shown, said in seen:
        logs = log_softmax(trusted(said, shown, trust), axis=1)
        top = np.argsort(-logs, axis=1)[:, :CONSIDERED]
        odds, right = (np.take_along_axis(array, top, axis=1) for array in (log_odds(logs), carries))
        found.append((situations(shown), odds, right))
    situation, odds, right = (np.concatenate(parts) for parts in zip(*found, strict=True))
    everywhere = _curve(odds, right)
    curves = []
    for number in range(UNHEARD_STRANGER + 1):
        alike = situation == number
        curves.append(_curve(odds[alike], right[alike]) if alike.sum() >= FEWEST_TRACKS else everywhere)
    return Calibration(trust, tuple(curves))


def _curve(odds: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    if right.all() or not right.any():
        return 1.0, 0.0
    # Only fitting needs it, and serving has to start fast.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6).fit(odds.reshape(-1, 1), right.ravel())
    slope, offset = float(model.coef_[0, 0]), float(model.intercept_[0])
    # A falling curve would turn the ranking round: such a model is no model.
    return (slope, offset) if slope > 0 else (1.0, 0.0)
