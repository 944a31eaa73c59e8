"""Steps 12 to 14: trainings, labels from people, and what a server has set."""

import sqlite_utils


def m0012_trainings(db: sqlite_utils.Database) -> None:
    """Trainings, one at a time, and which model was made the serving one when."""
    db.execute("""
        CREATE TABLE trainings (
            id INTEGER PRIMARY KEY,
            parts TEXT NOT NULL,
            catalogue TEXT,
            reason TEXT NOT NULL,
            user_id INTEGER,
            requested_at TEXT NOT NULL,
            process TEXT,
            seen_at TEXT NOT NULL,
            stage TEXT,
            done INTEGER NOT NULL DEFAULT 0,
            total INTEGER NOT NULL DEFAULT 0,
            note TEXT NOT NULL DEFAULT '',
            cancel_at TEXT,
            outcome TEXT CHECK (outcome IN ('published', 'aside', 'failed', 'cancelled', 'died')),
            version TEXT,
            sentence TEXT,
            report TEXT,
            ended_at TEXT,
            channel_id INTEGER,
            message_id INTEGER,
            told_at TEXT
        )
    """)
    # Whatever the process, only one row can be under way.
    db.execute("CREATE UNIQUE INDEX one_training_at_a_time ON trainings((1)) WHERE outcome IS NULL")
    db.execute("""
        CREATE TABLE publications (
            id INTEGER PRIMARY KEY,
            version TEXT NOT NULL,
            how TEXT NOT NULL CHECK (how IN ('trained', 'anyway', 'rollback')),
            training_id INTEGER REFERENCES trainings(id) ON DELETE SET NULL,
            user_id INTEGER,
            published_at TEXT NOT NULL
        )
    """)


def m0013_labels(db: sqlite_utils.Database) -> None:
    """Genres that members propose for tracks, and what was decided on them."""
    db.execute("""
        CREATE TABLE labels (
            track_id TEXT NOT NULL,
            genre TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            proposed_at TEXT NOT NULL,
            PRIMARY KEY (track_id, genre, user_id)
        ) WITHOUT ROWID
    """)
    db.execute("CREATE INDEX labels_by_user ON labels(user_id, proposed_at)")
    # By track and genre, without those who proposed it: what was accepted outlives them. A decision that is undone
    # becomes 'reopened' instead of going, since nothing but its number of votes is left of the proposals.
    db.execute("""
        CREATE TABLE label_decisions (
            track_id TEXT NOT NULL,
            genre TEXT NOT NULL,
            decision TEXT NOT NULL CHECK (decision IN ('accepted', 'rejected', 'reopened')),
            votes INTEGER NOT NULL,
            user_id INTEGER,
            decided_at TEXT NOT NULL,
            PRIMARY KEY (track_id, genre)
        ) WITHOUT ROWID
    """)


def m0014_guild_settings(db: sqlite_utils.Database) -> None:
    """What a server has set; NULL stands for what Segue does by itself."""
    db.execute("""
        CREATE TABLE guild_settings (
            guild_id INTEGER PRIMARY KEY,
            language TEXT,
            adventurous TEXT CHECK (adventurous IN ('easy', 'medium', 'bold')),
            explicit INTEGER CHECK (explicit IN (0, 1)),
            drop_role_id INTEGER,
            updated_at TEXT NOT NULL
        )
    """)


STEPS = (
    m0012_trainings,
    m0013_labels,
    m0014_guild_settings,
)
