"""Genres that members propose for tracks, and what operators decide on them.

An open proposal is a member's; a decision keeps of all proposals of its genre for its track nothing but their number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlite_utils

from storage.errors import LabelLimitError
from storage.members import remember
from storage.presses import count_press
from storage.times import as_text, as_time

Verdict = Literal["accepted", "rejected"]
# A genre for a track.
Pair = tuple[str, str]

# Of a song that needs more, nobody knows the genre.
PROPOSALS_PER_TRACK = 3
# So that no one member fills the queue.
PROPOSALS_PER_MEMBER = 100
# What no operator has looked at for a year, none will.
PROPOSALS_KEPT = timedelta(days=365)

# Every vote that nobody has decided on; a decision that was undone brings its votes back without their members.
_OPEN = """
    SELECT track_id, genre, sum(votes) AS votes, min(since) AS since
    FROM (
        SELECT track_id, genre, 1 AS votes, proposed_at AS since FROM labels
        UNION ALL
        SELECT track_id, genre, votes, decided_at FROM label_decisions WHERE decision = 'reopened'
    )
    GROUP BY track_id, genre
"""
_DECIDED = "SELECT track_id, genre, votes, decided_at, decision FROM label_decisions WHERE decision <> 'reopened'"


@dataclass(frozen=True)
class Proposal:
    """A genre for a track with how many members propose it, since when, or what was decided on it when."""

    track_id: str
    genre: str
    votes: int
    since: datetime
    verdict: Verdict | None = None

    @property
    def pair(self) -> Pair:
        return self.track_id, self.genre


@dataclass(frozen=True)
class TrackLabels:
    """What one member proposes for a track, and what was decided for it, whoever proposed it."""

    proposed: tuple[str, ...]
    decided: dict[str, Verdict]


@dataclass(frozen=True)
class AcceptedLabel:
    """A genre for a track that an operator has accepted, with how many members had proposed it."""

    track_id: str
    genre: str
    votes: int


def propose(
    db: sqlite_utils.Database, interaction_id: int, user_id: int, track_id: str, genres: Sequence[str], now: datetime
) -> TrackLabels:
    """Propose genres for a track and return what stands: what is decided already is not proposed again.

    A press that has counted already changes nothing. Raises LabelLimitError, and then none of them is proposed.
    """
    standing = track_labels(db, user_id, track_id)
    new = [genre for genre in dict.fromkeys(genres) if genre not in standing.proposed and genre not in standing.decided]
    if not count_press(db, interaction_id, user_id, now) or not new:
        return standing
    _check_room(db, user_id, len(standing.proposed), len(new))
    remember(db, user_id, now)
    db.conn.executemany(
        "INSERT INTO labels (track_id, genre, user_id, proposed_at) VALUES (?, ?, ?, ?)",
        [(track_id, genre, user_id, as_text(now)) for genre in new],
    )
    return track_labels(db, user_id, track_id)


def take_back(db: sqlite_utils.Database, user_id: int, track_id: str, genre: str) -> bool:
    """Take a proposal back, and tell whether it was there to be taken."""
    gone = db.execute("DELETE FROM labels WHERE track_id = ? AND genre = ? AND user_id = ?", (track_id, genre, user_id))
    return gone.rowcount == 1


def track_labels(db: sqlite_utils.Database, user_id: int, track_id: str) -> TrackLabels:
    """What a member proposes for a track, and what was decided for it."""
    proposed = db.execute(
        "SELECT genre FROM labels WHERE track_id = ? AND user_id = ? ORDER BY proposed_at, genre", (track_id, user_id)
    )
    decided = db.execute(
        "SELECT genre, decision FROM label_decisions WHERE track_id = ? AND decision <> 'reopened' ORDER BY genre",
        (track_id,),
    )
    return TrackLabels(tuple(genre for (genre,) in proposed), dict(decided.fetchall()))


def waiting(db: sqlite_utils.Database, least_votes: int, first: int, count: int) -> tuple[list[Proposal], int]:
    """So many open proposals from number `first` on, most votes first, then the oldest, and how many there are."""
    rows = db.execute(
        f"{_OPEN} HAVING sum(votes) >= ? ORDER BY votes DESC, since, track_id, genre LIMIT ? OFFSET ?",
        (least_votes, count, first),
    )
    total = db.execute(f"SELECT count(*) FROM ({_OPEN}) WHERE votes >= ?", (least_votes,)).fetchone()[0]
    return [_read(*row) for row in rows], total


def decided(db: sqlite_utils.Database, least_votes: int, first: int, count: int) -> tuple[list[Proposal], int]:
    """So many decisions from number `first` on, the latest first, and how many there are."""
    rows = db.execute(
        f"{_DECIDED} AND votes >= ? ORDER BY decided_at DESC, track_id, genre LIMIT ? OFFSET ?",
        (least_votes, count, first),
    )
    total = db.execute(f"SELECT count(*) FROM ({_DECIDED}) WHERE votes >= ?", (least_votes,)).fetchone()[0]
    return [_read(*row) for row in rows], total


def proposals(db: sqlite_utils.Database, pairs: Iterable[Pair]) -> list[Proposal]:
    """How these pairs stand, in their order; those that nobody proposes any more are left out."""
    found = [
        row
        for pair in pairs
        for row in db.execute(
            f"""
            SELECT * FROM (SELECT *, NULL FROM ({_OPEN}) UNION ALL {_DECIDED})
            WHERE track_id = ? AND genre = ?
            """,
            pair,
        )
    ]
    return [_read(*row) for row in found]


def decide(db: sqlite_utils.Database, track_id: str, genre: str, verdict: Verdict, user_id: int, now: datetime) -> bool:
    """Accept or reject an open proposal, and tell whether this call did; who proposed it is forgotten."""
    done = db.execute(
        f"""
        INSERT INTO label_decisions (track_id, genre, decision, votes, user_id, decided_at)
        SELECT track_id, genre, :verdict, votes, :user_id, :now FROM ({_OPEN})
        WHERE track_id = :track_id AND genre = :genre
        ON CONFLICT (track_id, genre) DO UPDATE SET
            decision = excluded.decision,
            votes = excluded.votes,
            user_id = excluded.user_id,
            decided_at = excluded.decided_at
        """,
        {"track_id": track_id, "genre": genre, "verdict": verdict, "user_id": user_id, "now": as_text(now)},
    )
    if done.rowcount != 1:
        return False
    db.execute("DELETE FROM labels WHERE track_id = ? AND genre = ?", (track_id, genre))
    return True


def undo(db: sqlite_utils.Database, track_id: str, genre: str, now: datetime) -> bool:
    """Open a decided proposal again, with the votes it had, and tell whether this call did."""
    done = db.execute(
        """
        UPDATE label_decisions SET decision = 'reopened', user_id = NULL, decided_at = ?
        WHERE track_id = ? AND genre = ? AND decision <> 'reopened'
        """,
        (as_text(now), track_id, genre),
    )
    return done.rowcount == 1


def accepted(db: sqlite_utils.Database) -> list[AcceptedLabel]:
    """All accepted labels, as the training takes them."""
    rows = db.execute(
        "SELECT track_id, genre, votes FROM label_decisions WHERE decision = 'accepted' ORDER BY track_id, genre"
    )
    return [AcceptedLabel(*row) for row in rows]


def count_accepted(db: sqlite_utils.Database, since: datetime | None = None) -> int:
    """How many labels are accepted, or were since a moment."""
    found = db.execute(
        "SELECT count(*) FROM label_decisions WHERE decision = 'accepted' AND decided_at >= ?",
        (as_text(since) if since else "",),
    )
    return int(found.fetchone()[0])


def prune_proposals(db: sqlite_utils.Database, before: datetime) -> int:
    """Drop what has been open since before a moment and return how many rows there were."""
    open_ones = db.execute("DELETE FROM labels WHERE proposed_at < ?", (as_text(before),)).rowcount
    reopened = db.execute(
        "DELETE FROM label_decisions WHERE decision = 'reopened' AND decided_at < ?", (as_text(before),)
    ).rowcount
    return open_ones + reopened


def _read(track_id: str, genre: str, votes: int, since: str, verdict: Any = None) -> Proposal:
    return Proposal(track_id, genre, votes, as_time(since), verdict)


def _check_room(db: sqlite_utils.Database, user_id: int, of_track: int, more: int) -> None:
    if of_track + more > PROPOSALS_PER_TRACK:
        raise LabelLimitError(f"You can propose {PROPOSALS_PER_TRACK} genres for one song: take one back first.")
    count = db.execute("SELECT count(*) FROM labels WHERE user_id = ?", (user_id,)).fetchone()[0]
    if count + more > PROPOSALS_PER_MEMBER:
        raise LabelLimitError(
            f"{count:,} of your proposals are still waiting: there is room for more once some of them are decided."
        )
