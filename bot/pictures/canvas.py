"""An empty picture that takes text and shapes in pixels, and becomes a small PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.pictures.legible import cut, drawable, wrapped
from bot.pictures.theme import BACKGROUND, TEXT, WIDTH

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

# With 72 dots per inch matplotlib's points are pixels, so that one unit serves for everything.
DOTS_PER_INCH = 72
TALLEST = 1_600
# Few colours blend at the edges: a palette is a third of the size and looks the same. Fewer for what is too large.
COLOURS = (256, 64, 32)
LARGEST_FILE = 300_000
EDGE = 2.5
FONTS = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}


class Canvas:
    """WIDTH pixels wide; x grows to the right, y downwards. What comes later lies on top.

    How high the picture is may be known only when everything is drawn: it is cut there, at TALLEST at most.
    Each canvas belongs to one drawing: several threads may draw at once.
    """

    def __init__(self) -> None:
        # Only the first drawing pays for importing matplotlib.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        size = (WIDTH / DOTS_PER_INCH, TALLEST / DOTS_PER_INCH)
        self._figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=BACKGROUND)
        self._agg = FigureCanvasAgg(self._figure)
        self._pixels = Affine2D().scale(1, -1).translate(0, TALLEST)
        self._measure = self._agg.get_renderer().get_text_width_height_descent
        self._order = 0

    def text(
        self, x: float, y: float, text: str, size: float, colour: str = TEXT, *, bold: bool = False, align: str = "left"
    ) -> None:
        """One line of text standing on y; `align` says which end of it is at x."""
        from matplotlib.text import Text

        shown = drawable(text, drawn_characters())
        if shown:
            font = font_of(size, bold)
            self._add(
                # A $ would begin a formula.
                Text(x, y, shown, color=colour, fontproperties=font, ha=align, va="baseline", parse_math=False)
            )

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide the text is, in pixels."""
        shown = drawable(text, drawn_characters())
        return float(self._measure(shown, font_of(size, bold), False)[0]) if shown else 0.0

    def fitted(self, text: str, width: float, size: float, *, bold: bool = False) -> str:
        """The text cut to a width in pixels."""
        shown = drawable(text, drawn_characters())
        return cut(shown, lambda part: self.width(part, size, bold=bold) <= width)

    def wrapped(self, text: str, width: float, size: float, lines: int) -> list[str]:
        """The text in at most `lines` lines of a width in pixels."""
        shown = drawable(text, drawn_characters())
        return wrapped(shown, lambda part: self.width(part, size) <= width, lines)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float, **style: Any) -> None:
        """A line through points; `style` as matplotlib's Line2D takes it."""
        from matplotlib.lines import Line2D

        across, down = zip(*points, strict=True)
        self._add(Line2D(across, down, color=colour, linewidth=width, **style))

    def area(self, points: Sequence[tuple[float, float]], colour: str, alpha: float) -> None:
        """A filled polygon without an outline."""
        from matplotlib.patches import Polygon

        self._add(Polygon(np.asarray(points), closed=True, facecolor=colour, alpha=alpha, linewidth=0))

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, radius: float, alpha: float = 1
    ) -> None:
        """A filled rectangle with round corners, its upper left corner at x and y."""
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={min(radius, width / 2, height / 2)}"
        self._add(FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=colour, alpha=alpha, linewidth=0))

    def ring(self, x: float, y: float, radius: float, colour: str, width: float, **style: Any) -> None:
        """A circle that is only a line."""
        from matplotlib.patches import Circle

        self._add(Circle((x, y), radius, fill=False, edgecolor=colour, linewidth=width, **style))

    def dots(
        self,
        points: np.ndarray,
        radii: np.ndarray | float,
        colour: str | Sequence[str],
        alpha: float = 1,
        *,
        edge: str | None = None,
    ) -> None:
        """Filled circles at float (n, 2) points; `radii` in pixels and `colour` one for all or (n,)."""
        from matplotlib.collections import CircleCollection

        areas = np.pi * np.atleast_1d(radii).astype(float) ** 2
        circles = CircleCollection(
            areas,
            offsets=points,
            offset_transform=self._pixels,
            facecolor=colour,
            edgecolor=edge or "none",
            linewidth=EDGE if edge else 0,
            alpha=alpha,
        )
        self._add(circles, placed=True)

    def png(self, height: float) -> bytes:
        """The upper `height` pixels of the picture as the bytes of a PNG. Nothing can be drawn afterwards."""
        from PIL import Image

        self._agg.draw()
        whole = Image.fromarray(np.asarray(self._agg.buffer_rgba())[: round(height)]).convert("RGB")
        # Texts keep the renderer and are in cycles with the figure: megabytes would wait for the garbage collector.
        for artist in self._figure.artists:
            vars(artist).pop("_renderer", None)
        del self._agg.renderer, self._measure
        for colours in COLOURS:
            file = io.BytesIO()
            # The other methods of Pillow, and `optimize`, take ten times as long for a tenth of the size.
            whole.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG")
            if file.tell() <= LARGEST_FILE:
                break
        return file.getvalue()

    def _add(self, artist: Any, *, placed: bool = False) -> None:
        if not placed:
            artist.set_transform(self._pixels)
        # Otherwise matplotlib draws shapes before lines before text, whatever came first.
        self._order += 1
        artist.set_zorder(self._order)
        self._figure.add_artist(artist)


@cache
def font_path(bold: bool) -> Path:
    """Where matplotlib keeps its own copy of DejaVu Sans: found by name it might be another one of the system."""
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf" / FONTS[bold]


def font_of(size: float, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(font_path(bold)), size=size)


@cache
def drawn_characters() -> frozenset[int]:
    """The code points that both weights of the font have letters for."""
    from matplotlib.ft2font import FT2Font

    regular, bold = (FT2Font(str(font_path(weight))).get_charmap() for weight in (False, True))
    return frozenset(regular) & frozenset(bold)
