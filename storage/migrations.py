"""The schema, as steps that are only ever appended: a released step never changes.

The steps run inside the one transaction of `upgrade` and must not end it.
"""

import sqlite_utils
from sqlite_utils import Migrations

from storage.errors import StorageError

migrations = Migrations("segue")


@migrations()
def m0001_members(db: sqlite_utils.Database) -> None:
    """Who has used the bot."""
    db.execute("""
        CREATE TABLE members (
            user_id INTEGER PRIMARY KEY,
            first_seen TEXT NOT NULL,
            last_seen TEXT NOT NULL
        )
    """)


@migrations()
def m0002_answers(db: sqlite_utils.Database) -> None:
    """What stands behind the buttons of a shown answer, so that they work after a restart."""
    # Short, because it travels inside the 100 characters that a button can carry.
    db.execute("""
        CREATE TABLE answers (
            id TEXT PRIMARY KEY NOT NULL CHECK (length(id) BETWEEN 1 AND 16),
            user_id INTEGER NOT NULL,
            guild_id INTEGER,
            command TEXT NOT NULL,
            request TEXT NOT NULL,
            model_version TEXT NOT NULL,
            created_at TEXT NOT NULL
        )
    """)
    db.execute("CREATE INDEX answers_by_user ON answers(user_id)")
    db.execute("CREATE INDEX answers_by_guild ON answers(guild_id)")
    db.execute("CREATE INDEX answers_by_age ON answers(created_at)")
    db.execute("""
        CREATE TABLE answer_tracks (
            answer_id TEXT NOT NULL REFERENCES answers(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            track_id TEXT NOT NULL,
            score REAL NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (answer_id, position)
        ) WITHOUT ROWID
    """)


@migrations()
def m0003_tracks_shown(db: sqlite_utils.Database) -> None:
    """Which tracks a member has been shown; `guild_id` is where it happened last."""
    db.execute("""
        CREATE TABLE tracks_shown (
            user_id INTEGER NOT NULL,
            track_id TEXT NOT NULL,
            guild_id INTEGER,
            first_shown_at TEXT NOT NULL,
            last_shown_at TEXT NOT NULL,
            times INTEGER NOT NULL,
            PRIMARY KEY (user_id, track_id)
        ) WITHOUT ROWID
    """)
    db.execute("CREATE INDEX tracks_shown_by_guild ON tracks_shown(guild_id)")


@migrations()
def m0004_playlists(db: sqlite_utils.Database) -> None:
    """The lists that members keep."""
    # AUTOINCREMENT: the number of a deleted playlist is never given to another one.
    # name_key: the name as `playlists.name_key` folds it, because SQLite's NOCASE knows only A to Z.
    db.execute("""
        CREATE TABLE playlists (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner_id INTEGER NOT NULL,
            guild_id INTEGER,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            recipe TEXT NOT NULL,
            model_version TEXT NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            UNIQUE (owner_id, name_key)
        )
    """)
    db.execute("CREATE INDEX playlists_by_guild ON playlists(guild_id)")
    # Artists and title are copied, so that a list outlives a change of catalogue.
    db.execute("""
        CREATE TABLE playlist_tracks (
            playlist_id INTEGER NOT NULL REFERENCES playlists(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            track_id TEXT NOT NULL,
            artists TEXT NOT NULL,
            title TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (playlist_id, position)
        ) WITHOUT ROWID
    """)


@migrations()
def m0005_feedback(db: sqlite_utils.Database) -> None:
    """What members like and dislike, and which of their presses have counted."""
    db.execute("""
        CREATE TABLE feedback (
            user_id INTEGER NOT NULL,
            track_id TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('like', 'dislike')),
            guild_id INTEGER,
            given_at TEXT NOT NULL,
            PRIMARY KEY (user_id, track_id)
        ) WITHOUT ROWID
    """)
    db.execute("CREATE INDEX feedback_by_guild ON feedback(guild_id)")
    # No further index: it holds the presses of one day.
    db.execute("""
        CREATE TABLE presses (
            interaction_id INTEGER PRIMARY KEY,
            user_id INTEGER NOT NULL,
            pressed_at TEXT NOT NULL
        )
    """)


@migrations()
def m0006_blocks(db: sqlite_utils.Database) -> None:
    """The artists and tracks that a member never wants to be shown again."""
    # id: the order of blocking, which blocked_at can't tell within one second.
    db.execute("""
        CREATE TABLE blocks (
            id INTEGER PRIMARY KEY,
            user_id INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('artist', 'track')),
            value TEXT NOT NULL,
            label TEXT NOT NULL,
            blocked_at TEXT NOT NULL,
            UNIQUE (user_id, kind, value)
        )
    """)


@migrations()
def m0007_member_settings(db: sqlite_utils.Database) -> None:
    """What a member has decided about themselves; NULL is never asked."""
    db.execute("""
        CREATE TABLE member_settings (
            user_id INTEGER PRIMARY KEY NOT NULL,
            blendable INTEGER CHECK (blendable IN (0, 1)),
            updated_at TEXT NOT NULL
        ) WITHOUT ROWID
    """)


@migrations()
def m0008_departures(db: sqlite_utils.Database) -> None:
    """The guilds that removed the bot and may still take it back."""
    db.execute("""
        CREATE TABLE departures (
            guild_id INTEGER PRIMARY KEY NOT NULL,
            left_at TEXT NOT NULL
        ) WITHOUT ROWID
    """)


