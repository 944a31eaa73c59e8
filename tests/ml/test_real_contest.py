"""On the real dataset: an honest challenger is published, one with shuffled genres is not. See --real-contest."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from ml.bundle import load_current
from ml.catalogue import read_catalogue
from ml.challenge import Challenge, challenge
from ml.guards import HIT_1

PLAYLISTS_FILE = "tidytuesday_spotify_songs.csv.gz"


@pytest.mark.real_data
def test_on_the_real_dataset_an_honest_challenger_wins_and_a_poisoned_one_does_not(request, real_dataset, tmp_path):
    if not request.config.getoption("--real-contest"):
        pytest.skip("takes 20 minutes: ask for it with --real-contest")
    catalogue = read_catalogue(real_dataset)
    playlists = real_dataset.parent / PLAYLISTS_FILE
    shuffled = np.random.default_rng(0).permutation(catalogue.frame["genres"].to_numpy())
    poisoned = replace(catalogue, frame=catalogue.frame.assign(genres=shuffled))

    def contest(known, seed) -> Challenge:
        return challenge(
            tmp_path,
            catalogue=known,
            parts="all",
            labels=[],
            playlists=playlists if playlists.is_file() else None,
            tolerances={},
            seed=seed,
            now=datetime(2026, 1, 1, tzinfo=UTC),
            progress=lambda *_: None,
            publishing=lambda version: None,
        )

    first, honest = contest(catalogue, 0), contest(catalogue, 1)
    assert first.published and honest.published, honest.sentence
    done = contest(poisoned, 2)
    assert not done.published
    assert HIT_1 in {one.metric for one in done.compared if one.fell}
    assert load_current(tmp_path).version == honest.version
