"""`segue bench`: which of the benchmarks is wanted, and how its figures are printed."""

import json
import os
from pathlib import Path
from typing import Any

import click

from bot.settings import Settings
from scripts.options import SEED

INDEX_SIZES = "100000,1000000,10000000"
# Fewer make no lists.
FEWEST_VECTORS = 1_000
DROPS = 2_000


def _sizes(_: click.Context, __: click.Parameter, text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        sizes = []
    if not sizes or min(sizes) < FEWEST_VECTORS:
        raise click.BadParameter(f"give whole numbers from {FEWEST_VECTORS:,} on, with commas between: {INDEX_SIZES}")
    return sizes


@click.command()
@click.option(
    "--requests", type=click.IntRange(10, 10_000), default=200, show_default=True, help="How many of each kind."
)
@click.option("--seed", type=SEED, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line.")
@click.option("--inside", is_flag=True, hidden=True)
@click.option("--members", "of_members", is_flag=True, help="Measure a busy server's members and presses instead.")
@click.option(
    "--drops",
    type=click.IntRange(2, 20_000),
    is_flag=False,
    flag_value=DROPS,
    help=f"Measure so many ({DROPS:,}) weekly drops that are due in the same minute instead.",
)
@click.option("--retrain", is_flag=True, help="Measure members' waits during a full training (minutes) instead.")
@click.option("--index", "of_index", is_flag=True, help="Measure the nearest-neighbour index, beside others, instead.")
@click.option("--sizes", default=INDEX_SIZES, show_default=True, callback=_sizes, help="--index: how many vectors.")
@click.option("--catalogue", is_flag=True, help="--index: the serving model's own vectors, too.")
@click.option("--keep", is_flag=True, help="--index: don't measure again what an earlier run has measured.")
@click.option("--report", type=click.Path(path_type=Path), help="--index: folder for a page and a picture.")
@click.pass_obj
def bench(
    settings: Settings,
    requests: int,
    seed: int,
    as_json: bool,
    inside: bool,
    of_members: bool,
    drops: int | None,
    retrain: bool,
    of_index: bool,
    sizes: list[int],
    catalogue: bool,
    keep: bool,
    report: Path | None,
) -> None:
    """Measure the serving model: time to be ready, latencies, memory, event loop."""
    if of_index:
        # Idle OpenMP threads that spin for work take it away from other programs; read when FAISS is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from scripts.bench_index import bench_index

        click.echo(bench_index(settings, sizes, seed, catalogue=catalogue, keep=keep, report=report, as_json=as_json))
    elif inside:
        from scripts.bench import measure_inside

        measure_inside(settings, requests, seed)
    else:
        figures = _figures(settings, requests, seed, drops, of_members=of_members, retrain=retrain)
        _print(figures, as_json=as_json)


def _figures(
    settings: Settings, requests: int, seed: int, drops: int | None, *, of_members: bool, retrain: bool
) -> dict[str, Any]:
    from scripts.models import ready_model

    if retrain:
        from scripts.bench_retrain import measure_retrain

        return measure_retrain(settings, ready_model(settings), seed)
    if drops is not None:
        from scripts.bench_drops import measure_drops

        return measure_drops(settings, ready_model(settings), drops, seed)
    if of_members:
        from scripts.bench_members import measure_members

        return measure_members(ready_model(settings), seed)
    from scripts.bench import measure

    ready_model(settings)
    return measure(requests, seed)


def _print(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        text = "  ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:<21} {text}")
