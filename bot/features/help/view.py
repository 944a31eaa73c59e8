"""The words and the layout of the help."""

from discord import ui

from bot.layout import ModelNote, footer, message

TEXT_HELP = "### Segue knows music\nGive me a song: a title, “artist – title”, or a Spotify link."
TEXT_COMMAND = "**{mention}** {description}"


def help_page(commands: list[tuple[str, str]], tracks: int, note: ModelNote) -> ui.LayoutView:
    """`commands` are pairs of mention and description."""
    lines = [TEXT_COMMAND.format(mention=mention, description=text) for mention, text in commands]
    return message(TEXT_HELP, "\n".join(lines), footer(note, f"{tracks:,} songs"))
