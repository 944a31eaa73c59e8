import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from ml.evaluation.stretched_svc import StretchedSVC
from ml.evaluation.two_source import (
    METRICS,
    SourceError,
    classic_scores,
    cross_validated_scores,
    models,
    read_two_sources,
)
from tests.conftest import SHARED_DATA


def world(rock: int = 180, hip_hop: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tracks and metrics: hip-hop is all speech, rock has none, and nothing else tells them apart."""
    random = np.random.default_rng(0)
    size = rock + hip_hop
    tracks = pd.DataFrame({"track_id": range(size), "title": "T", "genre_top": ["Rock"] * rock + ["Hip-Hop"] * hip_hop})
    metrics = pd.DataFrame(random.uniform(size=(size, len(METRICS))), columns=list(METRICS))
    metrics["speechiness"] = np.where(tracks["genre_top"] == "Hip-Hop", 0.9, 0.1) + random.normal(0, 0.05, size)
    metrics.insert(0, "track_id", range(size))
    return tracks, metrics


def write(folder: Path, tracks: pd.DataFrame, metrics: pd.DataFrame) -> tuple[Path, Path]:
    paths = folder / "tracks.csv", folder / "metrics.json"
    tracks.to_csv(paths[0], index=False)
    paths[1].write_text(metrics.to_json())
    return paths


def refusal(tracks: Path, metrics: Path) -> str:
    with pytest.raises(SourceError) as refused:
        read_two_sources(tracks, metrics)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_only_tracks_in_both_files_are_kept(tmp_path: Path):
    tracks, metrics = world()
    frame = read_two_sources(*write(tmp_path, tracks.iloc[10:], metrics.iloc[:-5].sample(frac=1, random_state=0)))
    assert sorted(frame["track_id"]) == list(range(10, 235))
    assert (frame["speechiness"] > 0.5).equals(frame["genre_top"] == "Hip-Hop")


def test_both_files_may_be_gzipped_and_json_may_be_records(tmp_path: Path):
    tracks, metrics = world()
    paths = tmp_path / "tracks.csv.gz", tmp_path / "metrics.json.gz"
    paths[0].write_bytes(gzip.compress(tracks.to_csv(index=False).encode()))
    paths[1].write_bytes(gzip.compress(metrics.to_json(orient="records").encode()))
    assert len(read_two_sources(*paths)) == 240


def test_other_genres_are_left_out(tmp_path: Path):
    tracks, metrics = world()
    tracks.loc[:19, "genre_top"] = "Folk"
    assert len(read_two_sources(*write(tmp_path, tracks, metrics))) == 220


def test_a_missing_file_is_named(tmp_path: Path):
    tracks, metrics = write(tmp_path, *world())
    assert "no file" in refusal(tmp_path / "none.csv", metrics)
    assert "no file" in refusal(tracks, tmp_path / "none.json")
    assert "can't be read" in refusal(tmp_path, metrics)


def test_missing_columns_are_named(tmp_path: Path):
    tracks, metrics = world()
    assert "lacks genre_top" in refusal(*write(tmp_path, tracks.drop(columns="genre_top"), metrics))
    assert "lacks tempo, valence" in refusal(*write(tmp_path, tracks, metrics.drop(columns=["tempo", "valence"])))


@pytest.mark.parametrize("data", [b"", b"{", b"7", b'"text"', b'{"track_id": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_not_json_is_refused(tmp_path: Path, data: bytes):
    tracks, metrics = write(tmp_path, *world())
    metrics.write_bytes(data)
    assert "JSON" in refusal(tracks, metrics)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b'track_id,genre_top\n1,"Rock\n2,Rock', b"a,b\n1,2\n1,2,3\n"])
def test_a_file_that_is_not_csv_is_refused(tmp_path: Path, data: bytes):
    tracks, metrics = write(tmp_path, *world())
    tracks.write_bytes(data)
    assert "CSV" in refusal(tracks, metrics)


def test_a_damaged_gzip_file_is_refused(tmp_path: Path):
    tracks, metrics = write(tmp_path, *world())
    metrics.write_bytes(gzip.compress(metrics.read_bytes())[:-40])
    assert "gzip" in refusal(tracks, metrics)


def test_files_that_do_not_belong_together_are_refused(tmp_path: Path):
    tracks, metrics = world()
    assert "in common" in refusal(*write(tmp_path, tracks, metrics.assign(track_id=metrics["track_id"] + 1_000)))
    assert "40 Hip-Hop tracks" in refusal(*write(tmp_path, tracks.iloc[:220], metrics))


def test_a_track_named_twice_is_refused(tmp_path: Path):
    tracks, metrics = world()
    assert "twice" in refusal(*write(tmp_path, pd.concat([tracks, tracks.iloc[:1]]), metrics))


@pytest.mark.parametrize("value", ["loud", None, {"a": 1}, 1e999])
def test_a_metric_that_is_no_number_is_refused(tmp_path: Path, value: object):
    tracks, metrics = write(tmp_path, *world())
    columns = json.loads(metrics.read_text())
    columns["energy"]["3"] = value
    metrics.write_text(json.dumps(columns))
    assert "energy" in refusal(tracks, metrics)


def merged() -> pd.DataFrame:
    tracks, metrics = world()
    return metrics.merge(tracks[["track_id", "genre_top"]], on="track_id")


def test_balancing_changes_the_test_part():
    scores = classic_scores(merged(), seed=0)
    assert list(scores) == [
        "decision tree before balancing",
        "logistic regression before balancing",
        "decision tree after balancing",
        "logistic regression after balancing",
    ]
    assert all(0 <= value <= 1 for of_model in scores.values() for value in of_model.values())


def test_a_tree_that_sees_the_telling_metric_is_never_wrong():
    scores = cross_validated_scores({"decision tree": DecisionTreeClassifier(random_state=0)}, merged(), seed=0)
    assert set(scores["decision tree"].values()) == {1.0}


def test_the_vote_is_also_cut_where_both_genres_weigh_the_same():
    frame = merged()
    frame["speechiness"] = np.random.default_rng(1).normal(frame["speechiness"], 0.6)
    scores = cross_validated_scores({"vote": LogisticRegression()}, frame, seed=0)
    assert list(scores) == ["vote", "vote, balanced"]
    assert scores["vote, balanced"]["recall"] > scores["vote"]["recall"]
    assert scores["vote, balanced"]["auc"] == scores["vote"]["auc"]


def test_every_model_tells_the_genres_apart():
    frame = merged()
    inputs, hip_hop = frame[list(METRICS)].to_numpy(), (frame["genre_top"] == "Hip-Hop").to_numpy()
    for name, model in models(seed=0).items():
        chances = model.fit(inputs[::2], hip_hop[::2]).predict_proba(inputs[1::2])[:, 1]
        assert ((chances >= 0.5) == hip_hop[1::2]).mean() > 0.95, name


def test_the_input_that_changes_fast_is_stretched():
    random = np.random.default_rng(0)
    inputs = random.normal(size=(300, 3))
    model = StretchedSVC().fit(inputs, np.sin(3 * inputs[:, 1]) > 0)
    assert model.stretch_.argmax() == 1
    assert model.stretch_[1] > 2 * model.stretch_[0]


def test_chances_and_guesses_of_the_stretched_machine_agree():
    inputs = np.random.default_rng(0).normal(size=(120, 2))
    target = np.where(inputs[:, 0] > 0, "b", "a")
    model = StretchedSVC().fit(inputs, target)
    chances = model.predict_proba(inputs)
    assert np.allclose(chances.sum(axis=1), 1)
    assert np.array_equal(model.classes_[chances.argmax(axis=1)], model.predict(inputs))


@pytest.fixture(scope="module")
def real_frame() -> pd.DataFrame:
    tracks, metrics = SHARED_DATA / "fma-rock-vs-hiphop.csv.gz", SHARED_DATA / "echonest-metrics.json.gz"
    if not (tracks.is_file() and metrics.is_file()):
        pytest.skip("the rock and hip-hop files are not beside the checkout")
    return read_two_sources(tracks, metrics)


def test_the_real_files_give_the_known_numbers(real_frame: pd.DataFrame):
    assert real_frame["genre_top"].value_counts().to_dict() == {"Rock": 3_892, "Hip-Hop": 910}
    scores = classic_scores(real_frame, seed=10)
    # As published: tree .843 and .745, regression .878 and .822. Here components are learnt from the training part
    # only, and 455 balanced test rows leave a tree much room: others report up to .80 for it.
    assert scores["decision tree before balancing"]["accuracy"] == pytest.approx(0.843, abs=0.03)
    assert scores["logistic regression before balancing"]["accuracy"] == pytest.approx(0.878, abs=0.03)
    assert scores["decision tree after balancing"]["accuracy"] == pytest.approx(0.745, abs=0.09)
    assert scores["logistic regression after balancing"]["accuracy"] == pytest.approx(0.822, abs=0.04)
