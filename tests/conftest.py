"""What all tests share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ml.bundle import ModelBundle, load_current
from ml.catalogue import sample
from ml.train import train

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--crash-rounds",
        type=int,
        help="how often tests/wire/drops/test_crashes.py kills processes; a few times, and in a hurry, unless given",
    )
    parser.addoption("--crash-seed", type=int, help="the seed of an earlier such run")
    parser.addoption(
        "--death-rounds",
        type=int,
        help="how often tests/wire/admin/test_deaths.py kills a training or the bot; twice unless given",
    )
    parser.addoption("--death-seed", type=int, help="the seed of an earlier such run")
    parser.addoption(
        "--real-contest",
        action="store_true",
        help="have tests/ml/test_real_contest.py train three models on the real dataset, in 20 minutes on two cores",
    )


@pytest.fixture(scope="session")
def real_dataset() -> Path:
    """The Spotify Tracks Dataset, which is never part of the project."""
    path = SHARED_DATA / "spotify_tracks.csv.gz"
    if not path.is_file():
        pytest.skip("the Spotify Tracks Dataset is not beside the checkout")
    return path


@pytest.fixture(scope="session")
def sample_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with a bundle trained on a small sample catalogue, once for all tests. Never written to."""
    catalogue = sample(tracks=1_500)
    models = tmp_path_factory.mktemp("data") / "models"
    train(catalogue, models, seed=0, now=datetime(2026, 1, 1, tzinfo=UTC), progress=lambda *_: None)
    return models


@pytest.fixture(scope="session")
def bundle(sample_models: Path) -> ModelBundle:
    return load_current(sample_models)
