"""The catalogue as a map with the likes of a member on it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from bot.language import say, say_many
from bot.pictures.canvas import Canvas
from bot.pictures.data import Picture
from bot.pictures.legible import description, listed, shortened
from bot.pictures.parts import headline, mark, songs
from bot.pictures.theme import BACKGROUND, LIKE, MARGIN, MUTED, NORMAL, PANEL, SHADES, SMALL, TEXT, WIDTH

TEXT_SHOWN = "{title}: a map of {groups} with {likes}."
TEXTS_GROUPS = ("{songs} in {count:,} group", "{songs} in {count:,} groups")
TEXT_NEAREST = "Liked songs are nearest to {places}."
TEXT_REGIONS = "Regions: {names}."
TEXT_EACH = "Every dot is a song; neighbours go together."
# More dots than this merge into a surface and cost time.
MOST_POINTS = 10_000
# Part of the songs beyond each edge of the map: a few far away would shrink all others to a spot.
OUTSIDE = 0.0005
SIDE = 24
TOP = 184
FRAME_WIDTH = WIDTH - 2 * SIDE
LOWEST, HIGHEST = 560, FRAME_WIDTH
# Nothing comes nearer to the edge than EDGE; nearly all songs keep PADDING away from it.
EDGE, PADDING = 16, 28
# The dot of one like in pixels: a few are large, of thousands each one is still seen.
LARGE_DOT, SMALL_DOT, INK = 8.5, 4.5, 125
# Likes nearer to each other than this many dots are one dot, the larger the more they are.
CELL = 1.6
GROWTH = 0.24
LARGEST_DOT = 28
HALO = 2.1
# A name that would hide more than this part of the likes is left out.
MOST_HIDDEN = 0.1
LONGEST_NAME = 330
NAME_PAD, NAME_HEIGHT = 12, 44
# How far a region's name may move to find room, in its own widths and heights.
SHIFTS = sorted(product((0, -0.5, 0.5), (0, -1.1, 1.1, -2.2, 2.2)), key=lambda shift: abs(shift[0]) + abs(shift[1]))
MOST_IN_WORDS = 3


@dataclass(frozen=True)
class Frame:
    """Turns places on the map (x to the right, y upwards) into pixels of the picture."""

    middle: np.ndarray
    scale: float
    height: float

    def pixels(self, places: np.ndarray) -> np.ndarray:
        centre = np.array([WIDTH / 2, TOP + self.height / 2])
        return centre + (places - self.middle) * self.scale * np.array([1, -1])

    def holds(self, pixels: np.ndarray) -> np.ndarray:
        """bool (n,): which pixels lie on the map."""
        low, high = self._corners()
        return np.all((pixels >= low) & (pixels <= high), axis=1)

    def held(self, pixels: np.ndarray) -> np.ndarray:
        """The pixels, those beyond the edge moved onto it."""
        return np.clip(pixels, *self._corners())

    def _corners(self) -> tuple[np.ndarray, np.ndarray]:
        low = np.array([SIDE + EDGE, TOP + EDGE])
        return low, low + np.array([FRAME_WIDTH, self.height]) - 2 * EDGE


@dataclass(frozen=True)
class Heaps:
    """Likes as drawn: `places` float (k, 2) and `radii` (k,) in pixels, `counts` int (k,) of likes in each."""

    places: np.ndarray
    radii: np.ndarray
    counts: np.ndarray

    def hidden(self, box: np.ndarray) -> int:
        """How many likes a box of (2, 2) corners would touch."""
        low, high = box[0] - self.radii[:, None], box[1] + self.radii[:, None]
        return int(self.counts[np.all((self.places > low) & (self.places < high), axis=1)].sum())


def draw_map(
    points: np.ndarray, shades: np.ndarray, names: Sequence[tuple[float, float, str]], likes: np.ndarray, title: str
) -> Picture:
    """A map of songs with a member's likes, the same unit in both directions.

    `points` float (n, 2) are places of songs in random order, `shades` int (n,) the group of each, `names` the regions
    as (x, y, name), most important first: a name without room is left out. `likes` float (m, 2).
    """
    points, shades = np.asarray(points, float).reshape(-1, 2), np.asarray(shades, int).reshape(-1)
    known = np.isfinite(points).all(axis=1)
    points, shades = points[known][:MOST_POINTS], shades[known][:MOST_POINTS]
    likes = np.asarray(likes, float).reshape(-1, 2)
    likes = likes[np.isfinite(likes).all(axis=1)]
    regions = [region for region in names if np.isfinite(region[:2]).all() and region[2].strip()]

    frame = _frame(points if len(points) else likes)
    canvas = Canvas()
    headline(canvas, MARGIN, 100, title, WIDTH - 2 * MARGIN)
    canvas.text(MARGIN, 150, say(TEXT_EACH), SMALL, MUTED)
    canvas.box(SIDE, TOP, FRAME_WIDTH, frame.height, PANEL, 24)
    _songs(canvas, frame.pixels(points), shades, frame)
    heaps = _heaps(frame.held(frame.pixels(likes)))
    _likes(canvas, heaps)
    _names(canvas, frame, regions, heaps)

    y = TOP + frame.height + 58
    if len(likes):
        sample = np.array([[MARGIN + LARGE_DOT, y - SMALL * 0.36]])
        canvas.dots(sample, LARGE_DOT * HALO, LIKE, 0.25)
        canvas.dots(sample, LARGE_DOT, LIKE)
    canvas.text(MARGIN + (40 if len(likes) else 0), y, songs(len(likes)), NORMAL, TEXT)
    mark(canvas, WIDTH - MARGIN, y)
    return Picture(canvas.png(y + 44), _in_words(title, len(points), len(np.unique(shades)), regions, likes))


def _frame(places: np.ndarray) -> Frame:
    if not len(places):
        places = np.zeros((1, 2))
    low, high = np.quantile(places, [OUTSIDE, 1 - OUTSIDE], axis=0)
    across, up = np.maximum(high - low, 1e-9)
    height = float(np.clip(FRAME_WIDTH * up / across, LOWEST, HIGHEST))
    scale = min((FRAME_WIDTH - 2 * PADDING) / across, (height - 2 * PADDING) / up)
    return Frame((low + high) / 2, float(scale), height)


def _songs(canvas: Canvas, pixels: np.ndarray, shades: np.ndarray, frame: Frame) -> None:
    inside = frame.holds(pixels)
    # Few songs as large dots, many as small ones: about the same ink.
    radius = float(np.clip(260 / np.sqrt(max(1, len(pixels))), 2.3, 7))
    if inside.any():
        canvas.dots(pixels[inside], radius, [SHADES[shade % len(SHADES)] for shade in shades[inside]], 0.6)


def _heaps(pixels: np.ndarray) -> Heaps:
    """Likes that would lie on each other become one larger dot."""
    if not len(pixels):
        return Heaps(pixels, np.zeros(0), np.zeros(0, int))
    dot = float(np.clip(INK / np.sqrt(len(pixels)), SMALL_DOT, LARGE_DOT))
    cells = (pixels // (CELL * dot)).astype(int)
    _, cell, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    sums = [np.bincount(cell.reshape(-1), weights=pixels[:, side]) for side in (0, 1)]
    # The largest first: no small one disappears below it.
    order = np.argsort(-counts, kind="stable")
    counts = counts[order]
    return Heaps(np.stack(sums, axis=1)[order] / counts[:, None], np.minimum(LARGEST_DOT, dot * counts**GROWTH), counts)


def _likes(canvas: Canvas, heaps: Heaps) -> None:
    if len(heaps.places):
        canvas.dots(heaps.places, heaps.radii * HALO, LIKE, 0.16)
        canvas.dots(heaps.places, heaps.radii, LIKE, edge=PANEL)


def _names(canvas: Canvas, frame: Frame, regions: Sequence[tuple[float, float, str]], heaps: Heaps) -> None:
    """Each name near its place where it covers no other name and the fewest likes."""
    taken: list[np.ndarray] = []
    for x, y, name in regions:
        text = canvas.fitted(name, LONGEST_NAME, SMALL)
        size = np.array([canvas.width(text, SMALL) + 2 * NAME_PAD, NAME_HEIGHT])
        place = frame.pixels(np.array([[x, y]]))
        if not text or not frame.holds(place).all():
            continue
        shifted = [place + shift * size + np.array([-size / 2, size / 2]) for shift in SHIFTS]
        free = [box for box in shifted if frame.holds(box).all() and not any(_overlap(box, other) for other in taken)]
        best = min(free, key=heaps.hidden, default=None)
        if best is None or heaps.hidden(best) > MOST_HIDDEN * heaps.counts.sum():
            continue
        taken.append(best)
        left, top = best[0]
        canvas.box(left, top, size[0], size[1], BACKGROUND, 12, 0.8)
        canvas.text(left + NAME_PAD, top + NAME_HEIGHT * 0.72, text, SMALL)


def _overlap(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two boxes, each (2, 2) as upper left and lower right corner, share any pixel."""
    return bool((one[0] < other[1]).all() and (one[1] > other[0]).all())


def _in_words(
    title: str, points: int, groups: int, regions: Sequence[tuple[float, float, str]], likes: np.ndarray
) -> str:
    shown = say(TEXT_SHOWN, title=shortened(title, 100), groups=_groups(points, groups), likes=songs(len(likes)))
    said = [shown]
    if regions:
        places = np.array([region[:2] for region in regions])
        texts = [shortened(region[2], 40) for region in regions]
        nearest = Counter(np.argmin(np.square(likes[:, None] - places).sum(axis=2), axis=1).tolist())
        if nearest:
            shares = [(texts[place], count / len(likes)) for place, count in nearest.most_common(MOST_IN_WORDS)]
            said.append(say(TEXT_NEAREST, places=listed(shares)))
        said.append(say(TEXT_REGIONS, names=", ".join(texts)))
    return description(*said)


def _groups(points: int, groups: int) -> str:
    return say_many(TEXTS_GROUPS, groups, songs=songs(points))
