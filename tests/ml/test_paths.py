import numpy as np
import pytest

from ml.paths import find_path, steps

START, END = 0, 1


def on_circle(*degrees: float) -> np.ndarray:
    """Unit vectors (n, 2) in these directions."""
    turned = np.radians(degrees)
    return np.column_stack([np.cos(turned), np.sin(turned)]).astype(np.float32)


def path(vectors: np.ndarray, length: int, **changes) -> list[int]:
    """From row 0 to row 1 over any of the others, each a song and an artist of its own."""
    rows = np.arange(len(vectors))
    return find_path(vectors, START, END, length, **{"candidates": rows[2:], "songs": rows, **changes})


def random_world(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_step_is_as_long_as_the_cosine_says():
    assert steps(on_circle(0, 60, 60, 150), [0, 1, 2, 3]) == pytest.approx([0.5, 0.0, 1.0], abs=1e-6)
    assert steps(on_circle(0, 60), [1]).tolist() == []


def test_the_path_takes_the_songs_that_divide_the_way_evenly():
    vectors = on_circle(0, 90, 5, 30, 45, 60, 85, 200, -30)
    assert path(vectors, 4) == [0, 3, 5, 1]
    assert path(vectors, 3) == [0, 4, 1]


def test_the_order_of_the_rows_does_not_matter():
    assert path(on_circle(0, 90, 60, 200, 30), 4) == [0, 4, 2, 1]


def test_two_songs_are_the_shortest_path():
    assert path(on_circle(0, 90, 45), 2) == [0, 1]


@pytest.mark.parametrize("length", [-1, 0, 1])
def test_a_path_without_its_ends_is_refused(length):
    with pytest.raises(ValueError, match="two ends"):
        path(on_circle(0, 90), length)


def test_a_path_to_another_version_of_the_same_song_is_refused():
    with pytest.raises(ValueError, match="not to itself"):
        path(on_circle(0, 90, 45), 3, songs=np.array([7, 7, 8]))


def test_songs_off_the_way_are_worse_than_songs_on_it():
    # In front of the screen or behind it: as far along as the one in between, but aside.
    vectors = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.6, 0.53], [0.7071, 0.7071, 0]], dtype=np.float32)
    assert path(vectors, 3) == [0, 3, 1]


def test_only_candidates_stand_between():
    vectors = on_circle(0, 90, 45, 30)
    assert path(vectors, 3, candidates=np.array([3])) == [0, 3, 1]


def test_the_path_is_shorter_only_when_candidates_run_out():
    assert path(on_circle(0, 90, 45), 6) == [0, 2, 1]
    assert path(on_circle(0, 90), 6, candidates=np.array([], dtype=int)) == [0, 1]


def test_songs_behind_the_ends_are_taken_before_the_path_gets_shorter():
    assert sorted(path(on_circle(0, 90, 180, -90), 4)) == [0, 1, 2, 3]


def test_no_two_versions_of_a_song_are_in_a_path():
    vectors = on_circle(0, 90, 30, 31, 50)
    assert path(vectors, 4, songs=np.array([0, 1, 2, 2, 3])) == [0, 2, 4, 1]


def test_no_version_of_the_ends_is_in_a_path():
    vectors = on_circle(0, 90, 45, 44, 20)
    assert path(vectors, 3, songs=np.array([0, 1, 0, 1, 2])) == [0, 4, 1]


def artists(*names: str):
    return lambda row: names[row].split(";")


def test_no_artist_comes_more_often_than_allowed():
    vectors = on_circle(0, 90, 30, 60, 20, 70)
    credited = artists("Ada", "Ben", "Cem", "Cem", "Dan", "Cem;Eve")
    assert path(vectors, 4, artists_of=credited, per_artist=2) == [0, 2, 3, 1]
    assert path(vectors, 4, artists_of=credited, per_artist=1) == [0, 4, 3, 1]
    assert path(vectors, 6, artists_of=credited, per_artist=None) == [0, 4, 2, 3, 5, 1]
    assert len(path(vectors, 6, artists_of=credited, per_artist=2)) == 5


def test_the_ends_count_for_their_artists():
    vectors = on_circle(0, 90, 45, 20)
    assert path(vectors, 3, artists_of=artists("Ada", "Ada", "Ada", "Ben"), per_artist=2) == [0, 3, 1]


def in_space(along: float, height: float) -> list[float]:
    """A unit vector so many degrees along the equator and above it."""
    turned, lift = np.radians(along), np.radians(height)
    return [np.cos(turned) * np.cos(lift), np.sin(turned) * np.cos(lift), np.sin(lift)]


def test_a_song_is_exchanged_where_that_makes_the_larger_step_smaller():
    """The only song for the first stop lies above the way, so the second one had better lie a little above it, too."""
    vectors = np.array([in_space(0, 0), in_space(90, 0), in_space(30, 45), in_space(55, 0), in_space(60, 25)])
    straight, smooth = [0, 2, 3, 1], [0, 2, 4, 1]
    assert steps(vectors, smooth)[1:].max() < steps(vectors, straight)[1:].max()
    assert path(vectors, 4) == smooth


def test_a_path_makes_progress_with_every_song():
    vectors = random_world(2_000)
    for length in (3, 8, 15):
        found = path(vectors, length)
        across = vectors[END] - (vectors[START] @ vectors[END]) * vectors[START]
        along = np.arctan2(vectors[found] @ across / np.linalg.norm(across), vectors[found] @ vectors[START])
        assert len(found) == length
        assert (np.diff(along) >= 0).all()


def test_a_longer_path_has_smaller_steps():
    vectors = random_world(5_000)
    largest = [steps(vectors, path(vectors, length)).max() for length in (2, 3, 6, 12)]
    assert largest == sorted(largest, reverse=True)
    assert largest[-1] < largest[0] / 3


def test_a_big_catalogue_is_searched_by_a_shortlist_that_still_finds_enough():
    """All but a few of five thousand songs are by one artist: the first shortlist alone would not do."""
    vectors = random_world(5_000)
    others = set(range(4_900, 5_000))
    found = path(vectors, 8, artists_of=lambda row: [f"Artist {row}" if row in others else "Everyone"])
    assert len(found) == 8
    assert len(others.intersection(found)) >= 6


@pytest.mark.parametrize("end", [0, 180])
def test_ends_in_the_same_and_in_opposite_directions_have_a_path_too(end):
    found = path(on_circle(0, end, 45, 90, 135, -90), 5)
    assert found[0] == START
    assert found[-1] == END
    assert len(set(found)) == 5
    assert set(found) > {2, 3} if end == 0 else found == [0, 2, 3, 4, 1]


def test_the_same_ends_have_the_same_path():
    vectors = random_world(3_000)
    assert path(vectors, 10) == path(vectors, 10)
