import numpy as np
import pytest

from ml.ranking.features import PARTS, Query, feature_columns, feature_table
from ml.ranking.seeds import Seeds, all_seeds
from tests.ml.worlds import catalogue_frame, song, two_camps, world

# 0 Ada alone · 1 Ada on her own album with 0 · 2 Ada and Ben · 3 Ben on a compilation with 4 · 4 Cid · 5 Dan, unknown
SONGS = (
    song(0, "rock", artists="Ada", album_name="Firsts", popularity=80.0, tempo=100.0),
    song(1, "rock", artists="Ada", album_name="Firsts", popularity=60.0, tempo=110.0),
    song(2, "folk;rock", artists="Ada;Ben", album_name="Duets", popularity=40.0, tempo=120.0),
    song(3, "folk", artists="Ben", album_name="Best of", popularity=20.0, tempo=130.0),
    song(4, "folk", artists="Cid", album_name="Best of", popularity=10.0, tempo=140.0, explicit=1.0),
    song(5, "jazz", artists="Dan", album_name="Last - Remastered", popularity=0.0, tempo=150.0),
)
FOLK, JAZZ, ROCK = 0, 1, 2
# Rock goes with rock three times likelier than by chance, and so on.
LIFT = np.array([[2.0, 0.5, 1.0], [0.5, 4.0, 0.25], [1.0, 0.25, 3.0]], dtype=np.float32)


@pytest.fixture(scope="module")
def small():
    return world(catalogue_frame(*SONGS))


def columns(small, seeds, candidates=range(6)) -> dict[str, np.ndarray]:
    chosen = Seeds.of(small.facts, small.vectors, np.array(seeds))
    query = Query(small.facts, small.vectors, LIFT, chosen, np.array(candidates))
    return {name: values for part in feature_columns(query).values() for name, values in part.items()}


def test_every_part_of_the_score_has_columns(small):
    query = Query(small.facts, small.vectors, LIFT, Seeds.of(small.facts, small.vectors, np.array([0])), np.arange(6))
    assert {part: bool(found) for part, found in feature_columns(query).items()} == dict.fromkeys(PARTS, True)


def test_no_two_columns_have_one_name(small):
    query = Query(small.facts, small.vectors, LIFT, Seeds.of(small.facts, small.vectors, np.array([0])), np.arange(6))
    assert len(columns(small, [0])) == feature_table(query).shape[1]


def test_genre_is_the_log_of_the_mean_lift_of_what_a_song_carries(small):
    # Seeds: rock and folk-rock, so three quarters rock. The rock song 1: 3/4 of 3 plus 1/4 of 1.
    assert columns(small, [0, 2], [1])["genre"] == pytest.approx(np.log(2.5 + 1e-4))


def test_a_song_of_two_genres_counts_half_for_each(small):
    # Song 2 is half folk, lift 1, and half rock, lift 3.
    assert columns(small, [0], [2])["genre"] == pytest.approx(np.log(2.0 + 1e-4))


def test_the_artists_genres_are_those_of_all_their_songs(small):
    # Ben: folk twice, rock once. Beside a jazz song by a jazz artist: 2/3 of 0.5 and 1/3 of 0.25.
    assert columns(small, [5], [3])["artist's genres"] == pytest.approx(np.log(2 / 3 * 0.5 + 1 / 3 * 0.25 + 1e-4))


def test_sharing_an_artist(small):
    assert columns(small, [0])["artist shared"].tolist() == [1, 1, 1, 0, 0, 0]


def test_sharing_the_first_artist(small):
    # Ben is named second on song 2.
    assert columns(small, [3])["artist shared"].tolist() == [0, 0, 1, 1, 0, 0]
    assert columns(small, [3])["first artist shared"].tolist() == [0, 0, 0, 1, 0, 0]


def test_the_share_of_seeds_with_the_artist(small):
    assert columns(small, [0, 1, 4, 5], [2])["artist shared, share of seeds"] == pytest.approx(np.sqrt(2 / 4))


def test_repetition_is_the_share_of_seeds_by_an_artist_that_another_seed_has(small):
    assert columns(small, [0, 1, 3, 4], [5])["repetition of artists"] == pytest.approx(0.25)


def test_how_many_songs_the_first_artist_has(small):
    assert columns(small, [5])["artist's songs"] == pytest.approx(np.log([3, 3, 3, 2, 1, 1]))


def test_the_place_among_the_artists_songs(small):
    assert columns(small, [5])["place at artist"] == pytest.approx(np.log([1, 2, 3, 1, 1, 1]))


def test_sharing_an_album(small):
    assert columns(small, [4])["album shared"].tolist() == [0, 0, 0, 1, 1, 0]


def test_an_album_of_another_artist_is_not_the_artists_own(small):
    assert columns(small, [4])["artist's own album shared"].tolist() == [0, 0, 0, 0, 1, 0]


def test_an_artist_on_a_compilation_with_the_seeds_artist(small):
    # Cid shares "Best of" with Ben, who has half of song 2 and all of song 3; an album of two songs counts 1 / log 4.
    found = columns(small, [4])["albums with the seeds' artists"]
    assert found == pytest.approx(np.log1p(np.array([0, 0, 0.5, 1, 0, 0]) / np.log(4)), abs=1e-6)


