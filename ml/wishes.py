"""Understands a wish in everyday English: "rainy late-night drive, mellow, no vocals, 90s".

By tables and rules alone: the same text always means the same, and every word is either understood or reported as
ignored. Words for genres, numbers and lyrics become conditions; words for sounds and occasions become targets. An
everyday word that is also a genre's name ("happy", "sad", "party") means the sound, for the genre is something else
(happy hardcore, say); "genre happy" means the genre.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from ml.filters import Range
from ml.names import fold
from ml.wish_lexicon import Entry, Grammar, Strength, lexicon
from ml.wish_meanings import Explicit, Genres, Meaning, Sound, Understood, Wish
from ml.wish_numbers import COMMA, JOINED, STOP, read_number
from ml.wish_settling import settled
from ml.wish_words import NUMBER_WORDS

# What lies beyond is not read. Discord takes no longer text either.
MOST_CHARACTERS = 6_000
# No word of the tables is as long.
LONGEST_WORD = 40
# Words are shown to the person who wrote them; so many characters are enough to know them again.
LONGEST_SHOWN = 60
# "Not sad" isn't happy: a negated word asks for the other side of the middle, but only half as far from it.
NEGATED = -0.5
# However strong the word, it never asks for the very last tracks.
MOST_EXTREME = 0.95

_TOKEN = re.compile(
    r"""(?P<number>\d+(?:[.:]\d+)?)
    | (?P<word>[^\W\d_](?:[^\W_]|['’´`](?=[^\W_]))*)
    | (?P<dash>(?<=\d)\s*[-–—]\s*(?=\d))
    | (?P<end>[;.!?…()\n]|\s[-–—]\s)
    | (?P<sign>[,&+/~<>])""",
    re.VERBOSE,
)
_SIGNS = {"&": "and", "+": "and", "/": "or", "~": "around", "<": "under", ">": "over", ",": COMMA}


@dataclass(frozen=True)
class _Token:
    """A folded word, a number or a sign as a word, and where it stands in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class _Piece:
    """Some words of the text and what they are; None when nothing is known of them."""

    entry: Entry | None
    start: int
    end: int


@dataclass(frozen=True)
class _Said:
    """What the words from `start` on say of the next one that means something."""

    negated: bool = False
    factor: float = 1.0
    start: int | None = None


class WishReader:
    """Reads wishes for one catalogue; nothing changes after construction, so threads may share it."""

    def __init__(self, genres: Iterable[str], moods: Iterable[str]) -> None:
        """`genres` and `moods` are the catalogue's names."""
        self._entries = lexicon(genres, moods)
        self._longest = max(phrase.count(" ") for phrase in self._entries) + 1

    def read(self, text: str) -> Wish:
        """What `text` asks for. Never fails: what makes no sense is in the wish's `ignored`."""
        understood: list[Understood] = []
        ignored: list[str] = []
        said = _Said()
        before = _Said()  # what was said of the word before this one: "or" says it again
        for piece in _linked(self._pieces(text)):
            start = piece.start if said.start is None else said.start
            match piece.entry:
                case Grammar.NOT:
                    said = replace(said, negated=not said.negated, start=start)
                case Strength(factor):
                    said = replace(said, factor=said.factor * factor, start=start)
                case Grammar.OR:
                    said = before
                case Grammar():
                    # Another part of the sentence begins: what nothing followed was said of nothing.
                    if said.negated and said.start is not None:
                        ignored.append(_words(text, said.start, piece.start))
                    said = before = _Said()
                case _:
                    words = _words(text, start, piece.end)
                    meaning = None if piece.entry is None else _as_said(piece.entry, said)
                    if meaning is None:
                        ignored.append(words)
                    else:
                        understood.append(Understood(words, meaning))
                    said, before = _Said(), said if said.negated else _Said()
        if said.negated and said.start is not None:
            ignored.append(_words(text, said.start, min(len(text), MOST_CHARACTERS)))
        if len(text) > MOST_CHARACTERS:
            ignored.append("…" + _words(text, MOST_CHARACTERS, len(text)))
        return settled(understood, ignored)

    def _pieces(self, text: str) -> list[_Piece]:
        """The text cut into numbers, the longest phrases that are known, and single unknown words."""
        tokens = _tokens(text)
        flat = " ".join(token.word for token in tokens)
        ends = list(accumulate((len(token.word) + 1 for token in tokens), initial=-1))[1:]
        pieces: list[_Piece] = []
        first = 0
        while first < len(tokens):
            start = ends[first] - len(tokens[first].word)
            entry: Entry | None
            if number := read_number(flat, start):
                entry, last = number[0], bisect_left(ends, number[1])
            else:
                for last in range(min(first + self._longest, len(tokens)) - 1, first - 1, -1):
                    if entry := self._known(flat[start : ends[last]]):
                        break
            pieces.append(_Piece(entry, tokens[first].start, tokens[last].end))
            first = last + 1
        return pieces

    def _known(self, phrase: str) -> Entry | None:
        return self._entries.get(phrase) or (self._entries.get(phrase[:-1]) if phrase.endswith("s") else None)


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(text[:MOST_CHARACTERS]):
        if found["word"]:
            # A letter may fold to several words ("㏂" to "a m"), but stays one here.
            word = fold(found["word"][:LONGEST_WORD]).replace(" ", "")
            word = NUMBER_WORDS.get(word, word)
        else:
            word = found["number"] or _SIGNS.get(found[0]) or (JOINED if found["dash"] else STOP)
        if word:
            tokens.append(_Token(word, found.start(), found.end()))
    return tokens


def _linked(pieces: list[_Piece]) -> list[_Piece]:
    """`pieces` with "or" wherever a list goes on: what is said of "rap, metal or ska" is said of all three.

    "And" goes on only between genres: "no rap and metal" rules both out, but "not too fast and mellow" wants it mellow.
    """
    linked = [piece for piece in pieces if piece.entry is not Grammar.FILLER]
    for at in range(len(linked) - 2, 0, -1):
        before, here, after = linked[at - 1 : at + 2]
        if here.entry is Grammar.COMMA and after.entry in (Grammar.OR, Grammar.AND):
            linked[at] = after
        elif here.entry is Grammar.AND:
            if isinstance(before.entry, Genres) and isinstance(after.entry, Genres):
                linked[at] = replace(here, entry=Grammar.OR)
        elif here.entry is Grammar.COMMA and type(before.entry) is type(after.entry) and _or_follows(linked, at + 2):
            linked[at] = replace(here, entry=Grammar.OR)
    return linked


def _or_follows(pieces: list[_Piece], at: int) -> bool:
    return at < len(pieces) and pieces[at].entry is Grammar.OR


def _as_said(meaning: Meaning, said: _Said) -> Meaning | None:
    """`meaning` with what is said of it; None where it makes no sense to negate it."""
    if isinstance(meaning, Sound):
        factor = NEGATED if said.negated else said.factor
        far = {name: 0.5 + factor * (share - 0.5) for name, share in meaning.targets.items()}
        return replace(meaning, targets={name: min(max(far[name], 1 - MOST_EXTREME), MOST_EXTREME) for name in far})
    if not said.negated:
        return meaning
    if isinstance(meaning, Genres):
        return Genres(meaning.names, wanted=False)
    if isinstance(meaning, Explicit):
        return Explicit(not meaning.wanted)
    if isinstance(meaning, Range) and None in (meaning.low, meaning.high):
        return Range(meaning.feature, meaning.high, meaning.low)
    return None


def _words(text: str, start: int, end: int) -> str:
    """The text from `start` to `end` as it was written, on one line; of a very long one the beginning."""
    words = " ".join(text[start : min(end, start + LONGEST_SHOWN)].split()).rstrip(" ,;.!?…()")
    return words if end - start <= LONGEST_SHOWN else words + "…"
