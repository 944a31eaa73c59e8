"""Where answers begin and end, and when Discord has their first word: what is measured is measured here."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord

from bot.measures import Kind, Measures, Outcome

OUTCOME = "outcome"
UNKNOWN = "unknown"
CALLBACK = re.compile(r"/interactions/(?P<id>\d+)/[^/]+/callback")
BEAT_SECONDS = 1.0


def time_answer(measures: Measures, interaction: discord.Interaction[Any], kind: Kind, name: str | None) -> None:
    """Times the answer that the current task gives, until the task ends."""
    task = asyncio.current_task()
    assert task is not None
    measures.begin(interaction.id, kind)
    task.add_done_callback(lambda task: measures.end(interaction.id, name or UNKNOWN, _outcome(interaction, task)))


def note_outcome(interaction: discord.Interaction[Any], outcome: Outcome) -> None:
    """Has the answer under way counted as this instead of as answered."""
    interaction.extras[OUTCOME] = outcome


def _outcome(interaction: discord.Interaction[Any], task: asyncio.Task[Any]) -> Outcome:
    if task.cancelled():
        return "cut off"
    noted: Outcome | None = interaction.extras.get(OUTCOME)
    return noted or ("answered" if interaction.response.is_done() else "unanswered")


def trace_of(measures: Measures) -> aiohttp.TraceConfig:
    """Counts the requests that discord.py makes, and knows the first answers among them."""

    async def ended(_: Any, __: Any, request: aiohttp.TraceRequestEndParams) -> None:
        measures.request(request.response.status)
        callback = CALLBACK.search(request.url.path)
        if callback is not None and request.response.ok:
            measures.first_answer(int(callback["id"]))

    async def failed(_: Any, __: Any, ___: aiohttp.TraceRequestExceptionParams) -> None:
        measures.request(None)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(failed)
    return trace


@asynccontextmanager
async def beating(measures: Measures) -> AsyncIterator[None]:
    """Measures once a second, for the length of an `async with`, how late the event loop is."""
    beat = asyncio.create_task(_beat(measures))
    try:
        yield
    finally:
        beat.cancel()


async def _beat(measures: Measures) -> None:
    while True:
        before = measures.tick()
        await asyncio.sleep(BEAT_SECONDS)
        measures.lag(max(0.0, measures.tick() - before - BEAT_SECONDS))