def test_the_fame_rank_is_the_share_of_songs_not_better_known(small):
    assert columns(small, [0])["fame rank"] == pytest.approx([6 / 6, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6])


def test_fame_off_is_the_way_to_the_seeds_mean_popularity(small):
    assert columns(small, [0, 2], [3])["fame off"] == pytest.approx(0.4)


def test_an_artists_fame_is_that_of_their_best_known_song(small):
    assert columns(small, [5])["artist's fame"] == pytest.approx([1, 1, 1, 4 / 6, 2 / 6, 1 / 6])


def test_tempo_off_is_in_spreads_of_the_seeds_and_the_catalogue(small):
    # One seed at the slow end: (0 x 1 + 0.5 x 1) / 2 is expected, and a variance of 1/12 weighed 4 to 1.
    expected = (1.0 - 0.25) ** 2 / (1 / 12 * 4 / 5)
    assert columns(small, [0], [5])["tempo off"] == pytest.approx(expected, rel=1e-5)


def test_a_cosine_of_sound_and_company_is_one_with_itself(small):
    found = columns(small, [2], [2])
    assert found["sound, mean"] == pytest.approx(1.0, abs=1e-5)
    assert found["company, nearest seed"] == pytest.approx(1.0, abs=1e-5)


def test_words_speak_for_a_song_where_the_seeds_have_them_too(small):
    found = columns(small, [4, 0])
    assert found["explicit"].tolist() == [0, 0, 0, 0, 1, 0]
    # One of two seeds is, and one of six songs of the catalogue, mixed in as if two of them were given.
    assert found["explicit x seeds'"].tolist() == pytest.approx([0, 0, 0, 0, (1 + 2 / 6) / 4, 0])


def test_master_of_puppets_is_no_remaster():
    titles = ["Master of Puppets", "Hit - 2011 Remaster", "Hit 2 - Remastered", "Hit 3 (Re-mastered)"]
    facts = world(catalogue_frame(*(song(n, track_name=title) for n, title in enumerate(titles)))).facts
    assert facts.remastered.tolist() == [0, 1, 1, 1]


def test_songs_without_an_artist_share_none():
    songs = [song(n, "rock", artists=np.nan, tempo=100.0 + n) for n in range(2)]
    many = [song(n, "rock", artists="Zed", tempo=100.0 + n) for n in range(2, 6)]
    nameless = world(catalogue_frame(*songs, *many))
    chosen = Seeds.of(nameless.facts, nameless.vectors, np.array([0, 1]))
    query = Query(nameless.facts, nameless.vectors, np.ones((1, 1), dtype=np.float32), chosen, np.arange(6))
    found = {name: values for part in feature_columns(query).values() for name, values in part.items()}
    assert found["artist shared"].tolist() == [0] * 6
    assert found["artist's songs"] == pytest.approx(np.log([1, 1, 4, 4, 4, 4]))
    assert found["repetition of artists"].tolist() == [0] * 6


def degenerate():
    same = [song(n, "rock", artists="Ada", tempo=100.0 + n) for n in range(4)]
    no_album = [song(n, "rock", album_name=np.nan) for n in range(4)]
    no_overlap = [song(n, f"genre {n}") for n in range(4)]
    blank = dict.fromkeys(("tempo", "energy", "popularity", "explicit"), np.nan)
    unknown = [song(n, "rock", **(blank if n else {})) for n in range(4)]
    return {"one artist": same, "no album": no_album, "no genre in common": no_overlap, "unknown values": unknown}


@pytest.mark.parametrize("songs", degenerate().values(), ids=degenerate().keys())
def test_all_columns_are_finite_whatever_the_songs(songs):
    odd = world(catalogue_frame(*songs))
    lift = np.ones((len(odd.facts.genres),) * 2, dtype=np.float32)
    seeds = Seeds.of(odd.facts, odd.vectors, np.array([0]))
    assert np.isfinite(feature_table(Query(odd.facts, odd.vectors, lift, seeds, np.arange(1, 4)))).all()


def test_all_columns_are_finite_for_a_hundred_seeds():
    camps = world(two_camps(160))
    seeds = Seeds.of(camps.facts, camps.vectors, np.arange(100))
    query = Query(camps.facts, camps.vectors, np.eye(2, dtype=np.float32), seeds, np.arange(100, 160))
    assert np.isfinite(feature_table(query)).all()


def test_a_songs_columns_do_not_depend_on_the_other_candidates(small):
    straight, turned = columns(small, [0, 3]), columns(small, [0, 3], [5, 4, 3, 2, 1, 0])
    assert all(values == pytest.approx(turned[name][::-1], abs=1e-6) for name, values in straight.items())


def test_seeds_joined_from_two_sides_are_the_same_seeds(small):
    one, other = (Seeds.of(small.facts, small.vectors, np.array([number])) for number in (0, 3))
    joined = all_seeds([one, other])
    table = feature_table(Query(small.facts, small.vectors, LIFT, joined, np.arange(6)))
    assert table == pytest.approx(np.stack([*columns(small, [0, 3]).values()], axis=1), abs=1e-6)
