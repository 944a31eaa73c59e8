"""The sample catalogue: invented, complete, within range and the same everywhere."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from ml.errors import CatalogueError
from ml.sample import SAMPLE_ID_PREFIX, VERSIONS, is_sample_id, sample_catalogue
from ml.sample_names import NameMaker
from ml.statistics import read_statistics
from ml.tracks import CATALOGUE_COLUMNS, FEATURES, split_values

# Changes only when the statistics, the word lists or the drawing change on purpose.
SAMPLE_SHA256 = "932ab8830f702ba8dea24b2ff1b7c0cf09e18a177a29e0e89b010dc3d128f5dd"
FEWEST_PER_GENRE = 40


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    return sample_catalogue()


@pytest.fixture(scope="module")
def by_genre(sample) -> pd.DataFrame:
    return sample.assign(genre=sample["genres"].map(split_values)).explode("genre")


def letters(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def song(title: str) -> str:
    """The title without the version that the sample may have appended."""
    head, _, version = title.rpartition(" - ")
    return head if version in VERSIONS else title


def test_it_has_the_columns_of_a_catalogue(sample):
    assert tuple(sample.columns) == CATALOGUE_COLUMNS


def test_it_has_as_many_tracks_as_asked_for():
    assert len(sample_catalogue(300)) == 300


def test_the_same_arguments_give_the_same_bytes(sample):
    text = sample.to_csv(index=False, lineterminator="\n")
    assert hashlib.sha256(text.encode()).hexdigest() == SAMPLE_SHA256


def test_another_seed_gives_other_tracks():
    assert not set(sample_catalogue(200, seed=1)["track_id"]) & set(sample_catalogue(200, seed=2)["track_id"])


def test_fewer_tracks_than_genres_are_refused():
    with pytest.raises(CatalogueError, match="114"):
        sample_catalogue(113)


def test_the_smallest_sample_has_every_genre():
    assert len({genre for joined in sample_catalogue(114)["genres"] for genre in split_values(joined)}) == 114


def test_every_genre_has_enough_tracks(by_genre):
    counts = by_genre["genre"].value_counts()
    assert set(counts.index) == set(read_statistics()["genres"])
    assert counts.min() >= FEWEST_PER_GENRE


def test_genres_are_sorted_sets(sample):
    assert all(split_values(joined) == sorted(set(split_values(joined))) for joined in sample["genres"])


def test_about_as_many_tracks_as_in_the_data_have_several_genres(sample):
    # 18.2 % of the real tracks do.
    assert 0.15 < sample["genres"].str.contains(";").mean() < 0.22


def test_two_names_for_one_genre_are_never_parted(by_genre):
    tracks = by_genre.groupby("genre")["track_id"].agg(set)
    assert tracks["songwriter"] == tracks["singer-songwriter"]


def test_ids_are_unique_and_marked(sample):
    assert sample["track_id"].is_unique
    assert sample["track_id"].map(is_sample_id).all()


@pytest.mark.parametrize(
    "track_id",
    ["", SAMPLE_ID_PREFIX, SAMPLE_ID_PREFIX + "0" * 12, SAMPLE_ID_PREFIX + "-" * 11, "4uLU6hMCjMI75M1A2tKUQC"],
)
def test_other_ids_are_not_of_the_sample(track_id):
    assert not is_sample_id(track_id)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_every_feature_is_known_and_within_its_range(sample, feature):
    assert sample[feature.name].between(feature.low, feature.high).all()


@pytest.mark.parametrize("name", ["popularity", "duration_ms", "key", "mode", "time_signature", "explicit"])
def test_counted_values_are_whole_numbers(sample, name):
    assert (sample[name] % 1 == 0).all()


def test_popularity_lies_between_0_and_100(sample):
    assert sample["popularity"].between(0, 100).all()


def test_energy_and_loudness_rise_together_as_described(by_genre):
    per_genre = [rows["energy"].rank().corr(rows["loudness"].rank()) for _, rows in by_genre.groupby("genre")]
    # 0.68 in the real genres on average.
    assert np.mean(per_genre) == pytest.approx(0.68, abs=0.05)


def test_genres_differ_as_described(by_genre):
    described = {genre: part["quantiles"]["energy"] for genre, part in read_statistics()["genres"].items()}
    medians = by_genre.groupby("genre")["energy"].median()
    real = pd.Series({genre: values[len(values) // 2] for genre, values in described.items()})
    assert medians.corr(real) > 0.9


def test_no_artist_has_a_title_twice(sample):
    assert not sample.duplicated(["artists", "track_name"]).any()


def test_an_artists_tracks_share_albums(sample):
    assert sample.groupby(["artists", "album_name"]).size().max() > 2


def test_some_tracks_have_two_artists(sample):
    assert 0.2 < sample["artists"].map(lambda artists: len(split_values(artists)) == 2).mean() < 0.3


def test_a_few_songs_come_in_two_versions(sample):
    versions = sample["track_name"].map(song) != sample["track_name"]
    assert 20 < versions.sum() < 200


def test_versions_of_a_song_sound_alike(sample):
    songs = sample.assign(song=sample["track_name"].map(song)).groupby(["artists", "song"])
    spread = (songs["danceability"].max() - songs["danceability"].min())[songs.size() > 1]
    assert spread.max() < 0.1


def test_used_up_words_get_a_number(tmp_path):
    words = tmp_path / "words.json"
    flavour = '{"artists": ["A"], "titles": ["Only"], "albums": ["A"], "words": {}}'
    words.write_text(f'{{"words": {{}}, "flavours": {{"pop": {flavour}}}, "genres": {{}}}}')
    names, taken = NameMaker(np.random.default_rng(0), words), set()
    assert [names.title("pop", taken) for _ in range(3)] == ["Only", "Only 2", "Only 3"]


@pytest.mark.real_data
def test_no_real_artist_title_or_album_is_among_the_invented(sample, real_dataset):
    real = pd.read_csv(real_dataset, usecols=["artists", "album_name", "track_name"], keep_default_na=False)
    artists = {letters(name) for joined in real["artists"].unique() for name in split_values(joined)}
    titles = {letters(title) for title in real["track_name"].unique()}
    albums = {letters(album) for album in real["album_name"].unique()}
    invented = {name for joined in sample["artists"] for name in split_values(joined)}
    assert not {name for name in invented if letters(name) in artists}
    assert not {title for title in sample["track_name"] if letters(song(title)) in titles}
    assert not {album for album in sample["album_name"] if letters(album) in albums}
