import gzip

import numpy as np
import pytest

from ml.catalogue import FEWEST_TRACKS, clean, genre_matrix, read_catalogue, sample
from ml.errors import CatalogueError
from ml.tracks import CATALOGUE_COLUMNS
from tests.ml.worlds import ROW, catalogue_frame, raw_csv, raw_row, raw_table, song, write_csv


def enough_rows() -> list[dict[str, str]]:
    return [
        raw_row(number, track_genre="pop" if number % 2 else "rock", energy=f"0.{number:03}")
        for number in range(FEWEST_TRACKS)
    ]


def test_a_track_under_two_genres_is_one_row_with_both():
    frame, _ = clean(raw_table(raw_row(1, track_genre="rock"), raw_row(1, track_genre="pop")))
    assert frame["genres"].tolist() == ["pop;rock"]


def test_the_highest_of_conflicting_popularities_is_kept():
    rows = raw_row(1, popularity="3", track_genre="a"), raw_row(1, popularity="40", track_genre="b")
    frame, report = clean(raw_table(*rows))
    assert frame["popularity"].tolist() == [40.0]
    assert report.noted["conflicting popularity, the highest kept"] == 1


def test_the_same_row_twice_is_dropped_and_counted():
    _, report = clean(raw_table(raw_row(1), raw_row(1)))
    assert report.dropped["the same row again"] == 1


@pytest.mark.parametrize("missing", ["artists", "track_name"])
def test_a_row_without_artist_or_title_is_dropped(missing):
    frame, report = clean(raw_table(raw_row(1, **{missing: " "}), raw_row(2)))
    assert len(frame) == 1
    assert report.dropped["no artist or title"] == 1


def test_a_missing_beat_makes_all_that_follows_from_it_unknown():
    frame, _ = clean(raw_table(raw_row(1, tempo="0.0", danceability="0.0", valence="0.0", speechiness="0.0")))
    assert frame[["tempo", "danceability", "valence", "speechiness"]].isna().all(axis=None)
    assert frame["energy"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("time_signature", "0"),
        ("danceability", "1.5"),
        ("energy", "loud"),
        ("explicit", "maybe"),
        ("popularity", "101"),
    ],
)
def test_an_impossible_value_is_unknown_not_a_failure(column, value):
    frame, report = clean(raw_table(raw_row(1, **{column: value})))
    assert np.isnan(frame[column].iat[0])
    assert report.set_unknown[f"{column} impossible or unreadable"] == 1


def test_names_lose_their_outer_spaces():
    frame, _ = clean(raw_table(raw_row(1, track_name=" One  ")))
    assert frame["track_name"].tolist() == ["One"]


def test_a_title_that_reads_like_a_missing_value_stays_a_title(tmp_path):
    rows = [*enough_rows(), raw_row(999, track_name="null", artists="NA")]
    frame = read_catalogue(write_csv(tmp_path / "a.csv", rows)).frame
    assert frame.loc[frame["track_name"] == "null", "artists"].tolist() == ["NA"]


def test_louder_than_zero_decibels_is_kept():
    frame, report = clean(raw_table(raw_row(1, loudness="1.5")))
    assert frame["loudness"].tolist() == [1.5]
    assert report.noted["louder than 0 dB, kept"] == 1


def test_a_gz_file_reads_like_the_plain_one(tmp_path):
    plain = write_csv(tmp_path / "a.csv", enough_rows())
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_catalogue(packed).frame.equals(read_catalogue(plain).frame)
    assert read_catalogue(packed).sha256 == read_catalogue(plain).sha256


def test_the_row_number_is_never_read(tmp_path):
    catalogue = read_catalogue(write_csv(tmp_path / "a.csv", enough_rows()))
    assert tuple(catalogue.frame.columns) == CATALOGUE_COLUMNS


def refused(path) -> str:
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(path)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_missing_file_is_refused(tmp_path):
    assert "no file" in refused(tmp_path / "none.csv")


def test_a_folder_is_refused(tmp_path):
    assert "folder" in refused(tmp_path)


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_file_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "empty" in refused(path)


def test_a_header_without_rows_is_refused(tmp_path):
    assert "no rows" in refused(write_csv(tmp_path / "a.csv", []))


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(raw_csv(enough_rows()).replace(b"valence", b"valency"))
    assert "“valence” is missing" in refused(path)


def test_a_truncated_gz_file_is_refused(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(raw_csv(enough_rows()))[:-200])
    assert "incomplete" in refused(path)


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(256)) * 10)
    refused(path)


@pytest.mark.parametrize("blank", ["\u00a0", ";;", " ; "])
def test_an_artist_field_that_names_nobody_is_as_good_as_empty(blank):
    _, report = clean(raw_table(raw_row(1, artists=blank), raw_row(2)))
    assert report.dropped["no artist or title"] == 1


def test_a_genres_name_can_break_no_menu_and_no_chart():
    frame, _ = clean(raw_table(raw_row(1, track_genre="```\nlo;fi " + "x" * 100)))
    (name,) = frame["genres"]
    assert name.startswith("lo fi xxx")
    assert len(name) == 40


def test_versions_of_one_song_only_are_refused(tmp_path):
    rows = [{**row, "artists": "Ada", "track_name": "One"} for row in enough_rows()]
    assert "different songs" in refused(write_csv(tmp_path / "a.csv", rows))


def test_tracks_that_all_sound_the_same_are_refused(tmp_path):
    rows = [{**row, "energy": "0.5"} for row in enough_rows()]
    assert "sound different" in refused(write_csv(tmp_path / "a.csv", rows))


def test_a_column_without_any_value_is_named(tmp_path):
    rows = [{**row, "valence": ""} for row in enough_rows()]
    assert "no usable value of valence" in refused(write_csv(tmp_path / "a.csv", rows))


def test_a_file_with_too_few_tracks_is_refused(tmp_path):
    assert "1 usable tracks" in refused(write_csv(tmp_path / "a.csv", [dict(ROW)]))


def test_the_genre_matrix_ignores_genres_it_was_not_asked_for():
    frame = catalogue_frame(song(1, "pop;rock"), song(2, "rock"), song(3, "tango"))
    assert genre_matrix(frame, ["pop", "rock"]).tolist() == [[True, True], [False, True], [False, False]]


def test_the_sample_says_that_it_is_one():
    catalogue = sample()
    assert catalogue.is_sample
    assert len(catalogue.genres) == 114
    assert tuple(catalogue.frame.columns) == CATALOGUE_COLUMNS


@pytest.mark.real_data
def test_the_real_dataset_is_cleaned_as_its_description_says(real_dataset):
    catalogue = read_catalogue(real_dataset)
    assert catalogue.report.rows_read == 114_000
    assert catalogue.report.tracks == len(catalogue.frame) == 89_740  # 89,741 ids, one of them without a name
    assert len(catalogue.genres) == 114
    assert catalogue.report.dropped["the same row again"] == 450
    assert catalogue.report.noted["under more than one genre"] == 16_299
    assert catalogue.report.noted["conflicting popularity, the highest kept"] == 720
    assert catalogue.frame["tempo"].isna().sum() > 0
