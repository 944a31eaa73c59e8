"""What goes by itself once it is old enough."""

from dataclasses import dataclass
from datetime import datetime

import sqlite_utils

from storage.answers import ANSWERS_KEPT, prune_answers
from storage.departures import GUILD_GRACE, purge_departed
from storage.drops import DROPS_KEPT, prune_drops
from storage.labels import PROPOSALS_KEPT, prune_proposals
from storage.members import SHOWN_KEPT, prune_shown
from storage.presses import PRESSES_KEPT, prune_presses


@dataclass(frozen=True)
class Pruned:
    """How many rows went for their age, and for each guild that went how many rows that changed."""

    answers: int
    presses: int
    tracks_shown: int
    drops: int
    labels: int
    guilds: dict[int, int]

    @property
    def rows(self) -> int:
        return self.answers + self.presses + self.tracks_shown + self.drops + self.labels + sum(self.guilds.values())


def prune(db: sqlite_utils.Database, now: datetime, guilds_too: bool) -> Pruned:
    """Drop everything that is too old, and the guilds whose grace is over if `guilds_too`."""
    return Pruned(
        answers=prune_answers(db, now - ANSWERS_KEPT),
        presses=prune_presses(db, now - PRESSES_KEPT),
        tracks_shown=prune_shown(db, now - SHOWN_KEPT),
        drops=prune_drops(db, now - DROPS_KEPT),
        labels=prune_proposals(db, now - PROPOSALS_KEPT),
        guilds=purge_departed(db, now - GUILD_GRACE) if guilds_too else {},
    )
