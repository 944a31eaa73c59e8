from itertools import pairwise, permutations

import numpy as np
import pytest

from ml.flow import SHAPES, camelot, flow_order, harmonic_distance, step_costs
from ml.flow_search import cheapest_order

C, D, G, A = 0, 2, 7, 9
MAJOR, MINOR = 1, 0
UNKNOWN = float("nan")


def songs(tempo, energy=None, key=None, mode=None) -> tuple[np.ndarray, ...]:
    """Songs that differ in tempo and, where given, in the rest."""
    count = len(tempo)
    columns = (tempo, energy or [0.5] * count, key or [C] * count, mode or [MAJOR] * count)
    return tuple(np.array(column, dtype=float) for column in columns)


def some_songs(count: int, seed: int = 0) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    return songs(
        random.uniform(70, 180, count).tolist(),
        random.random(count).tolist(),
        random.integers(0, 12, count).tolist(),
        random.integers(0, 2, count).tolist(),
    )


@pytest.mark.parametrize(
    ("key", "mode", "code"),
    [
        (C, MAJOR, "8B"),
        (A, MINOR, "8A"),
        (G, MAJOR, "9B"),
        (4, MINOR, "9A"),
        (5, MAJOR, "7B"),
        (D, MAJOR, "10B"),
        (11, MAJOR, "1B"),
        (8, MINOR, "1A"),
        (4, MAJOR, "12B"),
        (1, MINOR, "12A"),
        (6, MAJOR, "2B"),
        (-1, MAJOR, None),
        (UNKNOWN, MINOR, None),
        (C, UNKNOWN, None),
        (12, MAJOR, None),
        (0.5, MAJOR, None),
    ],
)
def test_keys_stand_where_the_camelot_wheel_has_them(key, mode, code):
    assert camelot(key, mode) == code


def test_every_key_has_a_place_of_its_own_on_the_wheel():
    codes = {camelot(key, mode) for key in range(12) for mode in (0, 1)}
    assert codes == {f"{hour}{letter}" for hour in range(1, 13) for letter in "AB"}


@pytest.mark.parametrize(
    ("code", "other", "distance"),
    [
        ("8A", "8A", 0),
        ("8A", "9A", 1),
        ("8A", "7A", 1),
        ("8A", "8B", 1),
        ("12B", "1B", 1),
        ("8A", "9B", 2),
        ("2A", "11A", 3),
        ("1A", "7A", 6),
        ("1A", "7B", 7),
    ],
)
def test_harmonic_distance_counts_steps_on_the_wheel(code, other, distance):
    assert harmonic_distance(code, other) == harmonic_distance(other, code) == distance


def test_half_and_double_tempo_are_close():
    costs = step_costs(*songs([70.0, 140.0, 100.0, 75.0, 280.0]))
    from_70 = costs[0]
    assert from_70[3] < from_70[1] < from_70[2]  # 75, then 140, then 100 BPM
    assert from_70[1] < from_70[4]
    assert costs[1, 0] == costs[0, 1]


def test_a_step_to_an_equal_song_is_free_and_the_hardest_step_costs_one():
    opposite = step_costs(*songs([100.0, 100.0, 100 * 2**0.5], [0.0, 0.0, 1.0], [C, C, 6], [MAJOR, MAJOR, MINOR]))
    assert opposite[0, 1] == 0
    # C major is 8B, F sharp minor 11A: four of seven steps.
    assert opposite[0, 2] == pytest.approx((0.3 + 0.3 + 0.15 * 4 / 7) / 0.75)
    farthest = step_costs(*songs([100.0, 100 * 2**0.5], [0.0, 1.0], [C, 3], [MAJOR, MINOR]))
    assert farthest[0, 1] == pytest.approx(1.0)


def test_vectors_count_when_they_are_given():
    costs = step_costs(*songs([100.0] * 3), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    assert costs[0, 1] == pytest.approx(0.25)
    assert costs[0, 2] == 0


def test_what_is_unknown_costs_what_is_usual():
    costs = step_costs(*songs([100.0, 100.0, UNKNOWN], [0.0, 1.0, 0.5]))
    known = step_costs(*songs([100.0, 100.0, 100.0], [0.0, 1.0, 0.5]))
    assert costs == pytest.approx(known)
    everything = step_costs(*(np.full(3, UNKNOWN) for _ in range(4)))
    assert not everything.any()
    no_beat, minus_one = step_costs(*songs([0.0, 100.0])), step_costs(*songs([100.0, 100.0], key=[-1, C]))
    assert not no_beat.any()
    assert not minus_one.any()


def test_a_steady_flow_takes_the_tempos_one_after_the_other():
    flow = flow_order(*songs([120.0, 90.0, 110.0, 100.0]))
    tempos = [[120, 90, 110, 100][place] for place in flow.order]
    assert tempos in ([90, 100, 110, 120], [120, 110, 100, 90])
    assert flow.after < flow.before


def test_keys_decide_where_nothing_else_differs():
    # 8B, 2B, 9B, 1B, 10B: on the wheel 8 9 10 … 1 2.
    flow = flow_order(*songs([100.0] * 5, key=[C, 6, G, 11, D]))
    codes = [camelot([C, 6, G, 11, D][place], MAJOR) for place in flow.order]
    assert codes in (["8B", "9B", "10B", "1B", "2B"], ["2B", "1B", "10B", "9B", "8B"])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 40])
