import numpy as np
import pytest

from ml.ranking import learning
from ml.ranking.features import Query, feature_table
from ml.ranking.learning import Lesson, Material, genre_lift, learn, lessons, study
from ml.ranking.ranker import Ranker
from ml.ranking.seeds import Seeds
from tests.ml.worlds import World, catalogue_frame, song, world

COLOURS = ("black", "white", "red", "blue")
SONGS = 80


def checkerboard() -> World:
    """Songs of four genres, each by an artist of its own, that sound any way."""
    random = np.random.default_rng(0)
    sounds = ("energy", "valence", "tempo", "popularity")
    songs = [
        song(
            number,
            COLOURS[number % 4],
            album_name=f"Album {number}",
            **dict(zip(sounds, (random.random(4) * (1, 1, 100, 100) + (0, 0, 60, 0)).tolist(), strict=True)),
        )
        for number in range(SONGS)
    ]
    return world(catalogue_frame(*songs))


def people() -> list[np.ndarray]:
    """Whoever likes black likes red too; whoever likes white likes blue. The genres themselves don't tell that."""
    random = np.random.default_rng(1)
    return [np.sort(random.choice(np.arange(who % 2, SONGS, 2), 12, replace=False)) for who in range(10)]


@pytest.fixture(scope="module")
def board():
    return checkerboard()


@pytest.fixture(scope="module")
def material(board) -> Material:
    return study(board.facts, board.index, people())


@pytest.fixture(scope="module")
def learned(material):
    return learn(material, networks=1)


def ranked(board: World, ranker: Ranker, given: list[int]) -> np.ndarray:
    """All other songs, best first."""
    seeds = Seeds.of(board.facts, board.vectors, np.array(given))
    others = np.setdiff1d(np.arange(SONGS), given)
    table = feature_table(Query(board.facts, board.vectors, ranker.lift_for(board.facts.genres), seeds, others))
    return others[np.argsort(-ranker.score(table), kind="stable")]


def places(board: World, ranker: Ranker, camp: int) -> float:
    """The share of the camp's other songs among as many first ones, for someone who gave three black or white songs."""
    found = ranked(board, ranker, [camp, camp + 4, camp + 8])
    count = SONGS // 2 - 3
    return float((found[:count] % 2 == camp).mean())


@pytest.mark.parametrize("camp", [0, 1])
def test_what_goes_together_on_playlists_comes_first(board, learned, camp):
    assert places(board, learned, camp) == 1.0


def test_a_linear_ranker_learns_it_too(board, material):
    assert places(board, learn(material, networks=0), 0) == 1.0


def test_who_likes_the_opposite_is_served_the_opposite(board):
    mixed = [np.sort(np.concatenate([one[:6], other[-6:]])) for one, other in zip(people(), people()[1:], strict=False)]
    assert places(board, learn(study(board.facts, board.index, mixed), networks=0), 0) < 0.8


def test_the_same_seed_learns_the_same(board, learned):
    again = learn(study(board.facts, board.index, people()), networks=1)
    assert (again.linear == learned.linear).all()
    assert (again.hidden == learned.hidden).all()


def test_another_seed_learns_something_else(material, learned):
    assert not (learn(material, networks=1, seed=1).hidden == learned.hidden).all()


@pytest.mark.parametrize("part", ["genre", "fame"])
def test_a_part_that_is_left_out_has_no_say(material, part):
    ranker = learn(material, networks=1, without=part)
    table = np.random.default_rng(0).normal(size=(20, len(ranker.columns))).astype(np.float32)
    changed = np.where(np.array(ranker.parts) == part, 3, table).astype(np.float32)
    assert (ranker.score(changed) == ranker.score(table)).all()


def test_lift_tells_how_much_likelier_than_by_chance_genres_meet(board):
    # Half of the songs on a list with black ones are black and half are red, twice what chance would bring.
    lift = genre_lift(board.facts, 10 * people())
    black, red, white = (board.facts.genres.index(name) for name in ("black", "red", "white"))
    assert lift[black, [black, red, white]] == pytest.approx([2, 2, 0], abs=0.2)


