"""No death breaks a model, and every training's fate is told.

`pytest tests/wire/admin/test_deaths.py --death-rounds 40` takes about three quarters of an hour.
"""

import secrets
import shutil
import sys

import pytest

from ml.tracks import SEPARATOR
from tests.wire.admin.killing import Killing

USUAL_ROUNDS = 2
CATALOGUE = "songs.csv"
FIGURES = ("killed", "stages", "outcomes")


@pytest.fixture
def trainable_home(sample_models, bundle, tmp_path):
    """A Segue of its own with models that may be written to, and a catalogue to train on."""
    shutil.copytree(sample_models, tmp_path / "data" / "models", symlinks=True)
    # As the dataset is: a row for each genre of a track.
    frame = bundle.catalogue.frame
    raw = frame.assign(track_genre=frame["genres"].str.split(SEPARATOR), explicit=frame["explicit"] == 1)
    raw.explode("track_genre").drop(columns="genres").to_csv(tmp_path / CATALOGUE, index=False)
    return tmp_path


async def test_whoever_dies_a_whole_model_serves_and_the_fate_is_told(fake_discord, trainable_home, request, capsys):
    rounds, seed = (request.config.getoption(name) for name in ("--death-rounds", "--death-seed"))
    seed = secrets.randbelow(10**6) if seed is None else seed
    # Who runs all tests shall not wait for the whole of it.
    refit = "all" if rounds else "clusters"
    async with Killing(fake_discord, trainable_home, trainable_home / CATALOGUE, seed, refit) as killing:
        if rounds is not None:
            await killing.undisturbed()
        for _ in range(rounds or USUAL_ROUNDS):
            await killing.round()
    with capsys.disabled():
        figures = [f"{name} {dict(counted)}" for name, counted in vars(killing).items() if name in FIGURES]
        sys.stdout.write(f"\nseed {seed}: {'; '.join(figures)}\n")
    assert "failed" not in killing.outcomes
    assert killing.not_served == []
    assert killing.not_told == []
    assert sum(killing.outcomes.values()) == (rounds or USUAL_ROUNDS) + (rounds is not None)
