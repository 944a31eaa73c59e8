import json
import sys
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from ml.bundle import MANIFEST_FILE
from ml.catalogue import genre_matrix, sample
from ml.metrics import hit_at
from ml.stages import COMPARING, STAGES
from ml.tracks import FEATURE_NAMES
from ml.train import STAGING_PREFIX, train

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_trained_classifier_beats_guessing_by_far(bundle):
    metrics = bundle.manifest["metrics"]
    assert metrics["classifier"]["hit@1"] > 5 * metrics["majority"]["hit@1"]


def test_the_manifest_tells_the_scores_that_the_bundle_really_has(bundle):
    test = bundle.catalogue.frame[bundle.part_of_row == "test"]
    chances = bundle.classifier.predict_proba(test)
    hit = hit_at(chances.to_numpy(), genre_matrix(test, chances.columns), 1)
    assert hit == pytest.approx(bundle.manifest["metrics"]["classifier"]["hit@1"], abs=1e-9)


def test_learned_vectors_find_more_of_the_genre_than_raw_audio(bundle):
    neighbours = bundle.manifest["metrics"]["neighbours"]
    assert neighbours["genre_precision@10"] > neighbours["raw_audio_genre_precision@10"]


def test_probabilities_sum_to_one_and_are_named_by_genre(bundle):
    chances = bundle.classifier.predict_proba(bundle.catalogue.frame.head(50))
    assert chances.columns.tolist() == bundle.catalogue.genres
    assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-5)


def test_memberships_are_probabilities_that_rank_as_the_chances_do(bundle):
    frame = bundle.catalogue.frame
    chances, memberships = bundle.classifier.predict_proba(frame), bundle.classifier.predict_memberships(frame)
    assert (memberships.to_numpy().argmax(axis=1) == chances.to_numpy().argmax(axis=1)).all()
    assert ((memberships >= 0) & (memberships <= 1)).all(axis=None)


def test_missing_columns_and_unknown_values_are_allowed(bundle):
    frame = pd.DataFrame({"energy": [0.9, np.nan, np.inf], "track_name": ["a", "b", "c"]}, index=[7, 8, 9])
    chances = bundle.classifier.predict_proba(frame)
    assert chances.index.tolist() == [7, 8, 9]
    assert np.isfinite(chances.to_numpy()).all()


def test_names_that_are_no_text_and_further_columns_are_unknown(bundle):
    frame = bundle.catalogue.frame.head(3)[["energy", "valence"]].reset_index(drop=True)
    odd = frame.assign(artists=[None, 7, np.nan], track_name=["", " ", None], album_name=b"raw", genres="no such genre")
    expected = bundle.classifier.predict_proba(frame)
    assert np.allclose(bundle.classifier.predict_proba(odd), expected, atol=1e-6)


@pytest.mark.parametrize("value", [-5.0, 1e9, -np.inf])
def test_impossible_values_are_unknown(bundle, value):
    frame = bundle.catalogue.frame.head(3)
    unknown = bundle.classifier.predict_proba(frame.assign(energy=np.nan))
    assert np.allclose(bundle.classifier.predict_proba(frame.assign(energy=value)), unknown, atol=1e-6)


def test_a_track_can_be_classified_by_its_sound_or_its_names_alone(bundle):
    test = bundle.catalogue.frame[bundle.part_of_row == "test"]
    carries = genre_matrix(test, bundle.classifier.genres)
    for columns in (list(FEATURE_NAMES), ["artists", "album_name", "track_name"]):
        chances = bundle.classifier.predict_proba(test[columns]).to_numpy()
        assert hit_at(chances, carries, 1) > 5 * bundle.manifest["metrics"]["majority"]["hit@1"]


def test_what_a_training_track_is_filed_under_itself_is_not_taken_into_account(bundle):
    """With its id, a training track's own entry is left out: its answer leans less on what it is filed under."""
    train = bundle.catalogue.frame[bundle.part_of_row == "train"]
    carries = genre_matrix(train, bundle.classifier.genres)
    with_id = bundle.classifier.predict_proba(train).to_numpy()
    without = bundle.classifier.predict_proba(train.drop(columns="track_id")).to_numpy()
    assert with_id[carries].mean() < without[carries].mean()


def test_no_rows_have_no_probabilities(bundle):
    assert bundle.classifier.predict_proba(bundle.catalogue.frame.head(0)).shape == (0, 114)


def test_popularity_and_row_order_never_reach_the_classifier(bundle):
    frame = bundle.catalogue.frame.head(30)
    other = frame.assign(popularity=0.0)[::-1]
    expected = bundle.classifier.predict_proba(frame)
    assert np.allclose(bundle.classifier.predict_proba(other)[::-1], expected, atol=1e-6)


def test_influences_name_known_features_only_strongest_first(bundle):
    frame = bundle.catalogue.frame.head(1).assign(tempo=np.nan)
    genre = str(bundle.classifier.predict_proba(frame).iloc[0].idxmax())
    influences = bundle.classifier.influences(frame, genre)
    assert {found.field for found in influences if found.text is None} == set(FEATURE_NAMES) - {"tempo"}
    named = {found.text for found in influences if found.field == "artists"}
    assert named == set(frame["artists"].iat[0].split(";"))
    sizes = [abs(found.change) for found in influences]
    assert sizes == sorted(sizes, reverse=True)


def test_serving_never_imports_tensorflow(sample_models):
    import subprocess

    code = (
        "import sys; from ml.bundle import ModelBundle; import bot.app; "
        f"b = ModelBundle.load({str(sample_models / 'current')!r}); "
        "b.classifier.predict_proba(b.catalogue.frame.head(3)); "
        "sys.exit('tensorflow' in sys.modules or 'sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_training_reports_every_stage_in_order_and_leaves_nothing_half_written(tmp_path):
    seen = []
    trained = train(sample(300), tmp_path, seed=0, now=NOW, progress=lambda stage, *_: seen.append(stage))
    assert tuple(dict.fromkeys(seen)) == tuple(stage for stage in STAGES if stage != COMPARING)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["current", trained.version])


def test_the_same_seed_trains_the_same_model(tmp_path):
    versions = [
        train(sample(300), tmp_path / name, seed=5, now=NOW, progress=lambda *_: None).version for name in ("a", "b")
    ]
    assert versions[0] == versions[1]


def test_a_failed_training_publishes_nothing(tmp_path):
    def fail(stage: str, *_: object) -> None:
        if stage == "Vectors":
            raise RuntimeError("no more power")

    with pytest.raises(RuntimeError, match="power"):
        train(sample(300), tmp_path, seed=0, now=NOW, progress=fail)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_training_left_is_cleared_away(tmp_path):
    # No process has this number: Linux ends at 4,194,304.
    (tmp_path / f"{STAGING_PREFIX}99999999-abc").mkdir()
    train(sample(300), tmp_path, seed=0, now=NOW, progress=lambda *_: None)
    assert not list(tmp_path.glob(f"{STAGING_PREFIX}*"))


def test_the_manifest_is_readable_and_complete(sample_models):
    manifest = json.loads((sample_models / "current" / MANIFEST_FILE).read_text())
    assert manifest["catalogue"]["is_sample"] is True
    assert manifest["seed"] == 0
    assert manifest["clusters"]["k"] >= 8
    assert set(manifest["metrics"]["classifier"]) == {"hit@1", "hit@3", "hit@5", "log_loss", "calibration_error"}
