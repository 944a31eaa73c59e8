"""What members entrusted to the bot, such as access to another service; nothing of it is stored in the clear."""

from datetime import datetime

import sqlite_utils

from storage.members import remember
from storage.times import as_text
from storage.vault import Vault


def save_secret(db: sqlite_utils.Database, vault: Vault, user_id: int, name: str, text: str, now: datetime) -> None:
    """Keep a member's secret, sealed, in the place of an earlier one of this name."""
    db.execute(
        """
        INSERT INTO secrets (user_id, name, sealed, updated_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (user_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at
        """,
        (user_id, name, vault.seal(text), as_text(now)),
    )
    remember(db, user_id, now)


def load_secret(db: sqlite_utils.Database, vault: Vault, user_id: int, name: str) -> str | None:
    """A member's secret, or None when there is none; raises VaultError when no key opens it."""
    row = db.execute("SELECT sealed FROM secrets WHERE user_id = ? AND name = ?", (user_id, name)).fetchone()
    return None if row is None else vault.open(row[0])


def delete_secret(db: sqlite_utils.Database, user_id: int, name: str) -> bool:
    """Delete a member's secret and tell whether there was one."""
    return db.execute("DELETE FROM secrets WHERE user_id = ? AND name = ?", (user_id, name)).rowcount == 1


def renew_secrets(db: sqlite_utils.Database, vault: Vault) -> int:
    """Seal all secrets with the first key, so that the others can be given up, and return how many there are.

    Raises VaultError when no key opens one of them.
    """
    rows = db.execute("SELECT user_id, name, sealed FROM secrets").fetchall()
    db.conn.executemany(
        "UPDATE secrets SET sealed = ? WHERE user_id = ? AND name = ?",
        [(vault.renew(sealed), user_id, name) for user_id, name, sealed in rows],
    )
    return len(rows)