def test_every_song_stands_in_the_list_once(shape, count):
    assert sorted(flow_order(*some_songs(count), shape=shape).order) == list(range(count))


def test_rise_climbs_and_fall_sinks():
    energy = [0.5, 0.9, 0.1, 0.7, 0.3]
    rise = flow_order(*songs([100.0] * 5, energy), shape="rise").order
    fall = flow_order(*songs([100.0] * 5, energy), shape="fall").order
    assert [energy[place] for place in rise] == [0.1, 0.3, 0.5, 0.7, 0.9]
    assert [energy[place] for place in fall] == [0.9, 0.7, 0.5, 0.3, 0.1]


def test_tempo_climbs_where_energy_is_the_same():
    assert flow_order(*songs([120.0, 90.0, 105.0]), shape="rise").order == (1, 2, 0)


def test_a_wave_warms_up_peaks_in_the_second_half_and_cools_down():
    columns = some_songs(40)
    energy = columns[1][list(flow_order(*columns, shape="wave").order)]
    start, middle, peak, end = energy[:8].mean(), energy[14:22].mean(), energy[23:31].mean(), energy[-5:].mean()
    assert start < middle < peak
    assert start < end < middle


@pytest.mark.parametrize("shape", SHAPES)
def test_given_ends_stay_at_the_ends(shape):
    order = flow_order(*some_songs(12), shape=shape, first=7, last=2).order
    assert (order[0], order[-1]) == (7, 2)
    assert flow_order(*some_songs(12), shape=shape, first=5).order[0] == 5
    assert flow_order(*some_songs(12), shape=shape, last=5).order[-1] == 5


def test_the_song_at_both_ends_of_a_list_of_one_is_fine():
    assert flow_order(*some_songs(1), first=0, last=0).order == (0,)


@pytest.mark.parametrize(
    "wrong", [{"shape": "zigzag"}, {"first": 1, "last": 1}, {"first": 4}, {"last": -1}], ids=lambda wrong: str(wrong)
)
def test_impossible_wishes_are_refused(wrong):
    with pytest.raises(ValueError, match=r"shape|ends|both"):
        flow_order(*some_songs(4), **wrong)


def test_an_artist_does_not_follow_himself_even_where_it_would_flow_best():
    artists = ["Ada", "Ada", "Ada", "Ben", "Cem"]
    order = flow_order(*songs([100.0, 100.0, 100.0, 170.0, 140.0]), artists=artists).order
    assert [artists[place] for place in order[::2]] == ["Ada", "Ada", "Ada"]


def test_a_guest_does_not_follow_himself_either():
    artists = ["Ada", "Ben;Ada", "Cem", "Dan;Ada", "Eve"]
    order = flow_order(*songs([100.0, 100.0, 170.0, 100.0, 140.0]), artists=artists).order
    assert {artists[place] for place in order[::2]} == {"Ada", "Ben;Ada", "Dan;Ada"}


def test_a_list_by_one_artist_still_flows():
    flow = flow_order(*songs([120.0, 90.0, 110.0]), artists=["Ada"] * 3)
    assert flow.order in ((0, 2, 1), (1, 2, 0))


def test_steady_is_never_worse_than_the_given_order():
    for seed in range(20):
        flow = flow_order(*some_songs(15, seed))
        assert flow.after <= flow.before


def test_the_reported_costs_are_those_of_the_steps():
    columns = some_songs(10)
    flow = flow_order(*columns)
    costs = step_costs(*columns)
    assert flow.before == pytest.approx(np.mean([costs[n, n + 1] for n in range(9)]))
    assert flow.after == pytest.approx(np.mean([costs[pair] for pair in pairwise(flow.order)]))


def test_the_same_songs_come_in_the_same_order():
    for shape in SHAPES:
        assert flow_order(*some_songs(30), shape=shape) == flow_order(*some_songs(30), shape=shape)


def test_the_search_comes_within_a_tenth_of_the_best_order():
    """Against all 5,040 orders of seven items with costs of steps and of places."""
    every = np.array(list(permutations(range(7))))
    for seed in range(20):
        steps = step_costs(*some_songs(7, seed))
        places = np.abs(np.random.default_rng(seed).random((7, 1)) - np.linspace(0, 1, 7))
        found = np.array([cheapest_order(steps, places, np.zeros((7, 7), dtype=bool))])

        def totals(orders, steps=steps, places=places):
            return steps[orders[:, :-1], orders[:, 1:]].sum(axis=1) + places[orders, np.arange(7)].sum(axis=1)

        assert totals(found)[0] <= 1.1 * totals(every).min()


def test_those_that_should_stay_apart_do_whenever_there_is_a_way():
    """Five of one kind among nine leave a single pattern."""
    random = np.random.default_rng(3)
    for _ in range(20):
        kind = random.permutation([1] * 5 + [2, 2, 3, 3])
        steps = random.random((9, 9))
        apart = (kind[:, None] == kind) & ~np.eye(9, dtype=bool)
        order = cheapest_order(steps + steps.T, np.zeros((9, 9)), apart)
        assert kind[order][::2].tolist() == [1] * 5
