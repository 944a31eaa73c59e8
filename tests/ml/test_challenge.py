"""A model is published only if it is no worse than the one that serves, on what neither has seen."""

import csv
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from ml.bundle import CURRENT, load_current
from ml.catalogue import DATASET_COLUMNS, read_catalogue
from ml.challenge import challenge
from ml.errors import SegueError
from ml.guards import DEFAULT_TOLERANCES, FIGURES, HIT_1, HIT_5, NEIGHBOURS
from ml.manifest import verify
from ml.refitting import serving_champion
from ml.shelf import ASIDE, publish_aside, shelved
from ml.stages import STAGE_SHARES, STAGES, STAGES_OF
from ml.tracks import split_values
from tests.ml.playlists import playlists_of_one_genre

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def write_dataset(path, frame):
    """A cleaned catalogue as the file that it could have come from: one row for each genre of a track."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["", *DATASET_COLUMNS])
        writer.writeheader()
        for number, row in enumerate(frame.to_dict("records")):
            for genre in split_values(row["genres"]):
                explicit = "True" if row["explicit"] else "False"
                told = {name: row[name] for name in DATASET_COLUMNS if name in row}
                writer.writerow({"": number, **told, "explicit": explicit, "track_genre": genre})
    return read_catalogue(path)


def contest(models, progress=lambda *_: None, publishing=lambda version: None, **options):
    given = {"catalogue": None, "parts": "all", "labels": [], "playlists": None, "tolerances": {}, "seed": 1}
    return challenge(models, now=NOW, progress=progress, publishing=publishing, **{**given, **options})


def copied(sample_models, folder):
    shutil.copytree(sample_models, folder, symlinks=True)
    return folder


@pytest.fixture
def models(sample_models, tmp_path):
    return copied(sample_models, tmp_path / "models")


@pytest.fixture(scope="module")
def poisoned(sample_models, bundle, tmp_path_factory):
    """A contest with a challenger whose catalogue has the genres shuffled among the tracks."""
    folder = tmp_path_factory.mktemp("poisoned")
    models = copied(sample_models, folder / "models")
    frame = bundle.catalogue.frame
    shuffled = frame.assign(genres=np.random.default_rng(0).permutation(frame["genres"].to_numpy()))
    catalogue = write_dataset(folder / "shuffled.csv", shuffled)
    switched = []
    return models, contest(models, catalogue=catalogue, publishing=switched.append), switched


@pytest.fixture(scope="module")
def honest(sample_models, bundle, tmp_path_factory):
    """A contest with a challenger from the same tracks and another seed."""
    folder = tmp_path_factory.mktemp("honest")
    models = copied(sample_models, folder / "models")
    catalogue = write_dataset(folder / "tracks.csv", bundle.catalogue.frame)
    playlists = playlists_of_one_genre(bundle.catalogue, folder / "playlists.csv")
    seen, switched = [], []

    def publishing(version):
        # What serves is still the old one, and what comes is ready.
        switched.append((version, (models / CURRENT).resolve().name, verify(models / ASIDE / version)["version"]))

    done = contest(
        models,
        catalogue=catalogue,
        playlists=playlists,
        publishing=publishing,
        progress=lambda *told: seen.append(told),
    )
    return models, done, seen, switched


def test_a_poisoned_challenger_is_not_published(poisoned, bundle):
    models, done, switched = poisoned
    assert not done.published
    assert not switched
    fallen = {one.metric for one in done.compared if one.fell}
    assert {HIT_1, HIT_5, NEIGHBOURS} <= fallen
    assert "Right genre first" in done.sentence
    assert f"{len(fallen) - 2} more figures fell too far" in done.sentence
    assert load_current(models).version == bundle.version == done.champion


def test_a_poisoned_challenger_is_judged_by_the_champion_s_truth(poisoned, bundle):
    """By its own catalogue it would be right more often by knowing which genres it was told."""
    _, done, _ = poisoned
    (hit,) = (one for one in done.compared if one.metric == HIT_1)
    assert hit.champion == pytest.approx(bundle.manifest["metrics"]["classifier"]["hit@1"], abs=1e-6)
    assert hit.challenger < hit.champion / 5


def test_what_was_put_aside_never_serves_and_can_be_published_anyway(poisoned, tmp_path):
    models = copied(poisoned[0], tmp_path / "models")
    done = poisoned[1]
    assert [one.version for one in shelved(models) if one.is_aside] == [done.version]
    serving = (models / CURRENT).resolve() / "index.faiss"
    whole = serving.read_bytes()
    serving.write_bytes(b"")
    assert serving_champion(models) is None
    serving.write_bytes(whole)
    publish_aside(models, done.version)
    assert load_current(models).version == done.version


def test_an_honest_challenger_with_another_seed_is_published(honest):
    models, done, _, _ = honest
    assert done.published, done.sentence
    assert done.path == models / done.version
    assert load_current(models).version == done.version
    assert not any((models / ASIDE).iterdir())


def test_both_are_compared_figure_by_figure(honest):
    _, done, _, _ = honest
    assert [one.metric for one in done.compared] == list(FIGURES)
    assert {one.metric for one in done.compared if one.guarded} == set(DEFAULT_TOLERANCES)
    assert all(one.champion is not None for one in done.compared)


def test_no_song_changed_its_part_although_the_seed_did(honest, bundle):
    models, _, _, _ = honest
    new = load_current(models)
    earlier = dict(zip(bundle.catalogue.frame["track_id"], bundle.part_of_row, strict=True))
    assert [earlier[track_id] for track_id in new.catalogue.frame["track_id"]] == new.part_of_row.tolist()


def test_the_caller_is_told_of_the_switch_before_it_happens(honest, bundle):
    _, done, _, switched = honest
    assert switched == [(done.version, bundle.version, done.version)]


def test_every_stage_is_told_in_order_with_what_is_known_so_far(honest):
    _, _, seen, _ = honest
    assert tuple(dict.fromkeys(stage for stage, *_ in seen)) == STAGES
    assert all(0 <= done <= total for _, done, total, _ in seen)
    notes = " ".join(note for *_, note in seen)
    assert "loss " in notes and "hit@1 0." in notes


@pytest.fixture
def ready_made(bundle, sample_models, monkeypatch):
    """In place of a training, the files of a trained bundle with these figures."""

    def make(hit, guessed=0.02):
        metrics = {**bundle.manifest["metrics"], "test_tracks": 300}
        metrics["classifier"] = {**metrics["classifier"], HIT_1: hit}
        metrics["majority"] = {**metrics["majority"], HIT_1: guessed}

        def fit(material, folder, seed, progress):
            for name in bundle.manifest["files"]:
                shutil.copyfile(sample_models / CURRENT / name, folder / name)
            return {"metrics": metrics}

        monkeypatch.setattr("ml.challenge.fit", fit)

    return make


def test_a_first_model_is_published_if_it_knows_more_than_chance(tmp_path, bundle, ready_made):
    ready_made(hit=0.5)
    done = contest(tmp_path, catalogue=bundle.catalogue)
    assert done.published and done.champion is None
    assert "50.0%" in done.sentence and "2.0%" in done.sentence
    assert [one.champion for one in done.compared] == [None] * len(done.compared)
    assert load_current(tmp_path).version == done.version


def test_a_first_model_that_knows_nothing_stays_aside(tmp_path, bundle, ready_made):
    ready_made(hit=0.035)
    done = contest(tmp_path, catalogue=bundle.catalogue)
    assert not done.published
    assert "hardly knows more than chance" in done.sentence
    assert not (tmp_path / CURRENT).exists()


def other_songs(bundle):
    """A catalogue of the same size that shares no song."""
    frame = bundle.catalogue.frame
    other = frame.assign(
        track_id=[f"{number:022d}" for number in range(len(frame))],
        track_name=[f"Another {number}" for number in range(len(frame))],
    )
    return replace(bundle.catalogue, frame=other, name="others.csv", is_sample=False)


def test_the_first_real_catalogue_takes_the_place_of_the_sample(models, bundle, ready_made):
    ready_made(hit=0.5)
    done = contest(models, catalogue=other_songs(bundle))
    assert done.published and done.champion is None


def test_a_real_model_doesn_t_give_way_to_one_that_it_can_t_be_compared_with(tmp_path, bundle, ready_made):
    ready_made(hit=0.5)
    real = replace(bundle.catalogue, name="tracks.csv", is_sample=False)
    first = contest(tmp_path, catalogue=real)
    ready_made(hit=0.99)
    done = contest(tmp_path, catalogue=other_songs(bundle))
    assert first.published and not done.published
    assert "can't be compared" in done.sentence and "tracks.csv" in done.sentence
    assert load_current(tmp_path).version == first.version


def test_the_shares_of_the_stages_are_a_whole():
    assert set(STAGE_SHARES) == set(STAGES)
    assert sum(STAGE_SHARES.values()) == pytest.approx(1.0)
    assert all(set(stages) <= set(STAGES) for stages in STAGES_OF.values())


def test_with_a_tolerance_that_nothing_meets_even_the_best_stays_aside(models, bundle):
    """Moods from another seed differ at least a little; nothing else does."""
    done = contest(models, parts="clusters", tolerances=dict.fromkeys(DEFAULT_TOLERANCES, 0.0))
    assert done.published == (not any(one.fall > 0 for one in done.compared if one.guarded))
    assert (models / CURRENT).resolve().name == (done.version if done.published else bundle.version)


def test_a_model_that_was_published_meanwhile_is_not_replaced(models):
    def rival(stage, *_):
        if stage == "Comparing":
            link = models / CURRENT
            target = link.resolve()
            if target.name != "rival":
                shutil.copytree(target, models / "rival")
                link.unlink()
                link.symlink_to("rival")

    done = contest(models, rival, parts="clusters")
    assert not done.published
    assert "another model was made the serving one" in done.sentence
    assert (models / CURRENT).resolve().name == "rival"


def test_what_can_t_be_done_is_refused_before_anything_is_done(tmp_path):
    with pytest.raises(SegueError):
        contest(tmp_path, parts="clusters")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SegueError, match="no guarded figure"):
        contest(tmp_path, tolerances={"nonsense": 1.0})


def test_playlists_that_are_none_are_refused_before_anything_is_trained(models, tmp_path):
    path = tmp_path / "no.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SegueError, match="no table of playlists"):
        contest(
            models, lambda stage, *_: pytest.fail(stage) if stage == "Moods" else None, parts="clusters", playlists=path
        )
