"""Which catalogue to use, and a model that is ready to serve."""

import gc
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.settings import Settings
from ml.bundle import CURRENT, ModelBundle, load_current
from ml.catalogue import Catalogue, read_catalogue, sample


def open_catalogue(settings: Settings, given: Path | None = None) -> Catalogue:
    """The catalogue to train on: the given one, SEGUE_CATALOGUE, the fetched dataset, or the built-in sample."""
    path = given or settings.catalogue
    if path is None and settings.dataset.is_file():
        path = settings.dataset
    return read_catalogue(path) if path is not None else sample()


def ready_model(settings: Settings) -> ModelBundle:
    """The serving model; the first time, one is trained and the terminal shows how far it is."""
    if not (settings.models / CURRENT).is_symlink():
        _train_first(settings)
    bundle = load_current(settings.models)
    # The model's hundreds of thousands of objects live as long as the process: without this, every full garbage
    # collection walks them all and stalls the event loop for 60 ms.
    gc.collect()
    gc.freeze()
    return bundle


def _train_first(settings: Settings) -> None:
    # Training needs TensorFlow; only this first run does.
    from ml.train import train
    from scripts.progress import progress_bars

    catalogue = open_catalogue(settings)
    what = "the built-in sample catalogue (invented songs)" if catalogue.is_sample else catalogue.name
    click.echo(f"There is no trained model yet. Training on {what}, {len(catalogue.frame):,} tracks:", err=True)
    with progress_bars() as progress:
        train(catalogue, settings.models, seed=0, now=datetime.now(UTC), progress=progress)
