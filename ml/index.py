"""The nearest-neighbour index. Exact search is right at this size: 90,000 x 64 takes about a millisecond."""

from pathlib import Path

import faiss
import numpy as np

from ml.errors import BundleError

INDEX_FILE = "index.faiss"


class TrackIndex:
    """Inner-product search over the catalogue's vectors; row numbers are the catalogue's."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index
        # The flat index already holds the vectors; this is a view of them, not a second copy.
        self.vectors: np.ndarray = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(
            index.ntotal, index.d
        )

    @classmethod
    def build(cls, vectors: np.ndarray) -> "TrackIndex":
        """From unit vectors, float32 (n, d)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def __len__(self) -> int:
        return self._index.ntotal

    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Likeness and row number of the k nearest, both (queries, k), best first."""
        return self._index.search(np.ascontiguousarray(queries, dtype=np.float32), min(k, len(self)))

    def save(self, folder: Path) -> None:
        faiss.write_index(self._index, str(folder / INDEX_FILE))

    @classmethod
    def load(cls, folder: Path) -> "TrackIndex":
        index = faiss.read_index(str(folder / INDEX_FILE))
        if not isinstance(index, faiss.IndexFlatIP):
            raise BundleError(f"The index in {folder} is of another kind than this Segue reads.")
        return cls(index)
