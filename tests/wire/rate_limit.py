"""Discord's limit on all requests that a bot makes with its token, whichever process makes them."""

from collections import deque

WINDOW_S = 1.0


class GlobalLimit:
    """Counts always; refuses only where `per_second` is set. Discord says 50."""

    def __init__(self) -> None:
        self.per_second: int | None = None
        self.refused = 0
        self._arrivals: list[float] = []
        self._admitted: deque[float] = deque()

    def wait(self, arrived: float) -> float | None:
        """None for a request that is let through, otherwise the seconds until the next one would be."""
        self._arrivals.append(arrived)
        while self._admitted and self._admitted[0] <= arrived - WINDOW_S:
            self._admitted.popleft()
        if self.per_second is not None and len(self._admitted) >= self.per_second:
            self.refused += 1
            return self._admitted[0] + WINDOW_S - arrived
        self._admitted.append(arrived)
        return None

    def peak(self) -> int:
        """The most requests, refused ones included, that came within any one second."""
        window: deque[float] = deque()
        most = 0
        for arrived in sorted(self._arrivals):
            window.append(arrived)
            while window[0] <= arrived - WINDOW_S:
                window.popleft()
            most = max(most, len(window))
        return most
