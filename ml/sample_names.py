"""Invents artists, titles and albums for the built-in sample catalogue."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

WORDS_FILE = Path(__file__).parent / "data" / "sample_words.json"
# A word list offers far more names than a sample needs; after this many repeats in a row a number is appended.
MOST_TRIES = 40

Value = TypeVar("Value")

_SLOT = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b(a)\(n\) (\w)", re.IGNORECASE)


def pick(values: Sequence[Value], rng: np.random.Generator) -> Value:
    """One of `values`, each equally likely."""
    # Only `random` is used of the generator: its other methods may change with a new version of NumPy.
    return values[int(rng.random() * len(values))]


class NameMaker:
    """Draws names from the word lists: no artist twice, no title twice for one artist.

    A genre has one or more flavours (a musical tradition or a language); an artist has one of them for life. A flavour
    is a set of patterns whose `{slots}` are filled from its own words, then from those that all flavours share;
    "a(n)" becomes the article that fits.
    """

    def __init__(self, rng: np.random.Generator, path: Path = WORDS_FILE) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        self._rng = rng
        self._genres: dict[str, list[str]] = content["genres"]
        self._flavours: dict[str, dict] = content["flavours"]
        self._words: dict[str, dict[str, list[str]]] = {
            name: content["words"] | flavour["words"] for name, flavour in self._flavours.items()
        }
        self._artists: set[str] = set()

    def artist(self, genre: str) -> tuple[str, str]:
        """A new artist's name and flavour; a genre without one of its own gets that of pop."""
        flavour = pick(self._genres.get(genre, ["pop"]), self._rng)
        return self._unused(flavour, "artists", self._artists), flavour

    def title(self, flavour: str, taken: set[str]) -> str:
        """A title unlike those in `taken`, to which it is added."""
        return self._unused(flavour, "titles", taken)

    def album(self, flavour: str, taken: set[str]) -> str:
        """An album's name unlike those in `taken`, to which it is added."""
        return self._unused(flavour, "albums", taken)

    def _unused(self, flavour: str, kind: str, taken: set[str]) -> str:
        patterns, words = self._flavours[flavour][kind], self._words[flavour]
        for _ in range(MOST_TRIES):
            name = _with_articles(self._fill(pick(patterns, self._rng), words))
            if _letters(name) not in taken:
                break
        else:
            number = 2
            while _letters(f"{name} {number}") in taken:
                number += 1
            name = f"{name} {number}"
        taken.add(_letters(name))
        return name

    def _fill(self, pattern: str, words: dict[str, list[str]]) -> str:
        """The pattern with every slot filled; the same slot gets different words."""
        used: set[tuple[str, str]] = set()

        def word(match: re.Match[str]) -> str:
            slot = match[1]
            value = pick(words[slot], self._rng)
            while (slot, value) in used and len(words[slot]) > len(used):
                value = pick(words[slot], self._rng)
            used.add((slot, value))
            return self._fill(value, words)

        return _SLOT.sub(word, pattern)


def _letters(name: str) -> str:
    """What is left of a name without spelling and brackets; two names that share it would be taken for one."""
    return "".join(character for character in name.partition(" (")[0].casefold() if character.isalnum())


def _with_articles(text: str) -> str:
    """`text` with every "a(n)" resolved by the letter that follows."""
    return _ARTICLE.sub(lambda match: f"{match[1]}{'n' if match[2] in 'aeiouAEIOU' else ''} {match[2]}", text)
