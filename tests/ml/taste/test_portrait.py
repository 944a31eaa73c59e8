import pytest

from ml.taste.portrait import portrait_of
from ml.taste.taste import Evidence, taste_of
from tests.ml.taste.tastes import metal, piano
from tests.ml.worlds import catalogue_frame, song, track_id, world


def likes(track_ids, days=0.0):
    return [Evidence(one, 1.0, days) for one in track_ids]


def test_nothing_liked_has_no_portrait(recommender):
    assert portrait_of(recommender, []) is None
    assert portrait_of(recommender, [Evidence(metal(1)[0], -1.0), Evidence("unknown", 1.0)]) is None


def test_what_the_taste_counts_as_liked_is_in_the_portrait(recommender):
    once_disliked = [Evidence(metal(1)[0], 1.0), Evidence(metal(1)[0], -1.0, 400.0)]
    assert taste_of(recommender, once_disliked)
    assert portrait_of(recommender, once_disliked).likes == 1


def test_piano_is_calm_and_slow(recommender):
    portrait = portrait_of(recommender, likes(piano(*range(8))))
    assert portrait.likes == 8
    assert portrait.features["energy"] < 0.3
    assert portrait.features["acousticness"] > 0.7
    assert portrait.genres == [("piano", 1.0)]
    assert portrait.moods == [("Chill", 1.0)]
    assert portrait.line.startswith("Leans to piano, ")
    assert any(word in portrait.line for word in ("calmer", "slower", "more acoustic", "more instrumental"))
    assert "livelier" not in portrait.line


def test_half_and_half_leans_to_neither_side(recommender):
    portrait = portrait_of(recommender, likes([*metal(*range(6)), *piano(*range(6))]))
    assert [share for _, share in portrait.genres] == [0.5, 0.5]
    assert [share for _, share in portrait.moods] == [0.5, 0.5]
    # Half of all songs are filed there too.
    assert portrait.line.startswith("At home in many genres")


def test_a_song_spreads_over_its_genres_evenly():
    songs = [song(0, "ambient;piano"), song(1, "piano"), *(song(number, "rock") for number in range(2, 12))]
    portrait = portrait_of(world(catalogue_frame(*songs)).recommender(), likes([track_id(0), track_id(1)]))
    assert portrait.genres == [("piano", 0.75), ("ambient", 0.25)]


def test_a_change_shows_with_enough_songs_on_both_sides(recommender):
    older, newer = piano(*range(12)), metal(*range(12))
    portrait = portrait_of(recommender, [*likes(older, 90.0), *likes(newer, 3.0)])
    assert portrait.before["energy"] < 0.3 < 0.7 < portrait.features["energy"]
    assert portrait.likes == 24
    assert "lately" in portrait.line
    assert portrait.line.index("lately") < max(portrait.line.find(word) for word in ("livelier", "faster", "less aco"))


@pytest.mark.parametrize(("older", "newer"), [(9, 12), (12, 9), (0, 24)])
def test_too_few_songs_on_one_side_tell_no_change(recommender, older, newer):
    evidence = [*likes(piano(*range(older)), 90.0), *likes(metal(*range(newer)), 3.0)]
    portrait = portrait_of(recommender, evidence)
    assert portrait.before is None
    assert "lately" not in portrait.line


def test_what_only_chance_moves_is_no_change(recommender):
    evidence = [*likes(piano(*range(12)), 90.0), *likes(piano(*range(12, 24)), 3.0)]
    portrait = portrait_of(recommender, evidence)
    assert portrait.before is not None
    assert "lately" not in portrait.line


def test_years_are_those_of_most_songs(recommender):
    assert portrait_of(recommender, likes(piano(*range(5)))).years is None
    dated = world(catalogue_frame(*(song(number) for number in range(10)))).recommender()
    dated.facts.years[:] = [1900, *range(1980, 1988), 2020]
    first, last = portrait_of(dated, likes(track_id(number) for number in range(10))).years
    assert 1980 <= first < last <= 1987


def test_an_unknown_feature_is_left_out_of_the_mean():
    songs = [song(0, tempo=float("nan")), song(1, tempo=190.0), *(song(n, tempo=60.0 + n) for n in range(2, 30))]
    portrait = portrait_of(world(catalogue_frame(*songs)).recommender(), likes([track_id(0), track_id(1)]))
    assert portrait.features["tempo"] > 0.9
