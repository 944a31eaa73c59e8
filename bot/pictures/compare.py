"""The tastes of two members on one picture."""

from collections.abc import Sequence
from typing import Any

from bot.language import say
from bot.pictures.canvas import Canvas
from bot.pictures.data import Picture, Portrait
from bot.pictures.legible import description, shortened
from bot.pictures.parts import UNREADABLE, Swatch, headline, legend, mark, songs
from bot.pictures.radar import AVERAGE_STYLE, AXES, TEXT_AVERAGE, TEXT_AXES, Radar, caption, level_of, points_of
from bot.pictures.theme import (
    ACCENT_TEXT,
    LINE_HEIGHT,
    MARGIN,
    MUTED,
    NORMAL,
    ONE,
    OTHER,
    PANEL,
    SMALL,
    WIDTH,
)

RADIUS = 245
TEXT_COMMON = "Genres you share"
TEXT_NOTHING_COMMON = "none yet"
TEXT_TASTES = "Tastes of {one} ({songs}) and {other} ({other_songs}): {affinity:.0%} alike."
TEXT_LEVELS = "Percentile among all songs, average 50, {one} and {other}: {levels}."
TEXT_BOTH = "{axis} {one} and {other}"
TEXT_MORE = "+{left} more"
NAME, SMALLEST_NAME, NAME_WIDTH = 50, 36, 420
FIGURE = 118
# The line beside a name tells which shape is whose; also those who see no colours can tell them apart.
STYLES: tuple[dict[str, Any], dict[str, Any]] = (
    {"marker": "o", "markersize": 16, "markeredgewidth": 2.5},
    {"marker": "D", "markersize": 13, "markeredgewidth": 2.5, "linestyle": (0, (2.2, 1))},
)
SHAPE_WIDTH = 5.5
SAMPLE = 84
SAMPLE_STYLE: dict[str, Any] = {"markevery": [1], "solid_capstyle": "butt"}
# Two rows of chips; a third says less than it costs in height.
CHIP_ROWS, CHIP_HEIGHT, CHIP_PAD, CHIP_GAP = 2, 58, 24, 14
LONGEST_CHIP = 420
MOST_IN_WORDS = 8


def draw_comparison(one: Portrait, other: Portrait, affinity: float, meaning: str, common: Sequence[str]) -> Picture:
    """Two shapes over each other, how alike they are (`affinity`, 0 to 1) and what that means, the genres in common."""
    canvas = Canvas()
    for place, (portrait, colour) in enumerate(((one, ONE), (other, OTHER))):
        _head(canvas, (MARGIN, WIDTH / 2 + 10)[place], portrait, colour, STYLES[place])
    _figure(canvas, affinity, meaning)

    y = 452.0 + RADIUS
    radar = Radar(canvas, WIDTH / 2, y, RADIUS)
    radar.grid({name: [caption(one.features, name, ONE), caption(other.features, name, OTHER)] for name in AXES})
    # Both insides first, so that neither dims the other's line.
    radar.area(one.features, ONE, 0.2)
    radar.area(other.features, OTHER, 0.1)
    radar.outline(one.features, ONE, SHAPE_WIDTH, **STYLES[0])
    radar.outline(other.features, OTHER, SHAPE_WIDTH, **STYLES[1])
    radar.average()

    y += RADIUS + 156
    canvas.text(MARGIN, y, say(TEXT_COMMON), SMALL, ACCENT_TEXT, bold=True)
    y = _chips(canvas, y + 26, common) + 68
    legend(canvas, MARGIN, y, [Swatch(say(TEXT_AVERAGE), MUTED, 2.5, AVERAGE_STYLE)], align="left")
    mark(canvas, WIDTH - MARGIN, y)
    return Picture(canvas.png(y + 50), _in_words(one, other, affinity, meaning, common))


def _head(canvas: Canvas, x: float, portrait: Portrait, colour: str, style: dict[str, Any]) -> None:
    headline(canvas, x, 96, portrait.name, NAME_WIDTH, colour, NAME, SMALLEST_NAME)
    y = 146 - SMALL * 0.365
    canvas.line([(x, y), (x + SAMPLE / 2, y), (x + SAMPLE, y)], colour, SHAPE_WIDTH, **SAMPLE_STYLE, **style)
    left = SAMPLE + 20
    canvas.text(x + left, 146, canvas.fitted(songs(portrait.likes), NAME_WIDTH - left, SMALL), SMALL, MUTED)


def _figure(canvas: Canvas, affinity: float, meaning: str) -> None:
    figure = f"{affinity:.0%}"
    canvas.text(MARGIN, 300, figure, FIGURE, bold=True)
    left = MARGIN + canvas.width(figure, FIGURE, bold=True) + 40
    lines = canvas.wrapped(meaning, WIDTH - MARGIN - left, NORMAL, 3)
    step = NORMAL * LINE_HEIGHT
    # Together the lines are as high as the figure beside them, or centred on it.
    y = 300 - FIGURE * 0.365 + NORMAL * 0.365 - (len(lines) - 1) * step / 2
    for line in lines:
        canvas.text(left, y, line, NORMAL)
        y += step


def _chips(canvas: Canvas, y: float, names: Sequence[str]) -> float:
    """Names in boxes side by side, as many as fit. Returns where they end."""
    if not names:
        canvas.text(MARGIN, y + SMALL, say(TEXT_NOTHING_COMMON), NORMAL, MUTED)
        return y + SMALL
    room = WIDTH - 2 * MARGIN
    x, row = 0.0, 0
    for place, name in enumerate(names):
        left = len(names) - place
        text = canvas.fitted(name, LONGEST_CHIP - 2 * CHIP_PAD, SMALL) or UNREADABLE
        width = canvas.width(text, SMALL) + 2 * CHIP_PAD
        more = say(TEXT_MORE, left=left)
        last = row == CHIP_ROWS - 1
        # In the last row the number of those left out must still fit behind.
        behind = canvas.width(more, SMALL) + CHIP_GAP if last and left > 1 else 0
        if x and x + width + behind > room:
            if last:
                canvas.text(MARGIN + x, y + CHIP_HEIGHT * 0.68, more, SMALL, MUTED)
                break
            x, row, y = 0.0, row + 1, y + CHIP_HEIGHT + CHIP_GAP
        canvas.box(MARGIN + x, y, width, CHIP_HEIGHT, PANEL, CHIP_HEIGHT / 2)
        canvas.text(MARGIN + x + CHIP_PAD, y + CHIP_HEIGHT * 0.68, text, SMALL)
        x += width + CHIP_GAP
    return y + CHIP_HEIGHT


def _in_words(one: Portrait, other: Portrait, affinity: float, meaning: str, common: Sequence[str]) -> str:
    first, second = shortened(one.name, 60), shortened(other.name, 60)
    levels = [
        say(
            TEXT_BOTH,
            axis=say(TEXT_AXES[name]),
            one=points_of(one.features, name),
            other=points_of(other.features, name),
        )
        for name in AXES
        if name in level_of(one.features) or name in level_of(other.features)
    ]
    shared = ", ".join(shortened(name, 40) for name in common[:MOST_IN_WORDS]) or say(TEXT_NOTHING_COMMON)
    return description(
        say(
            TEXT_TASTES,
            one=first,
            songs=songs(one.likes),
            other=second,
            other_songs=songs(other.likes),
            affinity=affinity,
        ),
        shortened(meaning, 200),
        say(TEXT_LEVELS, one=first, other=second, levels=", ".join(levels)) if levels else "",
        f"{say(TEXT_COMMON)}: {shared}.",
    )
