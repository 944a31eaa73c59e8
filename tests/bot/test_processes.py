"""Whether a process is there is told by what no clock changes."""

import os
import subprocess
import sys

import psutil
import pytest

from bot.processes import identity, life_of


@pytest.fixture
def child():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.wait()


def test_one_that_runs_is_alive_and_one_that_ended_is_gone(child):
    name = identity(child.pid)
    assert life_of(name) == "alive"
    child.kill()
    # Nobody has taken note of its end yet: it is gone all the same.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert life_of(name) == "gone"
    child.wait()
    assert life_of(name) == "gone"


def test_a_later_process_of_the_same_number_is_another_one():
    place, pid, began = identity(os.getpid()).rsplit(":", 2)
    assert life_of(f"{place}:{pid}:{int(began) + 1}") == "gone"


def test_a_clock_that_is_set_kills_nobody(monkeypatch):
    name, told = identity(os.getpid()), psutil.Process().create_time()
    # By the clock, every process began an hour later now.
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: told + 3600)
    assert life_of(name) == "alive"


def test_of_another_machine_nobody_knows():
    assert life_of("elsewhere:1:1") == "unknown"


def test_who_is_gone_has_no_identity(child):
    child.kill()
    child.wait()
    with pytest.raises(ProcessLookupError):
        identity(child.pid)
