"""Finds tracks by what people type: any word order, unfinished words, typos, no accents."""

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, count

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ml.names import fold, fold_names, search_words, song_keys, spellings
from ml.tracks import SEPARATOR

# A reference may have 300 characters; what lies beyond names no track, nor do words after the twelfth.
QUERY_CHARACTERS = 300
QUERY_WORDS = 12
# Words are told apart by their beginnings; hardly any is longer, and the typo tables grow with it.
WORD_CHARACTERS = 20
# Candidates compared as whole texts: those with the best words and fame.
SCORED = 150
# Shorter words are one typo away from everything. (letters, typos forgiven):
SHORTEST_MISSPELT = 4
TYPOS_BY_LENGTH = ((8, 2), (SHORTEST_MISSPELT, 1))
_DIGITS = re.compile(r"\d")

# What a candidate loses, in points of popularity (0–100), for each word that …
UNFINISHED = 5  # only begins a word of the track
ALBUM = 35  # stands in the album's name alone
TYPO = 40  # was mistyped, per edit
MISSING = 100  # isn't there at all
# What it gains when the text …
NAMED = 200  # is its title or artist, or holds both: above all that only resembles
BEGUN = 30  # begins its title or artist
RESEMBLED = 60  # reads like it as a whole, in proportion to the similarity (0–100) above RESEMBLANCE
RESEMBLANCE = 70.0

# Words that are all in so few songs mean the best known of them; in more songs, they must name title or artist.
UNAMBIGUOUS = 3
# Text means the track that it is one edit away from; with each word within its typos, one edit in so many characters.
CHARACTERS_PER_EDIT = 7
# Words that people put between title and artist or before guests, and that titles often lack.
GLUE = frozenset({"by", "and", "feat", "ft", "featuring", "with"})

Words = tuple[str, ...]
Matches = tuple[NDArray[np.intp], NDArray[np.uint16]]  # tracks, ascending, and what each loses for its words
Scored = list[tuple[float, int]]  # score and track


@dataclass(frozen=True, slots=True)
class Hit:
    """A track that was found, its text as in the catalogue; higher scores fit better."""

    track_id: str
    artists: str
    title: str
    score: float


