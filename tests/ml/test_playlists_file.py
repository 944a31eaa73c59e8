import numpy as np
import pytest

from ml.errors import CatalogueError
from ml.ranking.playlists import FEWEST_SONGS, read_playlists
from ml.songs import Songs, group_songs
from tests.ml.worlds import catalogue_frame, song, track_id

HEADER = "playlist_id,track_id,track_name,track_artist"


@pytest.fixture
def read(tmp_path):
    titles = {7: {"artists": "Ada", "track_name": "Hit"}, 8: {"artists": "Ada", "track_name": "Hit - Live"}}
    frame = catalogue_frame(*(song(n, tempo=100.0 + n, **titles.get(n, {})) for n in range(9)))
    songs = Songs.of(group_songs(frame), frame["popularity"].to_numpy())

    def reading(*lines: str, header: str = HEADER, **options):
        path = tmp_path / "playlists.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return read_playlists(path, frame, songs, **options)

    return reading


def by_ids(playlist: str, numbers) -> list[str]:
    return [f"{playlist},{track_id(number)},Whatever,Whoever" for number in numbers]


def lists(found) -> list[list[int]]:
    return [songs.tolist() for songs in found.songs]


def test_tracks_are_recognised_by_their_ids(read):
    assert lists(read(*by_ids("mine", [5, 0, 1, 4, 2, 3]))) == [[0, 1, 2, 3, 4, 5]]


def test_a_track_with_another_id_is_recognised_by_artist_and_title(read):
    assert lists(read("mine,elsewhere,HIT (Remastered 2011),Ada", fewest=1)) == [[7]]


def test_an_id_counts_before_a_name(read):
    assert lists(read(f"mine,{track_id(3)},Hit,Ada", fewest=1)) == [[3]]


def test_versions_of_one_song_count_once(read):
    assert lists(read(*by_ids("mine", [7, 8]), fewest=1)) == [[7]]


def test_what_the_catalogue_lacks_is_left_out(read):
    assert lists(read(*by_ids("mine", [1]), "mine,elsewhere,Unheard,Nobody", "mine,elsewhere,,", fewest=1)) == [[1]]


def test_playlists_of_fewer_than_six_songs_are_left_out_but_counted(read):
    found = read(*by_ids("short", range(FEWEST_SONGS - 1)), *by_ids("long", range(FEWEST_SONGS)))
    assert lists(found) == [[0, 1, 2, 3, 4, 5]]
    assert (found.read, len(found)) == (2, 1)


def test_playlists_come_in_the_order_of_the_file(read):
    assert lists(read(*by_ids("z", [2]), *by_ids("a", [1]), *by_ids("z", [3]), fewest=1)) == [[2, 3], [1]]


def test_a_file_of_nothing_known_has_no_playlists(read):
    found = read("mine,elsewhere,Unheard,Nobody", fewest=1)
    assert (len(found), found.read) == (0, 1)


@pytest.mark.parametrize(
    ("header", "line"),
    [("a,b", "1,2"), (HEADER, 'one,"two'), ("", "")],
    ids=["other columns", "cut off", "empty"],
)
def test_a_file_of_another_kind_is_refused_with_one_sentence(read, header, line):
    with pytest.raises(CatalogueError, match=r"playlists\.csv is no table of playlists: .*[^.]\.$") as refused:
        read(line, header=header)
    assert "\n" not in str(refused.value)


def test_a_file_of_bytes_is_refused(tmp_path):
    path = tmp_path / "playlists.csv"
    path.write_bytes(np.random.default_rng(0).bytes(500))
    with pytest.raises(CatalogueError):
        read_playlists(path, catalogue_frame(song(1)), Songs.of(np.array([0]), np.array([1.0])))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match=r"missing\.csv"):
        read_playlists(tmp_path / "missing.csv", catalogue_frame(song(1)), Songs.of(np.array([0]), np.array([1.0])))


def test_the_earliest_year_that_the_file_tells_counts(read):
    dated = [f"mine,{track_id(0)},A,B,1999-05-01", f"ours,{track_id(0)},A,B,1987", f"mine,{track_id(1)},A,B,"]
    years = read(*dated, header=f"{HEADER},track_album_release_date", fewest=1).years
    assert years[0] == 1987
    assert np.isnan(years[1:]).all()


def test_without_dates_no_year_is_known(read):
    assert np.isnan(read(*by_ids("mine", [0, 1]), fewest=1).years).all()
