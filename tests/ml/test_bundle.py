import json
import shutil
from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from scipy.sparse import issparse

from ml.bundle import CATALOGUE_FILE, MANIFEST_FILE, RANKER_FILE, ModelBundle, load_current, make_current
from ml.catalogue import sample
from ml.errors import BundleError, UnknownTrackError
from ml.ranking.facts import SongFacts
from ml.ranking.ranker import Ranker
from ml.ranking.seeds import Seeds
from ml.songs import Songs, group_songs
from ml.tracks import FEATURE_NAMES
from ml.train import train

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def models(sample_models, tmp_path):
    """A copy of the models folder to spoil."""
    copy = tmp_path / "models"
    shutil.copytree(sample_models, copy, symlinks=True)
    return copy


def refusal(path) -> str:
    with pytest.raises(BundleError) as refused:
        ModelBundle.load(path)
    sentence = str(refused.value)
    assert "\n" not in sentence
    return sentence


def change_manifest(folder, **changes) -> None:
    path = folder / MANIFEST_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_published_bundle_loads_and_answers(bundle):
    seed = bundle.catalogue.frame["track_id"].iat[0]
    assert len(bundle.recommender.recommend([seed], k=5)) == 5
    assert bundle.clusters.predict(bundle.catalogue.frame.head(3)).isin(bundle.clusters.names).all()


@pytest.mark.parametrize(
    "known",
    [
        FEATURE_NAMES,
        ("artists", "track_name"),
        ("track_name",),
        ("artists", "album_name", "track_name", *FEATURE_NAMES),
    ],
    ids=["sound", "names", "title", "all"],
)
def test_a_list_starts_from_tracks_that_the_catalogue_lacks(bundle, known):
    seeds = bundle.seeds_outside(bundle.catalogue.frame[list(known)].head(2))
    found = bundle.recommender.recommend([], 10, outside=seeds)
    assert len(found) == 10
    assert all(one.reasons for one in found)


def test_a_song_of_the_catalogue_given_as_from_outside_does_not_come_back(bundle):
    row = bundle.catalogue.frame.drop(columns=["track_id", "genres"]).head(1)
    found = bundle.recommender.recommend([], 50, outside=bundle.seeds_outside(row))
    assert bundle.recommender.songs.of_row[0] not in bundle.recommender.songs_of(one.track_id for one in found)[0]


def test_no_tracks_from_outside_are_refused_with_a_sentence(bundle):
    with pytest.raises(UnknownTrackError, match="At least one track"):
        bundle.seeds_outside(bundle.catalogue.frame.head(0))


def test_the_served_songs_are_the_trained_ones(bundle):
    made = Songs.of(group_songs(bundle.catalogue.frame), bundle.catalogue.frame["popularity"].to_numpy())
    facts = SongFacts.of(bundle.catalogue.frame, made, bundle.space.percentiles).dated(Ranker.load().era)
    served = bundle.recommender.facts
    for field in fields(SongFacts):
        one, other = getattr(facts, field.name), getattr(served, field.name)
        assert (one != other).nnz == 0 if issparse(one) else np.array_equal(one, other), field.name


def test_bold_lists_of_the_sample_are_less_familiar_and_easy_ones_more(bundle):
    recommender = bundle.recommender
    seeds = bundle.catalogue.frame["track_id"].iloc[::150].tolist()

    def familiarity(dial) -> float:
        songs = [
            recommender.songs_of(one.track_id for one in recommender.recommend([seed], 20, adventurous=dial))[0]
            for seed in seeds
        ]
        return float(recommender.facts.familiarity[np.concatenate(songs)].mean())

    assert familiarity("bold") < familiarity("medium") < familiarity("easy")


def test_the_catalogue_survives_unchanged(bundle):
    stored, made = bundle.catalogue.frame, sample(1_500).frame
    assert stored["track_name"].tolist() == made["track_name"].tolist()
    assert stored["energy"].tolist() == made["energy"].tolist()
    assert stored["genres"].tolist() == made["genres"].tolist()


