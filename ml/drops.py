"""The weekly drop: a list for one member or one server, in a style, from what they like."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np

from ml.adventure import USUAL, Adventurous
from ml.errors import EmptyResultError
from ml.filters import Filters
from ml.ranking.facts import columns_of
from ml.recommendations import Recommendation, Recommendations
from ml.recommender import Recommender
from ml.taste.lists import bent_by, taste_list
from ml.taste.taste import Taste
from ml.themes import Theme, decade, genre_or_mood, songs_of_theme

Style = Literal["familiar", "discovery", "theme", "time capsule"]
STYLES: tuple[Style, ...] = get_args(Style)
LENGTH = 20
PER_ARTIST = 2
# The others leave it open how far they lead.
DIALS: dict[Style, Adventurous] = {"familiar": "easy", "discovery": "bold"}
# Where nobody has said anything yet, the list asks: songs that many know, as different from each other as can be. What
# is best known of every genre alike finds a third as many likes.
WIDE = 0.6
# A genre has become more or less from so many songs on; so many genres are told.
FEWEST_MOVED, MOST_TOLD = 2, 3


@dataclass(frozen=True)
class Drop:
    """A week's songs, and the theme they were chosen by; None for a style without one."""

    songs: Recommendations
    theme: Theme | None


@dataclass(frozen=True)
class Change:
    """How a list differs from another: songs that it alone has, and genres that became more and less, most first."""

    swapped: int
    more: tuple[str, ...]
    less: tuple[str, ...]


def drop(
    recommender: Recommender,
    taste: Taste,
    style: Style,
    length: int = LENGTH,
    *,
    past: Sequence[Theme] = (),
    exclude: Collection[str] = (),
    known: Collection[str] = (),
    exclude_artists: Collection[str] = (),
    theme: Theme | None = None,
    back: Taste | None = None,
    adventurous: Adventurous = USUAL,
) -> Drop:
    """A list of `length` songs for `taste`, best first; the same call gives the same list.

    - "familiar": what the taste likes, the better known first.
    - "discovery": less known, by artists of whom nothing was liked where enough of that is left.
    - "theme": one genre or mood that the taste touches, in turns, none of the last dozen of `past` (the latest last).
    - "time capsule": one decade by the guessed years. Where the catalogue has no years there is no theme, and the list
      goes with what `back` likes: the taste of `ml.taste.taste.longest_ago`.

    `theme` is kept to instead of choosing one; `adventurous` is for the styles that leave it open. Without a taste the
    list samples widely what fits the style.

    Never what the taste has met, none of `exclude` (track ids, with all their versions) and `exclude_artists` (names),
    no two versions of one song. More than PER_ARTIST songs by one artist come only where nothing else is left; so do
    `known` (track ids shown before), for "discovery" never. The list is shorter only where nothing is left; raises
    EmptyResultError when that is from the start, ValueError for a length below 1.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1, not {length}")
    barred = [*taste.met, *recommender.songs_of(exclude)[0]]
    allowed = recommender.available(barred, exclude_artists)
    fresh = recommender.available(recommender.songs_of(known)[0], among=allowed)
    if style == "discovery":
        allowed = fresh
    if theme is None and style in ("theme", "time capsule"):
        choose = genre_or_mood if style == "theme" else decade
        theme = choose(recommender, taste, past, fresh if fresh.any() else allowed, length)
    if theme is not None:
        inside = songs_of_theme(recommender, theme)
        allowed, fresh = allowed & inside, fresh & inside
    elif style == "time capsule" and back:
        taste = back
    filled = _Filling(recommender, taste, DIALS.get(style, adventurous), length, theme)
    for among, per_artist in _choices(recommender, taste, style, fresh, allowed):
        filled.add(among, per_artist)
    if not filled.songs:
        raise EmptyResultError("No songs are left for this drop.")
    return Drop(Recommendations(filled.songs), theme)


def changed(recommender: Recommender, now: Sequence[str], without: Sequence[str]) -> Change:
    """What turned the list `without` into `now`, track ids: the effect of feedback that only `now` was made with."""
    ours, theirs = (recommender.songs_of(tracks)[0] for tracks in (now, without))
    facts = recommender.facts
    moved = facts.carries[ours].sum(axis=0, dtype=int) - facts.carries[theirs].sum(axis=0, dtype=int)
    return Change(len(np.setdiff1d(ours, theirs)), _most(facts.genres, moved), _most(facts.genres, -moved))


def _most(genres: Sequence[str], moved: np.ndarray) -> tuple[str, ...]:
    # Genres are in the order of the alphabet, in which those moved as far stay.
    order = np.argsort(-moved, kind="stable")[:MOST_TOLD]
    return tuple(genres[column] for column in order if moved[column] >= FEWEST_MOVED)


def _choices(
    recommender: Recommender, taste: Taste, style: Style, fresh: np.ndarray, allowed: np.ndarray
) -> Iterator[tuple[np.ndarray, int | None]]:
    """What a list is filled from, one after the other while it is short: bool (songs,), and the limit for an artist."""
    if taste and style == "discovery":
        yield _by_new_artists(recommender, taste, fresh), PER_ARTIST
    yield fresh, PER_ARTIST
    yield allowed, PER_ARTIST
    yield allowed, None


def _by_new_artists(recommender: Recommender, taste: Taste, available: np.ndarray) -> np.ndarray:
    facts = recommender.facts
    # Not only the songs that the taste still starts from.
    liked = np.setdiff1d(taste.met, taste.disliked)
    new = available.copy()
    new[facts.songs_by(np.unique(facts.artists[liked].indices), len(facts))] = False
    return new


class _Filling:
    """A list that is filled up to `length` from one choice after the other, whose scores can't be compared."""

    def __init__(
        self, recommender: Recommender, taste: Taste, dial: Adventurous, length: int, theme: Theme | None
    ) -> None:
        self.songs: list[Recommendation] = []
        self._recommender, self._taste, self._dial, self._length = recommender, taste, dial, length
        self._filters = theme.filters if theme else Filters()
        self._heard: Counter[int] = Counter()

    def add(self, among: np.ndarray, per_artist: int | None) -> None:
        """Songs of `among`, bool (songs,), by artists with fewer than `per_artist` on the list."""
        numbers = self._recommender.songs_of(one.track_id for one in self.songs)[0]
        left = self._recommender.available(numbers, among=among)
        if len(self.songs) >= self._length or not left.any():
            return
        # Any song on the list may rule out as many by its artists as are allowed.
        spare = (per_artist or 0) * sum(self._heard.values())
        for one in self._listed(self._length - len(self.songs) + spare, left, per_artist):
            artists = self._artists_of(one)
            if len(self.songs) < self._length and (
                per_artist is None or all(self._heard[artist] < per_artist for artist in artists)
            ):
                self.songs.append(one)
                self._heard.update(artists)

    def _artists_of(self, one: Recommendation) -> list[int]:
        return columns_of(self._recommender.facts.artists, self._recommender.song_of(one.track_id)).tolist()

    def _listed(self, k: int, among: np.ndarray, per_artist: int | None) -> Recommendations:
        if self._taste:
            return taste_list(
                self._recommender,
                self._taste,
                k,
                per_artist=per_artist,
                adventurous=self._dial,
                filters=self._filters,
                among=among,
            )
        # Boldly the least known songs of all would come first, of which nobody can say much.
        return self._recommender.themed(
            k,
            per_artist=per_artist,
            diversity=WIDE,
            filters=self._filters,
            among=among,
            bend=partial(bent_by, self._recommender, self._taste),
        )
