"""The ways to find nearest neighbours that `segue bench --index` sets side by side."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ml.index import COMPRESSED, TrackIndex, suitable_kind

POINTS_FILE, QUERIES_FILE = "points.npy", "queries.npy"
NEIGHBOURS = 10
# The recall that a method with an adjustable effort is set to: the least effort that reaches it.
WANTED_RECALL = 0.99

# What the vectors of the serving model are called among the sets, which else are called by their size.
CATALOGUE = "catalogue"

# What was measured of one method on one set of vectors.
Figures = dict[str, Any]
# One query (1, dimensions) and the effort -> row numbers (NEIGHBOURS,), best first.
Search = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Method:
    """`build` leaves what it needs in a folder that holds POINTS_FILE; `files` are all that serving then needs.

    `open_` is what a serving process does with that folder. `efforts`, ascending, are tried until the recall suffices.
    """

    name: str
    build: Callable[[Path], None]
    open_: Callable[[Path], Search]
    files: tuple[str, ...]
    efforts: tuple[int, ...] = (0,)
    # More vectors than this are not tried.
    most: int = 10**9


def _nothing(_: Path) -> None:
    pass


def _open_sklearn(folder: Path) -> Search:
    # Here, because it takes four seconds and 100 MB that the other methods' processes do without.
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute", metric="cosine").fit(_in_memory(folder))
    return lambda query, _: model.kneighbors(query, return_distance=False)[0]


def _open_numpy(folder: Path) -> Search:
    vectors = _in_memory(folder)

    def search(query: np.ndarray, _: int) -> np.ndarray:
        likeness = vectors @ query[0]
        best = np.argpartition(likeness, -NEIGHBOURS)[-NEIGHBOURS:]
        return best[np.argsort(-likeness[best])]

    return search


def _open_flat(folder: Path) -> Search:
    vectors = np.load(folder / POINTS_FILE, mmap_mode="r")
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return lambda query, _: index.search(query, NEIGHBOURS)[1][0]


def _build_segue(folder: Path) -> None:
    own = folder / "segue"
    own.mkdir()
    TrackIndex.build(np.load(folder / POINTS_FILE, mmap_mode="r")).save(own)


def _open_segue(folder: Path) -> Search:
    index = TrackIndex.load(folder / "segue")
    return lambda query, _: index.search(query, NEIGHBOURS)[1][0]


def _build_hnsw(folder: Path) -> None:
    import hnswlib

    vectors = np.load(folder / POINTS_FILE, mmap_mode="r")
    index = hnswlib.Index(space="ip", dim=vectors.shape[1])
    index.init_index(max_elements=len(vectors), M=16, ef_construction=200, random_seed=0)
    index.add_items(vectors)
    index.save_index(str(folder / "hnsw.bin"))


def _open_hnsw(folder: Path) -> Search:
    import hnswlib

    dimensions = np.load(folder / POINTS_FILE, mmap_mode="r").shape[1]
    index: Any = hnswlib.Index(space="ip", dim=dimensions)
    index.load_index(str(folder / "hnsw.bin"))
    index.set_num_threads(1)

    def search(query: np.ndarray, effort: int) -> np.ndarray:
        index.set_ef(effort)
        return index.knn_query(query, NEIGHBOURS)[0][0]

    return search


def _in_memory(folder: Path) -> np.ndarray:
    return np.load(folder / POINTS_FILE)


SKLEARN = "scikit-learn brute force"
SEGUE = "Segue"
HNSW = "hnswlib"
METHODS = (
    Method(SKLEARN, _nothing, _open_sklearn, (POINTS_FILE,)),
    Method("NumPy matmul + argpartition", _nothing, _open_numpy, (POINTS_FILE,)),
    Method("FAISS flat", _nothing, _open_flat, (POINTS_FILE,)),
    Method(SEGUE, _build_segue, _open_segue, ("segue",)),
    # At ten million its graph alone takes as much memory as the vectors do, and hours to build.
    Method(HNSW, _build_hnsw, _open_hnsw, ("hnsw.bin",), (16, 24, 32, 48, 64, 96, 128, 192, 256, 512), 10**6),
)


def installed_methods() -> tuple[Method, ...]:
    """All but hnswlib where that is not installed."""
    known = importlib.util.find_spec(HNSW) is not None
    return tuple(method for method in METHODS if known or method.name != HNSW)


def label(name: str, rows: int) -> str:
    """The method's name for people; Segue's says which kind of index it chooses for so many rows."""
    if name != SEGUE:
        return name
    kind = suitable_kind(rows)
    return f"{SEGUE}: {kind}" + (", memory-mapped" if kind == COMPRESSED else "")


def stored_bytes(method: Method, folder: Path) -> int:
    """Size of the files that serving needs."""
    paths = [folder / name for name in method.files]
    files = [file for path in paths for file in (path.iterdir() if path.is_dir() else [path])]
    return sum(file.stat().st_size for file in files)
