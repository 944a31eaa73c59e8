"""People of the sample catalogue who like the artists of a playlist, or genres."""

import numpy as np
import pytest

from ml.drops import LENGTH
from ml.evaluation import drops
from ml.evaluation.drop_report import PLENTY, drop_tables
from ml.evaluation.drops import (
    AUDIENCES,
    GENRES,
    KINDS,
    LEARNED,
    NOT_LEARNED,
    PLAYLIST,
    REPORTED,
    STEPS,
    TUNED_ON,
    WEEKS,
    DropPlan,
    DropProtocol,
)
from ml.evaluation.playlists import FOLDS
from tests.ml.playlists import PLAYLISTS

ONE, EIGHT = AUDIENCES


@pytest.fixture(scope="module")
def protocol(bundle, playlists_file):
    """Judged by the served ranker: learning one for each fold takes minutes."""
    made = made_of(bundle, playlists_file, REPORTED)
    made._protocol._rankers = dict.fromkeys(range(FOLDS), bundle.recommender)
    return made


def made_of(bundle, playlists_file, half) -> DropProtocol:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drops, "GENRE_PEOPLE", 16)
        made = DropProtocol(bundle, playlists_file, 0, lambda *_: None, half)
        assert len(made.people[GENRES]) == 16
    return made


def test_people_of_a_playlist_like_every_song_of_its_artists(bundle, protocol):
    facts = bundle.recommender.facts
    person, playlist = protocol.people[PLAYLIST][0], protocol._protocol.playlists[REPORTED]
    own = np.concatenate([playlist.given, playlist.wanted])
    assert person.likes[own].all()
    artists = set(facts.artists[own].indices.tolist())
    for song in range(len(facts)):
        assert person.likes[song] == bool(artists & set(facts.artists[song].indices.tolist()))
    assert person.likes[person.start].all()


def test_what_was_tuned_on_is_not_reported(bundle, protocol, playlists_file):
    tuned = made_of(bundle, playlists_file, TUNED_ON).people[PLAYLIST]
    reported = protocol.people[PLAYLIST]
    assert len(tuned) + len(reported) == PLAYLISTS
    assert not {one.likes.tobytes() for one in tuned} & {one.likes.tobytes() for one in reported}


def test_people_of_one_server_are_judged_by_one_ranker(protocol):
    assert len(protocol.audiences(PLAYLIST, 1)) == PLAYLISTS // 2
    assert len(protocol.audiences(GENRES, 8)) == 2
    for people in protocol.audiences(PLAYLIST, 2):
        assert len({one.fold for one in people}) == 1


@pytest.mark.parametrize("audience", [ONE, EIGHT])
def test_learning_finds_more_than_learning_nothing(protocol, audience):
    learned, not_learned = (protocol.weeks(GENRES, audience, "familiar", variant) for variant in (LEARNED, NOT_LEARNED))
    first, last = (np.mean([one[week] for one in learned["anybody"]]) for week in (0, -1))
    assert len(learned["anybody"][0]) == WEEKS
    # The first week is the same in both.
    assert [one[0] for one in learned["anybody"]] == [one[0] for one in not_learned["anybody"]]
    assert last > np.mean([one[-1] for one in not_learned["anybody"]])
    assert last >= first or audience == ONE


def test_the_same_seed_measures_the_same(protocol):
    one, other = (protocol.weeks(PLAYLIST, ONE, "discovery", LEARNED) for _ in range(2))
    assert one == other


def test_nothing_is_shown_twice_in_ten_weeks(protocol, monkeypatch):
    lists = []

    def watched(*arguments, **options):
        lists.append(kept(*arguments, **options))
        return lists[-1]

    kept = drops.drop
    monkeypatch.setattr(drops, "drop", watched)
    people = protocol.audiences(GENRES, 8)[0]
    list(drops._weeks(protocol._protocol.recommender, people, "familiar", np.random.default_rng(0), learns=True))
    shown = [one.track_id for found in lists for one in found.songs]
    assert len(shown) == len(set(shown)) == WEEKS * LENGTH


def test_every_measurement_of_drops_has_a_name_of_its_own(playlists_file, tmp_path):
    whole = [step.key for step in DropPlan(playlists_file, tmp_path, (0, 1)).steps(lambda *_: None)]
    quick = [step.key for step in DropPlan(playlists_file, tmp_path, (0,), quick=True).steps(lambda *_: None)]
    assert len(whole) == len(set(whole)) == 2 * len(KINDS) * len(AUDIENCES) * 2 * 2
    assert len(quick) == 2
    assert set(quick) < set(whole)


def test_the_page_shows_weeks_gain_and_who_has_plenty_to_like():
    rising = [0.1 * week for week in range(WEEKS)]
    falling = rising[::-1]
    run = {"anybody": [rising, falling], "each": [rising, rising], "likes": [PLENTY, PLENTY - 1]}
    keys = [f"{STEPS} x y/{PLAYLIST}, {audience}, familiar, {LEARNED}/0" for audience in AUDIENCES]
    page = "\n\n".join(drop_tables(dict.fromkeys(keys, run)))
    assert f"### 2 people who like {PLAYLIST}" in page
    assert f"### 2 servers of eight people who like {PLAYLIST}" in page
    assert "| **familiar** | 0.450 ± 0.318 |" in page
    assert f"| **familiar**, {PLENTY} songs to like | 0.000 ± 0.000 | 0.100 ± 0.000 |" in page
    assert "| +0.900 ± 0.000 | 9 of 9 |" in page
    assert "| **familiar**, liked by each, on average | 0.000 ± 0.000 |" in page
    assert drop_tables({"stratified/majority/0": {}}) == []
