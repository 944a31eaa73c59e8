"""Two processes at one database, and somebody who kills them around the time when drops are due."""

import asyncio
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Self

from discord.utils import snowflake_time

from storage.times import as_text, as_time
from tests.wire.drops.schedule import database_of, drops_in, drops_of, now, subscribe
from tests.wire.payloads import READ_HISTORY
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S

CHANNELS, PEOPLE = 3, 2
TICK_S = 5
# Of Discord's "few minutes": enough for a drop whose first two attempts were killed.
LONG_NONCE_MEMORY_S = 300.0
EXPIRED = timedelta(minutes=5)
# Noting a message down takes milliseconds; where it took longer, another attempt has done it.
NOTED_LATE = timedelta(seconds=2)


class Crashes:
    """`seed` decides who is killed and when; in turn, Discord forgets nonces or hides what is in its channels."""

    def __init__(self, discord, home, seed) -> None:
        self.seed = seed
        self.rounds = self.kills = self.kills_on_posting = 0
        self.places = []
        self._ended: list[str] = []
        self._discord, self._home, self._random = discord, home, random.Random(seed)
        self._processes: list[BotProcess] = []
        self._fuse: str | None = None  # the channel whose next message kills
        self._fired = asyncio.Event()
        self._both = False

    async def __aenter__(self) -> Self:
        self._discord.before_answers(self._see)
        for address in (self._discord.base_url, await self._discord.further_address()):
            self._processes.append(self._process(address))
        try:
            await asyncio.gather(*(self._start(process) for process in self._processes))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            await process.kill()

    async def round(self) -> None:
        """Fresh drops come due, and one process or both are killed."""
        self.rounds += 1
        self._both = self._random.random() < 0.3
        due_at = now() + timedelta(seconds=self._random.uniform(1, 3))
        places = await self._new_places()
        await subscribe(self._home, *places, due_at=due_at)
        if self._random.random() < 0.5:
            await self._kill_when_one_is_posted(self.places[-len(places) :])
        else:
            await self._kill_around(due_at)

    async def start_what_was_killed(self) -> None:
        await asyncio.gather(*(self._restart(number) for number in range(2) if self._processes[number].struck))

    async def stop(self) -> None:
        """Who is still alive ends in peace."""
        await asyncio.gather(*(process.stop() for process in self._processes))

    def log(self) -> str:
        """What all processes have logged, in the order of time."""
        return "\n".join(sorted([*self._ended, *(line for process in self._processes for line in process.lines)]))

    def results(self) -> dict[str, int]:
        """What was done, and how many drops have no message, or more than one."""
        rows = drops_of(self._home)
        counts = [len(drops_in(self._discord, place)) for place in self.places]
        late = [
            row for row in rows
            if row["message_id"] and row["attempts"] > 1
            and as_time(row["posted_at"]) - snowflake_time(row["message_id"]) > NOTED_LATE
        ]  # fmt: skip
        return {
            "rounds": self.rounds,
            "kills": self.kills,
            "on posting": self.kills_on_posting,
            "posted and noted by different attempts": len(late),
            "messages": sum(counts),
            "doubles": sum(max(0, count - 1) for count in counts),
            "lost": counts.count(0),
        }

    async def _new_places(self):
        """Channels of a new server and people; either nonces or the channels' history will help the bot, not both."""
        guild = self._discord.guild(f"Server {self.rounds}")
        channels = [guild.channel, *(self._discord.channel(str(n), guild) for n in range(1, CHANNELS))]
        people = [self._discord.user(f"person {self.rounds}.{n}") for n in range(PEOPLE)]
        by_nonce = self.rounds % 2
        for channel in (*channels, *map(self._discord.dm, people)):
            channel.nonce_memory = LONG_NONCE_MEMORY_S if by_nonce else 0
        if by_nonce:
            for channel in channels:
                await self._discord.deny(channel, READ_HISTORY)
        self.places += [*channels, *map(self._discord.dm, people)]
        return [*channels, *people]

    async def _kill_when_one_is_posted(self, channels) -> None:
        """After Discord has taken a message and before its answer leaves."""
        self._fuse, self._fired = self._random.choice(channels).id, asyncio.Event()
        async with asyncio.timeout(PATIENCE_S):
            await self._fired.wait()

    def _see(self, request) -> None:
        if request.method == "POST" and request.files and request.parts["channel"] == self._fuse:
            self._fuse = None
            self.kills_on_posting += 1
            posted_it = next(one for one in self._processes if one.address == request.address)
            self._kill([one for one in self._processes if self._both or one is posted_it])
            self._fired.set()

    async def _kill_around(self, due_at) -> None:
        """At any moment from before they are due until all are posted, or just when both processes look."""
        moment = due_at.timestamp() + self._random.uniform(-1, TICK_S + 1)
        if self._random.random() < 0.5:
            moment = -(-due_at.timestamp() // TICK_S) * TICK_S + self._random.uniform(0, 0.7)
        await asyncio.sleep(max(0.0, moment - now().timestamp()))
        self._kill(self._processes if self._both else [self._random.choice(self._processes)])

    def _kill(self, processes) -> None:
        for process in processes:
            process.strike()
            process.struck = True
            self.kills += 1

    async def _restart(self, number) -> None:
        await self._processes[number].kill()
        self._ended += self._processes[number].lines
        self._processes[number] = self._process(self._processes[number].address)
        await self._start(self._processes[number])

    def _process(self, address) -> BotProcess:
        process = BotProcess(self._discord, "scripts.segue", "run", directory=self._home, address=address)
        process.struck = False
        return process

    async def _start(self, process) -> None:
        await process.start()
        await process.logged("ready as segue", PATIENCE_S)


def bury(home):
    """What the dead had claimed is free at once; only for when nobody is alive who may have claimed something."""
    with closing(sqlite3.connect(database_of(home), isolation_level=None)) as database:
        database.execute("UPDATE drops SET claimed_at = ? WHERE outcome IS NULL", (as_text(now() - EXPIRED),))
