"""Colours and sizes of the pictures. Colours are for Discord's dark theme, sizes are pixels."""

# Discord shows a picture about 350 pixels wide on a phone.
WIDTH = 1_000
MARGIN = 60
# The smallest letters are still 10 pixels high on the phone, like Discord's own small print.
SMALL = 29
NORMAL = 33
TITLE = 60
SMALLEST_TITLE = 46
# From the bottom of one line of text to the next, as a multiple of its size.
LINE_HEIGHT = 1.34

BACKGROUND = "#2b2d31"
PANEL = "#232428"
# The part of a bar that is not filled, grid lines, outlines of panels.
TRACK = "#3b3d44"
GRID = "#50535b"
TEXT = "#f2f3f5"
MUTED = "#b5bac1"
ACCENT = "#8b5cf6"
# The accent is too dark for letters on these backgrounds.
ACCENT_TEXT = "#b79cff"
# Far apart for every common kind of colour blindness: blue against yellow differs in lightness as well.
ONE = "#9d8cff"
OTHER = "#ffc145"
LIKE = "#ffe08a"
# A group of the map each; they only need to differ from their neighbours.
SHADES = (
    "#7c6cf0",
    "#3fa7d6",
    "#e0679f",
    "#4fb477",
    "#e08e45",
    "#c9b037",
    "#5b7fe0",
    "#b35fd0",
    "#46b5ad",
    "#d96459",
    "#8fae3f",
    "#9a8f86",
)


def contrast(one: str, other: str) -> float:
    """How well a colour stands out from another by WCAG's formula, 1 to 21; text needs 4.5."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
