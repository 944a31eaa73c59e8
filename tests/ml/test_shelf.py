"""The models folder: what may be made current, what goes when it gets full, and what a killed process leaves."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ml.bundle import CURRENT, ModelBundle, load_current, read_stored_catalogue
from ml.errors import BundleError
from ml.manifest import MANIFEST_FILE, read_manifest, seal, verify
from ml.shelf import ASIDE, lay_aside, publish_aside, remove_old, serve_version, shelved
from tests.ml.shelves import change_manifest, flip_a_byte, sibling

# After the session's bundle, which is of 2026-01-01.
DAY = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def models(sample_models, tmp_path):
    copy = tmp_path / "models"
    shutil.copytree(sample_models, copy, symlinks=True)
    return copy


def current(models: Path) -> Path:
    return (models / CURRENT).resolve()


def put_aside(models: Path, **options: int) -> str:
    (models / ASIDE).mkdir(exist_ok=True)
    return sibling(current(models), models / ASIDE, DAY, **options)


def flipped_byte(folder: Path) -> None:
    flip_a_byte(folder / "classifier.tflite")


def missing_file(folder: Path) -> None:
    (folder / "space.npz").unlink()


def newer_schema(folder: Path) -> None:
    change_manifest(folder, schema=99)


def another_catalogue(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST_FILE).read_text())
    change_manifest(folder, catalogue={**manifest["catalogue"], "name": "other.csv", "sha256": "0" * 64})


def edited_catalogue(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST_FILE).read_text())
    change_manifest(folder, catalogue={**manifest["catalogue"], "is_sample": False})


def swapped_file(folder: Path) -> None:
    """As of a bundle with other clusters: readable, but not this bundle's."""
    path = folder / "clusters.json"
    rows = json.loads(path.read_text())
    rows[0]["share"], rows[1]["share"] = rows[1]["share"], rows[0]["share"]
    path.write_text(json.dumps(rows))


def foreign_manifest(folder: Path) -> None:
    """That of a bundle with another ranker."""
    ranker = folder / "ranker.npz"
    original = ranker.read_bytes()
    ranker.write_bytes(original + b" ")
    foreign = sibling(folder, folder.parent, DAY, seed=3)
    shutil.copyfile(folder.parent / foreign / MANIFEST_FILE, folder / MANIFEST_FILE)
    shutil.rmtree(folder.parent / foreign)
    ranker.write_bytes(original)


