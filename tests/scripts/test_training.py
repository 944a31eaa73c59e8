"""The process that sees a training through: whatever ends it, the row says so and nothing half-made is left."""

import asyncio
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from ml.bundle import CURRENT, load_current
from ml.train import STAGING_PREFIX
from storage.store import Store
from tests.environment import clean_environment

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATIENCE_S = 240


@pytest.fixture
def data(sample_models, tmp_path):
    shutil.copytree(sample_models, tmp_path / "models", symlinks=True)
    return tmp_path


async def asked(data, parts="clusters", catalogue=None):
    async with Store.open(data / "segue.db") as store:
        return await store.trainings.request(parts, catalogue, "", None, NOW)


def started(data, *arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.segue", "train", *arguments],
        env=clean_environment(data, **environment),
        cwd=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def seen_through(data, number, **environment):
    """The exit code and the output of the process that has seen a training through."""
    process = started(data, "--training", str(number), **environment)
    output, _ = process.communicate(timeout=PATIENCE_S)
    return process.returncode, output


async def fate(data, number):
    async with Store.open(data / "segue.db") as store:
        return await store.trainings.training(number)


def leftovers(data):
    return list((data / "models").glob(f"{STAGING_PREFIX}*"))


async def test_it_publishes_what_is_no_worse_and_says_how_it_compares(data):
    former = load_current(data / "models").version
    number = await asked(data)
    code, output = seen_through(data, number)
    assert code == 0, output
    training = await fate(data, number)
    assert training.outcome == "published"
    assert (data / "models" / CURRENT).resolve().name == training.version
    # What an operator reads in the training's log.
    assert f"training {number} begins: clusters" in output
    assert f"model {training.version} is published" in output
    assert training.report["champion"] == former
    assert {"Moods told apart", "Right genre first"} <= {one["name"] for one in training.report["compared"]}
    assert leftovers(data) == []


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"SEGUE_TRAINING_GB": "0.05"}, "more than 0.05 GB of memory"),
        ({"SEGUE_TRAINING_HOURS": "0.0001"}, "longer than 0.0001 h"),
    ],
)
async def test_it_ends_at_its_limits(data, limit, words):
    former = load_current(data / "models").version
    number = await asked(data, "all")
    code, _ = seen_through(data, number, **limit)
    training = await fate(data, number)
    assert (code, training.outcome) == (1, "failed")
    assert words in training.sentence
    assert load_current(data / "models").version == former
    assert leftovers(data) == []


async def test_it_ends_when_it_is_cancelled(data):
    number = await asked(data, "all")
    process = started(data, "--training", str(number))
    try:
        async with Store.open(data / "segue.db") as store:
            while (await store.trainings.training(number)).stage is None:
                await asyncio.sleep(0.1)
                assert process.poll() is None
            assert await store.trainings.cancel(number, NOW)
        process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    training = await fate(data, number)
    assert (process.returncode, training.outcome) == (1, "cancelled")
    assert leftovers(data) == []


async def test_what_it_can_not_train_is_said(data):
    number = await asked(data, "all", "gone.csv")
    code, _ = seen_through(data, number)
    training = await fate(data, number)
    assert (code, training.outcome) == (1, "failed")
    assert "There is no catalogue “gone.csv”" in training.sentence


async def test_a_training_that_is_over_is_not_begun(data):
    number = await asked(data)
    async with Store.open(data / "segue.db") as store:
        await store.trainings.cancel(number, NOW)
    code, output = seen_through(data, number)
    assert (code, "to begin" in output) == (1, True)


async def test_segue_train_waits_its_turn(data):
    async with Store.open(data / "segue.db") as store:
        number = await store.trainings.request("all", None, "", None, datetime.now(UTC))
    refused = started(data)
    output, _ = refused.communicate(timeout=PATIENCE_S)
    assert (refused.returncode, f"Training {number} is under way" in output) == (1, True)


async def test_segue_train_does_not_wait_for_the_dead(data):
    silent = await asked(data)
    process = started(data, "--catalogue", str(data / "segue.db"))
    output, _ = process.communicate(timeout=PATIENCE_S)
    # It has its turn, or else it would not say what is wrong with the catalogue.
    assert "is under way" not in output
    process = started(data)
    try:
        while (await fate(data, silent)).outcome is None:
            assert process.poll() is None
            await asyncio.sleep(0.2)
        assert (await fate(data, silent)).outcome == "died"
        while (await fate(data, silent + 1)) is None or (await fate(data, silent + 1)).stage is None:
            assert process.poll() is None
            await asyncio.sleep(0.2)
    finally:
        process.kill()
        process.communicate()


async def test_labels_reach_the_training_without_whoever_proposed_them(data, bundle):
    member = 9_100_000_000_000_000_001
    row = next(row for row in range(len(bundle.catalogue.frame)) if bundle.part_of_row[row] == "test")
    track = bundle.catalogue.frame["track_id"].iat[row]
    genre = next(one for one in bundle.catalogue.genres if one not in bundle.catalogue.texts[row][2].split(";"))
    async with Store.open(data / "segue.db") as store:
        await store.labels.propose(1, member, track, [genre], NOW)
        await store.labels.decide(track, genre, "accepted", member, NOW)
    number = await asked(data, "classifier")
    code, output = seen_through(data, number)
    assert code == 0, output
    training = await fate(data, number)
    folder = next(path for path in (data / "models").rglob(training.version) if path.is_dir())
    assert '"used": 1' in (folder / "manifest.json").read_text(encoding="utf-8")
    traces = (str(member).encode(), member.to_bytes(8), member.to_bytes(8, "little"))
    assert [file.name for file in folder.iterdir() if any(one in file.read_bytes() for one in traces)] == []
