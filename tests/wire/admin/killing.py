"""A Segue that trains again and again, and somebody who kills it, its training or both at any moment."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from typing import Self

from ml.bundle import CURRENT, ModelBundle
from storage.store import Store
from tests.wire.components import text_of
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S

# A training of the small catalogue takes about half a minute; a loaded machine needs a multiple of that.
TRAINING_PATIENCE_S = 300
# Around these everything is decided.
LATE_STAGES = ("Comparing", "Publishing")
LOOK_EVERY_S = 0.02
VICTIMS = ("bot", "training", "both")


class Killing:
    """`seed` decides who is killed when; `refit` is what is trained."""

    def __init__(self, discord, home, catalogue, seed, refit) -> None:
        self.outcomes: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()
        self.stages: Counter[str] = Counter()
        self.not_served: list[str] = []
        self.not_told: list[str] = []
        self._discord, self._home, self._catalogue, self._refit = discord, home, catalogue, refit
        self._random = random.Random(seed)
        self._models = home / "data" / "models"
        self._usual_s = 30.0

    async def __aenter__(self) -> Self:
        self._store = Store.open(self._home / "data" / "segue.db")
        self._bot = self._process()
        await self._start()
        self.store = await self._store.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._bot.kill()
        running = await self.store.trainings.under_way()
        if running is not None and running.process:
            self._strike(running.process)
        await self._store.__aexit__(*exc)

    async def undisturbed(self) -> None:
        """One training from its beginning to its end, to know how long that takes here."""
        started = time.monotonic()
        number, answer = await self._ask()
        await self._see(number, answer, bot_was_killed=False)
        self._usual_s = time.monotonic() - started

    async def round(self) -> None:
        """A training is asked for, and somebody is killed."""
        number, answer = await self._ask()
        victims = self._random.choice(VICTIMS)
        await self._moment(number)
        running = await self.store.trainings.training(number)
        self.stages[running.stage or "starting"] += 1
        self.killed[victims] += 1
        if victims in ("bot", "both"):
            self._bot.strike()
        if victims in ("training", "both"):
            self._strike(running.process)
        await self._check_serving(f"training {number} right after the death of {victims}")
        if victims in ("bot", "both"):
            await self._bot.kill()
            await self._start()
        await self._see(number, answer, bot_was_killed=victims != "training")

    async def _ask(self):
        wanted = {"refit": self._refit, "why": "a test"}
        answer = await self._discord.slash(self._discord.owner, "admin retrain", wanted, timeout=PATIENCE_S)
        (training,) = await self.store.trainings.latest(1)
        assert training.outcome is None
        return training.id, answer

    async def _moment(self, number) -> None:
        """Waits for any moment of a training, or one around its end."""
        deadline = time.monotonic() + self._random.uniform(0, self._usual_s)
        late = self._random.random() < 0.5
        while late or time.monotonic() < deadline:
            training = await self.store.trainings.training(number)
            if training.outcome is not None:
                return
            if late and training.stage in LATE_STAGES:
                await asyncio.sleep(self._random.uniform(0, 1.5))
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _see(self, number, answer, *, bot_was_killed) -> None:
        """Waits for a training's fate, and looks whether a trustworthy model serves and its asker was told."""
        told = None
        deadline = time.monotonic() + TRAINING_PATIENCE_S
        while told is None and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
            training = await self.store.trainings.training(number)
            told = training.told_at
        self.outcomes[training.outcome] += 1
        await self._check_serving(f"training {number}, {training.outcome}")
        if told is None or not self._was_told(training, answer):
            self.not_told.append(f"training {number}: {training}")

    async def _check_serving(self, when) -> None:
        """What is current can be trusted, and is what the bot answers with as soon as it can."""
        try:
            bundle = await asyncio.to_thread(ModelBundle.load, self._models / CURRENT)
        except Exception as error:
            self.not_served.append(f"{when}: {error}")
            return
        if self._bot.alive():
            for _ in range(int(PATIENCE_S)):
                help_page = await self._discord.slash(self._discord.owner, "help", timeout=PATIENCE_S)
                if f"model {bundle.version}" in text_of(help_page.message):
                    return
                await asyncio.sleep(1)
            self.not_served.append(f"{when}: the bot doesn't serve {bundle.version}")

    def _was_told(self, training, answer) -> bool:
        """Whether the answer to the command, or a direct message, says what came of it."""
        messages = [answer.message, *self._discord.messages_in(self._discord.dm(self._discord.owner))]
        titled = [text for message in messages if f"Training {training.id}\n" in (text := text_of(message))]
        return any(training.sentence in text.replace("\\", "") for text in titled)

    async def _start(self) -> None:
        self._bot = self._process()
        await self._bot.start()
        await self._bot.logged("ready as segue", PATIENCE_S)

    def _process(self) -> BotProcess:
        environment = {"SEGUE_CATALOGUE": str(self._catalogue)}
        return BotProcess(self._discord, "scripts.segue", "run", directory=self._home, environment=environment)

    def _strike(self, process) -> None:
        with suppress(ProcessLookupError):
            os.kill(int(process.rsplit(":", 2)[1]), signal.SIGKILL)
