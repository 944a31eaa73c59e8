"""A taste as numbers and one line of words: how the liked songs sound, what they are filed under, how that changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ml.percentiles import MIDDLE
from ml.phrases import Phrase, all_of
from ml.ranking.facts import UNDATED, SongFacts
from ml.recommender import Recommender
from ml.taste.affinity import genre_shares
from ml.taste.taste import Evidence, weights_of
from ml.tracks import CONTINUOUS

# Likes of so many days are set against older ones, where there are enough of both to tell anything.
LATELY_DAYS, ENOUGH = 30.0, 10
# The span of years that holds this part of the songs, as much left out before it as after.
MOST_SONGS = 0.7
# A taste leans to a genre that so large a part of it belongs to, and so many times more than of all songs.
LEANS, LEANS_MORE = 0.1, 1.5
MOST_GENRES = 2
# Percentile points from the middle of all songs on which a word says something.
NOTABLE = 0.12
MOST_WORDS = 2
# What changed has moved by so many percentile points, and so many times farther than chance moves such means: of eight
# features one would often seem to have changed by two.
MOVED, CERTAIN = 0.1, 3.0
# Words below the middle and above it; None where a low value is what most songs have.
TEXT_WORDS: Mapping[str, tuple[str | None, str]] = {
    "energy": ("calmer", "livelier"),
    "tempo": ("slower", "faster"),
    "valence": ("darker", "brighter"),
    "danceability": ("less danceable", "more danceable"),
    "acousticness": ("less acoustic", "more acoustic"),
    "instrumentalness": (None, "more instrumental"),
    "speechiness": (None, "wordier"),
    "liveness": (None, "more often live"),
}

TEXT_LEANS = "Leans to {genres}"
TEXT_MIXED = "At home in many genres"
TEXT_THAN_MOST = "{said}, {words} than most"
TEXT_LATELY = "{said}; lately {words}"


@dataclass(frozen=True)
class Portrait:
    """What the liked songs (n) have in common.

    `features` are mean percentiles 0..1 of the features known of any song, of late where `before` has those of the
    older likes. `genres` and `moods` are shares of the songs, largest first, those of a song evenly. `years` is the
    span of most songs, None where no song is dated. `line` says it in words.
    """

    likes: int
    features: dict[str, float]
    before: dict[str, float] | None
    genres: list[tuple[str, float]]
    moods: list[tuple[str, float]]
    years: tuple[int, int] | None
    line: str


def portrait_of(recommender: Recommender, evidence: Iterable[Evidence], *, changing: bool = True) -> Portrait | None:
    """The portrait of all songs liked by `evidence`, `changing` or as a whole; None when there are none."""
    ages = _liked(recommender, evidence)
    if not ages:
        return None
    facts, songs = recommender.facts, np.array([*ages], dtype=np.intp)
    late = np.array([*ages.values()]) <= LATELY_DAYS
    new, old = songs[late], songs[~late]
    changing = changing and min(len(new), len(old)) >= ENOUGH
    genres = genre_shares(facts, songs)
    return Portrait(
        likes=len(songs),
        features=_means(facts, new if changing else songs),
        before=_means(facts, old) if changing else None,
        genres=_largest({name: float(share) for name, share in zip(facts.genres, genres, strict=True)}),
        moods=_largest(
            {mood: float(np.isin(songs, rows).mean()) for mood, rows in recommender.columns.rows_of_mood.items()}
        ),
        years=_years(facts.years[songs]),
        line=_line(facts, genres, _means(facts, songs), _changes(facts, new, old) if changing else {}),
    )


def _liked(recommender: Recommender, evidence: Iterable[Evidence]) -> dict[int, float]:
    """The songs that the taste counts as liked, and how many days ago each was last spoken of."""
    told = list(evidence)
    days: dict[int, float] = {}
    for one in told:
        song = recommender.number_of(one.track_id)
        if song is not None:
            days[song] = min(days.get(song, np.inf), one.days)
    return {song: days[song] for song, weight in weights_of(recommender, told).items() if weight > 0}


def _known(facts: SongFacts, songs: np.ndarray, column: int) -> np.ndarray:
    """The percentiles of a feature among songs, without those in the middle: unknown stands there too."""
    shares = facts.shares[songs, column]
    return shares[shares != MIDDLE]


def _means(facts: SongFacts, songs: np.ndarray) -> dict[str, float]:
    known = {name: _known(facts, songs, column) for column, name in enumerate(CONTINUOUS)}
    return {name: float(values.mean()) for name, values in known.items() if len(values)}


def _changes(facts: SongFacts, new: np.ndarray, old: np.ndarray) -> dict[str, float]:
    """Features that have moved for certain, and how far."""
    moved: dict[str, float] = {}
    for column, name in enumerate(CONTINUOUS):
        after, before = _known(facts, new, column), _known(facts, old, column)
        if min(len(after), len(before)) < ENOUGH:
            continue
        change = float(after.mean() - before.mean())
        error = float(np.sqrt(after.var(ddof=1) / len(after) + before.var(ddof=1) / len(before)))
        if abs(change) >= max(MOVED, CERTAIN * error):
            moved[name] = change
    return moved


def _largest(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(((name, share) for name, share in shares.items() if share > 0), key=lambda one: (-one[1], one[0]))


def _years(years: np.ndarray) -> tuple[int, int] | None:
    # Where nobody guesses, all songs have the same year.
    if (years == UNDATED).all():
        return None
    first, last = np.quantile(years, [(1 - MOST_SONGS) / 2, (1 + MOST_SONGS) / 2])
    return round(float(first)), round(float(last))


def _line(facts: SongFacts, genres: np.ndarray, features: dict[str, float], changes: dict[str, float]) -> str:
    leaning = np.flatnonzero((genres >= LEANS) & (genres > LEANS_MORE * facts.genre_share))
    leaning = leaning[np.argsort(-genres[leaning], kind="stable")][:MOST_GENRES]
    names = all_of([facts.genres[column] for column in leaning])
    said = Phrase(TEXT_LEANS, genres=names) if names else Phrase(TEXT_MIXED)
    unlike = {name: level - MIDDLE for name, level in features.items() if abs(level - MIDDLE) >= NOTABLE}
    if words := _words(unlike):
        said = Phrase(TEXT_THAN_MOST, said=said, words=words)
    if words := _words(changes):
        said = Phrase(TEXT_LATELY, said=said, words=words)
    return Phrase("{said}.", said=said)


def _words(differences: Mapping[str, float]) -> str:
    """The largest differences that have a word: "calmer and more acoustic"."""
    order = sorted(differences, key=lambda name: -abs(differences[name]))
    said = [TEXT_WORDS[name][differences[name] > 0] for name in order if name in TEXT_WORDS]
    return all_of([Phrase(word) for word in said if word is not None][:MOST_WORDS])
