"""`segue bench --index`: the index that Segue chooses beside what else one could take, by the number of vectors.

One process asks every method the same fresh queries, one at a time, on one thread. Building may use all cores.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import faiss
import numpy as np
from threadpoolctl import threadpool_limits

from bot.settings import Settings
from ml.bundle import CURRENT
from ml.index import TrackIndex
from scripts.evaluation import machine
from scripts.index_memory import memory_of
from scripts.index_methods import (
    CATALOGUE,
    NEIGHBOURS,
    POINTS_FILE,
    QUERIES_FILE,
    WANTED_RECALL,
    Figures,
    Method,
    Search,
    installed_methods,
    label,
    stored_bytes,
)
from scripts.index_page import left_out, tables, write_page
from scripts.index_points import Mixture, write_points
from scripts.models import ready_model

QUERIES, WARM_UP = 1_000, 5
# A slow method is asked fewer of the queries, but so many at least.
FEWEST_QUERIES, SECONDS_PER_METHOD = 30, 30.0
# Likeness is a sum of float32 products, whose order differs between the methods.
TIE = 1e-6

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """A folder with `points` (n, d); fresh `queries` (q, d); `tenth` (q,): likeness of the last of the true nearest."""

    folder: Path
    points: np.ndarray
    queries: np.ndarray
    tenth: np.ndarray


@dataclass(frozen=True)
class Answers:
    """`rows` (queries answered, NEIGHBOURS); seconds per query by the clock and of processor time."""

    rows: np.ndarray
    elapsed: np.ndarray
    worked: np.ndarray


def bench_index(
    settings: Settings, sizes: list[int], seed: int, *, catalogue: bool, keep: bool, report: Path | None, as_json: bool
) -> str:
    """Measures, writes the page when a folder is given for it, and returns what to print."""
    store = settings.data_dir / "bench-index"
    results: list[Figures] = []
    if catalogue:
        ready_model(settings)
        served = TrackIndex.load((settings.models / CURRENT).resolve())
        # Without the coordinate of fame: on unit vectors every method answers the same question.
        unit = np.ascontiguousarray(served.vectors[:, :-1])
        results += measure_catalogue(unit, store, _tell, seed=seed, keep=keep)
    results += measure(sizes, store, _tell, seed=seed, keep=keep)
    if missing := left_out(results):
        _tell(missing)
    if report is not None:
        write_page(results, report, machine=machine(), date=datetime.now(UTC).date().isoformat(), seed=seed)
    return json.dumps(results) if as_json else tables(results)


def _tell(text: str) -> None:
    click.echo(text, err=True)


def measure(sizes: Iterable[int], store: Path, tell: Tell, *, seed: int, keep: bool) -> list[Figures]:
    """Figures per size and method. With `keep`, what `store` holds from an earlier run is not measured again."""
    mixture = Mixture.drawn(seed)

    def lay(folder: Path, rows: int) -> Place:
        return _place(folder, write_points(mixture, rows, folder / POINTS_FILE), mixture.queries(QUERIES))

    return [figures for rows in sizes for figures in _measure_set(str(rows), rows, lay, store, tell, keep=keep)]


def measure_catalogue(vectors: np.ndarray, store: Path, tell: Tell, *, seed: int, keep: bool) -> list[Figures]:
    """The same on a model's own vectors; tracks that are left out of the index are the queries."""
    order = np.random.default_rng(seed).permutation(len(vectors))
    asked, indexed = np.split(order, [min(QUERIES, len(vectors) // 10)])

    def lay(folder: Path, _: int) -> Place:
        np.save(folder / POINTS_FILE, vectors[np.sort(indexed)])
        return _place(folder, np.load(folder / POINTS_FILE, mmap_mode="r"), vectors[asked])

    return _measure_set(CATALOGUE, len(indexed), lay, store, tell, keep=keep)


def _place(folder: Path, points: np.ndarray, queries: np.ndarray) -> Place:
    likeness, _ = faiss.knn(queries, points, NEIGHBOURS, metric=faiss.METRIC_INNER_PRODUCT)
    np.save(folder / QUERIES_FILE, queries)
    return Place(folder, points, queries, likeness[:, -1])


def _measure_set(
    key: str, rows: int, lay: Callable[[Path, int], Place], store: Path, tell: Tell, *, keep: bool
) -> list[Figures]:
    store.mkdir(parents=True, exist_ok=True)
    path = store / f"{key}.json"
    known: dict[str, Figures] = json.loads(path.read_text()) if keep and path.is_file() else {}
    methods = [method for method in installed_methods() if rows <= method.most]
    if missing := [method for method in methods if method.name not in known]:
        with tempfile.TemporaryDirectory() as scratch:
            tell(f"{rows:,} vectors and their true neighbours")
            place = lay(Path(scratch), rows)
            for method in missing:
                tell(f"{rows:,} vectors: {method.name}")
                known[method.name] = {"set": key, "rows": rows, **_measure_method(method, place)}
                path.write_text(json.dumps(known))
    return [known[method.name] for method in methods]


def _measure_method(method: Method, place: Place) -> Figures:
    started = time.perf_counter()
    method.build(place.folder)
    built = time.perf_counter() - started
    with threadpool_limits(1):
        search = method.open_(place.folder)
        effort = _least_effort(method, search, place)
        _ask(search, effort, place.queries[:WARM_UP])
        answers = _ask(search, effort, place.queries)
    del search
    return {
        "method": method.name,
        "label": label(method.name, len(place.points)),
        "effort": effort,
        "queries": len(answers.rows),
        "recall": round(recall(answers.rows, place), 4),
        "p50_ms": _milliseconds(answers.elapsed, 50),
        "p99_ms": _milliseconds(answers.elapsed, 99),
        "processor_ms": _milliseconds(answers.worked, 50),
        "build_s": round(built, 1),
        "bytes_per_vector": round(stored_bytes(method, place.folder) / len(place.points), 1),
        **memory_of(method, place.folder, effort),
    }


def _least_effort(method: Method, search: Search, place: Place) -> int:
    for effort in method.efforts[:-1]:
        if recall(_ask(search, effort, place.queries).rows, place) >= WANTED_RECALL:
            return effort
    return method.efforts[-1]


def _ask(search: Search, effort: int, queries: np.ndarray) -> Answers:
    rows, elapsed, worked = [], [], []
    begun = time.perf_counter()
    for query in queries:
        started, idle = time.perf_counter(), time.thread_time()
        rows.append(search(query[None], effort))
        worked.append(time.thread_time() - idle)
        elapsed.append(time.perf_counter() - started)
        if len(rows) >= FEWEST_QUERIES and time.perf_counter() - begun > SECONDS_PER_METHOD:
            break
    return Answers(np.array(rows), np.array(elapsed), np.array(worked))


def recall(rows: np.ndarray, place: Place) -> float:
    """Share of the rows found, (queries, NEIGHBOURS), that are as near as the tenth true neighbour; ties are right."""
    queries = place.queries[: len(rows)]
    likeness = np.einsum("qd,qkd->qk", queries, place.points[rows])
    return float((likeness >= place.tenth[: len(rows), None] - TIE).mean())


def _milliseconds(seconds: np.ndarray, percentile: int) -> float:
    """To three digits that count."""
    return float(f"{1000 * np.percentile(seconds, percentile):.3g}")