@migrations()
def m0009_secrets(db: sqlite_utils.Database) -> None:
    """What members entrusted to the bot, readable only with the operator's keys."""
    db.execute("""
        CREATE TABLE secrets (
            user_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            sealed BLOB NOT NULL,
            updated_at TEXT NOT NULL,
            PRIMARY KEY (user_id, name)
        ) WITHOUT ROWID
    """)


@migrations()
def m0010_subscriptions(db: sqlite_utils.Database) -> None:
    """Who gets a weekly drop, where and when; `try_at` is when the bot next has something to do for it."""
    # owner_id: who set it up; a server's drop outlives that member's data. channel_id: NULL is direct messages.
    db.execute("""
        CREATE TABLE subscriptions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner_id INTEGER,
            guild_id INTEGER,
            channel_id INTEGER,
            weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
            local_time TEXT NOT NULL,
            zone TEXT NOT NULL,
            style TEXT NOT NULL,
            length INTEGER NOT NULL,
            due_at TEXT NOT NULL,
            period TEXT NOT NULL,
            try_at TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            paused_at TEXT,
            pause_reason TEXT,
            created_at TEXT NOT NULL,
            CHECK ((guild_id IS NULL) = (channel_id IS NULL))
        )
    """)
    db.execute("CREATE UNIQUE INDEX subscriptions_by_channel ON subscriptions(channel_id)")
    db.execute("CREATE UNIQUE INDEX subscriptions_by_member ON subscriptions(owner_id) WHERE channel_id IS NULL")
    db.execute("CREATE INDEX subscriptions_by_owner ON subscriptions(owner_id)")
    db.execute("CREATE INDEX subscriptions_by_guild ON subscriptions(guild_id)")
    db.execute("CREATE INDEX subscriptions_by_time ON subscriptions(try_at)")


@migrations()
def m0011_drops(db: sqlite_utils.Database) -> None:
    """The weekly drops, one per subscription and ISO week: who is at it, what is on it, what became of it."""
    # No reference to the subscription: drops outlive it. user_id: whose it is, of one in direct messages.
    # posted_in: the channel of the message, of direct messages as well.
    db.execute("""
        CREATE TABLE drops (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            subscription_id INTEGER NOT NULL,
            period TEXT NOT NULL,
            user_id INTEGER,
            guild_id INTEGER,
            channel_id INTEGER,
            due_at TEXT NOT NULL,
            begun_at TEXT,
            claimed_at TEXT,
            claimed_by TEXT,
            attempts INTEGER NOT NULL DEFAULT 1,
            outcome TEXT CHECK (outcome IN ('posted', 'skipped', 'failed')),
            style TEXT,
            request TEXT,
            model_version TEXT,
            posted_at TEXT,
            posted_in INTEGER,
            message_id INTEGER,
            cheers INTEGER NOT NULL DEFAULT 0,
            boos INTEGER NOT NULL DEFAULT 0,
            UNIQUE (subscription_id, period)
        )
    """)
    db.execute("CREATE INDEX drops_by_user ON drops(user_id, posted_at)")
    db.execute("CREATE INDEX drops_by_guild ON drops(guild_id, posted_at)")
    db.execute("CREATE INDEX drops_by_channel ON drops(channel_id, posted_at)")
    # Artists and title are copied, so that an old drop outlives a change of catalogue.
    db.execute("""
        CREATE TABLE drop_tracks (
            drop_id INTEGER NOT NULL REFERENCES drops(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            track_id TEXT NOT NULL,
            artists TEXT NOT NULL,
            title TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (drop_id, position)
        ) WITHOUT ROWID
    """)


def check_ours(db: sqlite_utils.Database) -> None:
    """Raise StorageError unless the file is empty or a database of this or an earlier Segue."""
    # Both in one view: between two, another process may set up the new file.
    with db.atomic():
        applied = {step.name for step in migrations.applied(db)}
        tables = db.table_names()
    if tables and not applied:
        raise StorageError("It is a database of another program.")
    with sqlite_utils.Database(memory=True) as nothing_applied:
        known = {step.name for step in migrations.pending(nothing_applied)}
    unknown = sorted(applied - known)
    if unknown:
        raise StorageError(f"It was written by a newer Segue, which knows {unknown[-1]}: update Segue to open it.")


def upgrade(db: sqlite_utils.Database) -> list[str]:
    """Apply the missing steps, all or none, and return their names; raises StorageError as `check_ours` does."""
    # SQLite can rebuild a table that others refer to only while foreign keys are off, and the switch does
    # nothing inside a transaction.
    db.conn.execute("PRAGMA foreign_keys=OFF")
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        names = _apply_missing(db)
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise
    db.conn.execute("PRAGMA foreign_keys=ON")
    return names


def _apply_missing(db: sqlite_utils.Database) -> list[str]:
    # Again, now that nobody else can write: a newer Segue may have opened the file since.
    check_ours(db)
    names = [step.name for step in migrations.pending(db)]
    migrations.apply(db)
    if db.conn.execute("PRAGMA foreign_key_check").fetchone():
        raise StorageError("Upgrading it would leave rows that refer to nothing.")
    return names
