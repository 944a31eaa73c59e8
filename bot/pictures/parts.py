"""What several pictures have in common: the title, bars, the legend, the mark of the bot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.language import say, say_many
from bot.pictures.canvas import Canvas, drawn_characters
from bot.pictures.legible import drawable
from bot.pictures.theme import ACCENT, ACCENT_TEXT, MUTED, SMALL, SMALLEST_TITLE, TEXT, TITLE, TRACK

MARK = "Segue"
# For names of which the font has no letter at all.
TEXT_NAMELESS = "a member"
UNREADABLE = "?"
TEXTS_SONGS = ("{count:,} song", "{count:,} songs")
BAR = 12
ROW = 66
SWATCH = 58
HEADING = 50


@dataclass(frozen=True)
class Swatch:
    """An entry of a legend: a piece of line as it is drawn above, and what it stands for."""

    text: str
    colour: str
    width: float
    style: dict[str, Any] = field(default_factory=dict)


def headline(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    width: float,
    colour: str = TEXT,
    size: float = TITLE,
    smallest: float = SMALLEST_TITLE,
) -> None:
    """A name in bold: smaller letters before anything is cut."""
    shown = drawable(text, drawn_characters(), say(TEXT_NAMELESS))
    while size > smallest and canvas.width(shown, size, bold=True) > width:
        size -= 2
    canvas.text(x, y, canvas.fitted(shown, width, size, bold=True), size, colour, bold=True)


def bars(canvas: Canvas, x: float, y: float, width: float, heading: str, shares: Sequence[tuple[str, float]]) -> float:
    """A heading at y with a bar per name and share (0 to 1) below; the longest bar is full.

    Returns where the last bar ends.
    """
    canvas.text(x, y, heading, SMALL, ACCENT_TEXT, bold=True)
    y += HEADING
    most = max((share for _, share in shares), default=0) or 1
    for name, share in shares:
        figure = f"{share:.0%}"
        room = width - canvas.width(figure, SMALL, bold=True) - SMALL
        canvas.text(x, y, canvas.fitted(name, room, SMALL) or UNREADABLE, SMALL)
        canvas.text(x + width, y, figure, SMALL, bold=True, align="right")
        canvas.box(x, y + BAR, width, BAR, TRACK, BAR / 2)
        canvas.box(x, y + BAR, max(BAR, width * share / most), BAR, ACCENT, BAR / 2)
        y += ROW
    return y - ROW + 2 * BAR


def legend(canvas: Canvas, x: float, y: float, swatches: Sequence[Swatch], align: str = "center") -> None:
    """Entries side by side, together centred at x or beginning there ("left")."""
    gap, step = SMALL / 2, SMALL * 1.5
    widths = [SWATCH + gap + canvas.width(swatch.text, SMALL) for swatch in swatches]
    if align == "center":
        x -= (sum(widths) + step * (len(swatches) - 1)) / 2
    for swatch, width in zip(swatches, widths, strict=True):
        canvas.line([(x, y - SMALL / 3), (x + SWATCH, y - SMALL / 3)], swatch.colour, swatch.width, **swatch.style)
        canvas.text(x + SWATCH + gap, y, swatch.text, SMALL, MUTED)
        x += width + step


def mark(canvas: Canvas, right: float, y: float) -> None:
    """The bot's name at the end of a line, with two circles that run into each other."""
    canvas.text(right, y, MARK, SMALL, ACCENT_TEXT, bold=True, align="right")
    x = right - canvas.width(MARK, SMALL, bold=True) - 26
    canvas.ring(x, y - SMALL / 3, 11, ACCENT, 4)
    canvas.ring(x - 13, y - SMALL / 3, 11, ACCENT_TEXT, 4)


def songs(likes: int) -> str:
    return say_many(TEXTS_SONGS, likes)
