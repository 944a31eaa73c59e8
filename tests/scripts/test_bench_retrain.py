"""What the benchmark of a training counts; how long anybody waits depends on the machine and is not tested."""

from bot.settings import Settings
from scripts.bench_retrain import Load, measure_retrain


def test_members_are_served_while_a_model_is_trained_and_switched(sample_models, bundle, tmp_path):
    (tmp_path / "models").symlink_to(sample_models, target_is_directory=True)
    figures = measure_retrain(Settings(tmp_path), bundle, 0, Load(members=3, quiet_s=2, refit="clusters"))
    assert (figures["outcome"], figures["switched"]) == ("published", True), figures["sentence"]
    assert figures["during"]["asked"] > 0
    assert figures["before"]["unanswered"] == figures["during"]["unanswered"] == 0
