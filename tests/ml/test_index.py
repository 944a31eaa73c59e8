import faiss
import numpy as np
import pytest

from ml.errors import BundleError
from ml.index import (
    COMPRESSED,
    EXACT,
    EXACT_UP_TO,
    INDEX_FILE,
    LISTS,
    LISTS_UP_TO,
    VECTORS_FILE,
    TrackIndex,
    suitable_kind,
)
from scripts.index_points import Mixture

KINDS = (EXACT, LISTS, COMPRESSED)
MIXTURE = Mixture.drawn(seed=0)
QUERIES = MIXTURE.queries(200)
ROWS = 20_000


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return MIXTURE.block(0, ROWS)


@pytest.fixture(scope="module")
def indexes(vectors) -> dict[str, TrackIndex]:
    return {kind: TrackIndex.build(vectors, kind) for kind in KINDS}


@pytest.fixture(params=KINDS)
def index(indexes, request) -> TrackIndex:
    return indexes[request.param]


def recall(found: np.ndarray, true: np.ndarray) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, true, strict=True)]))


def refusal(folder) -> str:
    with pytest.raises(BundleError) as refused:
        TrackIndex.load(folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("k", [1, 10, 400])
def test_hardly_a_neighbour_is_missed(indexes, index, k):
    _, true = indexes[EXACT].search(QUERIES, k)
    assert recall(index.search(QUERIES, k)[1], true) >= 0.99


def test_the_nearest_come_first_with_their_true_likeness(index, vectors):
    likeness, rows = index.search(QUERIES, 50)
    assert likeness.shape == rows.shape == (len(QUERIES), 50)
    assert (np.diff(likeness, axis=1) <= 0).all()
    assert likeness == pytest.approx(np.einsum("qd,qkd->qk", QUERIES, vectors[rows]), abs=1e-5)


@pytest.mark.parametrize("k", [ROWS - 1, ROWS, ROWS + 1])
def test_whoever_wants_all_gets_each_row_once(index, k):
    _, rows = index.search(QUERIES[:2], k)
    assert rows.shape == (2, min(k, ROWS))
    for found in rows:
        assert len(set(found.tolist())) == len(found)
        assert found.min() >= 0


def test_no_query_gets_no_answer(index, vectors):
    likeness, rows = index.search(vectors[:0], 10)
    assert likeness.shape == rows.shape == (0, 10)


def test_what_the_nearest_lists_lack_is_found_in_the_others(vectors, monkeypatch):
    index = TrackIndex.build(vectors[:5_000], LISTS)
    index._index.nprobe = 1
    monkeypatch.setattr("ml.index.ROOM", 0)
    assert index.search(QUERIES, 500)[1].min() >= 0


def test_the_vectors_are_there_by_row(index, vectors):
    assert np.array_equal(index.vectors, vectors)


def test_what_is_saved_answers_the_same(index, tmp_path):
    index.save(tmp_path)
    loaded = TrackIndex.load(tmp_path)
    assert loaded.kind == index.kind
    assert len(loaded) == len(index)
    assert np.array_equal(loaded.vectors, index.vectors)
    for k in (10, 400):
        for loaded_part, part in zip(loaded.search(QUERIES, k), index.search(QUERIES, k), strict=True):
            assert np.array_equal(loaded_part, part)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_vectors_make_the_same_index(kind, vectors, tmp_path):
    files = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        TrackIndex.build(vectors[:5_000], kind).save(tmp_path / name)
        files.append((tmp_path / name / INDEX_FILE).read_bytes())
    assert files[0] == files[1]


def test_one_query_and_many_get_the_same_answer(index):
    _, together = index.search(QUERIES, 10)
    alone = np.vstack([index.search(query[None], 10)[1] for query in QUERIES])
    assert np.array_equal(together, alone)


@pytest.mark.parametrize("kind", [LISTS, COMPRESSED])
def test_a_large_index_stays_on_disk(indexes, kind, tmp_path):
    indexes[kind].save(tmp_path)
    mapped = TrackIndex.load(tmp_path)
    lists = faiss.downcast_InvertedLists(mapped._index.invlists)
    assert isinstance(lists, faiss.OnDiskInvertedLists)
    assert lists.prefetch_nthread == 0
    assert isinstance(mapped.vectors.base, np.memmap)


def test_the_kind_suits_the_size():
    assert [suitable_kind(rows) for rows in (0, EXACT_UP_TO, EXACT_UP_TO + 1)] == [EXACT, EXACT, LISTS]
    assert [suitable_kind(rows) for rows in (LISTS_UP_TO, LISTS_UP_TO + 1)] == [LISTS, COMPRESSED]


@pytest.mark.parametrize("rows", [1, 5, 64])
def test_a_handful_of_tracks_is_enough(rows, vectors):
    likeness, found = TrackIndex.build(vectors[:rows]).search(vectors[:1], 10)
    assert found.shape == (1, min(10, rows))
    assert found[0, 0] == 0
    assert likeness[0, 0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("content", [b"", b"spoilt", b"IxFI" + 100 * b"\xff"])
def test_a_damaged_index_is_refused(indexes, kind, content, tmp_path):
    indexes[kind].save(tmp_path)
    (tmp_path / INDEX_FILE).write_bytes(content)
    assert "can't be read" in refusal(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [0.1, 0.9, 0.999999])
def test_half_an_index_is_refused(indexes, kind, kept, tmp_path):
    indexes[kind].save(tmp_path)
    content = (tmp_path / INDEX_FILE).read_bytes()
    (tmp_path / INDEX_FILE).write_bytes(content[: int(kept * len(content))])
    assert "can't be read" in refusal(tmp_path)


def test_a_missing_index_is_refused(tmp_path):
    assert "can't be read" in refusal(tmp_path)


@pytest.mark.parametrize("foreign", [faiss.IndexFlatL2(64), faiss.IndexHNSWFlat(64, 8), faiss.IndexLSH(64, 8)])
def test_somebody_elses_index_is_refused(foreign, tmp_path):
    faiss.write_index(foreign, str(tmp_path / INDEX_FILE))
    assert "another kind" in refusal(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"spoilt", b"\x93NUMPY\x01\x00"])
def test_vectors_that_cannot_be_read_are_refused(indexes, content, tmp_path):
    indexes[LISTS].save(tmp_path)
    (tmp_path / VECTORS_FILE).unlink()
    if content is not None:
        (tmp_path / VECTORS_FILE).write_bytes(content)
    assert "can't be read" in refusal(tmp_path)


@pytest.mark.parametrize("stored", [np.zeros((ROWS, 63), np.float32), np.zeros((ROWS, 64)), np.zeros(3, np.float32)])
def test_vectors_of_another_index_are_refused(indexes, stored, tmp_path):
    indexes[LISTS].save(tmp_path)
    np.save(tmp_path / VECTORS_FILE, stored)
    assert "another index" in refusal(tmp_path)
