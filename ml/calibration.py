"""Makes confidence honest: a first guess given with 70 % should be right for seven tracks in ten."""

from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import softmax

from ml.inputs import Inputs
from ml.memory import KINDS

ARTIST_SOURCE = 1 + KINDS.index("artist")
TRUSTS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)
# Beyond these bounds a model is no model.
COLDEST, HOTTEST = 0.1, 10.0


@dataclass(frozen=True)
class Calibration:
    """Temperatures (Guo et al. 2017, "On Calibration of Modern Neural Networks"), one for each of two situations.

    A network is sure of itself in a different way when it has met the artist (`known`) and when not (`unknown`).
    `trust` is how much the log ratios of the artist's other tracks count beyond what the network makes of them.
    """

    trust: float
    known: float
    unknown: float

    def chances(self, logits: np.ndarray, inputs: Inputs) -> np.ndarray:
        """Probabilities (rows, genres) of the network's logits (rows, genres) for `inputs`."""
        met = inputs.strengths[:, ARTIST_SOURCE, None] > 0
        trusted = logits + self.trust * inputs.ratios[:, ARTIST_SOURCE].astype(np.float32)
        return softmax(trusted / np.where(met, self.known, self.unknown), axis=1)

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def fit_calibration(logits: np.ndarray, inputs: Inputs, carries: np.ndarray) -> Calibration:
    """From validation rows: the trust with the most first guesses right, then temperatures that make them honest.

    `carries` bool (rows, genres). At the right temperature the mean confidence of the first guess equals the share of
    tracks that carry it. The least log-loss would do for single labels; where tracks have several genres it spreads
    the probability over all of them, and the first guess is then right more often than it says.
    """
    met = inputs.strengths[:, ARTIST_SOURCE] > 0
    rows = np.arange(len(logits))

    def right(trust: float) -> np.ndarray:
        guess = Calibration(trust, 1.0, 1.0).chances(logits, inputs).argmax(axis=1)
        return carries[rows, guess]

    trust = max(TRUSTS, key=lambda trust: right(trust).mean())
    trusted = logits + trust * inputs.ratios[:, ARTIST_SOURCE].astype(np.float32)
    hits = right(trust)
    everyone = _temperature(trusted, hits)
    known, unknown = (
        _temperature(trusted[group], hits[group]) if group.sum() >= len(rows) // 50 and group.any() else everyone
        for group in (met, ~met)
    )
    return Calibration(trust, known, unknown)


def _temperature(logits: np.ndarray, hits: np.ndarray) -> float:
    # Only fitting needs it, and serving has to start fast.
    from scipy.optimize import brentq

    def too_sure(temperature: float) -> float:
        return float(softmax(logits / temperature, axis=1).max(axis=1).mean() - hits.mean())

    if too_sure(COLDEST) <= 0:
        return COLDEST
    return HOTTEST if too_sure(HOTTEST) >= 0 else float(brentq(too_sure, COLDEST, HOTTEST, xtol=1e-3))
