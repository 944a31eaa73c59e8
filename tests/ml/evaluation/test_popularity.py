import numpy as np
import pandas as pd
import pytest

from ml.catalogue import genre_matrix
from ml.evaluation.popularity import (
    album_encoding,
    artist_encoding,
    draw_folds,
    genre_encoding,
    genre_medians,
    out_of_fold,
    popularity_scores,
)
from ml.splits import Split, split_by_artist, split_by_track
from tests.ml.worlds import catalogue_frame, song

RUNGS = {
    "mean",
    "genre median",
    "audio",
    "audio + genre",
    "audio + genre + artist",
    "audio + genre + artist + album",
}


def fame_is_the_artist(artists: int = 30, tracks: int = 8) -> pd.DataFrame:
    """Every track of an artist is as popular as the others; how it sounds and on which album it is says nothing."""
    random = np.random.default_rng(0)
    songs = []
    for number in range(artists * tracks):
        artist = number // tracks
        songs.append(
            song(
                number,
                ("pop", "rock")[number % 2],
                artists=f"Artist {artist}",
                album_name=f"Album {number}",
                popularity=float(artist * 37 % 100),
                energy=float(random.uniform()),
                valence=float(random.uniform()),
            )
        )
    return catalogue_frame(*songs)


def test_a_known_artist_tells_popularity_where_fame_is_the_artist():
    scores = popularity_scores(fame_is_the_artist(), ["pop", "rock"], seed=0, protocol="random")
    assert set(scores) == RUNGS
    assert scores["audio"]["r2"] < 0.2
    assert scores["audio + genre + artist"]["r2"] > 0.9


def test_an_unknown_artist_falls_back_to_what_sound_and_genre_tell():
    scores = popularity_scores(fame_is_the_artist(), ["pop", "rock"], seed=0, protocol="artist-disjoint")
    assert scores["audio + genre + artist"]["r2"] < 0.2
    assert scores["audio + genre + artist"]["mae"] < 1.05 * scores["audio + genre"]["mae"]


def test_the_same_seed_scores_the_same():
    frame = fame_is_the_artist(12, 4)
    first, second = (popularity_scores(frame, ["pop", "rock"], seed=1, protocol="random") for _ in range(2))
    assert first == second


def test_an_unknown_protocol_is_refused():
    with pytest.raises(ValueError, match="artist-disjoint"):
        popularity_scores(fame_is_the_artist(2, 2), ["pop", "rock"], seed=0, protocol="by ear")


def features(frame: pd.DataFrame, popularity: np.ndarray, split: Split, folds: np.ndarray) -> np.ndarray:
    genre = genre_encoding(genre_matrix(frame, ["pop", "rock"]), popularity)
    encodings = (genre, artist_encoding(frame, popularity), album_encoding(frame, popularity))
    return np.hstack([out_of_fold(encode, split, folds) for encode in encodings])


@pytest.mark.parametrize("protocol", ["random", "artist-disjoint"])
def test_a_training_row_never_sees_its_own_popularity(protocol: str):
    frame = fame_is_the_artist(8, 6)
    split = split_by_track(frame, seed=0)
    folds = draw_folds(frame, protocol, seed=0)
    popularity = frame["popularity"].to_numpy()
    before = features(frame, popularity, split, folds)
    for row in split.train[:2]:
        changed = popularity.copy()
        changed[row] = 100.0 - changed[row] / 2
        after = features(frame, changed, split, folds)
        assert np.array_equal(before[row], after[row], equal_nan=True)
        assert not np.array_equal(before, after, equal_nan=True)


def test_nothing_is_learnt_from_validation_and_test_rows():
    frame = fame_is_the_artist(8, 6)
    split = split_by_track(frame, seed=0)
    folds = draw_folds(frame, "random", seed=0)
    popularity = frame["popularity"].to_numpy()
    changed = popularity.copy()
    changed[split.test] = 0.0
    changed[split.validation] = 100.0
    before, after = (features(frame, values, split, folds) for values in (popularity, changed))
    assert np.array_equal(before, after, equal_nan=True)


def test_under_artist_disjoint_no_row_knows_its_artist():
    frame = fame_is_the_artist(20, 5)
    popularity = frame["popularity"].to_numpy()
    split = split_by_artist(frame, seed=0)
    encoded = out_of_fold(artist_encoding(frame, popularity), split, draw_folds(frame, "artist-disjoint", seed=0))
    assert np.isnan(encoded).all()


def test_what_is_known_of_an_artist():
    songs = [song(number, artists="Ada", popularity=value) for number, value in enumerate((0.0, 40.0, 80.0))]
    frame = catalogue_frame(*songs, song(3, artists="ADA"), song(4, artists="Bo"), song(5, artists="Bo;Ada"))
    encoded = artist_encoding(frame, frame["popularity"].to_numpy())(np.arange(3), np.arange(3, 6))
    count, mean, smoothed, spread, low, median, high, zeros = encoded[0, :8]
    assert (count, mean, smoothed, spread, low, median, high) == (3, 40, 40, 40, 0, 40, 80)
    assert zeros == pytest.approx(1 / 3)
    assert np.isnan(encoded[1]).all()
    # As a guest she isn't the first artist, but she is known.
    assert np.isnan(encoded[2, :8]).all()
    assert encoded[2, -3:].tolist() == [3, 40, 40]


def test_a_compilation_is_known_whoever_is_on_it():
    frame = catalogue_frame(
        song(0, album_name="Party Hits", popularity=0.0),
        song(1, album_name="Party Hits", popularity=2.0),
        song(2, album_name="party hits"),
        song(3, album_name="Other"),
    )
    encoded = album_encoding(frame, frame["popularity"].to_numpy())(np.arange(2), np.arange(2, 4))
    assert np.isnan(encoded[0, :8]).all()
    assert encoded[0, 8:10].tolist() == [2, 1]
    assert np.isnan(encoded[1]).all()


def test_the_genre_baseline_is_the_mean_of_the_genres_medians():
    frame = catalogue_frame(
        song(0, "pop", popularity=10.0),
        song(1, "pop", popularity=20.0),
        song(2, "pop", popularity=90.0),
        song(3, "rock", popularity=60.0),
        song(4, "pop;rock"),
        song(5, "jazz"),
    )
    split = Split(train=np.arange(4), validation=np.array([], dtype=int), test=np.array([4, 5]))
    guess = genre_medians(genre_matrix(frame, ["jazz", "pop", "rock"]), frame["popularity"].to_numpy(), split)
    assert guess.tolist() == [40.0, 40.0]


def test_a_genre_that_training_lacks_is_unknown():
    carries = np.array([[True, False], [True, False], [True, True], [False, True]])
    encoded = genre_encoding(carries, np.array([10.0, 0.0, 0.0, 0.0]))(np.arange(2), np.arange(2, 4))
    assert encoded[0].tolist() == [1, 5, 5, 5, 0.5]
    assert np.isnan(encoded[1]).all()
