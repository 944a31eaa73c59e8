import numpy as np
import pandas as pd
import pytest

from ml.cold import cold_seeds
from ml.errors import SegueError
from ml.ranking.seeds import OUTSIDE, Seeds
from ml.tracks import FEATURE_NAMES
from tests.ml.worlds import World, catalogue_frame, song, track_id, two_camps, world

METAL, PIANO = [1.0, 0.0], [0.0, 1.0]


@pytest.fixture(scope="module")
def camps() -> World:
    return world(two_camps(200))


def outside(made: World, heard, rows: int | None = None, **columns) -> Seeds:
    """Seeds of tracks with these columns, each heard as `heard`."""
    frame = pd.DataFrame(columns, index=None if rows is None else range(rows))
    chances = np.tile(heard, (len(frame), 1))
    return cold_seeds(frame, chances, made.frame, made.songs, made.facts, made.space)


def loud(made: World) -> dict[str, list[float]]:
    """The sound of the first metal song."""
    return {name: [made.frame[name].iat[0]] for name in FEATURE_NAMES}


def genres_of(made: World, found) -> set[str]:
    return {*made.frame.set_index("track_id").loc[[one.track_id for one in found], "genres"]}


@pytest.mark.parametrize(
    "known",
    ["features", "names", "stranger"],
)
def test_a_metal_song_from_outside_brings_metal(camps, known):
    names = {"artists": ["Metal Artist 2"], "track_name": ["Never Filed"]}
    columns = {"features": loud(camps), "names": names, "stranger": {"artists": ["Nobody"], **loud(camps)}}[known]
    found = camps.recommender().recommend([], 10, outside=outside(camps, METAL, **columns))
    assert genres_of(camps, found) == {"metal"}


def test_every_song_for_a_seed_from_outside_has_a_reason(camps):
    found = camps.recommender().recommend([], 10, outside=outside(camps, METAL, **loud(camps)))
    assert all(one.reasons for one in found)


def test_seeds_from_outside_and_inside_work_together(camps):
    seeds = outside(camps, PIANO, artists=["Piano Artist 1"])
    found = camps.recommender().recommend([track_id(0)], 30, outside=seeds)
    assert genres_of(camps, found) == {"metal", "piano"}


def test_a_song_given_as_from_outside_stands_where_it_stands_inside(camps):
    seeds = outside(camps, METAL, artists=["Metal Artist 0"], **loud(camps))
    assert seeds.vectors[0] == pytest.approx(camps.vectors[0], abs=0.01)
    assert seeds.shares[0] == pytest.approx(camps.facts.shares[0])


def test_a_known_artist_is_recognised_however_they_are_spelt(camps):
    seeds = outside(camps, METAL, artists=["METÁL ARTIST 2; Nobody"])
    column = camps.facts.artist_names.index("metal artist 2")
    assert seeds.artists.indices.tolist() == seeds.first_artist.tolist() == [column]
    assert seeds.guests.tolist() == [1]


def test_strangers_are_nobody_each_for_themselves(camps):
    first = outside(camps, METAL, artists=["Nobody", "Somebody", "NOBODY", np.nan, np.nan], track_name=["A"] * 5)
    numbers = first.first_artist.tolist()
    assert numbers[0] == numbers[2]
    assert len({*numbers}) == 4
    assert max(numbers) < OUTSIDE


def test_a_known_artists_genres_are_those_of_their_songs_whatever_is_heard(camps):
    assert outside(camps, PIANO, artists=["Metal Artist 2"]).artist_shares.tolist() == [METAL]


def test_a_strangers_genres_are_those_heard(camps):
    assert outside(camps, [0.3, 0.7], artists=["Nobody"]).artist_shares[0] == pytest.approx([0.3, 0.7])


def famous() -> World:
    """Ada's songs of rank 6/6 and 5/6; four folk songs that fewer know."""
    return world(
        catalogue_frame(
            song(0, "rock", artists="Ada", track_name="Hit", popularity=90.0, tempo=100.0),
            song(1, "rock", artists="Ada", track_name="Next", popularity=80.0, tempo=110.0),
            *(song(n, "folk", popularity=10.0 * n) for n in range(2, 6)),
        )
    )


def test_a_known_artists_song_is_supposed_to_be_as_known_as_their_others():
    seeds = outside(famous(), [0.0, 1.0], artists=["Ada"], track_name=["Unheard"])
    assert seeds.fame_rank == pytest.approx([11 / 12])
    assert seeds.artist_fame == pytest.approx([1.0])


def test_a_strangers_song_is_supposed_to_be_as_known_as_its_genres():
    seeds = outside(famous(), [1.0, 0.0], artists=["Nobody"])
    assert seeds.fame_rank == pytest.approx([(1 + 2 + 3 + 4) / 4 / 6])


def test_how_known_the_song_itself_is_stays_out_of_account():
    # Without the hit itself, Ada is known for the other song.
    seeds = outside(famous(), [0.0, 1.0], artists=["Ada"], track_name=["Hit"], popularity=[90.0])
    assert seeds.fame_rank == pytest.approx([5 / 6])
    assert seeds.artist_fame == pytest.approx([5 / 6])


def test_an_unknown_sound_stands_in_the_middle(camps):
    seeds = outside(camps, METAL, artists=["Nobody"])
    assert (seeds.shares == 0.5).all()
    assert seeds.versions.tolist() == seeds.explicit.tolist() == [0]


def test_only_likely_genres_are_said_of_a_seed(camps):
    assert outside(camps, [0.9, 0.1], artists=["Nobody"]).likely_genres(0).tolist() == [True, False]
    assert outside(camps, [0.6, 0.4], artists=["Nobody"]).genre_count.tolist() == [2]


@pytest.mark.parametrize(
    "names",
    [
        {"track_id": [track_id(0)], "artists": ["Somebody"], "track_name": ["Else"]},
        {"artists": ["METAL ARTIST 0"], "track_name": ["Song 0 - Live"]},
    ],
    ids=["its id", "artist and title"],
)
def test_what_the_catalogue_has_after_all_is_not_recommended(camps, names):
    found = camps.recommender().recommend([], 199, per_artist=None, outside=outside(camps, METAL, **names))
    assert track_id(0) not in [one.track_id for one in found]
    assert len(found) == 199


def test_the_same_title_by_somebody_else_is_recommended_as_ever(camps):
    seeds = outside(camps, METAL, artists=["Metal Artist 2"], track_name=["Song 0"])
    assert seeds.songs.tolist() == [OUTSIDE]


@pytest.mark.parametrize(
    "columns", [{}, {"artists": []}, {"artists": [np.nan], "energy": [np.nan]}, {"artists": [" "]}]
)
def test_tracks_of_which_nothing_is_known_are_refused_with_a_sentence(camps, columns):
    with pytest.raises(SegueError, match=r"^At least one track with .*\.$"):
        outside(camps, METAL, **columns)


def test_a_track_of_which_nothing_is_known_is_left_out_among_others(camps):
    assert len(outside(camps, METAL, artists=["Nobody", np.nan], energy=[np.nan, np.nan])) == 1


def test_the_index_of_the_frame_does_not_matter(camps):
    frame = camps.frame.iloc[[0, 1, 2]].set_index("track_name", drop=False)
    chances = np.tile(METAL, (3, 1))
    seeds = cold_seeds(frame, chances, camps.frame, camps.songs, camps.facts, camps.space)
    assert seeds.songs.tolist() == [0, 1, 2]