DAMAGES = {
    flipped_byte: "classifier.tflite .* is damaged",
    missing_file: "lacks its file space.npz",
    newer_schema: "has schema 99",
    another_catalogue: "was changed after it was published",
    edited_catalogue: "was changed after it was published",
    swapped_file: "clusters.json .* is damaged",
    foreign_manifest: "ranker.npz .* is damaged",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_whatever_is_wrong_with_a_model_it_is_refused_and_the_old_one_keeps_serving(models, damage):
    good = current(models).name
    aside, published = put_aside(models, seed=1), sibling(current(models), models, DAY, seed=2)
    damage(models / ASIDE / aside)
    damage(models / published)
    with pytest.raises(BundleError, match=DAMAGES[damage]) as refused:
        publish_aside(models, aside)
    assert "\n" not in str(refused.value)
    with pytest.raises(BundleError, match=DAMAGES[damage]):
        serve_version(models, published)
    assert current(models).name == good
    assert load_current(models).version == good


def test_a_manifest_that_was_forged_as_a_whole_still_has_to_fit_its_catalogue(models):
    """Everything agrees with itself; only the catalogue isn't the one that is named."""
    folder = current(models)
    manifest = read_manifest(folder)
    (folder / MANIFEST_FILE).unlink()
    catalogue = read_stored_catalogue(folder, manifest)
    another = replace(catalogue, frame=catalogue.frame.head(400), name="another.csv", sha256="0" * 64)
    seal(folder, catalogue=another, seed=0, created_at=DAY, facts={})
    with pytest.raises(BundleError, match="its manifest names another catalogue"):
        ModelBundle.load(folder)


def test_what_was_put_aside_is_published_when_somebody_says_so(models):
    before, version = current(models).name, put_aside(models)
    assert publish_aside(models, version) == models / version
    assert load_current(models).version == version
    assert not (models / ASIDE / version).exists()
    serve_version(models, before)
    assert load_current(models).version == before


def test_publishing_twice_is_publishing_once(models):
    version = put_aside(models)
    assert publish_aside(models, version) == publish_aside(models, version)
    assert current(models).name == version


@pytest.mark.parametrize("version", ["", ".", "..", "aside", "current", "../models", "2026-01-01-00000000", "a/b"])
def test_what_names_no_model_is_refused_with_a_sentence(models, version):
    before = current(models)
    for switch in (publish_aside, serve_version):
        with pytest.raises(BundleError, match=r"no model|no trained model"):
            switch(models, version)
    assert current(models) == before


def test_what_was_put_aside_never_serves_even_if_nothing_else_can(models):
    put_aside(models)
    flip_a_byte(current(models) / "index.faiss")
    with pytest.raises(BundleError, match=r"index\.faiss"):
        load_current(models)


def test_what_is_still_being_made_never_serves(models):
    good = current(models)
    shutil.copytree(good, models / ".training-1-abc")
    flip_a_byte(good / "index.faiss")
    with pytest.raises(BundleError):
        load_current(models)


def test_the_shelf_tells_what_there_is(models):
    first = current(models).name
    aside = put_aside(models)
    newest, oldest = shelved(models)
    assert (newest.version, oldest.version) == (aside, first)
    assert newest.is_aside and not newest.is_current
    assert oldest.is_current and not oldest.is_aside
    assert oldest.is_sample and oldest.tracks == 1_500
    assert oldest.parts == "all" and oldest.beside is None
    assert oldest.size == sum(path.stat().st_size for path in current(models).iterdir())
    assert oldest.metrics["classifier"]["hit@1"] > 0


def test_an_empty_folder_is_an_empty_shelf(tmp_path):
    assert shelved(tmp_path) == []
    assert remove_old(tmp_path, keep=0, most_bytes=0) == []


@pytest.fixture
def full_shelf(models):
    """The current one of January, four newer published ones and two aside; their versions, oldest first."""
    published = [sibling(current(models), models, DAY + timedelta(days=n), seed=n) for n in range(4)]
    (models / ASIDE).mkdir()
    aside = [sibling(current(models), models / ASIDE, DAY + timedelta(days=n), seed=9 + n) for n in range(2)]
    return models, published, aside


def versions(models: Path) -> set[str]:
    return {one.version for one in shelved(models)}


def test_the_oldest_go_and_the_current_and_the_way_back_stay(full_shelf):
    models, published, aside = full_shelf
    serving = current(models).name
    assert set(remove_old(models, keep=2, most_bytes=None)) == set(published[:2])
    assert versions(models) == {serving, *published[2:], *aside}
    assert set(remove_old(models, keep=0, most_bytes=None)) == {published[2], *aside}
    assert versions(models) == {serving, published[3]}
    assert remove_old(models, keep=0, most_bytes=0) == []
    assert load_current(models).version == serving


def test_what_is_protected_stays(full_shelf):
    models, published, aside = full_shelf
    remove_old(models, keep=0, most_bytes=0, protected={published[0], aside[1]})
    assert versions(models) == {current(models).name, published[0], published[3], aside[1]}


def test_a_full_disk_takes_first_what_nobody_published(full_shelf):
    models, published, aside = full_shelf
    size = shelved(models)[0].size
    assert remove_old(models, keep=9, most_bytes=int(6.5 * size)) == [aside[0]]
    assert remove_old(models, keep=9, most_bytes=int(4.5 * size)) == [aside[1], published[0]]
    assert remove_old(models, keep=9, most_bytes=int(4.5 * size)) == []


# Runs `act(models, version)` in copies of a models folder, killed before the first change to the disk, before the
# second … until it is through; prints how many changes there were.
KILLED = """
import os, shutil, sys
from pathlib import Path
from ml import shelf

original, copies, act, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
ACTS = {
    "publish_aside": lambda models: shelf.publish_aside(models, version),
    "serve_version": lambda models: shelf.serve_version(models, version),
    "remove_old": lambda models: shelf.remove_old(models, keep=0, most_bytes=None),
    "lay_aside": lambda models: shelf.lay_aside(models / ".training-1-a", models, version),
}
step, code = 0, None
while code != 0:
    step += 1
    shutil.copytree(original, copies / str(step), symlinks=True)
    child = os.fork()
    if child == 0:
        left = step

        def watch(event, arguments):
            global left
            if event in ("os.rename", "os.symlink", "os.remove", "os.rmdir", "os.mkdir"):
                left -= 1
                if left == 0:
                    os._exit(9)

        sys.addaudithook(watch)
        ACTS[act](copies / str(step))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), code
print(step)
"""


def killed_at_each_step(models: Path, copies: Path, act: str, version: str) -> list[Path]:
    """The models folders that are left, one for each place at which the process was killed."""
    copies.mkdir()
    command = [sys.executable, "-c", KILLED, str(models), str(copies), act, version]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [copies / str(step) for step in range(1, int(done.stdout))]


def test_killed_while_publishing_the_old_or_the_new_model_serves_and_publishing_goes_on(models, tmp_path):
    before, version = current(models).name, put_aside(models)
    left = killed_at_each_step(models, tmp_path / "killed", "publish_aside", version)
    assert len(left) >= 3
    for folder in left:
        assert load_current(folder).version == current(folder).name in (before, version)
        publish_aside(folder, version)
        assert load_current(folder).version == version
    assert {current(folder).name for folder in left} == {version}


def test_killed_while_switching_back_one_of_both_serves(models, tmp_path):
    before = current(models).name
    version = sibling(current(models), models, DAY)
    left = killed_at_each_step(models, tmp_path / "killed", "serve_version", version)
    assert len(left) >= 2
    for folder in left:
        assert load_current(folder).version == before
        serve_version(folder, version)
        assert load_current(folder).version == version


def test_killed_while_putting_aside_nothing_has_changed_for_anybody(models, tmp_path):
    before = current(models).name
    version = sibling(current(models), models, DAY)
    (models / version).rename(models / ".training-1-a")
    left = killed_at_each_step(models, tmp_path / "killed", "lay_aside", version)
    assert len(left) >= 2
    for folder in left:
        assert load_current(folder).version == before
        lay_aside(folder / ".training-1-a", folder, version)
        verify(folder / ASIDE / version)


def test_killed_while_removing_nothing_half_removed_is_left_to_serve(models, tmp_path):
    serving = current(models).name
    _, newest = (sibling(current(models), models, DAY + timedelta(days=n), seed=n) for n in range(2))
    left = killed_at_each_step(models, tmp_path / "killed", "remove_old", "")
    assert len(left) > 10
    for folder in left:
        for one in shelved(folder):
            verify(one.path)
        remove_old(folder, keep=0, most_bytes=None)
        assert versions(folder) == {serving, newest}
        assert not list(folder.glob(".removed-*"))