class TrackSearch:
    """In-memory search over a catalogue; nothing changes after construction, so threads may share it."""

    def __init__(self, frame: pd.DataFrame) -> None:
        """`frame`: one row per track with `track_id`, `artists`, `album_name`, `track_name`, `popularity` (0–100)."""
        popularity = pd.to_numeric(frame["popularity"], errors="coerce").fillna(-1.0).to_numpy(np.float32)
        # Tracks are numbered by falling popularity: of two numbers, the smaller one is better known.
        order = np.argsort(-popularity, kind="stable")
        self._popularity = popularity[order]
        text = frame[["track_id", "artists", "track_name", "album_name"]].iloc[order].fillna("").astype(str)
        self._ids, self._artists, self._titles, albums = (text[column].tolist() for column in text)
        keys = song_keys(text)
        self._song: NDArray[np.intp] = pd.factorize(keys)[0]
        first_artist, self._songs = ([key.split("\t")[part] for key in keys] for part in (0, 1))
        self._best_of_artists = np.flatnonzero(~pd.Series(first_artist, dtype=object).duplicated())
        # Cached, so that the many tracks of one artist share one text.
        self._names = list(map(cache(fold_names), self._artists))
        self._full_titles = list(map(cache(fold), self._titles))
        whole = zip(self._songs, self._full_titles, self._names, strict=True)
        numbers: defaultdict[str, int] = defaultdict(count().__next__)
        named = _numbered(({song, title, *names.split(SEPARATOR)} for song, title, names in whole), numbers)
        self._exact_numbers = dict(numbers)
        # One number more than there are names: the unknown name's, which no track bears.
        self._exact = _Postings(*named, len(self._exact_numbers) + 1)
        shown = zip(self._artists, self._titles, strict=True)
        own = (f"{names} {title}".replace(SEPARATOR, " ") for names, title in shown)
        self._vocabulary, (self._own, self._album) = _index(own, albums)

    def suggest(self, text: str, limit: int = 25) -> list[Hit]:
        """The best tracks for unfinished `text`, one per song; for blank text the best known of different artists."""
        text, words = _read(text)
        if not words:
            return [self._hit(track, 0.0) for track in self._best_of_artists[:limit].tolist()]
        ranked = self._ranked(text, words)
        if len(ranked) < limit:
            ranked = self._ranked(text, words, typos=True)
        if not ranked:
            ranked = self._ranked(text, words, typos=True, spare=len(words) // 2)
        return [self._hit(track, score) for score, track in ranked[:limit]]

    def find(self, text: str) -> Hit | None:
        """The one track that `text` names: every word is in it, or it is spelled nearly so; None when unsure."""
        text, words = _read(text)
        for needed in (words, tuple(word for word in words if word not in GLUE)):
            tracks, penalties = self._matches(needed)
            scored = self._scored(text, (tracks[penalties == 0], penalties[penalties == 0]))
            ranked = self._songs_of(scored)
            if ranked and (ranked[0][0] >= NAMED - 1 or len(ranked) <= UNAMBIGUOUS):
                return self._as_typed(text, scored, *ranked[0])
        for spare in sorted({0, len(words) // 2}):
            edits = 1 if spare else max(1, len(text) // CHARACTERS_PER_EDIT)
            for score, track in self._ranked(text, words, typos=True, spare=spare)[:1]:
                if self._is_meant(text, track, edits):
                    return self._hit(track, score)
        return None

    def closest(self, text: str, limit: int = 3) -> list[Hit]:
        """The tracks nearest to `text`, for "did you mean"; empty only when the catalogue is."""
        if hits := self.suggest(text, limit):
            return hits
        similar = process.extract(_read(text)[0], self._songs, scorer=fuzz.ratio, limit=10 * limit)
        ranked = self._songs_of([(similarity - MISSING, track) for _, similarity, track in similar])
        return [self._hit(track, score) for score, track in ranked[:limit]]

    def _ranked(self, text: str, words: Words, *, typos: bool = False, spare: int = 0) -> Scored:
        return self._songs_of(self._scored(text, self._matches(words, typos=typos, spare=spare)))

    def _matches(self, words: Words, *, typos: bool = False, spare: int = 0) -> Matches:
        """Tracks that lack at most `spare` of `words`."""
        penalties = np.zeros(len(self._ids), np.uint16)
        missing = np.zeros(len(self._ids), np.uint8)
        for word in words:
            penalty = self._penalties(word, typos=typos, last=word is words[-1])
            penalties += penalty
            missing += penalty == MISSING
        tracks = np.flatnonzero(missing <= spare) if words else np.empty(0, np.intp)
        return tracks, penalties[tracks]

    def _penalties(self, word: str, *, typos: bool, last: bool) -> NDArray[np.uint8]:
        """What each track loses for `word`; a word that isn't the last one is expected to be finished."""
        penalties = np.full(len(self._ids), MISSING, np.uint8)
        if typos:
            for distance, first, stop in self._vocabulary.misspelt(word, whole=not last):
                penalties[self._own.of(first, stop)] = TYPO * distance
        first, stop = self._vocabulary.starting_with(word)
        penalties[self._album.of(first, stop)] = ALBUM
        penalties[self._own.of(first, stop)] = UNFINISHED
        if first < stop and self._vocabulary.words[first] == word:
            penalties[self._own.of(first, first + 1)] = 0
        return penalties

    def _scored(self, text: str, matches: Matches) -> Scored:
        """The most promising of `matches`."""
        tracks, penalties = matches
        scores = self._popularity[tracks] - penalties
        if len(tracks) > SCORED:
            # An exact name counts even when hardly anyone knows it.
            name = self._exact_numbers.get(text, len(self._exact_numbers))
            named = np.searchsorted(tracks, self._exact.of(name, name + 1)[:SCORED])
            promising = np.union1d(np.argpartition(-scores, SCORED)[:SCORED], named[named < len(tracks)])
            tracks, scores = tracks[promising], scores[promising]
        typed = set(text.split())
        pairs = zip(tracks.tolist(), scores.tolist(), strict=True)
        return [(score + self._bonus(text, typed, track), track) for track, score in pairs]

    def _bonus(self, text: str, typed: set[str], track: int) -> float:
        song, names = self._songs[track], self._names[track].split(SEPARATOR)
        both = typed.issuperset(song.split()) and any(typed.issuperset(name.split()) for name in names)
        if both or text in (song, self._full_titles[track], *names):
            return NAMED
        written = spellings(self._names[track], song, self._full_titles[track])
        if any(known.startswith(text) for known in (*written, *names)):
            return BEGUN
        resemblance = max(fuzz.ratio(text, known) for known in written)
        return RESEMBLED * max(0.0, resemblance - RESEMBLANCE) / (100.0 - RESEMBLANCE)

    def _is_meant(self, text: str, track: int, edits: int) -> bool:
        """Whether `text` is at most so many edits from the track's name; another number is never meant."""
        written = spellings(self._names[track], self._songs[track], self._full_titles[track])
        known = (spelling for spelling in written if _DIGITS.findall(spelling) == _DIGITS.findall(text))
        return len(text) >= SHORTEST_MISSPELT and any(OSA.distance(text, spelling) <= edits for spelling in known)

    def _songs_of(self, scored: Scored) -> Scored:
        """`scored` with the best-known version of each song in place of all, best first."""
        best: dict[int, tuple[float, int]] = {}
        for score, track in scored:
            other_score, other = best.get(song := int(self._song[track]), (score, track))
            best[song] = max(score, other_score), min(track, other)
        return sorted(best.values(), key=lambda hit: (-hit[0], hit[1]))

    def _as_typed(self, text: str, scored: Scored, score: float, track: int) -> Hit:
        """The song of `track` in the version of `scored` that `text` names, else that of `track`."""
        typed = set(text.split())
        versions = (other for _, other in scored if self._song[other] == self._song[track])
        named = (other for other in versions if typed.issuperset(self._full_titles[other].split()))
        return self._hit(min(named, default=track), score)

    def _hit(self, track: int, score: float) -> Hit:
        return Hit(self._ids[track], self._artists[track], self._titles[track], score)


def _read(text: str) -> tuple[str, Words]:
    """Typed text as it is compared, and its different words."""
    # Folding can lengthen a text: one Arabic ligature becomes eighteen letters.
    folded = fold(text[:QUERY_CHARACTERS])[:QUERY_CHARACTERS]
    words = dict.fromkeys(word[:WORD_CHARACTERS] for word in folded.split())
    return folded, tuple(words)[:QUERY_WORDS]


class _Vocabulary:
    """All words of the catalogue in order, so that those with a common beginning lie side by side."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        letters = np.array(words, f"U{WORD_CHARACTERS}").view(np.uint32).reshape(len(words), WORD_CHARACTERS)
        common = np.zeros(len(words), np.intp)  # letters that a word shares with the one before it
        common[1:] = np.argmin(letters[1:] == letters[:-1], axis=1)
        used = np.zeros(len(words), np.uint64)  # which letters a word's beginning has, as bits
        self._beginnings: list[tuple[NDArray[np.int32], NDArray[np.uint64]]] = []
        for length in range(WORD_CHARACTERS):
            present = letters[:, length] > 0
            used |= np.where(present, _bits(letters[:, length]), np.uint64(0))
            starts = np.flatnonzero(present & (common <= length)).astype(np.int32)
            self._beginnings.append((starts, used[starts]))

    def starting_with(self, beginning: str) -> tuple[int, int]:
        return bisect_left(self.words, beginning), bisect_left(self.words, beginning + "\U0010ffff")

    def misspelt(self, word: str, *, whole: bool) -> list[tuple[int, int, int]]:
        """(typos, first, stop) of words that `word` may have been meant for, or the beginning of; worst first."""
        typos = next((typos for length, typos in TYPOS_BY_LENGTH if len(word) >= length), 0)
        # Another number is no typo: 1984 isn't a misspelt 1985.
        if typos == 0 or _DIGITS.search(word):
            return []
        lengths = range(len(word) - typos, min(len(word) + typos, WORD_CHARACTERS) + 1)
        found = (self._misspelt(word, typos, length, whole=whole) for length in lengths)
        return sorted(chain.from_iterable(found), reverse=True)

    def _misspelt(self, word: str, typos: int, length: int, *, whole: bool) -> Iterator[tuple[int, int, int]]:
        starts, used = self._beginnings[length - 1]
        bits = np.bitwise_or.reduce(_bits(np.array([word]).view(np.uint32)))
        # A letter put in or left out changes one bit of the used letters, a letter replaced two, a swap none.
        near = starts[np.bitwise_count(used ^ bits) <= 2 * typos - abs(length - len(word))].tolist()
        if whole:
            near = [start for start in near if len(self.words[start]) == length]
        beginnings = [self.words[start][:length] for start in near]
        distances = process.cdist([word], beginnings, scorer=OSA.distance, score_cutoff=typos, dtype=np.uint8)[0]
        for at in np.flatnonzero(distances <= typos).tolist():
            stop = near[at] + 1 if whole else self.starting_with(beginnings[at])[1]
            yield int(distances[at]), near[at], stop


class _Postings:
    """For each word of a vocabulary, the tracks that have it; neighbouring words' tracks lie side by side."""

    def __init__(self, words: NDArray[np.int32], tracks: NDArray[np.int32], vocabulary_size: int) -> None:
        self._starts = np.zeros(vocabulary_size + 1, np.int64)
        np.cumsum(np.bincount(words, minlength=vocabulary_size), out=self._starts[1:])
        self._tracks = tracks[np.argsort(words, kind="stable")]

    def of(self, first: int, stop: int) -> NDArray[np.int32]:
        return self._tracks[self._starts[first] : self._starts[stop]]


def _bits(letters: NDArray[np.uint32]) -> NDArray[np.uint64]:
    return np.uint64(1) << (letters.astype(np.uint64) % np.uint64(64))


def _numbered(rows: Iterable[Collection[str]], numbers: dict[str, int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The numbers of all texts of all rows, one after the other, and beside each the index of its row."""
    codes, lengths = array("i"), array("i")
    for row in rows:
        codes.extend(map(numbers.__getitem__, row))
        lengths.append(len(row))
    return np.array(codes, np.int32), np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)


def _index(*fields: Iterable[str]) -> tuple[_Vocabulary, list[_Postings]]:
    """One vocabulary for all `fields` (one text per track each) and each field's postings."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    tokens = [_numbered(map(str.split, field), numbers) for field in fields]
    words_of_token = [[word[:WORD_CHARACTERS] for word in search_words(token)] for token in numbers]
    words = sorted(set(chain.from_iterable(words_of_token)))
    number = {word: at for at, word in enumerate(words)}
    flat = np.array([number[word] for word in chain.from_iterable(words_of_token)], np.int32)
    lengths = np.array([len(group) for group in words_of_token], np.int64)
    starts = np.cumsum(lengths) - lengths
    postings = []
    for codes, tracks in tokens:
        repeats = lengths[codes]
        # Where each word of each token stands in `flat`: at the token's start, then one further for each word.
        further = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        in_row = flat[np.repeat(starts[codes], repeats) + further]
        postings.append(_Postings(in_row, np.repeat(tracks, repeats), len(words)))
    return _Vocabulary(words), postings
