"""What the index benchmark says; how fast anything is depends on the machine and is not tested."""

import importlib.util
import json

import numpy as np
import pytest

from scripts import index_methods
from scripts.bench_index import measure, measure_catalogue
from scripts.index_methods import CATALOGUE, HNSW, POINTS_FILE, SEGUE, installed_methods
from scripts.index_page import PAGE, PICTURE, left_out, tables, write_page
from scripts.index_points import BLOCK, DIMENSIONS, Mixture, write_points
from tests.scripts.test_segue import segue

SIZE = 2_000
NAMES = [method.name for method in installed_methods()]


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def results(store):
    return measure([SIZE], store, silent, seed=0, keep=False)


def test_every_method_is_measured_and_plausible(results):
    assert [figures["method"] for figures in results] == NAMES
    for figures in results:
        assert figures["rows"] == SIZE
        assert 0.99 <= figures["recall"] <= 1
        assert 0 < figures["p50_ms"] <= figures["p99_ms"]
        assert figures["processor_ms"] > 0
        assert 4 * DIMENSIONS <= figures["bytes_per_vector"] < 8 * DIMENSIONS
        assert figures["queries"] >= 30


def test_exact_methods_miss_nothing(results):
    assert {figures["recall"] for figures in results if figures["method"] != HNSW} == {1.0}


def test_what_was_measured_is_kept_only_when_asked(results, store):
    said: list[str] = []
    assert measure([SIZE], store, said.append, seed=0, keep=True) == results
    assert said == []


def test_a_method_that_is_not_installed_is_left_out_and_said_so(results, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert HNSW not in [method.name for method in installed_methods()]
    without = [figures for figures in results if figures["method"] != HNSW]
    assert f"{HNSW} is not installed" in left_out(without)


def test_nothing_is_missed_where_hnswlib_is_never_tried(results):
    huge = [{**figures, "rows": 10**7} for figures in results if figures["method"] != HNSW]
    assert left_out(huge) == ""


def test_the_table_has_a_row_per_method(results):
    text = tables(results)
    assert "### 2,000 vectors" in text
    assert "| Segue: exact | 1.0000 |" in text
    for name in NAMES:
        assert f"| {name}" in text


def test_the_catalogue_is_measured_with_tracks_that_are_not_indexed(tmp_path):
    vectors = Mixture.drawn(0).block(0, SIZE)
    results = measure_catalogue(vectors, tmp_path, silent, seed=0, keep=False)
    assert {figures["set"] for figures in results} == {CATALOGUE}
    assert {figures["rows"] for figures in results} == {SIZE - 200}
    assert "### 1,800 vectors of the serving model" in tables(results)


def test_the_page_says_how_and_on_what_it_was_measured(results, tmp_path):
    write_page(results, tmp_path / "docs", machine="2 cores", date="2026-11-21", seed=7)
    page = (tmp_path / "docs" / PAGE).read_text()
    assert "on 2 cores" in page
    assert "seed 7" in page
    assert (tmp_path / "docs" / PICTURE).read_bytes().startswith(b"\x89PNG")


def test_segue_says_which_kind_it_chooses():
    assert index_methods.label(SEGUE, 1_000) == "Segue: exact"
    assert index_methods.label(SEGUE, 10**6) == "Segue: IVF-Flat"
    assert index_methods.label(SEGUE, 10**7) == "Segue: IVF-SQ8, memory-mapped"


def test_points_are_the_same_in_every_set_and_no_query_is_among_them(tmp_path):
    mixture = Mixture.drawn(0)
    small = np.array(write_points(mixture, 1_000, tmp_path / POINTS_FILE))
    large = write_points(mixture, BLOCK + 1_000, tmp_path / POINTS_FILE)
    assert np.array_equal(large[:1_000], small)
    assert not np.array_equal(large[BLOCK:], small)
    assert np.linalg.norm(large, axis=1) == pytest.approx(1, abs=1e-5)
    assert (mixture.queries(100) @ large.T).max() < 1 - 1e-6


def test_one_command_prints_one_json_line(tmp_path):
    done = segue("bench", "--index", "--sizes", "1000", "--json", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [figures["method"] for figures in json.loads(done.stdout)] == NAMES


@pytest.mark.parametrize("sizes", ["", "many", "1000,x", "999", "-5"])
def test_sizes_that_make_no_sense_are_refused(sizes, tmp_path):
    done = segue("bench", "--index", f"--sizes={sizes}", data=tmp_path)
    assert done.returncode == 2
    assert "whole numbers" in done.stderr
