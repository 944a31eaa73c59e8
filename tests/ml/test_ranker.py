from dataclasses import replace

import numpy as np
import pytest

from ml.ranking.features import PARTS, Query, feature_columns
from ml.ranking.ranker import LIFT_ALONE, LIFT_APART, Ranker, joined
from ml.ranking.seeds import Seeds
from tests.ml.worlds import catalogue_frame, song, world

MEAN = np.array([1.0, 2.0, 3.0], dtype=np.float32)


def ranker(seed: int = 0, hidden: int = 4) -> Ranker:
    random = np.random.default_rng(seed)

    def numbers(*shape: int) -> np.ndarray:
        return random.normal(size=shape).astype(np.float32)

    return Ranker(
        columns=("genre", "artist's genres", "fame rank"),
        parts=("genre", "genre", "fame"),
        mean=MEAN,
        scale=np.array([1.0, 2.0, 0.5], dtype=np.float32),
        linear=numbers(3),
        hidden=numbers(3, hidden),
        bias=numbers(hidden),
        out=numbers(hidden),
        genres=("folk", "rock"),
        lift=np.array([[4.0, 0.5], [0.5, 2.0]], dtype=np.float32),
    )


def linear() -> Ranker:
    weights = np.array([2.0, -1.0, 0.5], dtype=np.float32)
    return replace(ranker(), linear=weights, out=np.zeros(4, dtype=np.float32))


def test_a_linear_score_by_hand():
    # Standardised: 1, 1 and -2.
    assert linear().score(np.array([[2.0, 4.0, 2.0]], dtype=np.float32)) == pytest.approx([2 - 1 - 1])


def test_an_average_song_scores_what_the_network_says_of_nothing():
    made = ranker()
    assert made.score(MEAN[None]) == pytest.approx(np.maximum(made.bias, 0) @ made.out)


def test_an_outlier_counts_as_six_deviations():
    far, six = np.array([[1e6, 2.0, 3.0], [7.0, 2.0, 3.0]], dtype=np.float32)
    assert ranker().score(far[None]) == ranker().score(six[None])


def test_a_part_at_its_mean_gains_exactly_nothing():
    table = np.array([[1.0, 2.0, 9.0], [5.0, 2.0, 3.0]], dtype=np.float32)
    gains = ranker().gains(table)
    assert gains["genre"][0] == 0
    assert gains["fame"][1] == 0


def test_the_gains_of_a_linear_ranker_add_up_to_the_score():
    table = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)
    assert sum(linear().gains(table).values()) == pytest.approx(linear().score(table), abs=1e-5)


def test_the_better_a_part_the_more_it_gains():
    table = np.array([[3.0, 2.0, 3.0], [2.0, 2.0, 3.0]], dtype=np.float32)
    assert linear().gains(table)["genre"] == pytest.approx([4.0, 2.0])


def test_joined_rankers_score_their_mean():
    one, other = ranker(1), ranker(2, hidden=7)
    table = np.random.default_rng(3).normal(size=(20, 3)).astype(np.float32)
    assert joined([one, other]).score(table) == pytest.approx((one.score(table) + other.score(table)) / 2, abs=1e-5)


def test_what_is_saved_scores_the_same(tmp_path):
    ranker().save(tmp_path / "ranker.npz")
    table = np.random.default_rng(3).normal(size=(20, 3)).astype(np.float32)
    again = Ranker.load(tmp_path / "ranker.npz")
    assert (again.score(table) == ranker().score(table)).all()
    assert (again.columns, again.parts, again.genres) == (ranker().columns, ranker().parts, ranker().genres)


def test_lift_follows_the_names_of_the_genres():
    assert ranker().lift_for(["rock", "folk"]).tolist() == [[2.0, 0.5], [0.5, 4.0]]


def test_a_genre_never_met_goes_with_itself_alone():
    lift = ranker().lift_for(["polka", "rock"])
    assert lift == pytest.approx(np.array([[LIFT_ALONE, LIFT_APART], [LIFT_APART, 2.0]]))


def test_a_catalogue_of_genres_never_met_has_a_lift():
    assert ranker().lift_for(["polka"]) == pytest.approx(LIFT_ALONE)


def test_the_shipped_ranker_weighs_the_columns_that_are_made():
    small = world(catalogue_frame(*(song(n) for n in range(3))))
    seeds = Seeds.of(small.facts, small.vectors, np.array([0]))
    made = feature_columns(Query(small.facts, small.vectors, np.ones((1, 1)), seeds, np.arange(1, 3)))
    shipped = Ranker.load()
    assert [*zip(shipped.parts, shipped.columns, strict=True)] == [
        (part, name) for part, columns in made.items() for name in columns
    ]


def test_the_shipped_ranker_is_whole():
    shipped = Ranker.load()
    features, units = shipped.hidden.shape
    assert {name: getattr(shipped, name).shape for name in ("mean", "scale", "linear", "bias", "out", "lift")} == {
        "mean": (features,),
        "scale": (features,),
        "linear": (features,),
        "bias": (units,),
        "out": (units,),
        "lift": (len(shipped.genres),) * 2,
    }
    assert set(shipped.parts) == set(PARTS)
    assert (shipped.scale > 0).all()


def test_the_shipped_ranker_finds_that_genres_go_with_themselves():
    shipped = Ranker.load()
    assert np.diag(shipped.lift).mean() > 5 * shipped.lift.mean()
