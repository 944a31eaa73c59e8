"""What members like and dislike: one opinion per member and track."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlite_utils

from storage.errors import OpinionLimitError
from storage.members import remember
from storage.presses import count_press
from storage.times import as_text, as_time

Verdict = Literal["like", "dislike"]

# Years of pressing, and still read within a few dozen milliseconds.
OPINIONS_PER_MEMBER = 20_000
# Those of the last months, even in a server of thousands.
OPINIONS_PER_GUILD = 20_000


@dataclass(frozen=True)
class Opinion:
    """What a member thinks of a track, and where they said so last."""

    track_id: str
    verdict: Verdict
    guild_id: int | None
    given_at: datetime


def press(
    db: sqlite_utils.Database,
    interaction_id: int,
    user_id: int,
    guild_id: int | None,
    track_id: str,
    verdict: Verdict,
    now: datetime,
) -> Verdict | None:
    """Give an opinion and return what stands afterwards: the same verdict again undoes it, the other replaces it.

    A press that has counted already changes nothing. Raises OpinionLimitError.
    """
    standing = verdicts(db, user_id, [track_id]).get(track_id)
    if not count_press(db, interaction_id, user_id, now):
        return standing
    remember(db, user_id, now)
    if standing == verdict:
        db.execute("DELETE FROM feedback WHERE user_id = ? AND track_id = ?", (user_id, track_id))
        return None
    if standing is None:
        _check_room(db, user_id)
    db.execute(
        """
        INSERT INTO feedback (user_id, track_id, verdict, guild_id, given_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (user_id, track_id) DO UPDATE SET
            verdict = excluded.verdict,
            guild_id = excluded.guild_id,
            given_at = excluded.given_at
        """,
        (user_id, track_id, verdict, guild_id, as_text(now)),
    )
    return verdict


def opinions(db: sqlite_utils.Database, user_id: int) -> list[Opinion]:
    """All that a member likes and dislikes, the latest first."""
    rows = db.execute(
        """
        SELECT track_id, verdict, guild_id, given_at FROM feedback WHERE user_id = ?
        ORDER BY given_at DESC, track_id
        """,
        (user_id,),
    )
    return [Opinion(track_id, verdict, guild_id, as_time(given_at)) for track_id, verdict, guild_id, given_at in rows]


def verdicts(db: sqlite_utils.Database, user_id: int, track_ids: Iterable[str]) -> dict[str, Verdict]:
    """What a member thinks of those of these tracks that they have an opinion on."""
    rows = db.execute(
        """
        SELECT track_id, verdict FROM feedback
        WHERE user_id = ? AND track_id IN (SELECT value FROM json_each(?))
        """,
        (user_id, json.dumps(list(track_ids))),
    )
    return dict(rows.fetchall())


def guild_opinions(db: sqlite_utils.Database, guild_id: int) -> dict[int, list[Opinion]]:
    """What members said in a guild, by member, the latest first; of busy guilds the last OPINIONS_PER_GUILD.

    Whoever keeps their taste from others is left out.
    """
    rows = db.execute(
        """
        SELECT user_id, track_id, verdict, guild_id, given_at FROM feedback
        WHERE guild_id = ? AND user_id NOT IN (SELECT user_id FROM member_settings WHERE blendable = 0)
        ORDER BY given_at DESC, user_id, track_id LIMIT ?
        """,
        (guild_id, OPINIONS_PER_GUILD),
    )
    found: dict[int, list[Opinion]] = {}
    for user_id, track_id, verdict, guild, given_at in rows:
        found.setdefault(user_id, []).append(Opinion(track_id, verdict, guild, as_time(given_at)))
    return found


def _check_room(db: sqlite_utils.Database, user_id: int) -> None:
    count = db.execute("SELECT count(*) FROM feedback WHERE user_id = ?", (user_id,)).fetchone()[0]
    if count >= OPINIONS_PER_MEMBER:
        raise OpinionLimitError(
            "I remember your opinion on {count:,} songs, and there is no room for more: take one back first.",
            count=count,
        )
