"""Our own networks on one task: what each scores, what each of the served one's parts adds, what decides per genre."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from ml.calibration import VIEWS, Answer, as_known, fit_calibration, situations
from ml.classifier_training import EpochDone, Prepared, fit_network, predict_logits, prepare, with_validation
from ml.evaluation.baselines import genre_weights
from ml.evaluation.protocols import Task
from ml.inputs import SOUND_SOURCES, SOURCES, InputEncoder, Inputs, without_names, without_sound
from ml.memory import KINDS
from ml.network import Parts
from ml.tracks import FEATURE_NAMES, TEXT_COLUMNS

SERVED = "Segue (served)"
# The served model looks up the validation tracks too; this is what it scores without.
TRAINING_ONLY = "remembering the training part only"
# All that may be known of a track; the other withholdings take out parts that could be known.
LESS_KNOWN = ONLY_AUDIO, ONLY_NAMES = f"{SERVED}, only audio known", f"{SERVED}, only names known"
NETWORKS: dict[str, Parts] = {
    "CNN, audio": Parts(names=False, evidence=()),
    "CNN, audio and neighbours": Parts(names=False, evidence=SOURCES[SOUND_SOURCES]),
    "CNN, audio and context": Parts(evidence=()),
    SERVED: Parts(),
}
# Test tracks whose columns are shuffled for the table of importance.
IMPORTANCE_TRACKS = 3_000


class TaskNetworks:
    """The networks of one task; what they share is made once, when the first of them is asked for."""

    def __init__(self, task: Task, epoch_done: EpochDone) -> None:
        self.task = task
        self._epoch_done = epoch_done
        self.answer: Callable[[Inputs], Answer] | None = None

    @cached_property
    def prepared(self) -> Prepared:
        return prepare(self.task.frame, self.task.genres, self.task.split, self.task.seed)

    @cached_property
    def encoder(self) -> InputEncoder:
        """The one that serves: it remembers the validation tracks too."""
        made = self.prepared
        return with_validation(made.encoder, self.task.frame, made.targets, self.task.split)

    def answers(self, name: str, balance: str = "unbalanced") -> Iterator[tuple[str, Answer]]:
        """Calibrated answers for the test rows by one of NETWORKS, by name of the variant.

        The served network also answers with parts of its inputs withheld: that is how it answers about tracks of
        which only the sound or only the names are known, and what each part adds.
        """
        parts = NETWORKS[name]
        prepared, split = self.prepared, self.task.split
        weights = balanced_weights(prepared.targets[split.train], balance)
        network = fit_network(prepared, parts, seed=self.task.seed, epoch_done=self._epoch_done, weights=weights)
        known = seen(prepared.inputs[split.validation], parts)
        predict = partial(predict_logits, network)
        views = VIEWS if name == SERVED else (as_known,)
        calibration = fit_calibration(predict, known, self.task.carries[split.validation], views)

        def answer(inputs: Inputs, situation: np.ndarray | None = None) -> Answer:
            return calibration.answer(predict(inputs), inputs, situation)

        if parts.evidence:
            yield f"{name}, {TRAINING_ONLY}", answer(seen(prepared.inputs[split.test], parts))
            inputs = seen(self.encoder.encode(self.task.frame.iloc[split.test]), parts)
        else:
            inputs = seen(prepared.inputs[split.test], parts)
        yield name, answer(inputs)
        if name == SERVED and balance == "unbalanced":
            self.answer = answer
            for variant, withheld in withholdings(inputs).items():
                # Where a part is taken out to see what it adds, the same curve is used as with it.
                yield variant, answer(withheld, None if variant in LESS_KNOWN else situations(inputs))

    def importance(self) -> list[dict[str, Any]]:
        """Per genre, how much the chance given to its test tracks falls when one column is shuffled among tracks.

        Permutation importance (Breiman 2001, "Random Forests"), of the served network. Call after `answers`.
        """
        random = np.random.default_rng(self.task.seed)
        rows = random.permutation(self.task.split.test)[:IMPORTANCE_TRACKS]
        frame, carries = self.task.frame.iloc[rows].reset_index(drop=True), self.task.carries[rows]
        before = self._chance_of_own(frame, carries)
        falls = {
            name: before - self._chance_of_own(frame.assign(**{name: random.permutation(frame[name])}), carries)
            for name in (*FEATURE_NAMES, *TEXT_COLUMNS)
        }
        return [
            {"genre": genre, **{name: float(fall[carries[:, number]].mean()) for name, fall in falls.items()}}
            for number, genre in enumerate(self.task.genres)
            if carries[:, number].any()
        ]

    def _chance_of_own(self, frame: pd.DataFrame, carries: np.ndarray) -> np.ndarray:
        assert self.answer is not None, "the served network is not fitted yet"
        return (self.answer(self.encoder.encode(frame)).chances * carries).sum(axis=1)


def balanced_weights(targets: np.ndarray, balance: str) -> np.ndarray | None:
    """A weight per training row, so that genres weigh the same; None for unbalanced training."""
    if balance == "unbalanced":
        return None
    row, genre = np.nonzero(targets)
    weights = genre_weights(genre, targets[row, genre].astype(float), targets.shape[1])
    return targets @ weights.astype(np.float32)


def withholdings(inputs: Inputs) -> dict[str, Inputs]:
    """The inputs with parts withheld, by what is left or missing."""
    silent = {"characters": np.zeros_like(inputs.characters), "artists": np.zeros_like(inputs.artists)}
    memory = slice(1, 1 + len(KINDS))
    return {
        ONLY_AUDIO: without_names(inputs),
        ONLY_NAMES: without_sound(inputs),
        f"{SERVED}, without the names tower": Inputs(**{**inputs.as_dict(), **silent}),
        f"{SERVED}, without the words": _without_sources(inputs, slice(0, 1)),
        f"{SERVED}, without the memory": _without_sources(inputs, memory),
        f"{SERVED}, without the sound neighbours": _without_sources(inputs, SOUND_SOURCES),
    }


def seen(inputs: Inputs, parts: Parts) -> Inputs:
    """The inputs with all unknown that a network of `parts` has no eyes for, so that nothing else has either."""
    unseen = np.array([source not in parts.evidence for source in SOURCES])
    shown = _without_sources(inputs, unseen)
    if parts.names:
        return shown
    silent = {"characters": np.zeros_like(inputs.characters), "artists": np.zeros_like(inputs.artists)}
    return Inputs(**{**shown.as_dict(), **silent})


def _without_sources(inputs: Inputs, sources: slice | np.ndarray) -> Inputs:
    ratios, strengths = inputs.ratios.copy(), inputs.strengths.copy()
    ratios[:, sources], strengths[:, sources] = 0, 0
    return Inputs(inputs.tokens, inputs.characters, inputs.artists, ratios, strengths)
