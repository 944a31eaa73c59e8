"""Members of a fake Discord who ask for something again and again, and how long they wait."""

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ml.bundle import ModelBundle
from scripts.bench import percentiles

KINDS = ("recommend", "classify", "help", "autocomplete")


class Asking:
    """`askers` are the fake Discord's people, each with the channel where they ask."""

    def __init__(
        self, discord: Any, bundle: ModelBundle, askers: Sequence[tuple[Any, Any]], random: np.random.Generator
    ) -> None:
        self._discord, self._random, self._askers = discord, random, askers
        self._texts = [f"{artists} {title}" for title, artists, _ in bundle.catalogue.texts]
        self.acknowledged: list[float] = []
        self.completed: list[float] = []
        self.unanswered = 0

    async def steadily(self, every: float) -> None:
        """Somebody asks for something every so many seconds, until this is cancelled."""
        async with asyncio.TaskGroup() as group:
            for kind in itertools.cycle(KINDS):
                asker = self._askers[int(self._random.integers(len(self._askers)))]
                group.create_task(self._ask(kind, *asker))
                await asyncio.sleep(every)

    async def busily(self, pause: float) -> None:
        """Everybody asks, waits for the answer, reads it for about so many seconds and asks again, until cancelled."""

        async def one(asker: tuple[Any, Any], first: int) -> None:
            for number in itertools.count(first):
                await asyncio.sleep(self._random.exponential(pause))
                await self._ask(KINDS[number % len(KINDS)], *asker)

        async with asyncio.TaskGroup() as group:
            for first, asker in enumerate(self._askers):
                group.create_task(one(asker, first))

    async def _ask(self, kind: str, member: Any, channel: Any) -> None:
        text, loop = self._texts[self._random.integers(len(self._texts))], asyncio.get_running_loop()
        started = loop.time()
        try:
            if kind == "autocomplete":
                await self._discord.autocomplete(member, "recommend", {"track": text[:8]}, "track", where=channel)
                self.acknowledged.append(loop.time() - started)
            else:
                options = {} if kind == "help" else {"track": text}
                answer = await self._discord.slash(member, kind, options, where=channel)
                self.acknowledged.append(answer.acknowledged_after)
            self.completed.append(loop.time() - started)
        except AssertionError:
            # What the fake says of an answer that didn't come in time.
            self.unanswered += 1

    def waits(self) -> dict[str, Any]:
        """Figures by name."""
        return {
            "asked": len(self.completed) + self.unanswered,
            "unanswered": self.unanswered,
            "acknowledged_ms": percentiles(self.acknowledged),
            "complete_ms": percentiles(self.completed),
        }
