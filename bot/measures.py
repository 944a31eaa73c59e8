"""What the bot counts and times about itself, for `/metrics` and `/admin status`.

No label names a member, a server or anything they typed: there are as many series as commands and buttons.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Histogram

# A command, a button or menu, a submitted form, or the choices offered while somebody types.
Kind = Literal["command", "press", "form", "autocomplete"]
# "unanswered": it ended without a word; "cut off": the bot was stopped before it was done.
Outcome = Literal["answered", "refused", "failed", "unanswered", "cut off"]
# Of one drop: posted, one attempt failed, given up after too many of those, or missed by over a week.
DropOutcome = Literal["posted", "failed", "given up", "skipped"]

# Percentiles are of so many answers of a kind, the latest ones: a day's worth, and exact.
RECENT = 1_000
# The longest delay of the last minute, measured once a second.
RECENT_BEATS = 60
# Discord gives up on a first answer after three seconds; a deferred one may take a while.
ANSWER_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30)
LAG_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10)


@dataclass(frozen=True)
class Percentiles:
    """Of `count` durations, in seconds: so much of them were at most so long."""

    count: int
    p50: float
    p95: float
    p99: float


def percentiles(durations: Iterable[float]) -> Percentiles | None:
    """The exact ones, each a duration that was measured; None of none."""
    ordered = sorted(durations)
    if not ordered:
        return None
    last = len(ordered) - 1
    return Percentiles(len(ordered), *(ordered[round(last * share)] for share in (0.5, 0.95, 0.99)))


class Measures:
    """Counters and timers of one bot, in a registry of their own. `tick` is a clock that never goes back."""

    def __init__(self, tick: Callable[[], float] = time.perf_counter) -> None:
        self.registry = CollectorRegistry()
        self.tick = tick
        self._begun: dict[int, tuple[Kind, float]] = {}
        self._recent: dict[Kind, deque[float]] = {}
        self._recent_first: deque[float] = deque(maxlen=RECENT)
        self._recent_lag: deque[float] = deque(maxlen=RECENT_BEATS)
        self.outcomes: dict[Outcome, int] = {}
        self._answers = self._counter("answers", "Answers by what came of them", "kind", "name", "outcome")
        self._answer = self._histogram("answer_seconds", "From arrival until the answer is complete", ANSWER_BUCKETS)
        self._first = self._histogram("first_answer_seconds", "From arrival until Discord has a reply", ANSWER_BUCKETS)
        self._requests = self._counter("discord_requests", "Requests to Discord, by how it answered", "status")
        self._drops = self._counter("drops", "What became of weekly drops in this process", "outcome")
        self._lag = Histogram(
            "segue_loop_lag_seconds", "How late the event loop was", registry=self.registry, buckets=LAG_BUCKETS
        )

    def begin(self, interaction_id: int, kind: Kind) -> None:
        """An interaction has arrived."""
        self._begun[interaction_id] = kind, self.tick()

    def first_answer(self, interaction_id: int) -> None:
        """Discord has the first reply to it, be it only "thinking …"."""
        if interaction_id in self._begun:
            kind, begun = self._begun[interaction_id]
            seconds = self.tick() - begun
            self._first.labels(kind).observe(seconds)
            if kind != "autocomplete":
                self._recent_first.append(seconds)

    def end(self, interaction_id: int, name: str, outcome: Outcome) -> None:
        """Nothing more will be said to it."""
        if interaction_id not in self._begun:
            return
        kind, begun = self._begun.pop(interaction_id)
        seconds = self.tick() - begun
        self._answers.labels(kind, name, outcome).inc()
        self._answer.labels(kind).observe(seconds)
        self._recent.setdefault(kind, deque(maxlen=RECENT)).append(seconds)
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def drop(self, outcome: DropOutcome) -> None:
        self._drops.labels(outcome).inc()

    def request(self, status: int | None) -> None:
        """Discord has answered a request; None: it couldn't be reached."""
        # Apart from the rest of 4xx: too many of these get an address banned.
        self._requests.labels("none" if status is None else "429" if status == 429 else f"{status // 100}xx").inc()

    def lag(self, seconds: float) -> None:
        self._lag.observe(seconds)
        self._recent_lag.append(seconds)

    def recent(self, kind: Kind) -> Percentiles | None:
        """How long the latest answers of this kind took."""
        return percentiles(self._recent.get(kind, ()))

    def recent_first(self) -> Percentiles | None:
        """How soon members saw something after the latest commands and presses."""
        return percentiles(self._recent_first)

    def recent_lag(self) -> float | None:
        """The longest that anything waited for the event loop within the last minute."""
        return max(self._recent_lag, default=None)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"segue_{name}", about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str, buckets: Iterable[float]) -> Histogram:
        return Histogram(f"segue_{name}", about, ("kind",), registry=self.registry, buckets=tuple(buckets))
