"""The nearest-neighbour index: exact while that is fast, by lists of nearby tracks beyond, compressed when huge.

docs/index.md measures every kind against exact search and against what else one could take.
"""

import math
import mmap
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from ml.errors import BundleError

INDEX_FILE = "index.faiss"
# The vectors by row, for the kinds that don't hold them that way.
VECTORS_FILE = "vectors.npy"

EXACT, LISTS, COMPRESSED = "exact", "IVF-Flat", "IVF-SQ8"
# Up to here exact search takes a millisecond on one core, a small part of an answer, and never misses anything.
EXACT_UP_TO = 90_000
# Lists hold every vector a second time: 520 bytes a track, 1 GB here. Compressed to a byte per dimension they take 72.
LISTS_UP_TO = 2_000_000

# Twice as many are searched faster still, but take four times as long to train.
LISTS_PER_ROOT = 2
# FAISS asks for 39 at least; its default of 256 takes four times as long.
TRAINING_ROWS_PER_LIST = 64
# How many lists a search looks into is measured on so many tracks: enough that, for them, this share of the PROBED
# nearest lie in those lists. What other tracks lose by it stays below the 1 % that docs/index.md allows.
SAMPLE, PROBED, FOUND_SHARE = 1_000, 10, 0.997
# A byte per dimension tells neighbours apart that differ by less than its rounding in 97 of 100 cases at a million
# vectors; comparing so many more than wanted by their true vectors finds the rest.
SPARE = 30
# A search for many looks into lists with at least so many times as many tracks.
ROOM = 30
# The same vectors must always give the same index.
SEED = 0
# Rows at once; keeps the memory for a whole catalogue flat.
BLOCK = 100_000


