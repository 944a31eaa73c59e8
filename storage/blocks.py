"""The artists and tracks that a member never wants to be shown again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlite_utils

from storage.errors import BlockLimitError
from storage.members import remember
from storage.presses import count_press
from storage.times import as_text, as_time

BlockKind = Literal["artist", "track"]

# Every recommendation leaves all of them out; whoever blocks more wants another kind of music, not more blocks.
BLOCKS_PER_MEMBER = 1_000


@dataclass(frozen=True)
class Block:
    """What is blocked; `label` is what people call it, readable without a catalogue."""

    kind: BlockKind
    value: str
    label: str
    blocked_at: datetime


def block(
    db: sqlite_utils.Database,
    interaction_id: int,
    user_id: int,
    kind: BlockKind,
    value: str,
    label: str,
    now: datetime,
) -> bool:
    """Block an artist or a track, and tell whether that is new; raises BlockLimitError.

    A press that has counted already changes nothing, even when the block has been undone since.
    """
    if not count_press(db, interaction_id, user_id, now) or _is_blocked(db, user_id, kind, value):
        return False
    _add(db, user_id, kind, value, label, now)
    return True


def toggle_block(
    db: sqlite_utils.Database,
    interaction_id: int,
    user_id: int,
    kind: BlockKind,
    value: str,
    label: str,
    now: datetime,
) -> bool:
    """Block what isn't blocked, undo what is, and tell whether it is blocked afterwards; raises BlockLimitError.

    A press that has counted already changes nothing.
    """
    blocked = _is_blocked(db, user_id, kind, value)
    if not count_press(db, interaction_id, user_id, now):
        return blocked
    if blocked:
        undo_block(db, user_id, kind, value)
    else:
        _add(db, user_id, kind, value, label, now)
    return not blocked


def undo_latest(db: sqlite_utils.Database, interaction_id: int, user_id: int, now: datetime) -> Block | None:
    """Undo the member's latest block and return it; None when there is none.

    A request that has counted already undoes no second one.
    """
    return undo_block(db, user_id) if count_press(db, interaction_id, user_id, now) else None


def undo_block(
    db: sqlite_utils.Database, user_id: int, kind: BlockKind | None = None, value: str | None = None
) -> Block | None:
    """Undo this block, or the member's latest, and return it; None when there is none."""
    row = db.execute(
        """
        SELECT id, kind, value, label, blocked_at FROM blocks
        WHERE user_id = :user_id AND kind = ifnull(:kind, kind) AND value = ifnull(:value, value)
        ORDER BY id DESC LIMIT 1
        """,
        {"user_id": user_id, "kind": kind, "value": value},
    ).fetchone()
    if row is None:
        return None
    db.execute("DELETE FROM blocks WHERE id = ?", (row[0],))
    return _read(*row[1:])


def blocks(db: sqlite_utils.Database, user_id: int) -> list[Block]:
    """All that a member has blocked, the latest first."""
    rows = db.execute(
        "SELECT kind, value, label, blocked_at FROM blocks WHERE user_id = ? ORDER BY id DESC", (user_id,)
    )
    return [_read(*row) for row in rows]


def _read(kind: Any, value: str, label: str, blocked_at: str) -> Block:
    return Block(kind, value, label, as_time(blocked_at))


def _is_blocked(db: sqlite_utils.Database, user_id: int, kind: BlockKind, value: str) -> bool:
    found = db.execute("SELECT 1 FROM blocks WHERE user_id = ? AND kind = ? AND value = ?", (user_id, kind, value))
    return found.fetchone() is not None


def _add(db: sqlite_utils.Database, user_id: int, kind: BlockKind, value: str, label: str, now: datetime) -> None:
    count = db.execute("SELECT count(*) FROM blocks WHERE user_id = ?", (user_id,)).fetchone()[0]
    if count >= BLOCKS_PER_MEMBER:
        raise BlockLimitError(
            "You block {count:,} artists and songs, and there is no room for more: undo one first.", count=count
        )
    db.execute(
        "INSERT INTO blocks (user_id, kind, value, label, blocked_at) VALUES (?, ?, ?, ?, ?)",
        (user_id, kind, value, label, as_text(now)),
    )
    remember(db, user_id, now)
