"""`segue evaluate`: plans, runs and reports the measurements."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.catalogues import catalogue_path, open_catalogue
from bot.settings import Settings
from ml.bundle import CURRENT, verify
from ml.catalogue import Catalogue
from ml.errors import SegueError
from ml.evaluation.drops import DropPlan
from ml.evaluation.members import MemberPlan
from ml.evaluation.playlists import PlaylistPlan
from ml.evaluation.protocols import PROTOCOLS
from ml.evaluation.report import Facts, report
from ml.evaluation.run import FEWEST_SEEDS, Evaluation, Plan
from scripts.progress import progress_bars

# Each takes up to 3 GB of memory.
WORKERS = min(2, os.cpu_count() or 1)
NOTES = "\n## Notes\n"
PLAYLISTS, MEMBERS, DROPS = OF_PLAYLISTS = "playlists", "members", "drops"
# TidyTuesday 2020-01-21; looked for beside the catalogue.
PLAYLISTS_FILE = "tidytuesday_spotify_songs.csv.gz"
FMA_TRACKS, FMA_METRICS = "fma-rock-vs-hiphop.csv.gz", "echonest-metrics.json.gz"


@dataclass(frozen=True)
class Measured:
    """All results, the page that tells them, and whether that is everything there is to tell."""

    results: dict[str, Any]
    page: str
    complete: bool


def evaluate(
    settings: Settings,
    given: Path | None,
    protocol: str | None,
    seeds: int | None,
    fma: Path | None,
    playlists: Path | None,
    *,
    quick: bool,
) -> Measured:
    """Measures what is asked for; what was measured before is taken from the data folder.

    Raises SegueError for several seeds in a quick look, which is about one.
    """
    if quick and seeds not in (None, 1):
        raise SegueError("A quick look has one seed: leave out --seeds, or --quick.")
    # Idle OpenMP threads that spin for work take it away from the other process.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    catalogue = open_catalogue(settings, given)
    drawn = tuple(range(1 if quick else seeds or FEWEST_SEEDS))
    of_playlists = of_members = of_drops = None
    if protocol in OF_PLAYLISTS or (protocol is None and playlists is not None):
        beside = given or catalogue_path(settings)
        path = playlists or (beside.parent if beside else settings.data_dir) / PLAYLISTS_FILE
        serving = _serving(settings, catalogue, path)
        of_playlists = PlaylistPlan(path, serving, drawn, quick) if protocol in (None, PLAYLISTS) else None
        of_members = MemberPlan(path, serving, drawn, quick) if protocol in (None, MEMBERS) else None
        of_drops = DropPlan(path, serving, drawn, quick) if protocol in (None, DROPS) else None
    plan = Plan(
        protocols=PROTOCOLS if protocol is None else tuple({protocol} - {*OF_PLAYLISTS}),
        seeds=drawn,
        quick=quick,
        fma=_fma(fma),
        playlists=of_playlists,
        members=of_members,
        drops=of_drops,
    )
    with progress_bars() as progress:
        evaluation = Evaluation(catalogue, given or catalogue_path(settings), plan, progress)
        results = evaluation.run(settings.data_dir / "evaluation", workers=WORKERS)
    facts = Facts(
        date=datetime.now(UTC).date().isoformat(),
        catalogue="built-in sample catalogue" if catalogue.is_sample else catalogue.name,
        sha256=catalogue.sha256,
        tracks=len(catalogue.frame),
        seeds=plan.seeds,
        machine=machine(),
    )
    return Measured(results, report(results, facts), plan.complete and not catalogue.is_sample)


def machine() -> str:
    """What the figures were measured on, without the machine's name."""
    return f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"


def _fma(folder: Path | None) -> tuple[Path, Path] | None:
    if folder is None:
        return None
    files = folder / FMA_TRACKS, folder / FMA_METRICS
    if missing := [path.name for path in files if not path.is_file()]:
        raise SegueError(f"{folder} holds no {' and no '.join(missing)}.")
    return files


def _serving(settings: Settings, catalogue: Catalogue, playlists: Path) -> Path:
    """The folder of the serving model, whose recommendations are measured; it must know the same catalogue."""
    if not playlists.is_file():
        raise SegueError(f"There is no file {playlists}: name one of playlists with --playlists.")
    current = (settings.models / CURRENT).resolve()
    if verify(current)["catalogue"]["sha256"] != catalogue.sha256:
        raise SegueError("The serving model knows another catalogue: run `segue train` with this one first.")
    return current


def write_report(page: str, path: Path) -> None:
    """Writes the page, making its folder if need be; the notes that people wrote under an earlier one are kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    earlier = path.read_text(encoding="utf-8") if path.is_file() else ""
    _, heading, notes = earlier.partition(NOTES)
    path.write_text(page + heading + notes, encoding="utf-8")
    click.echo(f"Written to {path}.", err=True)
