"""Finds artists by what people type: no case, accents or punctuation, small typos forgiven."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ml.names import fold
from ml.search import QUERY_CHARACTERS, TYPOS_BY_LENGTH
from ml.tracks import split_values

_DIGITS = re.compile(r"\d+")


class ArtistNames:
    """All credited artists of a catalogue, each by its folded name as `ml.names.credited_artists` gives it."""

    def __init__(self, credits: Iterable[str]) -> None:
        """`credits`: the `;`-separated artists of each track, the best-known track first."""
        self._written: dict[str, str] = {}
        for joined in dict.fromkeys(credits):
            for name in split_values(joined):
                self._written.setdefault(_key(name), name)
        self._keys = list(self._written)

    def written(self, key: str) -> str:
        """The artist as the catalogue writes it; a folded name that it lacks stands for itself."""
        return self._written.get(key, key)

    def find(self, text: str) -> str | None:
        """The folded name that `text` means, "The" aside and a few letters off if need be; None when unsure."""
        key = _key(text[:QUERY_CHARACTERS])
        ways = (key, f"the {key}", key.removeprefix("the "))
        exact = next((way for way in ways if way in self._written), None)
        if exact is not None or any(f" {key} " in f" {name} " for name in self._keys):
            # A whole part of names is no typo: "Daft" isn't a misspelt "DAF".
            return exact
        typos = next((typos for length, typos in TYPOS_BY_LENGTH if len(key) >= length), 0)
        return next(filter(None, (self._misspelt(way, typos) for way in ways if typos)), None)

    def _misspelt(self, key: str, typos: int) -> str | None:
        """The name at most so many edits away, of two as near the better known; another number is never meant."""
        near = process.extract(key, self._keys, scorer=OSA.distance, score_cutoff=typos, limit=None)
        meant = [(distance, place) for name, distance, place in near if _DIGITS.findall(name) == _DIGITS.findall(key)]
        return self._keys[min(meant)[1]] if meant else None

    def suggest(self, text: str, limit: int) -> list[str]:
        """Folded names for unfinished `text`: those that begin with it, then those with a word that does, then similar.

        The better known come first; for blank text the best known of all.
        """
        key = _key(text[:QUERY_CHARACTERS])
        begun = [name for name in self._keys if name.startswith(key)]
        if len(begun) < limit:
            begun += [name for name in self._keys if f" {key}" in name]
        if not begun:
            similar = process.extract(key, self._keys, scorer=fuzz.ratio, limit=limit)
            begun = [*filter(None, [self.find(text)]), *(name for name, *_ in similar)]
        return list(dict.fromkeys(begun))[:limit]


def _key(name: str) -> str:
    return fold(name) or " ".join(name.casefold().split())
