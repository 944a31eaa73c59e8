"""What a week's list can be about: a genre, a mood, or a decade, chosen by taste and never the same one soon again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ml.filters import Filters
from ml.recommender import Recommender
from ml.taste.affinity import genre_shares
from ml.taste.taste import Taste

Kind = Literal["genre", "mood", "decade"]
# A theme doesn't come back among so many.
RECENT = 12
# A theme is well stocked with so many songs for each one wanted: taste needs some to choose from.
STOCK = 3
YEARS = 10


@dataclass(frozen=True)
class Theme:
    """`value` is a genre's or a mood's name as the catalogue has it, or a decade: "1990s"."""

    kind: Kind
    value: str

    @property
    def filters(self) -> Filters:
        """The conditions for `Recommender`; none for a decade, of which years are only guessed."""
        named = (self.value,)
        return Filters(
            genres=named if self.kind == "genre" else (),
            moods=named if self.kind == "mood" else (),
        )


def songs_of_theme(recommender: Recommender, theme: Theme) -> np.ndarray:
    """Bool (songs,): what belongs to it; nothing for a name that the catalogue lacks."""
    if theme.kind != "decade":
        return recommender.columns.allowed(theme.filters)
    decades = _decades(recommender)
    return np.zeros(len(recommender.facts), dtype=bool) if decades is None else decades == int(theme.value[:-1])


def genre_or_mood(
    recommender: Recommender, taste: Taste, past: Sequence[Theme], available: np.ndarray, length: int
) -> Theme | None:
    """The genre or mood of the week: what fits `taste` best of what was not among the last `past` (the latest last).

    Genres and moods take turns, moods first after a genre. Without a taste the best-known genres come first. Only what
    has STOCK times `length` of `available`, bool (songs,); where nothing has, whatever has most, and of the other kind
    where that is too little for the list. None where there is nothing at all.
    """
    latest = next((one.kind for one in reversed(past) if one.kind != "decade"), "mood")
    kinds: tuple[Kind, Kind] = ("mood", "genre") if latest == "genre" else ("genre", "mood")
    chosen = [_chosen(recommender, kind, _fit(recommender, taste, kind), past, available, length) for kind in kinds]
    stock = [np.count_nonzero(songs_of_theme(recommender, one) & available) if one else 0 for one in chosen]
    return chosen[0] if stock[0] >= min(length, max(stock)) else chosen[1]


def decade(
    recommender: Recommender, taste: Taste, past: Sequence[Theme], available: np.ndarray, length: int
) -> Theme | None:
    """The decade of the week, as `genre_or_mood`: every one but the last, in which most liked songs came out first.

    None where the catalogue has no years.
    """
    decades = _decades(recommender)
    if decades is None:
        return None
    own = decades[taste.liked] if taste else decades
    # The last one is no time to look back to, unless it is the only one.
    every = np.unique(decades)[: max(1, len(np.unique(decades)) - 1)]
    # Years are guessed: what seems to be of another decade counts for this one too, half for each one between.
    fit = {f"{start}s": float((0.5 ** (np.abs(own - start) / YEARS)).mean()) for start in every.tolist()}
    return _chosen(recommender, "decade", fit, past, available, length)


def _decades(recommender: Recommender) -> np.ndarray | None:
    """(songs,) the first year of each song's decade."""
    facts = recommender.facts
    return facts.years.astype(int) // YEARS * YEARS if facts.is_dated else None


def _fit(recommender: Recommender, taste: Taste, kind: Kind) -> dict[str, float]:
    """How much of the taste is of each genre or mood that it touches; without a taste, of all, how known they are."""
    facts = recommender.facts
    if kind == "genre":
        shares = genre_shares(facts, taste.liked) if taste else facts.typical_fame
        fit = dict(zip(facts.genres, shares.tolist(), strict=True))
    else:
        rows_of = recommender.columns.rows_of_mood
        own = taste.liked if taste else np.arange(len(facts))
        fit = {mood: float(np.isin(own, rows).mean()) for mood, rows in rows_of.items()}
    return {name: share for name, share in fit.items() if share > 0 or not taste}


def _chosen(
    recommender: Recommender,
    kind: Kind,
    fit: Mapping[str, float],
    past: Sequence[Theme],
    available: np.ndarray,
    length: int,
) -> Theme | None:
    """The best fitting; of what all was had lately, what was longest ago."""
    themes = [Theme(kind, name) for name in fit]
    stock = {one: int(np.count_nonzero(songs_of_theme(recommender, one) & available)) for one in themes}
    enough = min(STOCK * length, max(stock.values(), default=0))
    stocked = [one for one in themes if 0 < stock[one] >= enough]
    last = {theme: place for place, theme in enumerate(past[-RECENT:])}
    return min(stocked, key=lambda one: (last.get(one, -1), -fit[one.value], one.value), default=None)
