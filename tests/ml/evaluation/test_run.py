import json
import threading

import pytest

from ml.catalogue import sample
from ml.evaluation.networks import SERVED
from ml.evaluation.report import Facts, report
from ml.evaluation.run import Evaluation, Plan
from ml.evaluation.store import Step, claimed, group_of

FACTS = Facts("2026-01-01", "built-in sample catalogue", "0" * 64, 600, (0,), "2 cores")


def evaluation(plan=None):
    return Evaluation(sample(tracks=600), None, plan or Plan(seeds=(0,), quick=True), lambda *_: None)


def with_steps(monkeypatch, steps):
    one = evaluation()
    monkeypatch.setattr(one, "steps", lambda: iter(steps))
    return one


def test_what_was_measured_is_not_measured_again(tmp_path, monkeypatch):
    made = []
    steps = [Step("a/b c/0", lambda: made.append(1) or {"value": 1}), Step("d/0", lambda: {"value": 2})]
    first = with_steps(monkeypatch, steps).run(tmp_path)
    assert with_steps(monkeypatch, steps).run(tmp_path) == first
    assert made == [1]


def test_a_run_that_breaks_off_keeps_what_it_has(tmp_path, monkeypatch):
    def fail():
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        with_steps(monkeypatch, [Step("a/0", lambda: {"value": 1}), Step("b/0", fail)]).run(tmp_path)
    (kept,) = tmp_path.rglob("*.json")
    assert json.loads(kept.read_text())["value"] == 1


def test_every_step_has_a_name_of_its_own():
    keys = [step.key for step in evaluation(Plan()).steps()]
    assert len(keys) == len(set(keys)) > 60
    assert keys[0] == f"stratified/{SERVED}/0"


def test_a_quick_look_has_one_seed_and_one_network():
    keys = [step.key for step in evaluation().steps()]
    assert sum(SERVED in key for key in keys) == 1
    assert all(key.endswith("/0") for key in keys)


def test_a_small_evaluation_runs_through_and_makes_a_page(tmp_path, monkeypatch):
    one = evaluation()
    wanted = [step for step in one.steps() if "majority" in step.key or "decision tree" in step.key]
    monkeypatch.setattr(one, "steps", lambda: iter(wanted))
    results = one.run(tmp_path)
    tree = results["artist-disjoint/decision tree/0"]["models"]["decision tree"]
    majority = results["artist-disjoint/majority/0"]["models"]["majority"]
    assert tree["scores"]["hit@1"] > majority["scores"]["hit@1"]
    assert tree["strict tracks"] <= tree["tracks"]
    page = report(results, FACTS)
    assert "## Artist-disjoint" in page
    assert "| decision tree |" in page


def test_the_two_sources_stand_as_one_row_per_model():
    scores = {"tree": {"accuracy": 0.75, "f1": 0.5}}
    result = {"tracks": {"Rock": 3_000}, "classic": scores, "cross-validated": scores, "seconds": 1.0}
    page = report({"two sources 0a/0": result, "two sources 0a/1": result}, FACTS)
    assert "Tracks: Rock 3,000." in page
    assert page.count("| tree | 0.750 ± 0.000 | 0.500 ± 0.000 |") == 2


def test_what_another_evaluation_is_at_is_waited_for(tmp_path, monkeypatch):
    step = Step("a/0", lambda: {"value": 1})
    with_steps(monkeypatch, [step]).run(tmp_path)
    (kept,) = tmp_path.rglob("*.json")
    theirs, one, found = kept.read_text().replace("1", "2"), with_steps(monkeypatch, [step]), []
    kept.unlink()
    with claimed(kept.parent / f"{group_of(step)}.lock", wait=False) as ours:
        assert ours
        waiting = threading.Thread(target=lambda: found.append(one.run(tmp_path)))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        kept.write_text(theirs)
    waiting.join()
    assert found[0]["a/0"]["value"] == 2


def test_two_processes_never_measure_the_same_thing(tmp_path):
    made = []
    other = evaluation()
    shared = [Step("a/x/0", lambda: made.append("a") or {"value": 1})]

    def measure_while_the_other_comes_by():
        other.measure(tmp_path, [shared])
        return {"value": 2}

    first = [Step("a/w/0", measure_while_the_other_comes_by), *shared]
    evaluation().measure(tmp_path, [first])
    assert made == ["a"]
    evaluation().measure(tmp_path, [first])
    assert made == ["a"]


def test_a_result_that_was_half_written_is_measured_again(tmp_path, monkeypatch):
    steps = [Step("a/0", lambda: {"value": 1})]
    with_steps(monkeypatch, steps).run(tmp_path)
    (kept,) = tmp_path.rglob("*.json")
    kept.write_text('{"value": ')
    assert with_steps(monkeypatch, steps).run(tmp_path)["a/0"]["value"] == 1
