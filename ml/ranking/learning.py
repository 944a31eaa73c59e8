"""Learns the ranker from playlists: given some songs of a list, the others must come before all songs of the catalogue.

The loss is the listwise softmax (Cao et al. 2007, "Learning to rank: from pairwise to listwise approach", top-one
form) over the candidates and a weighted random sample that stands for the rest. First the linear part is fitted to its
optimum, then small networks start from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from ml.index import TrackIndex
from ml.ranking.candidates import candidate_songs
from ml.ranking.era import Era
from ml.ranking.facts import SongFacts
from ml.ranking.features import Query, feature_columns, feature_table
from ml.ranking.ranker import Ranker, joined
from ml.ranking.seeds import Seeds

# How a playlist is divided for learning: twice in halves as it is judged, once at a random place, and so that a single
# song is given, as most people ask.
HALVES, SHARES, ONE_SONG = 2, (0.1, 0.8), 0.0
HARD, RANDOM = 2_000, 500
LINEAR_PENALTY = 1e-3
LINEAR_STEPS = 150
HIDDEN, NETWORKS, EPOCHS = 48, 2, 12
RATE, DROPOUT, DECAY = 2e-3, 0.3, 1e-3
# The linear part is at its optimum already and only follows slowly.
LINEAR_RATE = 0.1
# How many songs of playlists the catalogue's word on a genre's company is worth: playlists hardly know tango.
KINSHIP_WORTH = 5.0
RARE_GENRE = 1e-3

# Products this small take five times as long when threads share them.
one_thread = partial(threadpool_limits, 1)
# From fewer dated songs years are not guessed.
FEWEST_DATED = 200
# Called with what is done, out of how much.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Lesson:
    """One divided playlist: columns (songs, f), of which the first `wanted` rows are those to be found.

    `weight` (songs,) is the logarithm of how many songs of the catalogue each row stands for.
    """

    table: np.ndarray
    wanted: int
    weight: np.ndarray


def genre_lift(facts: SongFacts, playlists: list[np.ndarray]) -> np.ndarray:
    """How many times likelier than by chance genres meet in playlists, float32 (genres, genres)."""
    together = KINSHIP_WORTH * kinship(facts)
    for songs in playlists:
        together += _co_occurrence(facts, songs)
    return _lift(together, facts.genre_share)


def kinship(facts: SongFacts) -> np.ndarray:
    """The genres of the artists who have songs in the row's genre, (genres, genres); rows sum to 1."""
    met = facts.genre_shares.T @ facts.artist_shares
    return met / np.maximum(met.sum(axis=1, keepdims=True), RARE_GENRE)


def _co_occurrence(facts: SongFacts, songs: np.ndarray) -> np.ndarray:
    shares = (facts.carries[songs] / facts.genre_count[songs, None]).mean(axis=0)
    return len(songs) * np.outer(shares, shares)


def _lift(together: np.ndarray, prior: np.ndarray) -> np.ndarray:
    return (together / together.sum(axis=1, keepdims=True) / (prior + RARE_GENRE)).astype(np.float32)


def lessons(
    facts: SongFacts, index: TrackIndex, playlists: list[np.ndarray], random: np.random.Generator, progress: Progress
) -> list[Lesson]:
    """What is to be learned from `playlists`; each one's genre lift comes from the other playlists alone."""
    parts = [_co_occurrence(facts, songs) for songs in playlists]
    together = KINSHIP_WORTH * kinship(facts) + sum(parts)
    made: list[Lesson] = []
    for done, (songs, own) in enumerate(zip(playlists, parts, strict=True)):
        lift = _lift(together - own, facts.genre_share)
        shares = [*([0.5] * HALVES), random.uniform(*SHARES), ONE_SONG]
        made.extend(_lesson(facts, index, lift, random.permutation(songs), share, random) for share in shares)
        progress(done + 1, len(playlists))
    return made


def _lesson(
    facts: SongFacts,
    index: TrackIndex,
    lift: np.ndarray,
    songs: np.ndarray,
    share: float,
    random: np.random.Generator,
) -> Lesson:
    given = max(1, int(len(songs) * share))
    wanted = songs[given:]
    vectors = index.vectors[:, :-1]
    given_songs = Seeds.of(facts, vectors, songs[:given])
    hard = np.setdiff1d(candidate_songs(index, facts, given_songs, HARD), songs)
    rest = np.setdiff1d(random.choice(len(facts), min(RANDOM, len(facts)), replace=False), np.union1d(hard, songs))
    judged = np.concatenate([wanted, hard, rest])
    each_stands_for = max(1.0, (len(facts) - len(songs) - len(hard)) / max(1, len(rest)))
    weight = np.zeros(len(judged), dtype=np.float32)
    weight[len(wanted) + len(hard) :] = np.log(each_stands_for)
    return Lesson(feature_table(Query(facts, vectors, lift, given_songs, judged)), len(wanted), weight)


@dataclass(frozen=True)
class Material:
    """Standardised lessons and what the ranker must know besides its weights."""

    lessons: list[Lesson]
    blank: Ranker


