"""The words and the layout of “Wrong genre?”."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.features.labels.guesses import Guess
from bot.layout import chart, gap, message, plain, song_line
from bot.presses import ANYONE, Press, button, form, menu, row
from ml.catalogue import LONGEST_GENRE
from storage.labels import PROPOSALS_PER_TRACK, TrackLabels, Verdict

WRONG, PICK, OTHER, NAMED, BACK = "label", "label-pick", "label-other", "label-named", "label-back"
BUTTON_WRONG = "Wrong genre?"
BUTTON_OTHER = "Another genre"
BUTTON_TAKE_BACK = "Take back {genre}"
MENU_GENRES = "What is it really?"
MODAL_TITLE = "Another genre"
MODAL_LABEL = "Which one?"
MOST_OPTIONS = 25
TOP_GUESSES = 3
# “0 %” helps nobody to choose.
LEAST_SAID = 0.005

TEXT_TITLE = "### Wrong genre?"
TEXT_FILED = "-# In the catalogue as {genres}"
TEXT_GUESS = "**What I think**"
TEXT_CHANCE = "{chance:.0%} likely, I think"
TEXT_PROPOSED = "**You propose:** {genres}"
TEXT_FULL = "-# More than {most} genres can't be proposed for one song: take one back to propose another."
TEXT_NEXT = "-# An operator looks at it; if it is accepted, the next training learns from it, without your name."
TEXT_DECIDED = "-# Decided for this song: {decided}"
TEXT_THANKS = "Thank you, noted."
TEXT_TAKEN_BACK = "Taken back: you no longer propose **{genre}**."
TEXT_VERDICT: dict[Verdict, str] = {
    "accepted": "**{genre}** has been accepted for this song already: the next training learns from it.",
    "rejected": "**{genre}** has been rejected for this song already, so it can't be proposed again.",
}


def wrong_genre_button(track_id: str) -> Press:
    """For everyone who sees the song."""
    return button(BUTTON_WRONG, WRONG, ANYONE, track_id)


def proposal_card(guess: Guess, standing: TrackLabels, owner: int, notice: str = "") -> ui.LayoutView:
    """A song's genres as filed and as guessed, what its reader proposes instead, and ways to propose and take back."""
    song = guess.song
    head = [TEXT_TITLE, song_line(song), TEXT_FILED.format(genres=_names(song.genres))]
    said = [notice] if notice else []
    if standing.proposed:
        said += [TEXT_PROPOSED.format(genres=_names(standing.proposed)), TEXT_NEXT]
    if standing.decided:
        decided = [f"{plain(genre, LONGEST_GENRE)} {verdict}" for genre, verdict in standing.decided.items()]
        said.append(TEXT_DECIDED.format(decided=", ".join(decided[:MOST_OPTIONS])))
    room = PROPOSALS_PER_TRACK - len(standing.proposed)
    if room <= 0:
        said.append(TEXT_FULL.format(most=PROPOSALS_PER_TRACK))
    news: list[str | ui.Item[Any]] = [gap(), "\n".join(said)] if said else []
    likely = [found for found in guess.genres[:TOP_GUESSES] if found[1] >= LEAST_SAID] or guess.genres[:1]
    return message(
        "\n".join(head),
        gap(),
        TEXT_GUESS + "\n" + chart(likely),
        *news,
        *(_menu(guess, standing, owner, room) if room > 0 else []),
        *_buttons(song.track_id, standing, owner, room),
    )


def taken_back_only(genre: str) -> ui.LayoutView:
    """For a song of which nothing else is known any more."""
    return message(taken_back(genre))


def genre_form(owner: int, track_id: str) -> ui.Modal:
    """Asks for a genre by its name."""
    return form(MODAL_TITLE, MODAL_LABEL, NAMED, owner, track_id, default="", longest=LONGEST_GENRE)


def thanks(genres: Sequence[str], standing: TrackLabels) -> str:
    """What became of the genres that a member has just proposed."""
    noted = any(genre in standing.proposed for genre in genres)
    decided = [
        TEXT_VERDICT[standing.decided[genre]].format(genre=plain(genre, LONGEST_GENRE))
        for genre in genres
        if genre in standing.decided
    ]
    return "\n".join([*([TEXT_THANKS] if noted else []), *decided])


def taken_back(genre: str) -> str:
    return TEXT_TAKEN_BACK.format(genre=plain(genre, LONGEST_GENRE))


def _menu(guess: Guess, standing: TrackLabels, owner: int, room: int) -> list[ui.Item[Any]]:
    """The most likely genres among those that can still be proposed; Discord refuses a menu without any."""
    taken = {*guess.song.genres, *standing.proposed, *standing.decided}
    options = [
        discord.SelectOption(label=genre, value=genre, description=_chance(chance))
        for genre, chance in guess.genres
        if genre not in taken
    ][:MOST_OPTIONS]
    return [row(menu(MENU_GENRES, PICK, owner, options, guess.song.track_id, most=room))] if options else []


def _buttons(track_id: str, standing: TrackLabels, owner: int, room: int) -> list[ui.Item[Any]]:
    presses = [
        *([button(BUTTON_OTHER, OTHER, owner, track_id)] if room > 0 else []),
        *(
            button(BUTTON_TAKE_BACK.format(genre=genre), BACK, owner, f"{track_id}:{genre}")
            for genre in standing.proposed
        ),
    ]
    return [row(*presses)]


def _chance(chance: float) -> str | None:
    return TEXT_CHANCE.format(chance=chance) if chance >= LEAST_SAID else None


def _names(genres: Iterable[str]) -> str:
    return ", ".join(plain(genre, LONGEST_GENRE) for genre in genres)
