"""What the benchmark of weekly drops counts; how fast anything is depends on the machine and is not tested."""

import json
import sys

import pytest

from ml.errors import SegueError
from scripts import bench_drops
from scripts.checkout import of_the_tests
from tests.scripts.test_segue import segue


def test_every_drop_is_counted_while_members_are_served(sample_models, tmp_path):
    (tmp_path / "models").symlink_to(sample_models, target_is_directory=True)
    done = segue("bench", "--drops", "6", "--json", data=tmp_path)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    counts = {name: figures[name] for name in ("drops", "posted", "lost", "doubles", "requests_refused", "unanswered")}
    assert counts == {"drops": 6, "posted": 6, "lost": 0, "doubles": 0, "requests_refused": 0, "unanswered": 0}
    assert figures["asked"] > 0
    assert 0 < figures["peak_requests_per_s"] <= bench_drops.REQUESTS_PER_SECOND


def test_without_a_checkout_one_sentence_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "tests.wire.fake_discord", None)
    with pytest.raises(SegueError, match="fake Discord, which comes with a checkout"):
        of_the_tests("fake_discord")
