"""`segue`: the command line."""

import asyncio
import errno
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from bot.settings import EXIT_BAD_SETTING, LogFormat, Settings, SettingsError, read_settings
from ml.errors import SegueError
from scripts.backup_commands import backup, restore
from scripts.bench_command import bench
from scripts.doctor_command import doctor
from scripts.logs import complain, configure_logging
from scripts.options import SEED
from storage.errors import StorageError

EXIT_REFUSED = 1
# What only the playground, `ask` and `bench` need; the bot itself runs without.
PLAYGROUND_PACKAGES = ("simcord", "av", "PIL", "markdown_it", "linkify_it", "regex")
# Here and not from `ml.evaluation`, which takes seconds to import: only the choices of an option.
PROTOCOLS = ("stratified", "artist-disjoint", "published", "playlists", "members", "drops")
# A new key must come even where the present one is what is wrong, and a doctor whatever is.
WITHOUT_SETTINGS = ("new-key", "doctor")
RESULTS = Path("docs/results.md")


class SegueGroup(click.Group):
    """Turns every refusal into one sentence on standard error and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            _end(ctx, str(error), EXIT_BAD_SETTING)
        except (SegueError, StorageError) as error:
            _end(ctx, str(error), EXIT_REFUSED)
        except ModuleNotFoundError as error:
            if error.name not in PLAYGROUND_PACKAGES:
                raise
            way = "“playground” extra, or run `make run`"
            _end(ctx, f"This needs the package {error.name}: install Segue with its {way}.", EXIT_REFUSED)
        except OSError as error:
            # A full disk, a folder that can't be written: the system's own words are the clearest.
            _end(ctx, f"{error.filename or 'A file'} can't be used: {error.strerror or error}.", EXIT_REFUSED)


def _end(ctx: click.Context, sentence: str, exit_code: int) -> NoReturn:
    settings: Settings | None = ctx.obj
    complain(sentence, settings.log_format if settings is not None else "text")
    ctx.exit(exit_code)


@click.group(cls=SegueGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="segue", message="segue %(version)s")
@click.option("--log-format", type=click.Choice(["text", "json"]), help="Of the log.  [default: SEGUE_LOG_FORMAT]")
@click.pass_context
def main(context: click.Context, log_format: LogFormat | None) -> None:
    """Segue, a Discord bot that knows music."""
    settings = read_settings() if context.invoked_subcommand not in WITHOUT_SETTINGS else Settings(Path("data"))
    context.obj = settings = replace(settings, log_format=log_format or settings.log_format)
    configure_logging(
        settings.log_level,
        quiet=context.invoked_subcommand not in ("run", "play"),
        log_format=settings.log_format,
        secrets=filter(None, [settings.discord_token]),
    )


for command in (bench, backup, restore, doctor):
    main.add_command(command)


@main.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Run the bot; without DISCORD_TOKEN, the playground in the browser."""
    if settings.discord_token is None:
        _play(settings, settings.port)
        return
    from bot.service import run as run_bot
    from scripts.models import ready_model

    sys.exit(run_bot(settings, ready_model(settings), lambda sentence: complain(sentence, settings.log_format)))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port on 127.0.0.1; 0 takes any free one.")
@click.pass_obj
def play(settings: Settings, port: int | None) -> None:
    """Open the playground: the same bot in the browser, without Discord."""
    _play(settings, settings.port if port is None else port)


def _play(settings: Settings, port: int) -> None:
    from bot.playground import run as run_playground
    from scripts.models import ready_model

    def opened(url: str) -> None:
        click.echo(f"\nSegue is ready. Open this page in your browser (Ctrl+C ends it):\n\n  {url}\n")

    bundle = ready_model(settings)
    try:
        sys.exit(run_playground(settings, bundle, port, opened))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SegueError(f"Port {port} is taken; choose another with --port or SEGUE_PORT.") from None


@main.command()
@click.argument("command")
@click.option("--user", default="Ada", show_default=True, help="Who asks; the same name is the same member.")
@click.option("--json", "as_json", is_flag=True, help="Print the messages as Discord would receive them.")
@click.pass_obj
def ask(settings: Settings, command: str, user: str, as_json: bool) -> None:
    """Run one slash COMMAND, e.g. "/recommend track:…", and print the answer."""
    from bot.ask import as_text
    from bot.ask import ask as ask_bot
    from bot.errors import RefusalError
    from scripts.models import ready_model

    bundle = ready_model(settings)
    try:
        messages = asyncio.run(ask_bot(settings, bundle, command, user))
    except RefusalError as refusal:
        raise SegueError(str(refusal)) from None
    click.echo(json.dumps(messages, ensure_ascii=False, indent=1) if as_json else as_text(messages))


@main.command("fetch-dataset")
@click.pass_obj
def fetch_dataset(settings: Settings) -> None:
    """Download the Spotify Tracks Dataset (20 MB) and check it."""
    from scripts.dataset import fetch

    path = fetch(settings.dataset, settings.dataset_url)
    click.echo(f"The dataset is in {path}. Train on it with: segue train")