def test_a_genre_that_no_playlist_holds_goes_with_what_its_artists_play():
    sides = (("tango", "Ada"), ("waltz", "Ada"), ("tango", "Ben"))
    songs = [song(number, genre, artists=name, energy=number / 10) for number, (genre, name) in enumerate(sides)]
    others = [song(number, "rock", artists=f"Artist {number}") for number in range(3, 20)]
    facts = world(catalogue_frame(*songs, *others)).facts
    lift = genre_lift(facts, [np.arange(3, 20)])
    tango, waltz, rock = (facts.genres.index(name) for name in ("tango", "waltz", "rock"))
    # Of the genres of Ada and Ben, who have tango, tango is three quarters and waltz one.
    assert lift[tango, tango] * facts.genre_share[tango] == pytest.approx(0.75, abs=0.02)
    assert lift[tango, waltz] * facts.genre_share[waltz] == pytest.approx(0.25, abs=0.02)
    assert lift[tango, rock] == 0


def test_in_a_lesson_the_lift_knows_nothing_of_its_own_playlist(board, monkeypatch):
    monkeypatch.setattr(learning, "KINSHIP_WORTH", 0.1)
    # Six black ones and six red ones.
    only = np.arange(0, 24, 2)
    black, red = (board.facts.genres.index(name) for name in ("black", "red"))
    # The playlist tells that black and red go together as much as each with itself; nothing else tells that.
    assert np.ptp(genre_lift(board.facts, [only])[black, [black, red]]) < 0.1
    (first, *_) = lessons(board.facts, board.index, [only], np.random.default_rng(0), lambda done, total: None)
    # More of one than of the other are given, and only that one's own kind is expected of it.
    assert np.ptp(first.table[: first.wanted, 0]) > 0.5


def test_the_songs_to_be_found_come_first_in_a_lesson(board):
    half, *_ = lessons(board.facts, board.index, people()[:1], np.random.default_rng(0), lambda done, total: None)
    # Twelve songs in halves, and all of the catalogue but the given six is judged.
    assert (half.wanted, len(half.table)) == (6, SONGS - 6)


def test_a_sample_stands_for_all_songs_that_are_not_judged(board, monkeypatch):
    monkeypatch.setattr(learning, "HARD", 20)
    monkeypatch.setattr(learning, "RANDOM", 30)
    half, *_ = lessons(board.facts, board.index, people()[:1], np.random.default_rng(0), lambda done, total: None)
    assert np.exp(half.weight).sum() == pytest.approx(SONGS - 6, rel=1e-4)


def test_learning_tells_how_far_it_is(board):
    told = []
    lessons(board.facts, board.index, people()[:3], np.random.default_rng(0), lambda done, total: told.append(done))
    assert told == [1, 2, 3]


@pytest.mark.parametrize("which", range(4), ids=["hidden", "bias", "out", "linear"])
def test_the_network_follows_the_slope_of_its_loss(monkeypatch, which):
    monkeypatch.setattr(learning, "HIDDEN", 5)
    monkeypatch.setattr(learning, "DECAY", 0.0)
    random = np.random.default_rng(1)
    lesson = Lesson(random.normal(size=(30, 4)), 3, np.zeros(30))
    weights = [random.normal(size=shape) for shape in ((4, 5), 5, 5, 4)]

    def loss(step: float) -> float:
        hidden, bias, out, linear = (weight + step * (place == which) for place, weight in enumerate(weights))
        # The same units drop out as in the slopes.
        kept = (np.random.default_rng(7).random(5) > learning.DROPOUT) / (1 - learning.DROPOUT)
        scores = (np.maximum(lesson.table @ hidden + bias, 0) * kept) @ out + lesson.table @ linear
        return float(np.sqrt(3) * (np.log(np.exp(scores).sum()) - scores[:3].mean()))

    slope = learning._slopes(lesson, weights, np.random.default_rng(7))[which].sum()
    assert slope == pytest.approx((loss(1e-5) - loss(-1e-5)) / 2e-5, rel=1e-3)
