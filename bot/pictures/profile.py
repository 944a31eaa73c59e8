"""The taste of a member as a picture worth posting."""

from typing import Any

from bot.language import say
from bot.pictures.canvas import Canvas
from bot.pictures.data import Picture, Portrait
from bot.pictures.legible import description, listed, shortened
from bot.pictures.parts import ROW, Swatch, bars, headline, legend, mark, songs
from bot.pictures.radar import AVERAGE_STYLE, AXES, TEXT_AVERAGE, TEXT_AXES, Radar, caption, level_of, points_of
from bot.pictures.theme import ACCENT_TEXT, LINE_HEIGHT, MARGIN, MUTED, NORMAL, OTHER, WIDTH

MOST_GENRES, MOST_MOODS = 5, 3
RADIUS = 245
# Genres have longer names than moods.
GENRES_WIDTH, MOODS_WIDTH = 500, 310
TEXT_GENRES, TEXT_MOODS = "Genres", "Moods"
TEXT_YEARS = "mostly {years} (guessed)"
TEXT_NOW, TEXT_BEFORE = "now", "before"
TEXT_TASTE = "Taste of {name} from {songs}."
TEXT_LEVELS = "Percentile among all songs, average 50: {levels}."
TEXT_EARLIER = "{level} (before {before})"
TEXT_NOTHING_KNOWN = "How the songs sound is not known yet."
# Fainter than the taste of today, and unlike the grey of the average.
BEFORE_STYLE: dict[str, Any] = {"alpha": 0.75, "solid_joinstyle": "round"}
BEFORE_WIDTH, NOW_WIDTH = 3, 6
NOW_STYLE: dict[str, Any] = {"marker": "o", "markersize": 15, "markeredgewidth": 2.5, "solid_joinstyle": "round"}


def draw_profile(portrait: Portrait) -> Picture:
    """How the liked songs of one member sound, what they are filed under, and from when they are."""
    canvas = Canvas()
    room = WIDTH - 2 * MARGIN
    headline(canvas, MARGIN, 104, portrait.name, room)
    canvas.text(MARGIN, 158, " · ".join([songs(portrait.likes), *_years(portrait)]), NORMAL, MUTED)
    y = 158.0
    for line in canvas.wrapped(portrait.line, room, NORMAL, 2):
        y += NORMAL * LINE_HEIGHT + (12 if y == 158 else 0)
        canvas.text(MARGIN, y, line, NORMAL)

    y += 136 + RADIUS
    _radar(canvas, y, portrait)
    y += RADIUS + 124
    legend(canvas, WIDTH / 2, y, _swatches(portrait))
    y = _shares(canvas, y + 84, portrait)
    return Picture(canvas.png(y + MARGIN), _in_words(portrait))


def _radar(canvas: Canvas, y: float, portrait: Portrait) -> None:
    radar = Radar(canvas, WIDTH / 2, y, RADIUS)
    radar.grid({name: [caption(portrait.features, name)] for name in AXES})
    if portrait.before:
        radar.outline(portrait.before, OTHER, BEFORE_WIDTH, **BEFORE_STYLE)
    radar.area(portrait.features, ACCENT_TEXT, 0.28)
    radar.outline(portrait.features, ACCENT_TEXT, NOW_WIDTH, **NOW_STYLE)
    radar.average()


def _shares(canvas: Canvas, y: float, portrait: Portrait) -> float:
    """Genres on the left, moods on the right, the mark in the lower right corner. Returns where all of it ends."""
    left = right = y - ROW
    if portrait.genres:
        left = bars(canvas, MARGIN, y, GENRES_WIDTH, say(TEXT_GENRES), portrait.genres[:MOST_GENRES])
    if portrait.moods:
        right = bars(canvas, WIDTH - MARGIN - MOODS_WIDTH, y, MOODS_WIDTH, say(TEXT_MOODS), portrait.moods[:MOST_MOODS])
    end = max(left, right + ROW)
    mark(canvas, WIDTH - MARGIN, end)
    return end


def _swatches(portrait: Portrait) -> list[Swatch]:
    before = [Swatch(say(TEXT_BEFORE), OTHER, BEFORE_WIDTH, BEFORE_STYLE)] if portrait.before else []
    now = Swatch(say(TEXT_NOW), ACCENT_TEXT, NOW_WIDTH) if level_of(portrait.features) else None
    return [*([now] if now else []), *before, Swatch(say(TEXT_AVERAGE), MUTED, 2.5, AVERAGE_STYLE)]


def _years(portrait: Portrait) -> list[str]:
    if portrait.years is None:
        return []
    first, last = portrait.years
    return [say(TEXT_YEARS, years=first if first == last else f"{first}–{last}")]


def _in_words(portrait: Portrait) -> str:
    known = level_of(portrait.features)
    before = level_of(portrait.before or {})
    levels = []
    for name in known:
        level = f"{say(TEXT_AXES[name])} {points_of(known, name)}"
        levels.append(say(TEXT_EARLIER, level=level, before=points_of(before, name)) if name in before else level)
    sound = say(TEXT_LEVELS, levels=", ".join(levels)) if levels else say(TEXT_NOTHING_KNOWN)
    return description(
        say(TEXT_TASTE, name=shortened(portrait.name, 60), songs=songs(portrait.likes)),
        sound,
        f"{say(TEXT_GENRES)}: {listed(portrait.genres[:MOST_GENRES])}." if portrait.genres else "",
        f"{say(TEXT_MOODS)}: {listed(portrait.moods[:MOST_MOODS])}." if portrait.moods else "",
        *[f"{years[:1].upper()}{years[1:]}." for years in _years(portrait)],
        shortened(portrait.line, 250),
    )
