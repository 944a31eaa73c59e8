import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from ml.catalogue import genre_matrix, sample
from ml.percentiles import Percentiles
from ml.synthetic_genres import SyntheticGenres, fit_synthetic_genres
from ml.synthetic_names import ADJECTIVES, FAMILIES, names_of_groups
from ml.tracks import CONTINUOUS
from tests.ml.worlds import catalogue_frame, song, two_camps


def fitted(frame: pd.DataFrame, genres: list[str], seed: int = 0) -> SyntheticGenres:
    return fit_synthetic_genres(frame, genres, genre_matrix(frame, genres), Percentiles.fit(frame), seed=seed)


@pytest.fixture(scope="module")
def catalogue():
    return sample(tracks=600)


@pytest.fixture(scope="module")
def model(catalogue) -> SyntheticGenres:
    return fitted(catalogue.frame, catalogue.genres)


def centre(**levels: float) -> list[float]:
    return [levels.get(name, 0.5) for name in CONTINUOUS]


def test_a_catalogue_has_at_least_ten_synthetic_genres_with_names_of_their_own(model):
    assert len(set(model.names)) == len(model.names) >= 10


def test_the_largest_comes_first_and_the_shares_are_of_all_tracks(model, catalogue):
    shares = [genre.share for genre in model.all]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    counts = model.predict(catalogue.frame).value_counts()
    assert counts[model.names[0]] == round(shares[0] * len(catalogue.frame))


def test_what_sounds_different_is_never_in_the_same_synthetic_genre():
    frame = two_camps()
    found = fitted(frame, ["metal", "piano"]).predict(frame)
    assert not set(found[frame["genres"] == "metal"]) & set(found[frame["genres"] == "piano"])


def test_what_dominates_follows_the_features_in_which_genres_differ_and_no_others():
    frame = two_camps()
    model = fitted(frame, ["metal", "piano"])
    dominant = {genre.name: genre.genres[0] for genre in model.all}
    assert model.predict(frame).map(dominant).equals(frame["genres"])
    happier = frame.assign(valence=1 - frame["valence"], danceability=1 - frame["danceability"])
    assert model.predict(happier).map(dominant).equals(frame["genres"])
    columns = ["energy", "loudness", "acousticness", "instrumentalness", "tempo"]
    swapped = frame.assign(**{name: np.roll(frame[name], 1) for name in columns})
    assert (model.predict(swapped).map(dominant) != frame["genres"]).all()


def test_the_same_seed_gives_the_same_synthetic_genres(model, catalogue):
    assert fitted(catalogue.frame, catalogue.genres).all == model.all


def test_synthetic_genres_read_back_as_they_were_written(model, catalogue, tmp_path):
    model.save(tmp_path)
    again = SyntheticGenres.load(tmp_path, Percentiles.fit(catalogue.frame))
    assert again.all == model.all
    assert again.predict(catalogue.frame).equals(model.predict(catalogue.frame))


def test_a_track_of_which_nothing_is_known_still_gets_a_synthetic_genre(model):
    assert model.predict(pd.DataFrame({"track_id": ["x"]})).iloc[0] in model.names
    assert model.predict(catalogue_frame(song(1, energy=np.nan, duration_ms=np.nan))).iloc[0] in model.names


def test_the_answer_keeps_the_index_of_the_question(model, catalogue):
    asked = catalogue.frame.iloc[[7, 3]]
    assert model.predict(asked).to_dict() == model.predict(catalogue.frame).loc[[7, 3]].to_dict()


def test_few_different_tracks_make_few_synthetic_genres():
    frame = catalogue_frame(*(song(number, ("pop", "metal")[number % 2], energy=number % 2) for number in range(20)))
    assert len(fitted(frame, ["metal", "pop"]).all) == 2


def test_a_name_says_how_it_sounds_and_what_dominates_it():
    centres = np.array([centre(acousticness=0.9), centre(energy=0.9, loudness=0.9)])
    carries = np.array([[True, False, False], [False, True, False], [False, False, True]])
    names = names_of_groups(centres, np.array([0, 1, 1]), carries, ["jazz", "metalcore", "black-metal"])
    assert names == ["Acoustic Jazz", "Loud Metal"]


def test_two_groups_that_sound_alike_get_different_adjectives():
    centres = np.array([centre(acousticness=0.9, valence=0.6), centre(acousticness=0.9)])
    names = names_of_groups(centres, np.array([0, 1]), np.array([[True], [True]]), ["jazz"])
    assert len(set(names)) == 2
    assert "Acoustic Jazz" in names


def test_a_genre_nobody_foresaw_stands_for_itself():
    names = names_of_groups(np.array([centre(tempo=0.9)]), np.array([0, 0]), np.array([[True], [True]]), ["sea-shanty"])
    assert names == ["Fast Sea Shanty"]


def test_no_genre_is_in_two_families_and_adjectives_are_about_features():
    members = [genre for family in FAMILIES.values() for genre in family]
    assert len(set(members)) == len(members)
    assert all(set(claims) <= set(CONTINUOUS) for claims in ADJECTIVES.values())


def test_serving_needs_no_scikit_learn(model, tmp_path):
    model.save(tmp_path)
    program = (
        "import sys; import numpy, pandas; from pathlib import Path\n"
        "from ml.synthetic_genres import SyntheticGenres; from ml.percentiles import Percentiles\n"
        "points = numpy.tile(numpy.linspace(0, 1, 101), (10, 1))\n"
        f"model = SyntheticGenres.load(Path({str(tmp_path)!r}), Percentiles(points))\n"
        "model.predict(pandas.DataFrame({'energy': [0.5]}))\n"
        "print([name for name in ('sklearn', 'scipy', 'tensorflow') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
