"""The protocol on invented playlists: each holds songs of one genre of the sample catalogue."""

import numpy as np
import pytest

from ml.evaluation.playlist_baselines import AUDIO, BASELINES, GENRE, RANDOM, baseline_lists
from ml.evaluation.playlist_report import playlist_tables
from ml.evaluation.playlists import COLD, FOLDS, SERVED, PlaylistPlan, PlaylistProtocol
from tests.ml.playlists import PLAYLISTS


@pytest.fixture(scope="module")
def protocol(bundle, playlists_file):
    return PlaylistProtocol(bundle, playlists_file, 0, lambda *_: None)


def test_a_ranker_never_learns_from_the_playlists_that_it_judges(bundle, playlists_file, monkeypatch):
    from ml.evaluation import playlists

    learned_from = {}
    whole = playlists.study

    def noted(facts, index, training, **options):
        learned_from[len(learned_from)] = {tuple(sorted(songs)) for songs in training}
        return whole(facts, index, training[:2], **options)

    monkeypatch.setattr(playlists, "study", noted)
    fresh = PlaylistProtocol(bundle, playlists_file, 0, lambda *_: None)
    for fold in range(FOLDS):
        fresh._learned(fold, networks=0)
    for fold in range(FOLDS):
        judged = {tuple(sorted([*one.given, *one.wanted])) for one in fresh.playlists if one.fold == fold}
        assert judged
        assert not judged & learned_from[fold]
        assert len(judged) + len(learned_from[fold]) == PLAYLISTS


def test_each_playlist_is_halved_and_judged_once(protocol):
    assert len(protocol.playlists) == PLAYLISTS
    for one in protocol.playlists:
        # Two of the twelve tracks may be versions of one song.
        assert 0 <= len(one.wanted) - len(one.given) <= 1
        assert not set(one.given) & set(one.wanted)


def test_another_seed_draws_other_halves(protocol, bundle, playlists_file):
    other = PlaylistProtocol(bundle, playlists_file, 1, lambda *_: None)
    assert any((a.given != b.given).any() for a, b in zip(protocol.playlists, other.playlists, strict=True))


@pytest.mark.parametrize("name", BASELINES)
def test_no_baseline_recommends_what_was_given(protocol, name):
    given = protocol.playlists[0].given
    ranked = baseline_lists(name, protocol.recommender, 0)(given)
    assert len(ranked) == len(np.unique(ranked)) == 500
    assert not set(ranked.tolist()) & set(given.tolist())


def test_playlists_of_one_genre_are_found_by_genre_and_not_by_chance(protocol):
    by_genre, by_chance = (protocol.baseline(name)["scores"]["recall@500"] for name in (GENRE, RANDOM))
    assert by_genre > 0.9
    # 500 of the sample's 1,400 songs or so.
    assert by_chance < 0.5


def test_the_learned_ranking_beats_raw_audio_on_playlists_of_one_genre(protocol):
    learned, audio = protocol.linear()["scores"], protocol.baseline(AUDIO)["scores"]
    assert learned["NDCG@500"] > 2 * audio["NDCG@500"]


def test_songs_from_outside_are_placed_by_what_is_known_of_them(protocol, monkeypatch):
    linear = {fold: protocol._learned(fold, networks=0) for fold in range(FOLDS)}
    monkeypatch.setattr(protocol, "_rankers", linear)
    told, by_chance = protocol.cold("artist and title"), protocol.baseline(RANDOM)
    assert told["scores"]["NDCG@500"] > 2 * by_chance["scores"]["NDCG@500"]


def test_of_songs_from_outside_no_id_and_no_genre_is_told():
    assert not {"track_id", "genres", "popularity", "album_name"} & {name for names in COLD.values() for name in names}


def test_one_song_finds_others_of_its_list(protocol, monkeypatch):
    linear = {fold: protocol._learned(fold, networks=0) for fold in range(FOLDS)}
    monkeypatch.setattr(protocol, "_rankers", linear)
    alone, chance = protocol.one_song(), protocol.baseline(RANDOM)
    assert alone["playlists"] == PLAYLISTS
    assert alone["scores"]["NDCG@500"] > 2 * chance["scores"]["NDCG@500"]


def test_lists_for_members_hold_no_song_twice(protocol, monkeypatch):
    monkeypatch.setattr("ml.evaluation.playlists.RANDOM_SEEDS", 20)
    found = protocol.distinct()
    assert found["lists"] == 20
    assert found["songs"] == 20 * 50
    assert found["versions twice"] == found["seed again"] == 0
    assert found["most by one artist"] <= 2


def test_every_measurement_has_a_name_of_its_own(playlists_file, tmp_path):
    whole = [step.key for step in PlaylistPlan(playlists_file, tmp_path, (0, 1, 2)).steps(lambda *_: None)]
    quick = [step.key for step in PlaylistPlan(playlists_file, tmp_path, (0,), quick=True).steps(lambda *_: None)]
    assert len(whole) == len(set(whole))
    assert set(quick) < set(whole)
    assert sum(key.endswith(f"/{SERVED}/0") for key in quick) == 1


def test_the_page_shows_what_was_measured(protocol):
    served = {"scores": dict.fromkeys(("R-precision", "NDCG@500", "recall@500"), 0.25)}
    served["scores"] |= dict.fromkeys(("clicks", "artist R-precision", "diversity", "novelty"), 0.5)
    served["scores"] |= {"coverage": 0.125, "Gini": 0.75}
    served |= {"playlists": 281, "read": 471, "songs": 77_744, "standard error": 0.007}
    lesser = served | {"scores": served["scores"] | {"R-precision": 0.2}}
    page = "\n\n".join(playlist_tables({f"playlists x y/{SERVED}/0": served, "playlists x y/without genre/0": lesser}))
    assert "281 of 471 playlists" in page
    assert f"| **{SERVED}** | 0.250 |" in page
    assert "| genre | genres of song and artist" in page
    assert "0.200 (-0.050)" in page


def test_results_without_playlists_have_no_such_part():
    assert playlist_tables({"stratified/majority/0": {}}) == []
