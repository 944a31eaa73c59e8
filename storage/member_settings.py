"""What each member has decided about themselves."""

from datetime import datetime

import sqlite_utils

from storage.members import remember
from storage.times import as_text


def may_blend(db: sqlite_utils.Database, user_id: int) -> bool | None:
    """Whether others may blend their taste with this member's; None when the member was never asked."""
    row = db.execute("SELECT blendable FROM member_settings WHERE user_id = ?", (user_id,)).fetchone()
    return None if row is None or row[0] is None else bool(row[0])


def set_blendable(db: sqlite_utils.Database, user_id: int, allowed: bool, now: datetime) -> None:
    """Note whether others may blend their taste with this member's."""
    db.execute(
        """
        INSERT INTO member_settings (user_id, blendable, updated_at) VALUES (?, ?, ?)
        ON CONFLICT (user_id) DO UPDATE SET blendable = excluded.blendable, updated_at = excluded.updated_at
        """,
        (user_id, allowed, as_text(now)),
    )
    remember(db, user_id, now)


def agree(db: sqlite_utils.Database, user_id: int, now: datetime) -> bool:
    """Allow others to blend unless the member has decided already, and return what stands."""
    db.execute(
        """
        INSERT INTO member_settings (user_id, blendable, updated_at) VALUES (?, TRUE, ?)
        ON CONFLICT (user_id) DO UPDATE SET blendable = excluded.blendable, updated_at = excluded.updated_at
        WHERE member_settings.blendable IS NULL
        """,
        (user_id, as_text(now)),
    )
    remember(db, user_id, now)
    return may_blend(db, user_id) is True
