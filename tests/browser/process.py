"""The playground as a child process, as someone starts it in a terminal."""

import asyncio
import contextlib
import re
import signal
import sys
from pathlib import Path
from typing import Self

from tests.environment import clean_environment

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*")
# Loading the libraries and the model takes seconds on a busy machine.
LONGEST_START = 60


class Playground:
    """`segue` with `arguments` on a data folder, from the printed address to the exit code."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        self.lines: list[str] = []
        self.url = ""
        self._command = [sys.executable, "-m", "scripts.segue", *arguments]
        self._directory = data.parent  # not the checkout: it may hold a developer's .env
        self._environment = clean_environment(data, **environment)

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._directory,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        addressed = asyncio.Event()
        self._reader = asyncio.create_task(self._read(addressed))
        try:
            async with asyncio.timeout(LONGEST_START):
                await addressed.wait()
            assert self.url, f"the playground ended without an address; its output:\n{self.output}"
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reader

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    async def exit_code(self) -> int:
        """Waits for the process to end by itself."""
        async with asyncio.timeout(15):
            await self._reader
            return await self._process.wait()

    async def interrupt(self) -> int:
        """Ctrl+C; returns the exit code."""
        self._process.send_signal(signal.SIGINT)
        return await self.exit_code()

    async def _read(self, addressed: asyncio.Event) -> None:
        async for line in self._process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip())
            if found := ADDRESS.search(self.lines[-1]):
                self.url = found[0]
                addressed.set()
        addressed.set()
