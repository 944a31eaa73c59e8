"""What the bot and the training process ask of their memory about trainings."""

from datetime import datetime
from typing import Any, Literal

from storage import trainings
from storage.database import Database
from storage.trainings import Outcome, Step, Training


class TrainingStore:
    """Trainings and publications. Each method is one read or one committed write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def request(
        self, parts: str, catalogue: str | None, reason: str, user_id: int | None, now: datetime
    ) -> int | None:
        """Claim the one training that may be under way, and return its id; None when another one has it."""
        return await self._database.write(trainings.request, parts, catalogue, reason, user_id, now)

    async def begin(self, training_id: int, process: str, now: datetime) -> Training | None:
        """Give a training that was asked for to a process; None when another one has it, or it is over."""
        return await self._database.write(trainings.begin, training_id, process, now)

    async def note_step(self, training_id: int, step: Step | None, now: datetime) -> bool:
        """Note that a training lives and how far it is; tells whether it is to go on."""
        return await self._database.write(trainings.note_step, training_id, step, now)

    async def note_version(self, training_id: int, version: str, now: datetime) -> bool:
        """Note the model that a training is about to publish; False when it may not any more."""
        return await self._database.write(trainings.note_version, training_id, version, now)

    async def end(
        self,
        training_id: int,
        outcome: Outcome,
        sentence: str,
        now: datetime,
        version: str | None = None,
        report: dict[str, Any] | None = None,
    ) -> bool:
        """Note what came of a training; tells whether it was this call that ended it."""
        return await self._database.write(trainings.end, training_id, outcome, sentence, now, version, report)

    async def cancel(self, training_id: int, now: datetime) -> bool:
        """Ask a training to end; tells whether it was under way."""
        return await self._database.write(trainings.cancel, training_id, now)

    async def bury(
        self, training_id: int, serving: str | None, silent_since: datetime, now: datetime
    ) -> Training | None:
        """End a training whose process has said nothing since a moment, and return it; None when it has."""
        return await self._database.write(trainings.bury, training_id, serving, silent_since, now)

    async def training(self, training_id: int) -> Training | None:
        """A training by its number."""
        return await self._database.read(trainings.training, training_id)

    async def under_way(self) -> Training | None:
        """The training that is under way."""
        return await self._database.read(trainings.under_way)

    async def latest(self, limit: int) -> list[Training]:
        """The latest trainings, the last one first."""
        return await self._database.read(trainings.latest, limit)

    async def untold(self) -> list[Training]:
        """Trainings that are over, and whose asker doesn't know yet."""
        return await self._database.read(trainings.untold)

    async def of_version(self, version: str) -> Training | None:
        """The latest training that made a model."""
        return await self._database.read(trainings.of_version, version)

    async def set_message(self, training_id: int, channel_id: int, message_id: int) -> None:
        """Note where a training's progress is shown."""
        await self._database.write(trainings.set_message, training_id, channel_id, message_id)

    async def set_told(self, training_id: int, now: datetime) -> None:
        """Note that the asker knows what came of a training, as far as they can be told."""
        await self._database.write(trainings.set_told, training_id, now)

    async def publish_anyway(self, training_id: int, version: str, user_id: int, sentence: str, now: datetime) -> None:
        """Note that a model that was set aside was made the serving one after all."""
        await self._database.write(trainings.publish_anyway, training_id, version, user_id, sentence, now)

    async def note_publication(
        self,
        version: str,
        how: Literal["trained", "anyway", "rollback"],
        training_id: int | None,
        user_id: int | None,
        now: datetime,
    ) -> None:
        """Note that a model was made the serving one."""
        await self._database.write(trainings.note_publication, version, how, training_id, user_id, now)

    async def served_before(self, version: str) -> list[str]:
        """The versions that were published earlier than a version's last time, the latest first."""
        return await self._database.read(trainings.served_before, version)
