"""What the bot asks of its memory about genres from people. Each method is one read or one committed write."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from storage import labels
from storage.database import Database
from storage.labels import AcceptedLabel, Pair, Proposal, TrackLabels, Verdict


class LabelStore:
    """Proposed genres and what was decided on them. Every refusal is a StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(
        self, interaction_id: int, user_id: int, track_id: str, genres: Sequence[str], now: datetime
    ) -> TrackLabels:
        """Propose genres for a track and return what stands; raises LabelLimitError."""
        return await self._database.write(labels.propose, interaction_id, user_id, track_id, genres, now)

    async def take_back(self, user_id: int, track_id: str, genre: str) -> bool:
        """Take a proposal back, and tell whether it was there to be taken."""
        return await self._database.write(labels.take_back, user_id, track_id, genre)

    async def of_track(self, user_id: int, track_id: str) -> TrackLabels:
        """What a member proposes for a track, and what was decided for it."""
        return await self._database.read(labels.track_labels, user_id, track_id)

    async def waiting(self, least_votes: int, first: int, count: int) -> tuple[list[Proposal], int]:
        """So many open proposals from number `first` on, most votes first, then the oldest, and how many there are."""
        return await self._database.read(labels.waiting, least_votes, first, count)

    async def decided(self, least_votes: int, first: int, count: int) -> tuple[list[Proposal], int]:
        """So many decisions from number `first` on, the latest first, and how many there are."""
        return await self._database.read(labels.decided, least_votes, first, count)

    async def proposals(self, pairs: Iterable[Pair]) -> list[Proposal]:
        """How these pairs stand, in their order; those that nobody proposes any more are left out."""
        return await self._database.read(labels.proposals, pairs)

    async def decide(self, track_id: str, genre: str, verdict: Verdict, user_id: int, now: datetime) -> bool:
        """Accept or reject an open proposal, and tell whether this call did."""
        return await self._database.write(labels.decide, track_id, genre, verdict, user_id, now)

    async def undo(self, track_id: str, genre: str, now: datetime) -> bool:
        """Open a decided proposal again, and tell whether this call did."""
        return await self._database.write(labels.undo, track_id, genre, now)

    async def accepted(self) -> list[AcceptedLabel]:
        """All accepted labels, as the training takes them."""
        return await self._database.read(labels.accepted)

    async def count_accepted(self, since: datetime | None = None) -> int:
        """How many labels are accepted, or were since a moment."""
        return await self._database.read(labels.count_accepted, since)
