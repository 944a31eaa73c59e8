"""Steps 10, 11 and 15: weekly drops."""

import sqlite_utils


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


def m0015_subscription_language(db: sqlite_utils.Database) -> None:
    """The language of a member's own weekly drop: nobody is there to be asked when it comes."""
    db.execute("ALTER TABLE subscriptions ADD COLUMN language TEXT")


STEPS = (
    m0010_subscriptions,
    m0011_drops,
    m0015_subscription_language,
)
