"""The words and the layout of the help."""

from discord import ui

from bot.language import say
from bot.layout import ModelNote, footer, gap, message

TEXT_HELP = "### Segue knows music\nGive me a song: a title, “artist – title”, or a Spotify link."
TEXT_SONGS = "{count:,} songs"
ORDER = ("/recommend", "/classify", "/playlist", "/drop", "/taste", "/block", "/genres", "/privacy", "/help", "/admin")
TEXT_COMMAND = "**{mention}** {description}"


def help_page(commands: list[tuple[str, str]], tracks: int, note: ModelNote) -> ui.LayoutView:
    """`commands` are pairs of mention and description; those that people want first come to the top."""
    lines = [
        say(TEXT_COMMAND, mention=mention, description=say(text)) for mention, text in sorted(commands, key=_place)
    ]
    return message(say(TEXT_HELP), gap(), "\n".join(lines), gap(), footer(note, say(TEXT_SONGS, count=tracks)))


def _place(command: tuple[str, str]) -> int:
    name = command[0].split()[0]
    return ORDER.index(name) if name in ORDER else len(ORDER)
