"""Which catalogue to use, and a model that is ready to serve."""

import gc
import logging
import subprocess
import sys

import click
from threadpoolctl import threadpool_limits

from bot.catalogues import catalogue_path
from bot.settings import Settings
from ml.bundle import CURRENT, ModelBundle, load_current
from ml.errors import SegueError

log = logging.getLogger(__name__)


def ready_model(settings: Settings) -> ModelBundle:
    """The serving model; the first time, one is trained and the terminal shows how far it is."""
    if not (settings.models / CURRENT).is_symlink():
        _train_first(settings)
    bundle = load_current(settings.models)
    if bundle.catalogue.is_sample and (path := catalogue_path(settings)):
        log.warning("the serving model knows the sample catalogue only; run `segue train` to use %s", path)
    # One member's answer is made of products so small that threads sharing one take twice as long; two members
    # have a thread each anyway.
    threadpool_limits(1)
    # The model's hundreds of thousands of objects live as long as the process: without this, every full garbage
    # collection walks them all and stalls the event loop for 60 ms.
    gc.collect()
    gc.freeze()
    return bundle


def _train_first(settings: Settings) -> None:
    """Trains in a process of its own: TensorFlow's memory goes with it instead of staying with the bot."""
    command = [sys.executable, "-m", "scripts.segue", "train"]
    what = "the built-in sample catalogue (invented songs)" if catalogue_path(settings) is None else "your catalogue"
    if settings.log_format == "json":
        log.info("there is no trained model yet; training on %s", what)
        # A program reads along: bars and figures are for people.
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for line in done.stderr.splitlines() if done.returncode else []:
            log.error("training: %s", line)
    else:
        click.echo(f"There is no trained model yet. Training on {what}, once:", err=True)
        # Standard output belongs to the command that needs the model.
        done = subprocess.run(command, stdout=sys.stderr, text=True, check=False)
    if done.returncode != 0:
        raise SegueError("Without a model there is nothing to serve; mend what the training said and start again.")