@main.command()
@click.option("--catalogue", type=click.Path(path_type=Path), help="A CSV in the dataset's format, .gz allowed.")
@click.option("--out", type=click.Path(path_type=Path), help="Where models are published.")
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line at the end.")
@click.option("--training", type=int, hidden=True, help="See through the training of this number.")
@click.pass_obj
def train(
    settings: Settings, catalogue: Path | None, out: Path | None, seed: int, as_json: bool, training: int | None
) -> None:
    """Train on a catalogue and publish the model."""
    from bot.catalogues import open_catalogue
    from ml.train import train as train_model
    from scripts.progress import progress_bars
    from scripts.training import conduct, train_by_hand

    if training is not None:
        # Nobody sits at a terminal: all it has to say goes into its log.
        logging.getLogger().setLevel(settings.log_level)
        sys.exit(asyncio.run(conduct(settings, training)))
    tracks = open_catalogue(settings, catalogue)
    for sentence in tracks.report.sentences():
        click.echo(sentence, err=True)
    with progress_bars() as progress:
        if out is None or out.resolve() == settings.models.resolve():
            trained = asyncio.run(train_by_hand(settings, tracks, seed, progress))
        else:
            trained = train_model(tracks, out, seed=seed, now=datetime.now(UTC), progress=progress)
    result = {"version": trained.version, "path": str(trained.path), "seconds": trained.seconds, **trained.metrics}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        _tell(result, click.echo)


@main.command()
@click.option("--catalogue", type=click.Path(path_type=Path), help="A CSV in the dataset's format, .gz allowed.")
@click.option("--protocol", type=click.Choice(PROTOCOLS), help="One of the protocols instead of all.")
@click.option("--seeds", type=click.IntRange(1, 10), help="How many splits to average.  [default: 3; 1 with --quick]")
@click.option("--quick", is_flag=True, help="One seed and few models, in minutes.")
@click.option("--fma", type=click.Path(path_type=Path), help="Folder with the FMA rock/hip-hop files.")
@click.option("--playlists", type=click.Path(path_type=Path), help="A CSV of playlists, as TidyTuesday's.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Where the page goes.  [default: docs/results.md, if complete]",
)
@click.option("--json", "as_json", is_flag=True, help="Print all results as one JSON line instead of the page.")
@click.pass_obj
def evaluate(
    settings: Settings,
    catalogue: Path | None,
    protocol: str | None,
    seeds: int | None,
    quick: bool,
    fma: Path | None,
    playlists: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Measure every model honestly, side by side. A run that was broken off goes on where it stopped."""
    from scripts.evaluation import evaluate as measure_all
    from scripts.evaluation import write_report

    measured = measure_all(settings, catalogue, protocol, seeds, fma, playlists, quick=quick)
    click.echo(json.dumps(measured.results, ensure_ascii=False) if as_json else measured.page)
    # Less than everything must not replace the full page.
    if report is not None or measured.complete:
        write_report(measured.page, report or RESULTS)


@main.command("learn-ranking")
@click.argument("playlists", type=click.Path(path_type=Path))
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.pass_obj
def learn_ranking(settings: Settings, playlists: Path, seed: int) -> None:
    """Learn from a CSV of PLAYLISTS what goes together; the next `segue train` serves it."""
    from scripts.models import ready_model
    from scripts.progress import progress_bars
    from scripts.ranking import learn_ranking as learn_from

    with progress_bars() as progress:
        learned = learn_from(ready_model(settings), playlists, seed, progress)
    click.echo(f"Learned from {learned.playlists} of {learned.read} playlists; written to {learned.path}.")


@main.command("new-key")
def new_key() -> None:
    """Print a fresh key for SEGUE_SECRET_KEY."""
    from storage.vault import new_key

    click.echo(new_key())


@main.command("renew-secrets")
@click.pass_obj
def renew_secrets(settings: Settings) -> None:
    """Encrypt all stored secrets with SEGUE_SECRET_KEY's first key, so that the others can go."""
    from scripts.renewal import renew

    count = asyncio.run(renew(settings))
    secrets = "1 stored secret is" if count == 1 else f"{count:,} stored secrets are"
    click.echo(f"{secrets} encrypted with the first key; any others are no longer needed.")


def _tell(result: dict[str, Any], say: Callable[[str], None]) -> None:
    scores, majority = result["classifier"], result["majority"]
    say(f"Published model {result['version']} in {result['path']} after {result['seconds']:.0f} s.")
    say(
        f"On {result['test_tracks']:,} held-out tracks one of the right genres is the first guess for "
        f"{scores['hit@1']:.1%}, among the first five for {scores['hit@5']:.1%} "
        f"(always guessing the most frequent: {majority['hit@1']:.1%})."
    )


if __name__ == "__main__":
    main()
