"""Shown answers: the state behind their buttons, so that a press works after a restart."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlite_utils

from storage.members import remember, remember_shown
from storage.times import as_text, as_time

# Old answers go after this long; their buttons then say that they are no longer known.
ANSWERS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Answer:
    """What was asked, by whom, and which model answered; `id` is a random token of at most 16 characters."""

    id: str
    user_id: int
    guild_id: int | None
    command: str
    request: dict[str, Any]
    model_version: str


@dataclass(frozen=True)
class AnswerTrack:
    """One track of an answer, with the reason the member was given."""

    track_id: str
    score: float
    reason: str


@dataclass(frozen=True)
class StoredAnswer(Answer):
    """An answer as it stands now, its tracks in the order in which they were shown."""

    created_at: datetime
    tracks: list[AnswerTrack]


def save_answer(db: sqlite_utils.Database, answer: Answer, tracks: Sequence[AnswerTrack], now: datetime) -> None:
    """Keep a new answer and note what its member has been shown."""
    db.execute(
        """
        INSERT INTO answers (id, user_id, guild_id, command, request, model_version, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            answer.id,
            answer.user_id,
            answer.guild_id,
            answer.command,
            json.dumps(answer.request),
            answer.model_version,
            as_text(now),
        ),
    )
    _append(db, answer, 0, tracks, now)


def load_answer(db: sqlite_utils.Database, answer_id: str) -> StoredAnswer | None:
    """The answer with its tracks, or None when there is none or no more."""
    row = next(db.query("SELECT * FROM answers WHERE id = ?", (answer_id,)), None)
    if row is None:
        return None
    tracks = db.query(
        "SELECT track_id, score, reason FROM answer_tracks WHERE answer_id = ? ORDER BY position", (answer_id,)
    )
    return StoredAnswer(
        id=row["id"],
        user_id=row["user_id"],
        guild_id=row["guild_id"],
        command=row["command"],
        request=json.loads(row["request"]),
        model_version=row["model_version"],
        created_at=as_time(row["created_at"]),
        tracks=[AnswerTrack(**track) for track in tracks],
    )


def extend_answer(
    db: sqlite_utils.Database,
    answer_id: str,
    expected_count: int,
    tracks: Sequence[AnswerTrack],
    model_version: str,
    now: datetime,
) -> bool:
    """Append this model's tracks if the answer still has `expected_count` of them, and tell whether it had.

    Of two presses that saw the same answer only the first one adds.
    """
    answer = load_answer(db, answer_id)
    if answer is None or len(answer.tracks) != expected_count:
        return False
    db.execute("UPDATE answers SET model_version = ? WHERE id = ?", (model_version, answer_id))
    _append(db, answer, expected_count, tracks, now)
    return True


def prune_answers(db: sqlite_utils.Database, before: datetime) -> int:
    """Drop the answers made before a moment and return how many there were."""
    return db.execute("DELETE FROM answers WHERE created_at < ?", (as_text(before),)).rowcount


def _append(
    db: sqlite_utils.Database, answer: Answer, first: int, tracks: Sequence[AnswerTrack], now: datetime
) -> None:
    db.conn.executemany(
        "INSERT INTO answer_tracks (answer_id, position, track_id, score, reason) VALUES (?, ?, ?, ?, ?)",
        [
            (answer.id, position, track.track_id, float(track.score), track.reason)
            for position, track in enumerate(tracks, first)
        ],
    )
    remember(db, answer.user_id, now)
    remember_shown(db, answer.user_id, answer.guild_id, [track.track_id for track in tracks], now)
