"""The bot as a child process: started, watched through its log, stopped."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Self

from tests.environment import clean_environment
from tests.wire.changes import Changes
from tests.wire.fake_discord import FakeDiscord

LAUNCHER = Path(__file__).with_name("launcher.py")


class BotProcess:
    """`target` is a script (…/bot.py) or a module ("scripts.segue"); it runs in `directory`, with its data there.

    `address` is one of the fake's, its first unless told otherwise.
    """

    def __init__(
        self,
        discord: FakeDiscord,
        target: str,
        *arguments: str,
        directory: Path,
        address: str | None = None,
        token: str | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.discord = discord
        self.lines: list[str] = []
        self.address = address or discord.base_url
        self._command = [sys.executable, str(LAUNCHER), self.address, target, *arguments]
        self._directory = directory
        settings = {"DISCORD_TOKEN": token or discord.token} | (environment or {})
        self._environment = clean_environment(directory / "data", **settings)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._output = Changes()
        self._greeted = discord.gateway.greeted
        self._synced = self._syncs()

    async def start(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._directory,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # a process group of its own, so that `kill` reaches its children too
        )
        self._reader = asyncio.create_task(self._read())
        return self

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    async def ready(self, timeout: float = 30, *, synced: bool = True) -> Self:
        """Waits until the process is welcome at the gateway and, unless it has no need to, has written its commands."""

        def done() -> bool:
            greeted = self.discord.gateway.greeted > self._greeted
            return self._ended() or (greeted and (self._syncs() > self._synced or not synced))

        await self.discord.changes.until(done, timeout, lambda: f"the bot is not ready; its log:\n{self.log}")
        if self._ended():
            code = await self.exit_code()
            raise AssertionError(f"the bot ended with code {code}; its log:\n{self.log}")
        return self

    async def logged(self, text: str, timeout: float = 10) -> str:
        """Waits for a line that contains `text` and returns it."""

        def found() -> str | None:
            return next((line for line in self.lines if text in line), None)

        return await self._output.until(found, timeout, lambda: f"{text!r} was not logged; the log:\n{self.log}")

    async def exit_code(self, timeout: float = 10) -> int:
        """Waits for the process to end by itself."""
        try:
            async with asyncio.timeout(timeout):
                code = await self._process.wait()
        except TimeoutError:
            raise AssertionError(f"the bot still runs after {timeout:g} s; its log:\n{self.log}") from None
        await asyncio.wait({self._reader}, timeout=1)  # the last lines; a surviving child may hold the pipe open
        return code

    async def stop(self, how: signal.Signals = signal.SIGINT, timeout: float = 10) -> int:
        """Asks the process to end, as Ctrl-C or a service manager does, and returns its exit code."""
        self.signal(how)
        return await self.exit_code(timeout)

    def signal(self, how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it may just have ended by itself
            self._process.send_signal(how)

    async def kill(self) -> None:
        """Ends the process and its children the hard way, if any still run."""
        if self._process:
            self.strike()
            await self._process.wait()
            await self._reader

    def strike(self) -> None:
        """Sends SIGKILL, without waiting for what becomes of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _read(self) -> None:
        async for line in self._process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip())
            self._output.happened()
        await self._process.wait()
        self._output.happened()
        self.discord.changes.happened()

    def _ended(self) -> bool:
        return self._process.returncode is not None

    def _syncs(self) -> int:
        return sum(
            r.method == "PUT" and r.path.endswith("/commands") and r.status == 200 for r in self.discord.requests
        )
