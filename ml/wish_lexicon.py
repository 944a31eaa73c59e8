"""Every word and phrase that a wish can be made of, for one catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from ml.clusters import MOODS
from ml.filters import Range
from ml.names import fold
from ml.wish_meanings import Explicit, Genres, Meaning, Mood, Sound
from ml.wish_numbers import COMMA, STOP
from ml.wish_words import (
    AND,
    BREAKS,
    CLEAN,
    EXPLICIT,
    FILLERS,
    GENRE_ALIASES,
    INSTRUMENTAL_FROM,
    INSTRUMENTALS,
    NEGATIONS,
    OR,
    SCENES,
    SOUNDS,
    STRENGTHS,
    VOICES,
    listed,
)


class Grammar(Enum):
    """Words that mean something only for the words after them; a filler means nothing at all."""

    NOT = auto()
    OR = auto()
    AND = auto()
    COMMA = auto()
    END = auto()
    FILLER = auto()


@dataclass(frozen=True)
class Strength:
    """How many times as far from the middle the next word is meant."""

    factor: float


Entry = Meaning | Grammar | Strength


def lexicon(genres: Iterable[str], moods: Iterable[str]) -> dict[str, Entry]:
    """What each folded word or phrase is. Grammar comes before everyday words, those before names of genres."""
    genre_of = {fold(genre): genre for genre in genres if fold(genre)}
    mood_of = {fold(mood): mood for mood in moods if fold(mood)}
    meanings: dict[str, Entry] = {**_aliases(genre_of), **{key: Genres((genre,)) for key, genre in genre_of.items()}}
    meanings |= _everyday_words()
    for key, genre in genre_of.items():
        meanings |= dict.fromkeys((f"genre {key}", f"{key} genre"), Genres((genre,)))
    for key, mood in mood_of.items():
        meanings |= dict.fromkeys((f"mood {key}", f"{key} mood"), Mood(mood))
    # "Synthpop", "roadtrip", "lofi".
    run_together = {phrase.replace(" ", ""): meaning for phrase, meaning in meanings.items()}
    return run_together | meanings | _grammar()


def _aliases(genre_of: dict[str, str]) -> dict[str, Entry]:
    """The other names of those genres that the catalogue has."""
    entries: dict[str, Entry] = {}
    for line, names in GENRE_ALIASES.items():
        if known := tuple(genre_of[fold(name)] for name in names if fold(name) in genre_of):
            entries |= dict.fromkeys(listed(line), Genres(known))
    return entries


def _everyday_words() -> dict[str, Entry]:
    entries: dict[str, Entry] = {fold(mood): Sound(targets) for mood, targets in MOODS.items()}
    for line, targets in SCENES:
        entries |= dict.fromkeys(listed(line), Sound(targets, scene=True))
    for line, targets in SOUNDS:
        entries |= dict.fromkeys(listed(line), Sound(targets))
    entries |= dict.fromkeys(listed(INSTRUMENTALS), Range("instrumentalness", low=INSTRUMENTAL_FROM))
    entries |= dict.fromkeys(listed(VOICES), Range("instrumentalness", high=INSTRUMENTAL_FROM))
    entries |= dict.fromkeys(listed(EXPLICIT), Explicit(wanted=True))
    return entries | dict.fromkeys(listed(CLEAN), Explicit(wanted=False))


def _grammar() -> dict[str, Entry]:
    lines = {NEGATIONS: Grammar.NOT, OR: Grammar.OR, AND: Grammar.AND, BREAKS: Grammar.END}
    entries: dict[str, Entry] = {COMMA: Grammar.COMMA, STOP: Grammar.END}
    entries |= dict.fromkeys(listed(FILLERS), Grammar.FILLER)
    for line, factor in STRENGTHS.items():
        entries |= dict.fromkeys(listed(line), Strength(factor))
    for line, grammar in lines.items():
        entries |= dict.fromkeys(listed(line), grammar)
    return entries
