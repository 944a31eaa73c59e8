"""Candidates from the index, filters, the learned re-ranking, then a good list with its reasons."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy

import numpy as np
import pandas as pd

from ml.adventure import SETTINGS, Adventurous
from ml.choosing import choose
from ml.emptied import nothing_left, why_empty
from ml.errors import EmptyResultError, UnknownTrackError
from ml.filters import FilterColumns, Filters, with_names
from ml.index import TrackIndex
from ml.names import credited_artists
from ml.ranking.bending import Years, artists_of, bent, missed
from ml.ranking.candidates import candidate_songs
from ml.ranking.facts import SongFacts, columns_of
from ml.ranking.features import Query, feature_table
from ml.ranking.ranker import Ranker
from ml.ranking.repetition import repetition_cost
from ml.ranking.seeds import Seeds, all_seeds
from ml.reasons import Reason, ReasonFinder
from ml.recommendations import Recommendation, Recommendations
from ml.songs import Songs
from ml.words import texts_of

log = logging.getLogger(__name__)

# Songs judged for each one wanted, and at least: the artist cap and differences within the list need some to choose
# from, and the vectors alone don't know what the ranker knows.
CANDIDATES_PER_SONG = 8
FEWEST_CANDIDATES = 1_000
# Of these, so many times as many as wanted are considered for the list.
CHOICE = 10
DEFAULT_DIVERSITY = 0.15
MOST_SEEDS = 100
# How much of a list without seeds follows fame where a sound is wished as well.
FAME_WITHOUT_SEEDS = 4.0
# What is proposed in place of conditions that leave nothing leaves at least so many songs.
WORTH_PROPOSING = 10


class Recommender:
    """Finds what goes with given tracks. Reads only; safe to call from several threads.

    `frame` is the catalogue, `moods` (rows,) each row's cluster name; `facts` and `index` have a row for each of
    `songs`, the latter's vectors laid out by `ml.ranking.candidates.with_fame`.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        songs: Songs,
        moods: np.ndarray,
        index: TrackIndex,
        facts: SongFacts,
        ranker: Ranker,
    ) -> None:
        self.songs = songs
        self.index = index
        # A view without the coordinate of fame: unit vectors (songs, ml.vectors.DIMENSIONS).
        self.vectors = index.vectors[:, :-1]
        self.facts = facts
        self._ranker = ranker
        self._lift = ranker.lift_for(self.facts.genres)
        best = frame.iloc[songs.row_of]
        self._ids: list[str] = best["track_id"].tolist()
        self._song_of: dict[str, int] = dict(zip(frame["track_id"], songs.of_row.tolist(), strict=True))
        self.columns = FilterColumns(best, moods[songs.row_of], facts.genres, facts.carries)
        self._column_of_artist = {name: column for column, name in enumerate(self.facts.artist_names)}
        self._reasons = ReasonFinder(self.facts, texts_of(best, "artists"), ranker)
        # Bool (songs,): what may be on a list at all; None is everything.
        self._listable: np.ndarray | None = None

    def recommend(
        self,
        seeds: Sequence[str],
        k: int = 20,
        *,
        exclude: Collection[str] = (),
        exclude_artists: Collection[str] = (),
        per_artist: int | None = 2,
        diversity: float = DEFAULT_DIVERSITY,
        adventurous: Adventurous = "medium",
        genre: str | None = None,
        mood: str | None = None,
        filters: Filters | None = None,
        targets: Mapping[str, float] | None = None,
        years: Years | None = None,
        unlike: Sequence[str] = (),
        outside: Seeds | None = None,
        bend: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> Recommendations:
        """The k songs that go best with `seeds` (track ids), best first; fewer when fewer are left.

        Of more than MOST_SEEDS songs in `seeds` the first are started from.

        No seed, no version of a seed, no two versions of one song, nothing in `exclude` (track ids) or by
        `exclude_artists` (names), at most `per_artist` songs that credit any one artist (None: no limit). `diversity`
        from 0 (best first) to 1 is the weight of difference in maximal marginal relevance. `adventurous` "bold" leads
        to songs and artists less known, "easy" to better known ones. Only songs that meet `filters`, carry `genre` and
        have `mood`; those near `targets` (features to percentile shares 0..1) and of about `years` (the first and the
        last, None is open) come first, those like `unlike` (track ids) last and these themselves never. `outside` are
        seeds that the catalogue lacks (as ml.cold makes them); `bend` says how many log-odds to add to songs, numbers
        (n,) to (n,). The same call gives the same list.

        Unknown seeds are skipped and reported as `.unknown`. Raises UnknownTrackError when no seed is left,
        EmptyResultError when no song is, ValueError for a k or per_artist below 1, a diversity outside 0..1 and a
        target that is no feature.
        """
        _check(k, diversity, per_artist)
        songs, unknown = self.songs_of(seeds)
        known = [Seeds.of(self.facts, self.vectors, songs[:MOST_SEEDS])] if len(songs) else []
        given = [*known, *([outside] if outside is not None and len(outside) else [])]
        if not given:
            raise UnknownTrackError(
                "None of the given tracks is in the catalogue."
                if seeds
                else "At least one track is needed to start from."
            )
        if unknown or len(songs) > MOST_SEEDS:
            log.info("%d seeds unknown, %d too many", len(unknown), max(0, len(songs) - MOST_SEEDS))
        joined = all_seeds(given)
        # Also what stands in the catalogue after all although it was given as from outside.
        songs = np.union1d(songs, joined.known)
        unwanted, _ = self.songs_of(unlike)
        wanted = with_names(filters, genre, mood)
        available = self.available([*songs, *unwanted, *self.songs_of(exclude)[0]], exclude_artists)
        allowed = self.allowed(wanted, available, k)
        dial = SETTINGS[adventurous]
        candidates = candidate_songs(self.index, self.facts, joined, candidates_for(k), allowed)
        scores, table = self.judge(joined, candidates)
        theirs = artists_of(joined)
        scores += bent(
            self.facts,
            self.vectors,
            candidates,
            artists=theirs,
            dial=dial,
            targets=targets,
            years=years,
            unwanted=unwanted,
        )
        if bend is not None:
            scores += bend(candidates)
        scores -= repetition_cost(scores, self.facts.first_artist[candidates], joined)
        chosen = self.choose(candidates, scores, k, per_artist, dial.varied(diversity))
        reasons = self.reasons_of(joined, candidates[chosen], table[chosen])
        return self.listed(candidates[chosen], scores[chosen], reasons, unknown)

    def themed(
        self,
        k: int = 20,
        *,
        exclude: Collection[str] = (),
        exclude_artists: Collection[str] = (),
        per_artist: int | None = 2,
        diversity: float = DEFAULT_DIVERSITY,
        adventurous: Adventurous = "medium",
        genre: str | None = None,
        mood: str | None = None,
        filters: Filters | None = None,
        targets: Mapping[str, float] | None = None,
        years: Years | None = None,
        among: np.ndarray | None = None,
        bend: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> Recommendations:
        """The k songs that meet `filters`, `genre`, `mood` and `targets` best, the better known first.

        As `recommend`, without anything to start from; nothing but `among`, bool (songs,), comes where it is given.
        Raises EmptyResultError when there are none.
        """
        _check(k, diversity, per_artist)
        wanted = with_names(filters, genre, mood)
        available = self.available(self.songs_of(exclude)[0], exclude_artists, among)
        candidates = np.flatnonzero(self.allowed(wanted, available, k))
        dial = SETTINGS[adventurous]
        fame = (FAME_WITHOUT_SEEDS + dial.fame) * self.facts.fame_rank[candidates]
        scores = fame - missed(self.facts, candidates, targets, years)
        if bend is not None:
            scores += bend(candidates)
        chosen = self.choose(candidates, scores, k, per_artist, dial.varied(diversity))
        reasons = self._reasons.themed(candidates[chosen], wanted, targets or {})
        return self.listed(candidates[chosen], scores[chosen], reasons)

    def judged_by(self, ranker: Ranker) -> "Recommender":
        """The same songs under another ranker's judgement."""
        other = copy(self)
        other._ranker, other._lift = ranker, ranker.lift_for(self.facts.genres)
        other.facts = self.facts.dated(ranker.era)
        other._reasons = self._reasons.judged_by(ranker)
        return other

    def without_explicit(self) -> "Recommender":
        """The same songs, of which only those are on lists, or proposed for one, that are known not to be explicit."""
        other = copy(self)
        other._listable = self.columns.allowed(Filters(explicit=False))
        return other

    def songs_of(self, track_ids: Iterable[str]) -> tuple[np.ndarray, tuple[str, ...]]:
        """The song numbers of the known tracks, each once in the given order, and the unknown ids."""
        ids = list(dict.fromkeys(track_ids))
        songs = dict.fromkeys(self._song_of[one] for one in ids if one in self._song_of)
        return np.array([*songs], dtype=np.intp), tuple(one for one in ids if one not in self._song_of)

    def number_of(self, track_id: str) -> int | None:
        """The song number of a track, None for one that the catalogue lacks."""
        return self._song_of.get(track_id)

    def song_of(self, track_id: str) -> int:
        """The song number of a track. Raises UnknownTrackError for one that the catalogue lacks."""
        if track_id not in self._song_of:
            raise UnknownTrackError(f"The track {track_id} isn't in the catalogue.")
        return self._song_of[track_id]

    def track_of(self, song: int) -> str:
        """The id of the best-known version of a song number."""
        return self._ids[song]

    def why(self, song: int, before: int) -> tuple[Reason, ...]:
        """Why a song goes with another one, which stands before it, and how it differs."""
        seed, songs = Seeds.of(self.facts, self.vectors, np.array([before])), np.array([song])
        table = feature_table(Query(self.facts, self.vectors, self._lift, seed, songs))
        return self.reasons_of(seed, songs, table)[0]

    def available(
        self, barred: Sequence[int] | np.ndarray, artists: Collection[str] = (), among: np.ndarray | None = None
    ) -> np.ndarray:
        """Bool (songs,): what of `among`, of all where that is None, has not been ruled out by name."""
        available = np.ones(len(self.facts), dtype=bool) if among is None else among.copy()
        if self._listable is not None:
            available &= self._listable
        available[np.array(barred, dtype=np.intp)] = False
        names = {name for joined in artists for name in credited_artists(joined)}
        columns = [self._column_of_artist[name] for name in names if name in self._column_of_artist]
        if columns:
            available[self.facts.songs_by(np.array(columns), len(self.facts))] = False
        return available

    def allowed(self, filters: Filters, available: np.ndarray, k: int) -> np.ndarray:
        """Bool (songs,): what may be on the list. Raises EmptyResultError when that is nothing."""
        allowed = available & self.columns.allowed(filters) if filters else available
        if allowed.any():
            return allowed
        emptied = why_empty(self.columns, filters, available, min(k, WORTH_PROPOSING))
        if emptied is None:
            raise EmptyResultError("No songs are left to recommend.")
        raise EmptyResultError(nothing_left(filters, emptied), emptied.proposal)

    def judge(self, seeds: Seeds, candidates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The learned scores (n,) of `candidates` beside `seeds`, and the columns (n, f) that they are made of."""
        table = feature_table(Query(self.facts, self.vectors, self._lift, seeds, candidates))
        return self._ranker.score(table), table

    def reasons_of(self, seeds: Seeds, songs: np.ndarray, table: np.ndarray) -> list[tuple[Reason, ...]]:
        """Why each of `songs` (n,) goes with `seeds`; `table` (n, f) are their columns."""
        return self._reasons.of(seeds, songs, self.vectors[songs], table)

    def choose(
        self, candidates: np.ndarray, scores: np.ndarray, k: int, per_artist: int | None, diversity: float
    ) -> np.ndarray:
        """Places among `candidates`, in the order of the list. More are looked at until the artist cap is met."""
        order = np.argsort(-scores, kind="stable")
        depth = CHOICE * k
        while True:
            top = order[:depth]
            songs = candidates[top]

            def artists_of(place: int, songs: np.ndarray = songs) -> list[int]:
                return columns_of(self.facts.artists, songs[place]).tolist()

            # Differences matter only where they are asked for; copying the vectors is most of the work.
            vectors = self.vectors[songs] if diversity else self.vectors[:0]
            chosen = choose(scores[top], vectors, artists_of, k, per_artist=per_artist, diversity=diversity)
            if len(chosen) >= k or depth >= len(order):
                return top[chosen]
            depth *= CHOICE

    def listed(
        self, songs: np.ndarray, scores: np.ndarray, reasons: Sequence[tuple], unknown: tuple[str, ...] = ()
    ) -> Recommendations:
        """Song numbers, their scores and reasons as a list of recommendations."""
        found = zip(songs.tolist(), scores.tolist(), reasons, strict=True)
        return Recommendations([Recommendation(self._ids[song], score, why) for song, score, why in found], unknown)


def candidates_for(k: int) -> int:
    """How many songs are judged for a list of `k`."""
    return max(FEWEST_CANDIDATES, CANDIDATES_PER_SONG * k)


def _check(k: int, diversity: float, per_artist: int | None) -> None:
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    if not 0 <= diversity <= 1:
        raise ValueError(f"diversity must be from 0 to 1, not {diversity}")
    if per_artist is not None and per_artist < 1:
        raise ValueError(f"per_artist must be at least 1, not {per_artist}")
