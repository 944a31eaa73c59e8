"""What a partial refit leaves alone and what it makes anew, and what it refuses."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from ml.bundle import load_current
from ml.catalogue import sample
from ml.challenge import challenge
from ml.errors import SegueError
from ml.labels import Label
from ml.manifest import MANIFEST_FILE
from ml.refitting import gather, serving_champion
from ml.stages import PARTS, STAGES_OF

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLASSIFIER_FILES = {"classifier.tflite", "classifier.json", "evidence.npz"}
VECTOR_FILES = {"space.npz", "index.faiss", "map.npz"}
GROUP_FILES = {"clusters.json", "synthetic_genres.json"}


@pytest.fixture
def models(sample_models, tmp_path):
    copy = tmp_path / "models"
    shutil.copytree(sample_models, copy, symlinks=True)
    return copy


@pytest.fixture
def champion(models):
    return serving_champion(models)


def refitted(models, parts, **options):
    seen = []
    given = {
        "catalogue": None,
        "labels": [],
        "playlists": None,
        "tolerances": {},
        "seed": 1,
        "now": NOW,
        "progress": lambda stage, *_: seen.append(stage),
        "publishing": lambda version: None,
    }
    before = load_current(models)
    done = challenge(models, parts=parts, **{**given, **options})
    assert done.published, done.sentence
    assert tuple(dict.fromkeys(seen)) == STAGES_OF[parts]
    return before, load_current(models)


def changed(models, before, after) -> set[str]:
    """The files that differ."""
    files = {path.name for path in (models / before.version).iterdir()} - {MANIFEST_FILE}
    assert files == {path.name for path in (models / after.version).iterdir()} - {MANIFEST_FILE}
    return {
        name
        for name in files
        if (models / before.version / name).read_bytes() != (models / after.version / name).read_bytes()
    }


def test_clusters_alone_leave_every_other_file_as_it_was(models):
    before, after = refitted(models, "clusters")
    assert "clusters.json" in changed(models, before, after) <= GROUP_FILES | {"rows.npz"}
    assert after.manifest["parts"] == "clusters"
    assert after.manifest["beside"] == before.version
    assert after.manifest["metrics"] == before.manifest["metrics"]
    assert (after.part_of_row == before.part_of_row).all()
    moods = after.clusters.predict(after.catalogue.frame).to_numpy()
    of_song = moods[after.recommender.songs.row_of]
    for mood, songs in after.recommender.columns.rows_of_mood.items():
        assert np.array_equal(songs, np.flatnonzero(of_song == mood))


def test_the_index_alone_leaves_classifier_clusters_and_rows_as_they_were(models):
    before, after = refitted(models, "index")
    assert "map.npz" in changed(models, before, after) <= VECTOR_FILES | {"songs.npz", "ranker.npz"}
    assert after.manifest["clusters"] == before.manifest["clusters"]
    assert after.manifest["metrics"]["classifier"] == pytest.approx(before.manifest["metrics"]["classifier"])


def test_the_classifier_alone_renews_what_listens_with_it_and_learns_labels(models):
    """The labels say that some artists' songs are of one strange genre; others of their songs were never seen."""
    bundle = load_current(models)
    frame = bundle.catalogue.frame.assign(part=bundle.part_of_row)
    first = frame["artists"].str.split(";").str[0]
    by_artist = frame.groupby(first)["part"]
    known = by_artist.transform(lambda parts: (parts == "train").sum()) >= 2
    asked_for = by_artist.transform(lambda parts: (parts == "test").sum()) >= 1
    foreign = ~frame["genres"].str.contains("tango").groupby(first).transform("any")
    artists = first[known & asked_for & foreign].unique()[:6]
    told = frame[first.isin(artists) & (frame["part"] == "train")]
    asked = frame[first.isin(artists) & (frame["part"] == "test")]
    moved = frame[~first.isin(artists) & (frame["part"] == "test")]["track_id"].iat[0]
    labels = [Label(track_id, "tango", 5.0) for track_id in told["track_id"]]
    labels += [Label(moved, "tango", 1.0), Label("0" * 22, "tango", 1.0), Label(moved, "no such genre", 1.0)]

    before, after = refitted(models, "classifier", labels=labels)
    assert CLASSIFIER_FILES < changed(models, before, after) <= CLASSIFIER_FILES | VECTOR_FILES | {"rows.npz"}
    assert after.manifest["labels"] == {"used": len(labels) - 2, "left_out": 2}

    used = frame["track_id"].isin([label.track_id for label in labels])
    assert (after.part_of_row[used] == "train").all()
    assert (after.part_of_row[~used] == before.part_of_row[~used]).all()

    rows = asked.drop(columns=["genres", "part"])
    chances = [one.classifier.predict_memberships(rows)["tango"].to_numpy() for one in (before, after)]
    assert len(rows) >= 6
    assert chances[1].mean() > chances[0].mean() + 0.1, chances


@pytest.mark.parametrize("parts", [part for part in PARTS if part != "all"])
def test_without_a_model_there_is_nothing_to_refit_a_part_of(parts):
    with pytest.raises(SegueError, match="no model yet"):
        gather(parts, sample(300), None, [], 0)


def test_without_a_model_and_a_catalogue_there_is_nothing_to_train_on(tmp_path):
    assert serving_champion(tmp_path) is None
    with pytest.raises(SegueError, match="name a catalogue"):
        gather("all", None, None, [], 0)


@pytest.mark.parametrize("parts", [part for part in PARTS if part != "all"])
def test_a_part_can_t_be_refitted_on_another_catalogue(champion, parts):
    with pytest.raises(SegueError, match="another catalogue"):
        gather(parts, sample(300), champion, [], 0)
    assert gather(parts, sample(1_500), champion, [], 0).catalogue is champion.catalogue


def test_an_unknown_part_is_refused(champion):
    with pytest.raises(SegueError, match="no part “brain”"):
        gather("brain", None, champion, [], 0)


def test_the_champion_s_split_holds_whatever_the_seed(champion):
    for parts in PARTS:
        split = gather(parts, None, champion, [], 77).split
        assert (split.part_of_row(1_500) == champion.rows.part).all()


def test_a_larger_catalogue_keeps_what_was_held_out_held_out(champion):
    larger = sample(1_500)
    more = sample(3_000).frame
    new = more[~more["track_id"].isin(larger.frame["track_id"])]
    frame = pd.concat([larger.frame, new], ignore_index=True)
    joined = replace(larger, frame=frame)
    part = gather("all", joined, champion, [], 5).split.part_of_row(len(frame))
    assert (part[:1_500] == champion.rows.part).all()
    assert 0.15 < (part[1_500:] == "test").mean() < 0.25


def test_a_champion_that_can_t_be_trusted_gives_its_place_to_the_next(models, champion):
    (champion.folder / "index.faiss").write_bytes(b"")
    assert serving_champion(models) is None
