"""Waiting for something to become true without polling and without fixed sleeps."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Whoever knows of a change calls `happened`; whoever waits has its condition looked at again."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def happened(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, condition: Callable[[], T], timeout: float, otherwise: Callable[[], str]) -> T:
        """The first true value of `condition`; after `timeout` seconds an AssertionError with `otherwise`."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := condition()):
                    await self._next.wait()
        except TimeoutError:
            raise AssertionError(otherwise()) from None
        return value
