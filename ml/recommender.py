"""Candidates from the index, filters, then a re-ranking that says its reasons."""

import logging
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.errors import EmptyResultError, UnknownTrackError
from ml.index import TrackIndex
from ml.percentiles import Percentiles
from ml.reasons import Reason, TrackFacts, reasons_for
from ml.tracks import split_values

log = logging.getLogger(__name__)

# Candidates per wanted song: filters and the artist cap throw most away.
CANDIDATES_PER_SONG = 12
FEWEST_CANDIDATES = 400
# What a song's score is made of, besides its likeness to the seeds.
POPULARITY_WEIGHT = 0.10
ARTIST_WEIGHT = 0.06
# A song should be close to one of the seeds and not far from the others.
NEAREST_SEED_SHARE = 0.5
DEFAULT_DIVERSITY = 0.15
MOST_SEEDS = 100


@dataclass(frozen=True)
class Recommendation:
    """One song: `score` is comparable only within its list; `reasons` come from the parts of that score."""

    track_id: str
    score: float
    reasons: tuple[Reason, ...]


class Recommender:
    """Finds what goes with given tracks. Reads only; safe to call from several threads.

    `songs` is an int array (rows,): rows with the same number are versions of one song. `moods` (rows,) holds each
    row's cluster name.
    """

    def __init__(
        self, frame: pd.DataFrame, songs: np.ndarray, moods: np.ndarray, index: TrackIndex, percentiles: Percentiles
    ) -> None:
        self._index = index
        self._songs = songs
        self._moods = moods
        self._ids: list[str] = frame["track_id"].tolist()
        self._row_of = {track_id: row for row, track_id in enumerate(self._ids)}
        self._artists = frame["artists"].tolist()
        self._genres = frame["genres"].tolist()
        # Unknown popularity counts as none: it must not push an unknown song up.
        self._popularity = frame["popularity"].fillna(0).rank(pct=True).to_numpy(dtype=np.float32)
        self._facts = TrackFacts.of(frame, percentiles)

    def recommend(
        self,
        seeds: Sequence[str],
        k: int = 20,
        *,
        exclude: Collection[str] = (),
        per_artist: int | None = 2,
        diversity: float = DEFAULT_DIVERSITY,
        genre: str | None = None,
        mood: str | None = None,
    ) -> list[Recommendation]:
        """The k songs that go best with `seeds`, best first; fewer when the filters leave fewer.

        No seed, no version of a seed, no two versions of one song, nothing in `exclude`, at most `per_artist` songs
        that credit any one artist (None: no limit). `diversity` from 0 (closest first) to 1 is the weight of
        difference in maximal marginal relevance (Carbonell & Goldstein 1998). `genre` and `mood` keep only songs
        filed under them. Unknown seeds are skipped.

        Raises UnknownTrackError when no seed is known, EmptyResultError when nothing is left, ValueError for a k
        below 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        rows = [self._row_of[seed] for seed in dict.fromkeys(seeds) if seed in self._row_of][:MOST_SEEDS]
        if not rows:
            raise UnknownTrackError("None of the given tracks is in the catalogue.")
        if skipped := len(set(seeds)) - len(rows):
            log.info("%d unknown or surplus seeds skipped", skipped)
        allowed = self._allowed(rows, exclude, genre, mood)
        wanted = max(FEWEST_CANDIDATES, CANDIDATES_PER_SONG * k)
        while True:
            candidates = self._candidates(rows, wanted)
            candidates = self._one_version_each(candidates[allowed[candidates]])
            scores = self._scores(rows, candidates)
            chosen = self._choose(candidates, scores, k, per_artist, diversity)
            if len(chosen) >= k or wanted >= len(self._index):
                break
            wanted = min(8 * wanted, len(self._index))
        if not chosen:
            raise EmptyResultError(_nothing_left(genre, mood))
        score_of = dict(zip(candidates.tolist(), scores.tolist(), strict=True))
        return [
            Recommendation(self._ids[row], score_of[row], reasons_for(self._facts, self._nearest(rows, row), row))
            for row in chosen
        ]

    def themed(
        self,
        k: int = 20,
        *,
        genre: str | None = None,
        mood: str | None = None,
        exclude: Collection[str] = (),
        per_artist: int | None = 2,
        diversity: float = DEFAULT_DIVERSITY,
    ) -> list[Recommendation]:
        """The k best-known songs of a genre, a mood, or both. Raises EmptyResultError when there are none."""
        allowed = self._allowed([], exclude, genre, mood)
        candidates = self._one_version_each(np.flatnonzero(allowed))
        scores = self._popularity[candidates].astype(np.float64)
        order = np.argsort(-scores, kind="stable")[: max(FEWEST_CANDIDATES, CANDIDATES_PER_SONG * k)]
        candidates, scores = candidates[order], scores[order]
        chosen = self._choose(candidates, scores, k, per_artist, diversity)
        if not chosen:
            raise EmptyResultError(_nothing_left(genre, mood))
        score_of = dict(zip(candidates.tolist(), scores.tolist(), strict=True))
        themes = (*((Reason("genre", (genre,)),) if genre else ()), *((Reason("mood", (mood,)),) if mood else ()))
        return [Recommendation(self._ids[row], score_of[row], themes) for row in chosen]

    def _allowed(self, rows: list[int], exclude: Collection[str], genre: str | None, mood: str | None) -> np.ndarray:
        """Bool (rows of the catalogue,): what may be recommended at all."""
        allowed = np.ones(len(self._ids), dtype=bool)
        barred = [*rows, *(self._row_of[track_id] for track_id in exclude if track_id in self._row_of)]
        if barred:
            allowed[np.isin(self._songs, self._songs[barred])] = False
        if genre is not None:
            allowed &= np.array([genre in split_values(joined) for joined in self._genres])
        if mood is not None:
            allowed &= self._moods == mood
        return allowed

    def _candidates(self, rows: list[int], wanted: int) -> np.ndarray:
        _, found = self._index.search(self._index.vectors[rows], wanted)
        return np.unique(found)

    def _one_version_each(self, candidates: np.ndarray) -> np.ndarray:
        """The best-known candidate of each song."""
        order = candidates[np.argsort(-self._popularity[candidates], kind="stable")]
        _, first = np.unique(self._songs[order], return_index=True)
        return np.sort(order[first])

    def _scores(self, rows: list[int], candidates: np.ndarray) -> np.ndarray:
        likeness = self._index.vectors[candidates] @ self._index.vectors[rows].T
        close = NEAREST_SEED_SHARE * likeness.max(axis=1) + (1 - NEAREST_SEED_SHARE) * likeness.mean(axis=1)
        off = np.abs(self._popularity[candidates] - self._popularity[rows].mean())
        seed_artists = {artist for row in rows for artist in split_values(self._artists[row])}
        shared = np.array([not seed_artists.isdisjoint(split_values(self._artists[row])) for row in candidates], float)
        return close - POPULARITY_WEIGHT * off + ARTIST_WEIGHT * shared

    def _choose(
        self, candidates: np.ndarray, scores: np.ndarray, k: int, per_artist: int | None, diversity: float
    ) -> list[int]:
        """Greedy maximal marginal relevance under the artist cap; row numbers in the order chosen."""
        vectors = self._index.vectors[candidates]
        nearest_chosen = np.zeros(len(candidates))
        open_ = np.ones(len(candidates), dtype=bool)
        heard: Counter[str] = Counter()
        chosen: list[int] = []
        while len(chosen) < k and open_.any():
            value = (1 - diversity) * scores - diversity * nearest_chosen if diversity else scores
            best = int(np.where(open_, value, -np.inf).argmax())
            open_[best] = False
            artists = split_values(self._artists[candidates[best]])
            if per_artist is not None and any(heard[artist] >= per_artist for artist in artists):
                continue
            heard.update(artists)
            chosen.append(int(candidates[best]))
            if diversity:
                nearest_chosen = np.maximum(nearest_chosen, vectors @ vectors[best])
        return chosen

    def _nearest(self, rows: list[int], row: int) -> int:
        return rows[int((self._index.vectors[rows] @ self._index.vectors[row]).argmax())]


def _nothing_left(genre: str | None, mood: str | None) -> str:
    wishes = " and ".join(wish for wish in (genre and f"the genre “{genre}”", mood and f"the mood “{mood}”") if wish)
    return f"No songs are left for {wishes}." if wishes else "No songs are left to recommend."
