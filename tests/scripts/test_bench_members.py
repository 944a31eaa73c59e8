"""What the benchmark of several processes says; how fast anything is depends on the machine and is not tested."""

import multiprocessing
from itertools import count

import pytest

from ml.errors import SegueError
from scripts import bench_members
from storage.store import Store


def written(path, seconds=0.3):
    receive, send = multiprocessing.Pipe(duplex=False)
    bench_members._write(path, 0, seconds, send)
    return receive.recv()


def test_a_press_that_is_delivered_twice_is_answered_alike(tmp_path):
    presses, wrong = written(tmp_path / "segue.db")
    assert presses > 0
    assert wrong == 0


def test_a_second_delivery_that_takes_the_first_back_is_counted(tmp_path, monkeypatch):
    press, other = Store.press, count(1)

    async def forgetful(store, interaction_id, *rest):
        return await press(store, next(other), *rest)

    monkeypatch.setattr(Store, "press", forgetful)
    presses, wrong = written(tmp_path / "segue.db")
    assert wrong == presses > 0


def test_writers_that_were_never_answered_tell_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_members, "WRITERS", 1)
    with pytest.raises(SegueError, match="No press was acknowledged"):
        bench_members._several_writers(tmp_path / "segue.db", 0.0)
