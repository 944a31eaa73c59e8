"""The words and the layout of `/admin label`."""

from typing import Any

import discord
from discord import ui

from bot.features.admin.label_pages import ACCEPT, AGAIN, PAGE, REJECT, TURN_BACK, TURN_ON, UNDO, Review, ReviewPage
from bot.features.labels.guesses import Guess
from bot.layout import BUTTON_BACK, BUTTON_FORWARD, footer, gap, message, plain, song_line
from bot.presses import Press, button, row
from ml.catalogue import LONGEST_GENRE
from storage.labels import Proposal

BUTTON_ACCEPT, BUTTON_REJECT, BUTTON_UNDO, BUTTON_AGAIN = "Accept", "Reject", "Undo", "Look again"
LONGEST_FILED = 120

TEXT_TITLE = {"waiting": "### Genres from members", "decided": "### Genres from members: decided"}
TEXT_RANGE = "{first}–{last} of {total:,} {kind}"
TEXT_COUNT = "{total:,} {kind}"
TEXT_ORDER = {"waiting": "most votes first", "decided": "latest first"}
TEXT_LEAST = "with {votes} or more"
TEXT_NONE = {
    "waiting": "None is waiting. Members propose them with “Wrong genre?” under `/classify`.",
    "decided": "None is decided yet.",
}
TEXT_NONE_WITH = "None with {votes} or more."
TEXT_PROPOSED = "**{genre}** · {votes}"
TEXT_FILED = "-# In the catalogue as {genres}"
TEXT_CHANCE = "-# The model gives {genre} {chance:.0%}; its first guess is {guess}, {best:.0%}"
TEXT_IS_GUESS = "-# It is the model's first guess, {chance:.0%}"
TEXT_UNKNOWN_GENRE = "-# A genre that this model doesn't know; its first guess is {guess}, {best:.0%}"
TEXT_LEFT = "A song that has left the catalogue (`{track_id}`)"
TEXT_DECIDED = "{verdict} <t:{when}:R>"
TEXT_TOO_LATE = "**{genre}** was decided, or taken back, before your press. This is how it stands."
TEXT_NO_ACCEPTED = "no genre accepted so far"
TEXT_ACCEPTED = "{accepted:,} accepted, {unlearned} for the next training"
ALL, NONE = "all of them wait", "none waits"
SOME = "{unlearned:,} of them wait"


def review_page(page: ReviewPage, owner: int, notice: str = "") -> ui.LayoutView:
    """Proposals with a way to decide on each, or what was decided with a way to undo it."""
    shown: list[str | ui.Item[Any]] = []
    for review in page.reviews:
        shown += [gap(), _described(review), _decision_buttons(review, owner)]
    head = [TEXT_TITLE[page.place.kind], *([notice] if notice else []), _facts(page)]
    return message(
        "\n".join(head),
        *(shown or [_none(page)]),
        gap(),
        footer(page.note, _accepted(page)),
        row(*_turns(page, owner)),
    )


def too_late(genre: str) -> str:
    return TEXT_TOO_LATE.format(genre=plain(genre, LONGEST_GENRE))


def _facts(page: ReviewPage) -> str:
    place = page.place
    where = TEXT_RANGE if 0 < page.listed < page.total else TEXT_COUNT
    first = place.first + 1
    return "-# " + " · ".join(
        [
            where.format(first=first, last=place.first + page.listed, total=page.total, kind=place.kind),
            TEXT_ORDER[place.kind],
            *([TEXT_LEAST.format(votes=_votes(place.least_votes))] if place.least_votes > 1 else []),
        ]
    )


def _none(page: ReviewPage) -> str:
    if page.place.least_votes > 1:
        return TEXT_NONE_WITH.format(votes=_votes(page.place.least_votes))
    return TEXT_NONE[page.place.kind]


def _accepted(page: ReviewPage) -> str:
    if not page.accepted:
        return TEXT_NO_ACCEPTED
    some = SOME.format(unlearned=page.unlearned)
    waiting = {0: NONE, page.accepted: ALL}.get(page.unlearned, some)
    return TEXT_ACCEPTED.format(accepted=page.accepted, unlearned=waiting)


def _described(review: Review) -> str:
    proposal = review.proposal
    proposed = TEXT_PROPOSED.format(genre=plain(proposal.genre, LONGEST_GENRE), votes=_votes(proposal.votes))
    if review.guess is None:
        return "\n".join([proposed, TEXT_LEFT.format(track_id=proposal.track_id)])
    song = review.guess.song
    filed = TEXT_FILED.format(genres=plain(", ".join(song.genres), LONGEST_FILED))
    return "\n".join([proposed, song_line(song), filed, _chance(proposal, review.guess)])


def _chance(proposal: Proposal, guess: Guess) -> str:
    chances = dict(guess.genres)
    best, highest = guess.genres[0]
    genre, best_name = plain(proposal.genre, LONGEST_GENRE), plain(best, LONGEST_GENRE)
    if proposal.genre not in chances:
        return TEXT_UNKNOWN_GENRE.format(guess=best_name, best=highest)
    if proposal.genre == best:
        return TEXT_IS_GUESS.format(chance=highest)
    return TEXT_CHANCE.format(genre=genre, chance=chances[proposal.genre], guess=best_name, best=highest)


def _decision_buttons(review: Review, owner: int) -> ui.Item[Any]:
    proposal = review.proposal
    argument = ":".join(proposal.pair)
    if proposal.verdict is None:
        return row(
            button(BUTTON_ACCEPT, ACCEPT, owner, argument, style=discord.ButtonStyle.success),
            button(BUTTON_REJECT, REJECT, owner, argument),
        )
    decided = TEXT_DECIDED.format(verdict=proposal.verdict.capitalize(), when=int(proposal.since.timestamp()))
    # The row's only other content would be the button itself: beside its sentence it says what it undoes.
    return ui.Section(decided, accessory=button(BUTTON_UNDO, UNDO, owner, argument))


def _turns(page: ReviewPage, owner: int) -> list[Press]:
    place = page.place
    back, forward = place.at(place.first - PAGE), place.at(place.first + page.listed)
    turns = [
        button(BUTTON_BACK, TURN_BACK, owner, str(back), disabled=place.first == 0),
        button(BUTTON_FORWARD, TURN_ON, owner, str(forward), disabled=forward.first >= page.total),
    ]
    # Its argument says of the whole message which page it is.
    again = button(BUTTON_AGAIN, AGAIN, owner, str(place))
    return [*(turns if page.total > page.listed else []), again]


def _votes(votes: int) -> str:
    return "1 vote" if votes == 1 else f"{votes:,} votes"