def study(
    facts: SongFacts,
    index: TrackIndex,
    playlists: list[np.ndarray],
    *,
    years: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = lambda done, total: None,
) -> Material:
    """Everything to learn from `playlists` (song numbers each).

    `years` (n songs,) are release years, NaN where unknown; only those of songs on `playlists` are looked at.
    """
    era = _era(facts, playlists, years)
    facts = facts.dated(era)
    with one_thread():
        made = lessons(facts, index, playlists, np.random.default_rng(seed), progress)
    vectors, lift = index.vectors[:, :-1], genre_lift(facts, playlists)
    some = playlists[0][:1]
    columns = feature_columns(Query(facts, vectors, lift, Seeds.of(facts, vectors, some), some))
    everything = np.concatenate([lesson.table for lesson in made])
    mean, scale = everything.mean(axis=0), everything.std(axis=0) + 1e-6
    del everything
    names = tuple(name for part in columns.values() for name in part)
    nothing = np.zeros(len(names), dtype=np.float32)
    blank = Ranker(
        columns=names,
        parts=tuple(part for part, inside in columns.items() for _ in inside),
        mean=mean,
        scale=scale,
        linear=nothing,
        hidden=nothing[:, None],
        bias=nothing[:1],
        out=nothing[:1],
        genres=facts.genres,
        lift=lift,
        era=era,
    )
    return Material([replace(lesson, table=blank.standardised(lesson.table)) for lesson in made], blank)


def _era(facts: SongFacts, playlists: list[np.ndarray], years: np.ndarray | None) -> Era | None:
    if years is None:
        return None
    songs = np.unique(np.concatenate(playlists))
    known = songs[~np.isnan(years[songs])]
    return Era.fit(facts, known, years[known]) if len(known) >= FEWEST_DATED else None


def learn(material: Material, *, seed: int = 0, without: str | None = None, networks: int = NETWORKS) -> Ranker:
    """A ranker fitted to `material`, linear with `networks` 0; `without` names a part of the score to leave out."""
    used = np.array([part != without for part in material.blank.parts], dtype=np.float32)
    seen = material.lessons
    if without is not None:
        seen = [replace(lesson, table=lesson.table * used) for lesson in seen]
    with one_thread():
        base = replace(material.blank, linear=_fit_linear(seen).astype(np.float32))
        trained = [_fit_network(seen, base, np.random.default_rng([seed, number])) for number in range(networks)]
    ranker = joined(trained) if trained else base
    # What was left out must not speak at serving either.
    return replace(ranker, linear=ranker.linear * used, hidden=ranker.hidden * used[:, None])


def _fit_linear(material: list[Lesson]) -> np.ndarray:
    total = sum(np.sqrt(lesson.wanted) for lesson in material)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = 0.0, np.zeros_like(weights)
        # The tables are float32; a weight in float64 would have each of them copied.
        weights_32 = weights.astype(np.float32)
        for lesson in material:
            # Longer lists tell more, but not in proportion: their songs are alike.
            importance = np.sqrt(lesson.wanted)
            chances, log_sum, scores = _softmax(lesson.table @ weights_32, lesson.weight)
            mine = lesson.table[: lesson.wanted]
            value -= importance * (scores[: lesson.wanted].mean() - log_sum)
            gradient -= importance * (mine.mean(axis=0) - chances @ lesson.table)
        penalty = LINEAR_PENALTY * weights @ weights
        return value / total + penalty, gradient / total + 2 * LINEAR_PENALTY * weights

    start = np.zeros(material[0].table.shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": LINEAR_STEPS}).x


def _softmax(scores: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """Each row's chance of being picked, the logarithm of the sum, and the scores themselves."""
    counted = scores + weight
    highest = counted.max()
    powers = np.exp(counted - highest)
    return powers / powers.sum(), float(highest + np.log(powers.sum())), scores


def _fit_network(material: list[Lesson], base: Ranker, random: np.random.Generator) -> Ranker:
    """Adam (Kingma & Ba 2015) over one lesson at a time, with dropout on the hidden units."""
    inputs = len(base.linear)
    weights = [
        random.normal(0, 1 / np.sqrt(inputs), (inputs, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, dtype=np.float32),
        random.normal(0, 0.3 / np.sqrt(HIDDEN), HIDDEN).astype(np.float32),
        base.linear.copy(),
    ]
    first = [np.zeros_like(one) for one in weights]
    second = [np.zeros_like(one) for one in weights]
    step = 0
    for epoch in range(EPOCHS):
        rate = RATE * (1 - epoch / EPOCHS)
        for number in random.permutation(len(material)):
            step += 1
            for place, slope in enumerate(_slopes(material[number], weights, random)):
                first[place] = 0.9 * first[place] + 0.1 * slope
                second[place] = 0.99 * second[place] + 0.01 * slope**2
                move = (first[place] / (1 - 0.9**step)) / (np.sqrt(second[place] / (1 - 0.99**step)) + 1e-8)
                weights[place] = weights[place] - rate * (LINEAR_RATE if place == 3 else 1) * move
    hidden, bias, out, linear = weights
    return replace(base, hidden=hidden, bias=bias, out=out, linear=linear)


def _slopes(lesson: Lesson, weights: list[np.ndarray], random: np.random.Generator) -> list[np.ndarray]:
    """The loss's gradient by each of the network's weights."""
    hidden, bias, out, linear = weights
    active = np.maximum(lesson.table @ hidden + bias, 0)
    kept = (random.random(HIDDEN) > DROPOUT) / np.float32(1 - DROPOUT)
    active *= kept
    chances, _, _ = _softmax(active @ out + lesson.table @ linear, lesson.weight)
    importance = np.sqrt(lesson.wanted)
    by_score = (importance * chances).astype(np.float32)
    by_score[: lesson.wanted] -= importance / lesson.wanted
    by_hidden = np.outer(by_score, out * kept) * (active > 0)
    return [
        lesson.table.T @ by_hidden + DECAY * hidden,
        by_hidden.sum(axis=0),
        active.T @ by_score + DECAY * out,
        lesson.table.T @ by_score,
    ]
