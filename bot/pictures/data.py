"""What goes into the pictures and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """A drawn picture: the bytes of the PNG, and in words what it shows, at most 1,000 characters."""

    png: bytes
    alt: str


@dataclass(frozen=True)
class Portrait:
    """The taste of one member, as numbers to be drawn.

    `features` are the mean percentiles (0 to 1) of the liked songs by audio feature; 0.5 is the catalogue's average,
    and a feature may be missing. `before` is the same of the older likes, None when they are too few to compare.
    `genres` and `moods` come with their shares of the likes (0 to 1), best first. `years` is the span in which most of
    the liked songs came out by guess, None when unknown. `line` is one sentence in words, "" for none.
    """

    name: str
    likes: int
    features: Mapping[str, float]
    before: Mapping[str, float] | None
    genres: Sequence[tuple[str, float]]
    moods: Sequence[tuple[str, float]]
    years: tuple[int, int] | None
    line: str
