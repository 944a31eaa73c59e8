"""Steps 1 to 9: members and what they ask, keep, like and decide."""

import sqlite_utils


def m0001_members(db: sqlite_utils.Database) -> None:
    """Who has used the bot."""
    db.execute("""
        CREATE TABLE members (
            user_id INTEGER PRIMARY KEY,
            first_seen TEXT NOT NULL,
            last_seen TEXT NOT NULL
        )
    """)


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


def m0007_member_settings(db: sqlite_utils.Database) -> None:
    """What a member has decided about themselves; NULL is never asked."""
    db.execute("""
        CREATE TABLE member_settings (
            user_id INTEGER PRIMARY KEY NOT NULL,
            blendable INTEGER CHECK (blendable IN (0, 1)),
            updated_at TEXT NOT NULL
        ) WITHOUT ROWID
    """)


def m0008_departures(db: sqlite_utils.Database) -> None:
    """The guilds that removed the bot and may still take it back."""
    db.execute("""
        CREATE TABLE departures (
            guild_id INTEGER PRIMARY KEY NOT NULL,
            left_at TEXT NOT NULL
        ) WITHOUT ROWID
    """)


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


STEPS = (
    m0001_members,
    m0002_answers,
    m0003_tracks_shown,
    m0004_playlists,
    m0005_feedback,
    m0006_blocks,
    m0007_member_settings,
    m0008_departures,
    m0009_secrets,
)
