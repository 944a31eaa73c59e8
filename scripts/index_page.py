"""docs/index.md and docs/index.png: what `segue bench --index` measured, for people."""

from collections.abc import Sequence
from pathlib import Path

from scripts.index_methods import CATALOGUE, HNSW, METHODS, SEGUE, SKLEARN, Figures

PAGE, PICTURE = "index.md", "index.png"
COLUMNS = (
    "method",
    "recall@10",
    "p50 ms",
    "p99 ms",
    "processor ms",
    "faster",
    "build s",
    "bytes / vector",
    "memory MB",
)
# Okabe and Ito's colours, which people who don't tell red from green tell apart; Segue's is the dark one.
COLOURS = {
    SKLEARN: "#D55E00",
    "NumPy matmul + argpartition": "#E69F00",
    "FAISS flat": "#56B4E9",
    SEGUE: "#111111",
    HNSW: "#009E73",
}

MEMORY_TICKS = (50, 100, 200, 400, 800, 1_600, 3_200)

TEXT = """# The nearest-neighbour index

`segue bench --index --report docs` measures all of this anew (hnswlib comes with the “bench” extra;
`--sizes 100000,1000000` leaves out ten million vectors, which take 9 GB of disk and 6 GB of memory; `--catalogue` adds
the serving model's own vectors; `--keep` goes on where a run was broken off).

![Time per query and memory by the number of vectors]({picture})

## What was measured

- {date}, on {machine}, without a GPU, while other programs were at work too.
- **Vectors** are invented, with seed {seed}: a mixture of 300 Gaussians of very different sizes on 20 axes each, of
  unit length in 64 dimensions, a little harder to search than those of the real catalogue (`scripts/index_points.py`).
- **Queries** are fresh points of the same mixture, none of them indexed: 1,000, asked one at a time, on one thread, of
  every method in one process. Slow methods are asked for half a minute, 30 queries at least.
- **recall@10**: share of the ten found that are as near as the tenth of the true nearest (exact search over all).
- **p50, p99**: by the clock, other programs' interruptions included. **processor**: median of the processor time, which
  those hardly lengthen; **faster** compares that with scikit-learn's
  `NearestNeighbors(algorithm="brute", metric="cosine")`.
- **bytes / vector**: size of the files that serving needs. Segue's lists stand beside the vectors themselves, 256 bytes
  each, which the search doesn't read. **memory**: resident in a fresh process that has answered the same queries, of
  which anonymous + backed by files (the latter is given back when others need memory); about 150 MB are Python and its
  libraries.
- hnswlib has M = 16, ef_construction = 200 and the least ef that reaches a recall of 0.99; it is tried up to a million.

{tables}"""


def tables(results: Sequence[Figures]) -> str:
    """A Markdown table per set of vectors."""
    parts = []
    for key in dict.fromkeys(figures["set"] for figures in results):
        group = [figures for figures in results if figures["set"] == key]
        what = "vectors of the serving model" if key == CATALOGUE else "vectors"
        rows = [COLUMNS, ("---", *["---:"] * (len(COLUMNS) - 1)), *(_row(figures, group) for figures in group)]
        parts.append(f"### {group[0]['rows']:,} {what}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows))
    return "\n\n".join(parts) + "\n"


def left_out(results: Sequence[Figures]) -> str:
    """A sentence when a size that hnswlib is tried at lacks it, otherwise nothing."""
    most = next(method.most for method in METHODS if method.name == HNSW)
    small = {figures["set"] for figures in results if figures["rows"] <= most}
    if small <= {figures["set"] for figures in results if figures["method"] == HNSW}:
        return ""
    return f"{HNSW} is not installed, so its row is left out: install Segue with its “bench” extra to have it.\n"


def write_page(results: Sequence[Figures], folder: Path, *, machine: str, date: str, seed: int) -> None:
    """Writes PAGE and PICTURE into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _draw(results, folder / PICTURE)
    text = TEXT.format(machine=machine, date=date, seed=seed, picture=PICTURE, tables=tables(results))
    (folder / PAGE).write_text(text + left_out(results), encoding="utf-8")


def _row(figures: Figures, group: Sequence[Figures]) -> tuple[str, ...]:
    slowest = next((other["processor_ms"] for other in group if other["method"] == SKLEARN), None)
    faster = slowest / figures["processor_ms"] if slowest else None
    memory = "?"
    if "resident_mb" in figures:
        memory = f"{figures['resident_mb']:,.0f} ({figures['anonymous_mb']:,.0f} + {figures['file_mb']:,.0f})"
    return (
        figures["label"] + (f" (ef {figures['effort']})" if figures["effort"] else ""),
        f"{figures['recall']:.4f}",
        f"{figures['p50_ms']:.3g}",
        f"{figures['p99_ms']:.3g}",
        f"{figures['processor_ms']:.3g}",
        "" if faster is None else f"{faster:,.1f} ×" if faster < 10 else f"{faster:,.0f} ×",
        f"{figures['build_s']:,.0f}",
        f"{figures['bytes_per_vector']:,.0f}",
        memory,
    )


def _draw(results: Sequence[Figures], path: Path) -> None:
    """Time per query and memory against the number of vectors; the catalogue's own set is left to the table."""
    from matplotlib.figure import Figure

    drawn = [figures for figures in results if figures["set"] != CATALOGUE]
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    time, memory = figure.subplots(1, 2)
    for axes, column, title in (
        (time, "processor_ms", "Milliseconds per query, one thread"),
        (memory, "resident_mb", "Resident memory of a process that serves it, MB"),
    ):
        for name, colour in COLOURS.items():
            line = [figures for figures in drawn if figures["method"] == name and column in figures]
            axes.plot(
                [figures["rows"] for figures in line],
                [figures[column] for figures in line],
                color=colour,
                marker="o",
                markersize=5,
                linewidth=2.6 if name == SEGUE else 1.6,
                label=name,
            )
        axes.set(xscale="log", yscale="log", xlabel="vectors of 64 dimensions")
        axes.set_title(title, fontsize=11, loc="left")
        axes.grid(color="#dddddd", linewidth=0.6)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("{x:,g}")
        axes.spines[["top", "right"]].set_visible(False)
    for figures in drawn:
        if figures["method"] == SEGUE:
            note = f"{figures['label'].removeprefix(SEGUE + ': ')}\nrecall {figures['recall']:.3f}"
            place = figures["rows"], figures["processor_ms"]
            time.annotate(note, place, (0, 7), textcoords="offset points", fontsize=8, ha="center", va="bottom")
    time.margins(x=0.2)
    # Less than a decade: matplotlib would write 6 × 10² there.
    memory.set_yticks(MEMORY_TICKS)
    memory.minorticks_off()
    figure.legend(*time.get_legend_handles_labels(), loc="outside lower center", ncols=len(COLOURS), frameon=False)
    figure.savefig(path, dpi=150)
