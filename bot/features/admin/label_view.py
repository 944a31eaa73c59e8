"""The words and the layout of `/admin label`."""

from typing import Any

import discord
from discord import ui

from bot.features.admin.label_pages import ACCEPT, AGAIN, PAGE, REJECT, TURN_BACK, TURN_ON, UNDO, Review, ReviewPage
from bot.features.labels.guesses import Guess
from bot.language import say, say_many
from bot.layout import BUTTON_BACK, BUTTON_FORWARD, footer, gap, message, plain, song_line
from bot.presses import Press, button, row
from ml.catalogue import LONGEST_GENRE
from storage.labels import Proposal, Verdict

BUTTON_ACCEPT, BUTTON_REJECT, BUTTON_UNDO, BUTTON_AGAIN = "Accept", "Reject", "Undo", "Look again"
LONGEST_FILED = 120

TEXT_TITLE = {"waiting": "### Genres from members", "decided": "### Genres from members: decided"}
TEXT_KIND = {"waiting": "waiting", "decided": "decided"}
TEXT_VERDICT: dict[Verdict, str] = {"accepted": "Accepted", "rejected": "Rejected"}
TEXTS_VOTES = ("{count:,} vote", "{count:,} votes")
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
TEXT_ALL_WAIT, TEXT_NONE_WAITS, TEXT_SOME_WAIT = "all of them wait", "none waits", "{unlearned:,} of them wait"


def review_page(page: ReviewPage, owner: int, notice: str = "") -> ui.LayoutView:
    """Proposals with a way to decide on each, or what was decided with a way to undo it."""
    shown: list[str | ui.Item[Any]] = []
    for review in page.reviews:
        shown += [gap(), _described(review), _decision_buttons(review, owner)]
    head = [say(TEXT_TITLE[page.place.kind]), *([notice] if notice else []), _facts(page)]
    return message(
        "\n".join(head),
        *(shown or [_none(page)]),
        gap(),
        footer(page.note, _accepted(page)),
        row(*_turns(page, owner)),
    )


def too_late(genre: str) -> str:
    return say(TEXT_TOO_LATE, genre=plain(genre, LONGEST_GENRE))


def _facts(page: ReviewPage) -> str:
    place = page.place
    return "-# " + " · ".join(
        [
            say(
                TEXT_RANGE if 0 < page.listed < page.total else TEXT_COUNT,
                first=place.first + 1,
                last=place.first + page.listed,
                total=page.total,
                kind=say(TEXT_KIND[place.kind]),
            ),
            say(TEXT_ORDER[place.kind]),
            *([say(TEXT_LEAST, votes=_votes(place.least_votes))] if place.least_votes > 1 else []),
        ]
    )


def _none(page: ReviewPage) -> str:
    if page.place.least_votes > 1:
        return say(TEXT_NONE_WITH, votes=_votes(page.place.least_votes))
    return say(TEXT_NONE[page.place.kind])


def _accepted(page: ReviewPage) -> str:
    if not page.accepted:
        return say(TEXT_NO_ACCEPTED)
    some = say(TEXT_SOME_WAIT, unlearned=page.unlearned)
    waiting = {0: say(TEXT_NONE_WAITS), page.accepted: say(TEXT_ALL_WAIT)}.get(page.unlearned, some)
    return say(TEXT_ACCEPTED, accepted=page.accepted, unlearned=waiting)


def _described(review: Review) -> str:
    proposal = review.proposal
    proposed = say(TEXT_PROPOSED, genre=plain(proposal.genre, LONGEST_GENRE), votes=_votes(proposal.votes))
    if review.guess is None:
        return "\n".join([proposed, say(TEXT_LEFT, track_id=proposal.track_id)])
    song = review.guess.song
    filed = say(TEXT_FILED, genres=plain(", ".join(song.genres), LONGEST_FILED))
    return "\n".join([proposed, song_line(song), filed, _chance(proposal, review.guess)])


def _chance(proposal: Proposal, guess: Guess) -> str:
    chances = dict(guess.genres)
    best, highest = guess.genres[0]
    genre, best_name = plain(proposal.genre, LONGEST_GENRE), plain(best, LONGEST_GENRE)
    if proposal.genre not in chances:
        return say(TEXT_UNKNOWN_GENRE, guess=best_name, best=highest)
    if proposal.genre == best:
        return say(TEXT_IS_GUESS, chance=highest)
    return say(TEXT_CHANCE, genre=genre, chance=chances[proposal.genre], guess=best_name, best=highest)


def _decision_buttons(review: Review, owner: int) -> ui.Item[Any]:
    proposal = review.proposal
    argument = ":".join(proposal.pair)
    if proposal.verdict is None:
        return row(
            button(say(BUTTON_ACCEPT), ACCEPT, owner, argument, style=discord.ButtonStyle.success),
            button(say(BUTTON_REJECT), REJECT, owner, argument),
        )
    decided = say(TEXT_DECIDED, verdict=say(TEXT_VERDICT[proposal.verdict]), when=int(proposal.since.timestamp()))
    # The row's only other content would be the button itself: beside its sentence it says what it undoes.
    return ui.Section(decided, accessory=button(say(BUTTON_UNDO), UNDO, owner, argument))


def _turns(page: ReviewPage, owner: int) -> list[Press]:
    place = page.place
    back, forward = place.at(place.first - PAGE), place.at(place.first + page.listed)
    turns = [
        button(say(BUTTON_BACK), TURN_BACK, owner, str(back), disabled=place.first == 0),
        button(say(BUTTON_FORWARD), TURN_ON, owner, str(forward), disabled=forward.first >= page.total),
    ]
    # Its argument says of the whole message which page it is.
    again = button(say(BUTTON_AGAIN), AGAIN, owner, str(place))
    return [*(turns if page.total > page.listed else []), again]


def _votes(votes: int) -> str:
    return say_many(TEXTS_VOTES, votes)
