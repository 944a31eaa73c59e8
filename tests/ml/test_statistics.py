"""`describe` on worlds small enough to check by hand, and the committed file."""

import numpy as np
import pandas as pd
import pytest

from ml.errors import CatalogueError
from ml.statistics import LEVELS, MEASURES, describe, read_statistics, write_statistics
from ml.tracks import CATALOGUE_COLUMNS, FEATURES

MEDIAN = LEVELS.index(0.5)


def world(tracks: int = 3, **columns: list) -> pd.DataFrame:
    """A catalogue of `tracks` equal tracks of genre "a", each by its own artist, but for the given columns."""
    usual: dict = {feature.name: [feature.high / 2] * tracks for feature in FEATURES}
    usual |= {"key": [0] * tracks, "mode": [1] * tracks, "time_signature": [4] * tracks, "explicit": [0] * tracks}
    usual |= {name: [f"{name} {row}" for row in range(tracks)] for name in ("track_id", "artists", "track_name")}
    usual |= {"album_name": ["Album"] * tracks, "popularity": [50] * tracks, "genres": ["a"] * tracks}
    return pd.DataFrame(usual | columns)[list(CATALOGUE_COLUMNS)]


def correlation(described: dict, first: str, second: str) -> float:
    row, column = MEASURES.index(first), MEASURES.index(second)
    above = list(zip(*np.triu_indices(len(MEASURES), k=1), strict=True))
    return described["correlations"][above.index((row, column))]


def test_a_track_counts_in_every_genre_it_carries():
    described = describe(world(genres=["a", "a;b", "b"]))
    assert {genre: part["tracks"] for genre, part in described["genres"].items()} == {"a": 2, "b": 2}


def test_a_track_of_two_genres_weighs_half_in_each():
    assert describe(world(genres=["a", "a;b", "b"]))["genres"]["a"]["weight"] == 1.5


def test_the_overlap_is_the_part_of_the_weight_that_is_shared():
    assert describe(world(genres=["a", "a;b", "b"]))["genres"]["a"]["overlaps"] == {"b": 0.3333}


def test_alone_is_the_part_of_the_weight_without_another_genre():
    assert describe(world(genres=["a", "a;b", "b"]))["genres"]["a"]["alone"] == 0.6667


def test_the_median_of_a_feature_is_its_middle_quantile():
    described = describe(world(tempo=[90.0, 120.0, 180.0]))["genres"]["a"]
    assert described["quantiles"]["tempo"][MEDIAN] == 120.0


def test_no_quantile_is_a_single_tracks_extreme():
    quantiles = describe(world(tempo=[90.0, 120.0, 180.0]))["genres"]["a"]["quantiles"]["tempo"]
    assert 90.0 < quantiles[0] < quantiles[-1] < 180.0


def test_unknown_values_are_left_out_of_the_quantiles():
    described = describe(world(tempo=[90.0, np.nan, 100.0]))["genres"]["a"]
    assert described["quantiles"]["tempo"][MEDIAN] == 95.0


@pytest.mark.parametrize(("loudness", "expected"), [([-9.0, -5.0, -1.0], 1.0), ([-1.0, -5.0, -9.0], -1.0)])
def test_features_that_rise_together_or_against_each_other_correlate_fully(loudness, expected):
    described = describe(world(energy=[0.1, 0.2, 0.9], loudness=loudness))["genres"]["a"]
    assert correlation(described, "energy", "loudness") == expected


def test_a_feature_that_never_varies_correlates_with_nothing():
    described = describe(world(energy=[0.1, 0.2, 0.9]))["genres"]["a"]
    assert correlation(described, "energy", "tempo") == 0.0


def test_artists_whose_tracks_are_all_alike_hold_the_highest_share():
    frame = world(4, artists=["X", "X", "Y", "Y"], energy=[0.1, 0.1, 0.9, 0.9])
    assert describe(frame)["genres"]["a"]["artist_share"]["energy"] == 0.95


def test_artists_whose_tracks_differ_as_much_as_any_hold_no_share():
    frame = world(4, artists=["X", "X", "Y", "Y"], energy=[0.1, 0.9, 0.1, 0.9])
    assert describe(frame)["genres"]["a"]["artist_share"]["energy"] == 0.0


def test_categories_are_described_by_their_shares():
    described = describe(world(4, mode=[1, 1, 1, 0]))["genres"]["a"]
    assert described["shares"]["mode"] == [0.25, 0.75]


def test_tracks_are_counted_per_lead_artist():
    frame = world(4, artists=["X", "X;Y", "X", "Z"])
    assert describe(frame)["genres"]["a"]["artist_tracks"][MEDIAN] == 2.0


def test_joint_is_the_share_of_tracks_by_two_or_more_artists():
    frame = world(4, artists=["X", "X;Y", "X", "Z"])
    assert describe(frame)["genres"]["a"]["joint"] == 0.25


def test_the_order_of_the_rows_does_not_matter():
    frame = world(genres=["a", "a;b", "b"], tempo=[90.0, 120.0, 180.0])
    assert describe(frame.iloc[::-1]) == describe(frame)


def test_a_feature_that_is_never_known_is_refused():
    with pytest.raises(CatalogueError, match="“a” has a known value of tempo"):
        describe(world(tempo=[np.nan] * 3))


def test_a_frame_without_a_column_is_refused():
    with pytest.raises(CatalogueError, match="valence"):
        describe(world().drop(columns="valence"))


@pytest.mark.parametrize("name", ["statistics.json", "statistics.json.gz"])
def test_written_statistics_read_back_the_same(tmp_path, name):
    write_statistics(world(), tmp_path / name)
    assert read_statistics(tmp_path / name) == describe(world())


def test_equal_frames_are_written_as_equal_bytes(tmp_path):
    for name in ("one.json.gz", "two.json.gz"):
        write_statistics(world(), tmp_path / name)
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "two.json.gz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 99}', b"\xff\xfe"])
@pytest.mark.parametrize("name", ["statistics.json", "statistics.json.gz"])
def test_a_file_of_anything_else_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CatalogueError, match="statistics"):
        read_statistics(tmp_path / name)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match=r"none\.json"):
        read_statistics(tmp_path / "none.json")


def test_the_committed_statistics_hold_every_genre():
    assert len(read_statistics()["genres"]) == 114


def words_of(value: object) -> set[str]:
    """Every text in `value`, keys included."""
    if isinstance(value, dict):
        return set(value).union(*(words_of(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(words_of(part) for part in value))
    return {value} if isinstance(value, str) else set()


def test_the_committed_statistics_hold_no_words_but_their_own():
    statistics = read_statistics()
    assert words_of(statistics) == words_of(describe(world())) - {"a"} | set(statistics["genres"])


def test_the_committed_quantiles_never_fall():
    for genre, part in read_statistics()["genres"].items():
        for name, values in part["quantiles"].items():
            assert values == sorted(values), (genre, name)
