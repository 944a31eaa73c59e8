"""Text from members and the catalogue, made fit for a picture and for its description."""

import unicodedata
from collections.abc import Callable, Container, Sequence

# Nobody's name is longer, and shaping text costs time by its length.
LONGEST_RAW = 300
# More marks on one letter than any script needs pile up over the lines above.
MOST_MARKS = 2
LONGEST_ALT = 1_000


def readable(text: str) -> str:
    """The text on one line, without invisible characters and piled-up marks."""
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text[:LONGEST_RAW]):
        kind = unicodedata.category(character)
        if character.isspace():
            kept.append(" ")
        elif kind[0] == "M":
            marks += 1
            if kept and marks <= MOST_MARKS:
                kept.append(character)
            continue
        elif kind[0] != "C":
            kept.append(character)
        marks = 0
    return " ".join("".join(kept).split())


def drawable(text: str, known: Container[int], otherwise: str = "") -> str:
    """The text with only characters whose code points are `known`; `otherwise` if nothing is left that says something.

    Letters in fancy dress, as in 𝓜𝓲𝓪, become plain ones before they are given up.
    """
    asked = readable(text)
    kept: list[str] = []
    for character in asked:
        if ord(character) in known:
            kept.append(character)
        else:
            plain = unicodedata.normalize("NFKC", character)
            kept += [part for part in plain if ord(part) in known and unicodedata.category(part)[0] != "M"]
    whole = " ".join("".join(kept).split())
    # Of a name in a script that the font lacks, a lone exclamation mark may be left.
    lost = any(map(str.isalnum, asked)) and not any(map(str.isalnum, whole))
    return otherwise if lost or not whole else whole


def cut(text: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of the text that fits, with an ellipsis where something is missing."""
    if fits(text):
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle].rstrip() + "…") else (low, middle - 1)
    return text[:low].rstrip() + "…"


def shortened(text: str, longest: int) -> str:
    """The text, readable, in at most `longest` characters."""
    return cut(readable(text), lambda shown: len(shown) <= longest)


def wrapped(text: str, fits: Callable[[str], bool], lines: int) -> list[str]:
    """The text in at most `lines` lines that each fit; what is left over ends in an ellipsis."""
    words = text.split()
    shown: list[str] = []
    while words and len(shown) < lines:
        if len(shown) == lines - 1:
            return [*shown, cut(" ".join(words), fits)]
        taken = 1
        while taken < len(words) and fits(" ".join(words[: taken + 1])):
            taken += 1
        shown.append(cut(" ".join(words[:taken]), fits))
        words = words[taken:]
    return shown


def description(*sentences: str) -> str:
    """The sentences that are there as the description of a picture, at most LONGEST_ALT characters."""
    whole = " ".join(sentence for sentence in sentences if sentence)
    return cut(whole, lambda shown: len(shown) <= LONGEST_ALT)


def listed(shares: Sequence[tuple[str, float]], longest: int = 40) -> str:
    """Names with shares (0 to 1) as words: "rock 32%, jazz 8%"."""
    return ", ".join(f"{shortened(name, longest)} {share:.0%}" for name, share in shares)
