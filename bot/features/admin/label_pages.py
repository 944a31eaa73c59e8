"""A page of proposed or decided genres, gathered as plain data, and how its buttons tell which page they stand on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import discord
from discord import ui

from bot.features.labels.guesses import Guess, guesses_of
from bot.layout import ModelNote
from bot.presses import CUSTOM_ID
from ml.bundle import ModelBundle
from storage.labels import Pair, Proposal

Kind = Literal["waiting", "decided"]

# As many as a phone shows without endless scrolling.
PAGE = 5
ACCEPT, REJECT, UNDO = "label-yes", "label-no", "label-undo"
# Not one for all three: on a page where everything is decided, the next one begins where this one does.
TURN_BACK, TURN_ON, AGAIN = "label-prev", "label-next", "label-again"


@dataclass(frozen=True)
class Place:
    """Where in which list a page begins, and the fewest votes listed."""

    kind: Kind
    least_votes: int
    first: int = 0

    def __str__(self) -> str:
        return f"{self.kind}:{self.least_votes}:{self.first}"

    @classmethod
    def read(cls, written: str) -> Self:
        kind, least_votes, first = written.split(":")
        return cls("decided" if kind == "decided" else "waiting", int(least_votes), int(first))

    def at(self, first: int) -> "Place":
        return Place(self.kind, self.least_votes, max(0, first))

    def last(self, total: int) -> "Place":
        """Where the last page of so many begins."""
        return self.at((total - 1) // PAGE * PAGE)


@dataclass(frozen=True)
class Review:
    """A proposal and what the model thinks of its song; None for one that has left the catalogue."""

    proposal: Proposal
    guess: Guess | None


@dataclass(frozen=True)
class ReviewPage:
    """`total` is how many the list has, `accepted` how many labels are, and `unlearned` those newer than the model."""

    place: Place
    reviews: Sequence[Review]
    total: int
    accepted: int
    unlearned: int
    note: ModelNote

    @property
    def listed(self) -> int:
        """How many of those shown the list still has: what was decided on stays on its page, and leaves the list."""
        return sum((review.proposal.verdict is None) == (self.place.kind == "waiting") for review in self.reviews)


def reviews_of(bundle: ModelBundle, proposals: Sequence[Proposal]) -> list[Review]:
    """Proposals with what the model thinks of their songs."""
    known = {one.track_id for one in proposals if one.track_id in bundle.catalogue.row_of}
    guess_of = {guess.song.track_id: guess for guess in guesses_of(bundle, sorted(known))}
    return [Review(one, guess_of.get(one.track_id)) for one in proposals]


def pair_of(argument: str) -> Pair:
    """The track and the genre that a button is about."""
    track_id, _, genre = argument.partition(":")
    return track_id, genre


def shown_on(message: discord.Message) -> tuple[Place, list[Pair]]:
    """Which page a message of ours shows, and the proposals on it."""
    place, pairs = Place("waiting", 1), []
    for item in ui.LayoutView.from_message(message, timeout=None).walk_children():
        found = CUSTOM_ID.fullmatch(item.custom_id or "") if isinstance(item, ui.Button) else None
        if found and found["action"] in (ACCEPT, UNDO):
            pairs.append(pair_of(found["argument"]))
        elif found and found["action"] == AGAIN:
            place = Place.read(found["argument"])
    return place, pairs
