"""How songs sound as a shape: one axis per audio feature, from the centre (lowest) to the rim (highest)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.language import say
from bot.pictures.canvas import Canvas
from bot.pictures.theme import BACKGROUND, GRID, MUTED, PANEL, SMALL, TEXT

# Clockwise from the top, neighbours often high together: a taste becomes a shape rather than a star.
TEXT_AXES = {
    "energy": "energy",
    "tempo": "tempo",
    "danceability": "danceability",
    "valence": "brightness",
    "speechiness": "speech",
    "acousticness": "acoustic",
    "instrumentalness": "instrumental",
    "liveness": "live",
    "loudness": "loudness",
}
AXES = (*TEXT_AXES,)
AVERAGE = 0.5
UNKNOWN = "–"
TEXT_AVERAGE = "average of all songs"
# Dashes of the average: short and thin, unlike those of a member.
AVERAGE_STYLE: dict[str, Any] = {"linestyle": (0, (4, 4))}
LABEL_GAP = 26


@dataclass(frozen=True)
class Radar:
    """Where the shape stands: its centre and its radius, in pixels."""

    canvas: Canvas
    x: float
    y: float
    radius: float

    def grid(self, captions: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Rim, spokes, the average, and at each axis its word above its captions: (text, colour) side by side."""
        canvas = self.canvas
        canvas.dots(np.array([self._at(0, 0)]), self.radius, PANEL)
        for place in range(len(AXES)):
            canvas.line([self._at(0, 0), self._at(place, 1)], GRID, 1.5)
        canvas.ring(self.x, self.y, self.radius, GRID, 2)
        for place, name in enumerate(AXES):
            self._label(place, say(TEXT_AXES[name]), captions.get(name, ()))

    def average(self) -> None:
        self.canvas.ring(self.x, self.y, self.radius * AVERAGE, MUTED, 2.5, **AVERAGE_STYLE)

    def area(self, features: Mapping[str, float], colour: str, alpha: float) -> None:
        """The inside of the polygon of the known features; there is none of fewer than three."""
        corners = self._corners(features)
        if len(corners) > 2:
            self.canvas.area(corners, colour, alpha)

    def outline(self, features: Mapping[str, float], colour: str, width: float, **style: Any) -> None:
        """The known features as a closed line, with a marker on each if `style` names one."""
        corners = self._corners(features)
        if corners:
            self.canvas.line([*corners, corners[0]], colour, width, markeredgecolor=BACKGROUND, **style)

    def _corners(self, features: Mapping[str, float]) -> list[tuple[float, float]]:
        known = level_of(features)
        return [self._at(place, known[name]) for place, name in enumerate(AXES) if name in known]

    def _at(self, place: int, level: float) -> tuple[float, float]:
        angle = 2 * math.pi * place / len(AXES)
        return self.x + self.radius * level * math.sin(angle), self.y - self.radius * level * math.cos(angle)

    def _label(self, place: int, word: str, captions: Sequence[tuple[str, str]]) -> None:
        canvas = self.canvas
        across, down = self._at(place, 1 + LABEL_GAP / self.radius)
        side = math.sin(2 * math.pi * place / len(AXES))
        height = -math.cos(2 * math.pi * place / len(AXES))
        line = SMALL * 1.2
        # The block of two lines stands above, beside or below its point, by the direction it lies in.
        top = down + (height - 1) * line + SMALL * 0.8
        block = max(canvas.width(word, SMALL), self._captions_width(captions))
        left = across + (side - 1) * block / 2
        canvas.text(left + block / 2, top, word, SMALL, MUTED, align="center")
        start = left + (block - self._captions_width(captions)) / 2
        for text, colour in captions:
            canvas.text(start, top + line, text, SMALL, colour, bold=True)
            start += canvas.width(text, SMALL, bold=True) + SMALL / 2

    def _captions_width(self, captions: Sequence[tuple[str, str]]) -> float:
        texts = sum(self.canvas.width(text, SMALL, bold=True) for text, _ in captions)
        return texts + max(0, len(captions) - 1) * SMALL / 2


def level_of(features: Mapping[str, float]) -> dict[str, float]:
    """The features that have an axis and a value, between 0 and 1."""
    return {
        name: min(1.0, max(0.0, float(features[name])))
        for name in AXES
        if name in features and not math.isnan(features[name])
    }


def points_of(features: Mapping[str, float], name: str) -> str:
    """A feature's percentile as a whole number from 0 to 100."""
    known = level_of(features)
    return f"{100 * known[name]:.0f}" if name in known else UNKNOWN


def caption(features: Mapping[str, float], name: str, colour: str = TEXT) -> tuple[str, str]:
    return points_of(features, name), colour if name in level_of(features) else MUTED
