"""Why a song was recommended: facts that raised its score, then how it differs. Words are the views' business."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ml.filters import Filters
from ml.names import credited_artists
from ml.percentiles import MIDDLE
from ml.ranking.facts import SongFacts, columns_of
from ml.ranking.ranker import Ranker
from ml.ranking.seeds import Seeds
from ml.tracks import CONTINUOUS, split_values

Kind = Literal[
    "seed",
    "artist",
    "album",
    "company",
    "genre",
    "related",
    "carries",
    "sound",
    "little known",
    "mood",
    "wish",
    "step",
    "slower",
    "faster",
    "calmer",
    "livelier",
    "darker",
    "brighter",
]

# A difference is worth a word from this many percentile points on.
NOTABLE = 0.2
# Two songs sound alike when their mean difference over the features is below this …
ALIKE = 0.12
# … and so large a share of the features is known of both.
ENOUGH_KNOWN = 0.5
CONTRASTS: tuple[tuple[str, Kind, Kind], ...] = (
    ("tempo", "slower", "faster"),
    ("energy", "calmer", "livelier"),
    ("valence", "darker", "brighter"),
)
MOST_CONTRASTS = 2
MOST_GENRES = 2
# Even the best-known song of its artists is known less than most songs. A popularity of 0 says nothing.
LITTLE_KNOWN = 0.5
# A wished feature is met when it is missed by fewer percentile points.
MET = 0.2


@dataclass(frozen=True)
class Reason:
    """One fact: its kind and, where it has any, the names that belong to it."""

    kind: Kind
    values: tuple[str, ...] = ()


class ReasonFinder:
    """Finds the facts behind a score; `artists` are the `;`-joined names of each song, as written."""

    def __init__(self, facts: SongFacts, artists: list[str], ranker: Ranker) -> None:
        self._facts = facts
        self._artists = artists
        self._ranker = ranker
        self._names = dict(
            zip(facts.first_artist.tolist(), (next(iter(split_values(one)), "") for one in artists), strict=True)
        )

    def judged_by(self, ranker: Ranker) -> "ReasonFinder":
        other = copy(self)
        other._ranker = ranker
        return other

    def of(self, seeds: Seeds, songs: np.ndarray, vectors: np.ndarray, table: np.ndarray) -> list[tuple[Reason, ...]]:
        """Of each of `songs` the facts that speak for it, strongest first, then how it differs; never empty.

        `vectors` (songs, d) are the songs' own and `table` (songs, f) their columns. A part of the score speaks for a
        song by what the score would lack if that part were an average song's.
        """
        gains = self._ranker.gains(table)
        nearest = (vectors @ seeds.vectors.T).argmax(axis=1)
        return [
            self._of_one(seeds, int(song), int(seed), {part: values[place] for part, values in gains.items()})
            for place, (song, seed) in enumerate(zip(songs, nearest, strict=True))
        ]

    def themed(self, songs: np.ndarray, filters: Filters, targets: Mapping[str, float]) -> list[tuple[Reason, ...]]:
        """Which of the wished genres and moods brought each song in, and whether it sounds as wished."""
        shares = self._facts.shares[songs]
        columns = [CONTINUOUS.index(name) for name in targets if name in CONTINUOUS]
        wished = np.array([targets[CONTINUOUS[column]] for column in columns])
        met = (np.abs(shares[:, columns] - wished) < MET).all(axis=1) if columns else np.zeros(len(songs), dtype=bool)
        return [
            (
                *([Reason("carries", tuple(names))] if (names := self._carried(int(song), filters.genres)) else []),
                *([Reason("mood", filters.moods)] if filters.moods else []),
                *([Reason("wish")] if sounds else []),
            )
            or (Reason("carries", self._filed_under(int(song)).values),)
            for song, sounds in zip(songs, met, strict=True)
        ]

    def _carried(self, song: int, wanted: Sequence[str]) -> list[str]:
        return [genre for genre in self._genres_of(song) if genre in wanted]

    def _genres_of(self, song: int) -> list[str]:
        return [self._facts.genres[column] for column in np.flatnonzero(self._facts.carries[song])]

    def _of_one(self, seeds: Seeds, song: int, seed: int, gain: Mapping[str, float]) -> tuple[Reason, ...]:
        found = [
            (gain[part], reason)
            for part, reason in (
                ("artist", self._artist(seeds, song)),
                ("company", self._company(seeds, song, seed)),
                ("genre", self._genre(seeds, song, seed)),
            )
            if reason is not None and gain[part] > 0
        ]
        found.sort(key=lambda one: -one[0])
        reasons = [reason for _, reason in found] or [self._filed_under(song)]
        own, theirs = self._facts.shares[song], seeds.shares[seed]
        # In the middle of all songs stands also what is unknown, and nothing can be said of that.
        known = (own != MIDDLE) & (theirs != MIDDLE)
        difference = np.where(known, own - theirs, 0)
        if contrasts := _contrasts(difference):
            reasons += contrasts
        elif gain["sound"] > 0 and known.mean() >= ENOUGH_KNOWN and np.abs(difference[known]).mean() < ALIKE:
            reasons.append(Reason("sound"))
        if self._facts.fame[song] > 0 and self._facts.artist_fame[song] < LITTLE_KNOWN:
            reasons.append(Reason("little known"))
        return tuple(reasons)

    def _artist(self, seeds: Seeds, song: int) -> Reason | None:
        """Who of the song's artists is on a seed too."""
        theirs = set(seeds.artists.indices.tolist())
        both = [column for column in columns_of(self._facts.artists, song).tolist() if column in theirs]
        if not both:
            return None
        names = {self._facts.artist_names[column] for column in both}
        # Another version of the song may credit somebody whom the best-known one doesn't.
        shown = tuple(name for name in split_values(self._artists[song]) if names.intersection(credited_artists(name)))
        return Reason("artist", shown) if shown else None

    def _company(self, seeds: Seeds, song: int, seed: int) -> Reason | None:
        """The same album as the nearest seed, or an artist on albums with that seed's artist."""
        facts = self._facts
        if _overlap(columns_of(facts.albums, song), columns_of(seeds.albums, seed)):
            return Reason("album")
        first, theirs = facts.first_artist[song], seeds.first_artist[seed]
        if min(first, theirs) < 0 or first == theirs:
            return None
        if _overlap(columns_of(facts.artist_albums, first), columns_of(facts.artist_albums, theirs)):
            return Reason("company", (self._names[int(theirs)],))
        return None

    def _genre(self, seeds: Seeds, song: int, seed: int) -> Reason | None:
        shared = np.flatnonzero(self._facts.carries[song] * seeds.likely_genres(seed))
        if not len(shared):
            return self._filed_under(song)
        # The rarer of the shared genres says more.
        rare = shared[np.argsort(self._facts.genre_share[shared], kind="stable")][:MOST_GENRES]
        return Reason("genre", tuple(self._facts.genres[column] for column in rare))

    def _filed_under(self, song: int) -> Reason:
        return Reason("related", tuple(self._genres_of(song)[:MOST_GENRES]))


def _overlap(one: np.ndarray, other: np.ndarray) -> bool:
    # Of a handful of numbers each; numpy takes ten times as long.
    return not set(one.tolist()).isdisjoint(other.tolist())


def _contrasts(difference: np.ndarray) -> list[Reason]:
    """The notable differences of one song, (continuous features,) percentile points, the largest first."""
    sized = [(float(difference[CONTINUOUS.index(name)]), less, more) for name, less, more in CONTRASTS]
    sized.sort(key=lambda one: -abs(one[0]))
    return [Reason(less if size < 0 else more) for size, less, more in sized[:MOST_CONTRASTS] if abs(size) >= NOTABLE]
