"""Trainings of models: one at a time, each a row that tells how far it is and what came of it.

The training process says every second that it lives; whoever looks at a row that has been silent for too long notes
that its process died.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlite_utils

from storage.times import as_text, as_time

Outcome = Literal["published", "aside", "failed", "cancelled", "died"]

# A training says so every second; a machine that swaps may keep it from that for a while.
SILENT = timedelta(seconds=60)
TEXT_DIED = "The process that trained ended without a word; what it had made until then is lost."
TEXT_NEVER_BEGAN = "The process that was to train never began."
TEXT_DIED_AFTER = "The model was published; the process ended before it could say so."


@dataclass(frozen=True)
class Training:
    """One training. `stage`, `done`, `total` and `note` tell how far it is; `outcome` is None while it is under way.

    `version` is the model that came of it, `report` how that compares; `channel_id` and `message_id` are where its
    progress is shown.
    """

    id: int
    parts: str
    catalogue: str | None
    reason: str
    user_id: int | None
    requested_at: datetime
    process: str | None
    seen_at: datetime
    stage: str | None
    done: int
    total: int
    note: str
    cancel_at: datetime | None
    outcome: Outcome | None
    version: str | None
    sentence: str | None
    report: dict[str, Any] | None
    ended_at: datetime | None
    channel_id: int | None
    message_id: int | None
    told_at: datetime | None


@dataclass(frozen=True)
class Step:
    """How far a training is: so much of a stage, and a note on how it goes."""

    stage: str
    done: int
    total: int
    note: str


def request(
    db: sqlite_utils.Database, parts: str, catalogue: str | None, reason: str, user_id: int | None, now: datetime
) -> int | None:
    """Claim the one training that may be under way, and return its id; None when another one has it."""
    claimed = db.execute(
        """
        INSERT INTO trainings (parts, catalogue, reason, user_id, requested_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        (parts, catalogue, reason, user_id, as_text(now), as_text(now)),
    ).fetchall()
    return claimed[0][0] if claimed else None


def begin(db: sqlite_utils.Database, training_id: int, process: str, now: datetime) -> Training | None:
    """Give a training that was asked for to a process; None when another one has it, or it is over."""
    taken = db.execute(
        """
        UPDATE trainings SET process = :process, seen_at = :now
        WHERE id = :id AND outcome IS NULL AND coalesce(process, :process) = :process
        """,
        {"process": process, "now": as_text(now), "id": training_id},
    )
    return training(db, training_id) if taken.rowcount else None


def note_step(db: sqlite_utils.Database, training_id: int, step: Step | None, now: datetime) -> bool:
    """Note that a training lives and how far it is; tells whether it is to go on."""
    alive = "UPDATE trainings SET seen_at = ? WHERE id = ? AND outcome IS NULL AND cancel_at IS NULL"
    goes_on = db.execute(alive, (as_text(now), training_id)).rowcount == 1
    if step is not None:
        db.execute(
            """
            UPDATE trainings SET stage = :stage, done = :done, total = :total, note = :note
            WHERE id = :id AND outcome IS NULL
            """,
            {"id": training_id, **vars(step)},
        )
    return goes_on


def note_version(db: sqlite_utils.Database, training_id: int, version: str, now: datetime) -> bool:
    """Note the model that a training is about to publish; False when it may not any more."""
    noted = db.execute(
        "UPDATE trainings SET version = ?, seen_at = ? WHERE id = ? AND outcome IS NULL AND cancel_at IS NULL",
        (version, as_text(now), training_id),
    )
    return noted.rowcount == 1


def end(
    db: sqlite_utils.Database,
    training_id: int,
    outcome: Outcome,
    sentence: str,
    now: datetime,
    version: str | None = None,
    report: dict[str, Any] | None = None,
) -> bool:
    """Note what came of a training; tells whether it was this call that ended it."""
    ended = db.execute(
        """
        UPDATE trainings SET
            outcome = ?, sentence = ?, ended_at = ?, version = coalesce(?, version), report = ?
        WHERE id = ? AND outcome IS NULL
        """,
        (outcome, sentence, as_text(now), version, None if report is None else json.dumps(report), training_id),
    )
    if ended.rowcount and outcome == "published":
        note_publication(db, _version(db, training_id), "trained", training_id, None, now)
    return ended.rowcount == 1


def cancel(db: sqlite_utils.Database, training_id: int, now: datetime) -> bool:
    """Ask a training to end; tells whether it was under way. One that no process has taken up ends at once."""
    if end_unbegun(db, training_id, now):
        return True
    asked = db.execute(
        "UPDATE trainings SET cancel_at = coalesce(cancel_at, ?) WHERE id = ? AND outcome IS NULL AND version IS NULL",
        (as_text(now), training_id),
    )
    return asked.rowcount == 1


