import numpy as np
import pytest

from ml.catalogue import read_catalogue, read_rows, sample
from ml.errors import LeakError
from ml.evaluation import protocols
from ml.evaluation.protocols import ceiling, make_task
from ml.names import first_artist
from ml.splits import Split
from tests.ml.worlds import raw_row, write_csv


@pytest.fixture(scope="module")
def catalogue():
    return sample(tracks=600)


def test_the_artist_disjoint_protocol_keeps_artists_apart(catalogue):
    task = make_task("artist-disjoint", catalogue, None, seed=0)
    first = np.array([first_artist(names) for names in task.frame["artists"]])
    assert not set(first[task.split.train]) & set(first[task.split.test])
    assert set(task.strict) <= set(task.split.test)


def test_a_leaky_split_is_refused(catalogue, monkeypatch):
    rows = np.arange(len(catalogue.frame))
    monkeypatch.setattr(protocols, "split_by_track", lambda frame, seed: Split(rows, rows[:50], rows[50:100]))
    with pytest.raises(LeakError, match="tracks stand in more than one part"):
        make_task("stratified", catalogue, None, seed=0)


def test_only_the_published_protocol_allows_popularity_and_takes_every_row(tmp_path):
    rows = [raw_row(number, artists=f"Artist {number}", tempo=str(60 + number / 10)) for number in range(300)]
    twice = [{**row, "track_genre": "jazz"} for row in rows[:100]]
    path = write_csv(tmp_path / "tracks.csv", [*rows, *twice])
    catalogue = read_catalogue(path)
    task = make_task("published", catalogue, path, seed=0)
    assert task.popularity_allowed
    assert len(task.frame) == 400
    assert (task.carries.sum(axis=1) == 1).all()
    assert ceiling(task.frame) == 0.75
    assert not make_task("stratified", catalogue, path, seed=0).popularity_allowed


def test_raw_rows_are_kept_as_they_are(tmp_path):
    path = write_csv(tmp_path / "tracks.csv", [raw_row(1), raw_row(1), raw_row(2, artists="", tempo="0")])
    frame = read_rows(path)
    assert len(frame) == 3
    assert frame["track_id"].is_unique
    assert frame["source_id"].nunique() == 2
    assert np.isnan(frame["tempo"][2])
