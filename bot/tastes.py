"""A member's taste from what the bot remembers of them."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.bundle import ModelBundle
from ml.taste.lists import bent_by
from ml.taste.taste import Evidence, Taste, taste_of
from storage.feedback import Opinion, Verdict
from storage.member_state import MemberState

if TYPE_CHECKING:
    from bot.app import SegueBot

# A 👍 is meant; to put a song on a list nearly so; to start from a song says that it interests.
LIKED, KEPT, ASKED = 1.0, 0.5, 0.3
# What was shown lately is not shown again unasked.
HEARD_FOR = timedelta(days=14)
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class MemberTaste:
    """What the recommender needs of a member."""

    state: MemberState
    taste: Taste

    @property
    def verdicts(self) -> dict[str, Verdict]:
        return {one.track_id: one.verdict for one in self.state.opinions}

    @property
    def barred(self) -> set[str]:
        """The tracks that must not come: disliked or blocked."""
        return {*self.state.blocked_tracks, *(one.track_id for one in self.state.opinions if one.verdict == "dislike")}

    @property
    def refused(self) -> dict[str, Any]:
        """For any list of theirs: what the recommender must leave out."""
        return {"exclude": self.barred, "exclude_artists": self.state.blocked_artists}

    def available(self, bundle: ModelBundle) -> np.ndarray:
        """Bool (songs,): the songs that the member hasn't refused."""
        recommender = bundle.recommender
        return recommender.available([*recommender.songs_of(self.barred)[0]], self.state.blocked_artists)

    def bend(self, bundle: ModelBundle) -> Callable[[np.ndarray], np.ndarray] | None:
        """How the taste bends a list that starts from songs; None while nothing is known of it."""
        return partial(bent_by, bundle.recommender, self.taste) if self.taste.known else None


async def member_taste(bot: "SegueBot", user_id: int) -> MemberTaste:
    """The taste of a member as it stands now."""
    now = bot.clock()
    state = await bot.store.member_state(user_id, now - HEARD_FOR)
    return await asyncio.to_thread(_made, bot.bundle, state, now)


def _made(bundle: ModelBundle, state: MemberState, now: datetime) -> MemberTaste:
    return MemberTaste(state, taste_of(bundle.recommender, evidence_of(state, now)))


def evidence_of(state: MemberState, now: datetime) -> list[Evidence]:
    """Each track once: by its 👍 or 👎, else as one that was kept, else as one that was started from."""
    found: dict[str, Evidence] = {}

    def add(tracks: Iterable[tuple[str, float, datetime]]) -> None:
        for track_id, weight, at in tracks:
            found.setdefault(track_id, Evidence(track_id, weight, days_ago(at, now)))

    found |= {one.track_id: one for one in opinion_evidence(state.opinions, now)}
    add((track_id, KEPT, at) for track_id, at in state.kept)
    add((track_id, ASKED, at) for track_id, at in state.asked)
    return list(found.values())


def opinion_evidence(opinions: Iterable[Opinion], now: datetime) -> list[Evidence]:
    """What likes and dislikes say."""
    weights = {"like": LIKED, "dislike": -LIKED}
    return [Evidence(one.track_id, weights[one.verdict], days_ago(one.given_at, now)) for one in opinions]


def days_ago(at: datetime, now: datetime) -> float:
    return (now - at).total_seconds() / SECONDS_PER_DAY