def end_unbegun(db: sqlite_utils.Database, training_id: int, now: datetime) -> bool:
    """End a training that no process has taken up."""
    ended = db.execute(
        """
        UPDATE trainings SET outcome = 'cancelled', sentence = 'It was cancelled before it began.', ended_at = ?
        WHERE id = ? AND outcome IS NULL AND process IS NULL
        """,
        (as_text(now), training_id),
    )
    return ended.rowcount == 1


def bury(
    db: sqlite_utils.Database, training_id: int, serving: str | None, silent_since: datetime, now: datetime
) -> Training | None:
    """End a training whose process has said nothing since a moment, and return it; None when it has.

    `serving` is the version that the models folder calls current: a process that died right after publishing it has
    done what it was to do.
    """
    found = training(db, training_id)
    if found is None or found.outcome is not None or found.seen_at >= silent_since:
        return None
    if found.version is not None and found.version == serving:
        end(db, training_id, "published", TEXT_DIED_AFTER, now)
    else:
        end(db, training_id, "died", TEXT_DIED if found.process else TEXT_NEVER_BEGAN, now)
    return training(db, training_id)


def publish_anyway(
    db: sqlite_utils.Database, training_id: int, version: str, user_id: int, sentence: str, now: datetime
) -> None:
    """Note that a model that was set aside was made the serving one after all."""
    db.execute(
        "UPDATE trainings SET outcome = 'published', sentence = ? WHERE id = ? AND outcome = 'aside'",
        (sentence, training_id),
    )
    note_publication(db, version, "anyway", training_id, user_id, now)


def training(db: sqlite_utils.Database, training_id: int) -> Training | None:
    """A training by its number."""
    return next(_trainings(db, "id = ?", (training_id,)), None)


def under_way(db: sqlite_utils.Database) -> Training | None:
    """The training that is under way."""
    return next(_trainings(db, "outcome IS NULL", ()), None)


def latest(db: sqlite_utils.Database, limit: int) -> list[Training]:
    """The latest trainings, the last one first."""
    return list(_trainings(db, "TRUE ORDER BY id DESC LIMIT ?", (limit,)))


def untold(db: sqlite_utils.Database) -> list[Training]:
    """Trainings that are over, and whose asker doesn't know yet."""
    return list(_trainings(db, "outcome IS NOT NULL AND told_at IS NULL", ()))


def of_version(db: sqlite_utils.Database, version: str) -> Training | None:
    """The latest training that made a model."""
    return next(_trainings(db, "version = ? ORDER BY id DESC", (version,)), None)


def set_message(db: sqlite_utils.Database, training_id: int, channel_id: int, message_id: int) -> None:
    """Note where a training's progress is shown."""
    db.execute(
        "UPDATE trainings SET channel_id = ?, message_id = ? WHERE id = ?", (channel_id, message_id, training_id)
    )


def set_told(db: sqlite_utils.Database, training_id: int, now: datetime) -> None:
    """Note that the asker knows what came of a training, as far as they can be told."""
    db.execute("UPDATE trainings SET told_at = ? WHERE id = ?", (as_text(now), training_id))


def note_publication(
    db: sqlite_utils.Database,
    version: str,
    how: Literal["trained", "anyway", "rollback"],
    training_id: int | None,
    user_id: int | None,
    now: datetime,
) -> None:
    """Note that a model was made the serving one."""
    db.execute(
        "INSERT INTO publications (version, how, training_id, user_id, published_at) VALUES (?, ?, ?, ?, ?)",
        (version, how, training_id, user_id, as_text(now)),
    )


def served_before(db: sqlite_utils.Database, version: str) -> list[str]:
    """The versions that were published earlier than a version's last time, the latest first; each once."""
    rows = db.execute(
        """
        SELECT version FROM publications
        WHERE version <> :version AND id < coalesce((SELECT max(id) FROM publications WHERE version = :version), 1e18)
        GROUP BY version ORDER BY max(id) DESC
        """,
        {"version": version},
    )
    return [row[0] for row in rows]


def _version(db: sqlite_utils.Database, training_id: int) -> str:
    version: str = db.execute("SELECT version FROM trainings WHERE id = ?", (training_id,)).fetchone()[0]
    return version


_TIMES = ("requested_at", "seen_at", "cancel_at", "ended_at", "told_at")


def _trainings(db: sqlite_utils.Database, where: str, values: tuple[Any, ...]) -> Any:
    for row in db.query(f"SELECT * FROM trainings WHERE {where}", values):
        times = {name: as_time(row[name]) if row[name] else None for name in _TIMES}
        report = json.loads(row["report"]) if row["report"] else None
        yield Training(**{**row, **times, "report": report})
