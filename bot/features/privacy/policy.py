"""What is stored about members: each table with its purpose and how long it stays, from storage's own numbers."""

from dataclasses import dataclass
from datetime import timedelta

from storage.answers import ANSWERS_KEPT
from storage.departures import GUILD_GRACE
from storage.drops import DROPS_KEPT
from storage.labels import PROPOSALS_KEPT
from storage.members import SHOWN_KEPT
from storage.presses import PRESSES_KEPT


def _days(time: timedelta) -> str:
    return "1 day" if time.days == 1 else f"{time.days} days"


@dataclass(frozen=True)
class Kept:
    """One kind of data: its tables, each with what a row is, what for, and how long."""

    name: str
    tables: dict[str, str]
    why: str
    how_long: str


UNTIL_DELETED = "until you delete it"

KEPT: tuple[Kept, ...] = (
    Kept(
        "Your Discord id, and when you first and last used me",
        {"members": "your Discord id, with the first and the last time you used the bot"},
        "to know whose everything else is",
        UNTIL_DELETED,
    ),
    Kept(
        "What you asked for and got, when and in which server",
        {
            "answers": "what you asked for, with the time, the server and the model that answered",
            "answer_tracks": "the songs you got for it, with their reasons",
        },
        "so that the buttons under it work, and for your taste",
        _days(ANSWERS_KEPT),
    ),
    Kept(
        "The songs you were shown, when and in which server",
        {"tracks_shown": "each song you were shown: first, last, how often, and in which server last"},
        "to show you new ones",
        f"{_days(SHOWN_KEPT)} after you last saw them",
    ),
    Kept(
        "Your playlists, with the names and wishes you gave them",
        {
            "playlists": "your playlists, with their names and what they were built from",
            "playlist_tracks": "the songs on them",
        },
        "because you keep them, and for your taste",
        UNTIL_DELETED,
    ),
    Kept(
        "What you like and dislike",
        {"feedback": "your opinion on a song, with the time and the server"},
        "for your taste",
        "until you take it back",
    ),
    Kept(
        "The artists and songs you block",
        {"blocks": "what you never want to be shown"},
        "to leave them out",
        "until you unblock them",
    ),
    Kept(
        "Which of your commands and presses have counted",
        {"presses": "the number of a command or press, and its time"},
        "because Discord may send one twice",
        _days(PRESSES_KEPT),
    ),
    Kept(
        "Whether others may see your taste as a picture, compare theirs with it and blend it",
        {"member_settings": "what you decided with `/privacy blending`"},
        "to do as you decided",
        UNTIL_DELETED,
    ),
    Kept(
        "The weekly drops you set up, for yourself or a server",
        {"subscriptions": "a weekly drop you set up: where, when, what kind, and when the next one is due"},
        "to post them",
        "until you end them; a server's stay with it, without you",
    ),
    Kept(
        "The drops you got, and a server's, with how many pressed what",
        {
            "drops": "a weekly drop: when and where it was posted, and what it was made by",
            "drop_tracks": "the songs on it",
        },
        "so that their buttons work, no song comes again soon, and old ones can be found",
        _days(DROPS_KEPT),
    ),
    Kept(
        "The genres you propose for songs",
        {"labels": "a genre you proposed for a song, and when"},
        "to mend what the model learns, never with your id",
        f"until somebody has decided on them, {_days(PROPOSALS_KEPT)} at most",
    ),
    Kept(
        "As an operator: what you trained, made the serving model and decided",
        {
            "trainings": "a training you asked for: why, how far it came and what came of it",
            "publications": "when you made a model the serving one",
            "label_decisions": "a proposed genre that you accepted or rejected",
        },
        "to know what serves and why",
        "until you delete it; all but your id stays",
    ),
    Kept(
        "Access to other services, encrypted, if you connect any",
        {"secrets": "the name of a service you connected; access to it is not exported"},
        "to use them for you",
        "until you disconnect them",
    ),
    Kept(
        "What a server has set, without any member",
        {"guild_settings": "a server's language, kind of songs and drop role"},
        "to answer there as its managers want",
        "as long as the server has me",
    ),
    Kept(
        "Servers that removed me, without any member",
        {"departures": "a server and the day it removed the bot"},
        "to delete what was gathered in them",
        f"{_days(GUILD_GRACE)}, then both are gone",
    ),
)


def described(table: str) -> str:
    """What a row of a table is."""
    return next(kept.tables[table] for kept in KEPT if table in kept.tables)


def as_table() -> str:
    """The whole as a Markdown table, for `docs/privacy.md`."""
    lines = ["| What | What for | How long | Tables |", "|---|---|---|---|"]
    for kept in KEPT:
        tables = ", ".join(f"`{table}`" for table in kept.tables)
        lines.append(f"| {kept.name} | {kept.why} | {kept.how_long} | {tables} |")
    return "\n".join(lines)
