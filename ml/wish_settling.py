"""Makes one wish of all that was understood: what adds up, what is averaged, and what later words overrule."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ml.filters import Filters, Range
from ml.wish_meanings import Count, Era, Explicit, Genres, Meaning, Mood, Sound, Understood, Wish

# Shares of one feature this far apart contradict each other.
APART = 0.3


def settled(understood: Sequence[Understood], ignored: Iterable[str]) -> Wish:
    """The wish as a whole.

    Genres and moods add up, ranges narrow each other and decades make one era. Of what can't hold together the later
    words count. Targets are averaged, those of sounds alone where there are any, else those of scenes.
    """
    meanings = [one.meaning for one in understood]
    genres: dict[str, bool] = {}
    ranges: dict[str, Range] = {}
    for meaning in meanings:
        if isinstance(meaning, Genres):
            genres |= dict.fromkeys(meaning.names, meaning.wanted)
        elif isinstance(meaning, Range):
            ranges[meaning.feature] = _narrowed(ranges.get(meaning.feature), meaning)
    filters = Filters(
        genres=tuple(name for name, wanted in genres.items() if wanted),
        without=tuple(name for name, wanted in genres.items() if not wanted),
        moods=tuple(dict.fromkeys(meaning.name for meaning in meanings if isinstance(meaning, Mood))),
        ranges=tuple(ranges.values()),
        explicit=next((meaning.wanted for meaning in reversed(meanings) if isinstance(meaning, Explicit)), None),
    )
    wish = Wish(
        filters=filters,
        targets=_targets(meanings),
        count=next((meaning.songs for meaning in reversed(meanings) if isinstance(meaning, Count)), None),
        era=_era([meaning for meaning in meanings if isinstance(meaning, Era)]),
        ignored=tuple(ignored),
    )
    return replace(
        wish, understood=tuple(replace(one, overruled=_is_overruled(one.meaning, wish)) for one in understood)
    )


def _narrowed(before: Range | None, one: Range) -> Range:
    if before is None:
        return one
    low = max((end for end in (before.low, one.low) if end is not None), default=None)
    high = min((end for end in (before.high, one.high) if end is not None), default=None)
    return one if low is not None and high is not None and low >= high else Range(one.feature, low, high)


def _targets(meanings: Sequence[Meaning]) -> dict[str, float]:
    targets: dict[str, float] = {}
    for scene in (True, False):
        shares: dict[str, list[float]] = {}
        for meaning in meanings:
            if isinstance(meaning, Sound) and meaning.scene is scene:
                for feature, share in meaning.targets.items():
                    shares.setdefault(feature, []).append(share)
        targets |= {feature: sum(named) / len(named) for feature, named in shares.items()}
    return targets


def _era(eras: Sequence[Era]) -> Era | None:
    """From the first year named to the last one."""
    if not eras:
        return None
    first = min((era.first for era in eras if era.first is not None), default=None)
    last = max((era.last for era in eras if era.last is not None), default=None)
    return Era(first, last)


def _is_overruled(meaning: Meaning, wish: Wish) -> bool:
    match meaning:
        case Genres(names, wanted):
            return not set(names) & set(wish.filters.genres if wanted else wish.filters.without)
        case Range():
            return not any(one.feature == meaning.feature and _is_within(one, meaning) for one in wish.filters.ranges)
        case Explicit(wanted):
            return wanted != wish.filters.explicit
        case Count(songs):
            return songs != wish.count
    return False


def _is_within(inner: Range, outer: Range) -> bool:
    above = outer.low is None or (inner.low is not None and inner.low >= outer.low)
    return above and (outer.high is None or (inner.high is not None and inner.high <= outer.high))


def contradictions(wish: Wish) -> list[tuple[str, list[str]]]:
    """Each feature that sounds, or scenes where no sound was named, pull apart, and the words that do."""
    found = []
    for feature in wish.targets:
        said = [(one.words, one.meaning) for one in wish.understood if isinstance(one.meaning, Sound)]
        pulling = [(words, meaning) for words, meaning in said if feature in meaning.targets]
        if any(not meaning.scene for _, meaning in pulling):
            pulling = [(words, meaning) for words, meaning in pulling if not meaning.scene]
        shares = [meaning.targets[feature] for _, meaning in pulling]
        if max(shares) - min(shares) > APART:
            found.append((feature, [words for words, _ in pulling]))
    return found