def test_unknown_values_stay_unknown_and_numbers_stay_numbers(tmp_path):
    made = sample(300)
    frame = made.frame.copy()
    for row, name in enumerate(("popularity", *FEATURE_NAMES)):
        frame.loc[row, name] = np.nan
    frame.loc[20, "track_name"] = "null"
    train(replace(made, frame=frame), tmp_path, seed=0, now=NOW, progress=lambda *_: None)
    stored = load_current(tmp_path).catalogue.frame
    assert stored["track_name"].iat[20] == "null"
    for row, name in enumerate(("popularity", *FEATURE_NAMES)):
        assert stored[name].dtype == "float64"
        assert np.flatnonzero(stored[name].isna()).tolist() == [row]


def test_training_again_repairs_a_damaged_model_of_the_same_day(tmp_path):
    for _ in range(2):
        done = train(sample(300), tmp_path, seed=0, now=NOW, progress=lambda *_: None)
        assert ModelBundle.load(done.path).version == done.version
        (done.path / "index.faiss").write_bytes(b"spoilt")


def test_prettier_figures_in_the_manifest_are_refused(models):
    manifest = json.loads((models / "current" / MANIFEST_FILE).read_text())
    manifest["metrics"]["classifier"]["hit@1"] = 0.99
    change_manifest(models / "current", metrics=manifest["metrics"])
    assert "changed after it was published" in refusal(models / "current")


def test_an_empty_folder_is_refused(tmp_path):
    assert "no trained model" in refusal(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "classifier.tflite",
        "index.faiss",
        CATALOGUE_FILE,
        "rows.npz",
        "clusters.json",
        "space.npz",
        "songs.npz",
        "map.npz",
        RANKER_FILE,
    ],
)
def test_one_flipped_byte_is_refused(models, name):
    path = models / "current" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert name in refusal(models / "current")


def test_a_missing_file_is_refused(models):
    (models / "current" / "space.npz").unlink()
    assert "lacks its file space.npz" in refusal(models / "current")


def test_a_newer_schema_is_refused(models):
    change_manifest(models / "current", schema=99)
    assert "schema 99" in refusal(models / "current")


def test_a_manifest_of_another_catalogue_is_refused(models):
    manifest = json.loads((models / "current" / MANIFEST_FILE).read_text())
    change_manifest(models / "current", catalogue={**manifest["catalogue"], "sha256": "0" * 64})
    assert "changed after it was published" in refusal(models / "current")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": 1}'])
def test_a_damaged_manifest_is_refused(models, text):
    (models / "current" / MANIFEST_FILE).write_text(text)
    refusal(models / "current")


def test_when_the_current_model_is_spoilt_the_previous_one_serves(models):
    good = (models / "current").resolve().name
    shutil.copytree(models / good, models / "2026-01-02-spoilt00")
    make_current(models, "2026-01-02-spoilt00")
    (models / "2026-01-02-spoilt00" / "index.faiss").write_bytes(b"")
    assert load_current(models).version == good


def test_when_no_model_can_be_trusted_the_first_reason_is_given(models):
    (models / "current" / "index.faiss").write_bytes(b"")
    with pytest.raises(BundleError, match=r"index\.faiss"):
        load_current(models)


def test_switching_back_is_one_step(models):
    good = (models / "current").resolve().name
    (models / "other").mkdir()
    make_current(models, "other")
    make_current(models, good)
    assert (models / "current").resolve().name == good
    assert load_current(models).version == good


def test_no_members_request_waits_for_the_first_look_at_the_songs(sample_models):
    fresh = load_current(sample_models).recommender.facts
    before = set(vars(fresh))
    Seeds.of(fresh, np.zeros((len(fresh), 1), dtype=np.float32), np.array([0]))
    assert {"rank_in_genre", "artist_fame", "artist_albums"} <= before == set(vars(fresh))
