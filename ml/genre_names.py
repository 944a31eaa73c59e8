"""From a genre as a person writes it to the name that the model knows."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ml.names import fold
from ml.search import TYPOS_BY_LENGTH
from ml.wish_words import GENRE_ALIASES, listed

NEAREST = 3
# Discord lets people type thousands of characters; no genre's name is as long.
LONGEST_READ = 100


def genre_meant(text: str, genres: Iterable[str]) -> str | None:
    """The one of `genres` that `text` spells, hyphens, capitals and a typo aside; None when none or several do.

    Only another spelling counts, not another word: "rap" is near to hip-hop, but who writes it may mean something else.
    """
    spelt = _spelling(text)
    spelling_of = {genre: _spelling(genre) for genre in genres}
    if exact := [genre for genre, spelling in spelling_of.items() if spelling == spelt]:
        return exact[0]
    typos = next((typos for length, typos in TYPOS_BY_LENGTH if len(spelt) >= length), 0)
    distance = {genre: OSA.distance(spelt, spelling, score_cutoff=typos) for genre, spelling in spelling_of.items()}
    least = min(distance.values(), default=typos + 1)
    nearest = [genre for genre, edits in distance.items() if edits == least <= typos]
    return nearest[0] if len(nearest) == 1 else None


def genres_near(text: str, genres: Sequence[str]) -> list[str]:
    """A few of `genres` that may be meant: what people use the words of `text` for, then what looks like them."""
    spelt = _spelling(text)
    meant = [
        genre
        for line, names in GENRE_ALIASES.items()
        if spelt in map(_spelling, listed(line))
        for genre in names
        if genre in genres
    ]
    alike = process.extract(spelt, genres, scorer=fuzz.WRatio, processor=_spelling, limit=NEAREST)
    return list(dict.fromkeys([*meant, *(genre for genre, *_ in alike)]))[:NEAREST]


def _spelling(text: str) -> str:
    return fold(text[:LONGEST_READ]).replace(" ", "")
