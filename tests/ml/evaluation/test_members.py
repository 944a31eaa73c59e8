"""Members who each like one genre of the sample catalogue, or two."""

import pytest

from ml.evaluation.member_report import member_tables
from ml.evaluation.members import (
    BENT,
    FAMOUS,
    LIKES,
    NOTHING,
    ROUNDS,
    SERVED,
    STEPS,
    UNBENT,
    MemberPlan,
    MemberProtocol,
)
from ml.evaluation.playlists import FOLDS
from tests.ml.playlists import PLAYLISTS


@pytest.fixture(scope="module")
def protocol(bundle, playlists_file):
    """Linear rankers: a small network learns for minutes."""
    made = MemberProtocol(bundle, playlists_file, 0, lambda *_: None)
    made._protocol._rankers = made._protocol._all_learned(networks=0)
    return made


def test_what_is_to_be_found_is_never_told(protocol):
    for playlists in (1, 2):
        for member in protocol.members(playlists):
            assert not {*member.told, *member.start} & {*member.wanted}
            assert len(member.rounds) == ROUNDS


def test_members_of_two_playlists_have_both_from_one_fold(protocol, monkeypatch):
    monkeypatch.setattr("ml.evaluation.members.FEWEST_SONGS", 6)
    assert len(protocol.members(1)) == PLAYLISTS
    # Four playlists in each of the five folds.
    assert len(protocol.members(2)) == PLAYLISTS // 2
    assert {member.fold for member in protocol.members(2)} == set(range(FOLDS))


def test_telling_pays_and_beats_the_same_famous_songs_for_everyone(protocol):
    served, famous = (protocol.rounds("one playlist", variant)["hits"] for variant in (SERVED, FAMOUS))
    assert len(served) == ROUNDS + 1
    assert served[-1] > served[0]
    assert served[-1] > 3 * famous[-1]


def test_telling_brings_more_than_what_the_shrinking_choice_alone_brings(protocol):
    served, nothing = (protocol.rounds("one playlist", variant)["hits"] for variant in (SERVED, NOTHING))
    assert served[0] == nothing[0]
    assert served[-1] > nothing[-1]


def test_without_distastes_less_is_found(protocol):
    served, likes = (protocol.rounds("one playlist", variant)["hits"] for variant in (SERVED, LIKES))
    assert served[0] == likes[0]
    assert sum(served) > sum(likes)


def test_a_taste_helps_a_list_that_starts_from_a_song(protocol):
    bent, alone = (protocol.started("two playlists", start)["hits"][0] for start in (BENT, UNBENT))
    assert bent >= alone


def test_every_measurement_of_members_has_a_name_of_its_own(playlists_file, tmp_path):
    whole = [step.key for step in MemberPlan(playlists_file, tmp_path, (0, 1)).steps(lambda *_: None)]
    quick = [step.key for step in MemberPlan(playlists_file, tmp_path, (0,), quick=True).steps(lambda *_: None)]
    assert len(whole) == len(set(whole))
    assert len(quick) == 1
    assert set(quick) < set(whole)


def test_the_page_shows_the_gain_by_round():
    run = {"hits": [0.02, 0.04, 0.05, 0.06, 0.07], "members": 203, "error": 0.01}
    page = "\n\n".join(member_tables({f"{STEPS} x y/one playlist, {SERVED}/0": run}))
    assert "203 members" in page
    assert "| **Segue** | 0.020 | 0.040 | 0.050 | 0.060 | 0.070 | 3.000 | 1.500 |" in page
    assert member_tables({"stratified/majority/0": {}}) == []