class TrackIndex:
    """Inner-product search; row numbers are those of the vectors it was built from (the catalogue's songs).

    `vectors` float32 (n, d) are the vectors by row, as long as the index lives. After `load` all but an exact index
    stay on disk, mapped: the system keeps in memory what is used and takes it back when others need the memory.
    """

    def __init__(self, index: Any, vectors: np.ndarray | None) -> None:
        """`vectors` None: those that the exact index holds."""
        self._index = index
        self.kind = _kind(index)
        if vectors is None:
            vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
        self._file = vectors.base
        self.vectors: np.ndarray = np.asarray(vectors)

    @classmethod
    def build(cls, vectors: np.ndarray, kind: str | None = None) -> "TrackIndex":
        """From unit vectors, float32 (n, d), which may be memory-mapped; of the kind that suits n unless given."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        kind = kind or suitable_kind(len(vectors))
        if kind != EXACT:
            return cls(_lists(vectors, kind), vectors)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index, None)

    def __len__(self) -> int:
        return self._index.ntotal

    def search(self, queries: np.ndarray, k: int, among: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Likeness and row number of the k nearest (of all when there are fewer), both (queries, k), best first.

        `among`, bool (n,), are the rows to look at; None: all.
        """
        available = len(self) if among is None else int(np.count_nonzero(among))
        queries, k = np.ascontiguousarray(queries, dtype=np.float32), min(k, available)
        only = None if among is None else _selector(among)
        if self.kind == EXACT:
            parameters: Any = faiss.SearchParameters
            return self._index.search(queries, k, params=parameters(sel=only))
        if self.kind == LISTS:
            return self._search_lists(queries, k, only)
        _, found = self._search_lists(queries, min(k + SPARE, available), only)
        likeness, rows = np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
        for place, query in enumerate(queries):
            exact = self.vectors[found[place]] @ query
            order = np.argsort(-exact, kind="stable")[:k]
            likeness[place], rows[place] = exact[order], found[place, order]
        self._let_go()
        return likeness, rows

    def _search_lists(self, queries: np.ndarray, k: int, only: Any) -> tuple[np.ndarray, np.ndarray]:
        room = math.ceil(ROOM * k * self._index.nlist / len(self))
        likeness, rows = self._search_some(queries, k, max(self._index.nprobe, room), only)
        # FAISS says -1 for what the lists didn't hold.
        short = (rows < 0).any(axis=1)
        if short.any():
            likeness[short], rows[short] = self._search_some(queries[short], k, self._index.nlist, only)
        return likeness, rows

    def _search_some(self, queries: np.ndarray, k: int, lists: int, only: Any) -> tuple[np.ndarray, np.ndarray]:
        parameters: Any = faiss.SearchParametersIVF
        return self._index.search(queries, k, params=parameters(sel=only, nprobe=min(lists, self._index.nlist)))

    def _let_go(self) -> None:
        """Of the vectors read: the system still has them at hand, but the process doesn't fill up with them.

        Around every vector that is read, 64 KB become resident.
        """
        if isinstance(self._file, mmap.mmap):
            self._file.madvise(mmap.MADV_DONTNEED)

    def save(self, folder: Path) -> None:
        faiss.write_index(self._index, str(folder / INDEX_FILE))
        if self.kind != EXACT:
            np.save(folder / VECTORS_FILE, self.vectors)

    @classmethod
    def load(cls, folder: Path) -> "TrackIndex":
        """Raises BundleError, with one sentence, for files that are damaged or no index of Segue's."""
        try:
            index: Any = faiss.read_index(str(folder / INDEX_FILE), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        except RuntimeError as error:
            raise BundleError(f"The index in {folder} can't be read.") from error
        if index.metric_type != faiss.METRIC_INNER_PRODUCT or _kind(index) is None:
            raise BundleError(f"The index in {folder} is of another kind than this Segue reads.")
        if _kind(index) == EXACT:
            return cls(index, None)
        # Otherwise FAISS starts 32 threads for every search to read ahead: 4 ms where the search takes 0.1.
        lists: Any = faiss.downcast_InvertedLists(index.invlists)
        lists.prefetch_nthread = 0
        return cls(index, _mapped_vectors(folder, (index.ntotal, index.d)))


def _selector(among: np.ndarray) -> Any:
    bitmap: Any = faiss.IDSelectorBitmap
    return bitmap(np.packbits(among, bitorder="little"))


def suitable_kind(rows: int) -> str:
    if rows <= EXACT_UP_TO:
        return EXACT
    return LISTS if rows <= LISTS_UP_TO else COMPRESSED


def _kind(index: Any) -> str | None:
    """None for an index that Segue never makes."""
    kinds = {EXACT: faiss.IndexFlatIP, LISTS: faiss.IndexIVFFlat, COMPRESSED: faiss.IndexIVFScalarQuantizer}
    return next((kind for kind, made in kinds.items() if type(index) is made), None)


def _mapped_vectors(folder: Path, shape: tuple[int, int]) -> np.ndarray:
    try:
        vectors = np.load(folder / VECTORS_FILE, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BundleError(f"The vectors in {folder} can't be read.") from error
    if not isinstance(vectors, np.memmap) or vectors.shape != shape or vectors.dtype != np.float32:
        raise BundleError(f"The vectors in {folder} belong to another index.")
    return vectors


def _lists(vectors: np.ndarray, kind: str) -> Any:
    rows, dimensions = vectors.shape
    lists = 2 ** round(math.log2(LISTS_PER_ROOT * math.sqrt(rows)))
    centres, metric = faiss.IndexFlatIP(dimensions), faiss.METRIC_INNER_PRODUCT
    index: Any
    if kind == LISTS:
        index = faiss.IndexIVFFlat(centres, dimensions, lists, metric)
    else:
        byte = faiss.ScalarQuantizer.QT_8bit
        index = faiss.IndexIVFScalarQuantizer(centres, dimensions, lists, byte, metric)
    index.cp.spherical = True
    random = np.random.default_rng(SEED)
    index.train(vectors[np.sort(random.choice(rows, min(TRAINING_ROWS_PER_LIST * lists, rows), replace=False))])
    for start in range(0, rows, BLOCK):
        index.add(vectors[start : start + BLOCK])
    index.nprobe = _lists_to_search(centres, vectors, np.sort(random.choice(rows, SAMPLE, replace=False)))
    return index


def _lists_to_search(centres: faiss.IndexFlatIP, vectors: np.ndarray, sample: np.ndarray) -> int:
    """In how many of the nearest lists lies FOUND_SHARE of what is nearest to the rows `sample`."""
    queries = vectors[sample]
    _, nearest = faiss.knn(queries, vectors, 1 + PROBED, metric=faiss.METRIC_INNER_PRODUCT)
    # The very nearest is the track itself, which says nothing.
    nearest = nearest[:, 1:]
    _, lists = centres.search(vectors[nearest.ravel()], 1)
    likeness = queries @ centres.reconstruct_n(0, centres.ntotal).T
    own = np.take_along_axis(likeness, lists.reshape(nearest.shape), axis=1)
    nearer = np.stack([(likeness > column[:, None]).sum(axis=1) for column in own.T])
    return 1 + math.ceil(np.quantile(nearer, FOUND_SHARE))
