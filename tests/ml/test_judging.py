from dataclasses import replace

import numpy as np
import pytest

from ml.calibration import Answer
from ml.catalogue import sample
from ml.guards import CALIBRATION, FIGURES, HIT_1, HIT_5, MOODS, NEIGHBOURS, PLAYLIST_NDCG, SYNTHETIC_GENRES
from ml.judging import CommonGround, judge
from tests.ml.playlists import playlists_of_one_genre


@pytest.fixture(scope="module")
def playlists(bundle, tmp_path_factory):
    return playlists_of_one_genre(bundle.catalogue, tmp_path_factory.mktemp("playlists") / "playlists.csv")


def ground_of(bundle, other, playlists=None, rows=None):
    held_out = np.flatnonzero(bundle.part_of_row == "test") if rows is None else rows
    return CommonGround.of(bundle.catalogue, bundle.recommender.songs, held_out, other, playlists)


@pytest.fixture(scope="module")
def ground(bundle, playlists):
    return ground_of(bundle, bundle.catalogue, playlists)


@pytest.fixture(scope="module")
def figures(bundle, ground):
    return judge(bundle, ground, lambda done, total: None)


def test_only_held_out_tracks_are_asked_for(bundle, ground):
    part = dict(zip(bundle.catalogue.frame["track_id"], bundle.part_of_row, strict=True))
    assert {part[track_id] for track_id in ground.tracks["track_id"]} == {"test"}


def test_the_figures_are_those_of_the_manifest_where_it_has_them(bundle, figures):
    told = bundle.manifest["metrics"]["classifier"]
    assert figures[HIT_1] == pytest.approx(told["hit@1"], abs=1e-6)
    assert figures[HIT_5] == pytest.approx(told["hit@5"], abs=1e-6)
    assert figures[CALIBRATION] == pytest.approx(told["calibration_error"], abs=1e-5)
    assert set(figures) == set(FIGURES)


def test_without_playlists_their_figures_are_missing(bundle):
    found = judge(bundle, ground_of(bundle, bundle.catalogue), lambda done, total: None)
    assert set(FIGURES) - set(found) == {name for name in FIGURES if name.startswith("playlist")}


def test_the_same_model_is_always_asked_the_same(bundle, playlists, figures):
    again = judge(bundle, ground_of(bundle, bundle.catalogue, playlists), lambda done, total: None)
    assert again == figures


def test_every_question_is_counted(bundle, ground):
    seen = []
    judge(bundle, ground, lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(seen[0][1] + 1))


def test_genres_that_the_champion_lacks_are_never_right(ground):
    genres = ["no such genre", *ground.genres[::-1]]
    truth = ground.truth(genres)
    assert not truth[:, 0].any()
    assert np.array_equal(truth[:, :0:-1], ground.carries)


class Deaf:
    """A classifier that hears the same in everything."""

    def __init__(self, classifier):
        self.genres = classifier.genres

    def answer(self, frame):
        shares = np.full((len(frame), len(self.genres)), 1 / len(self.genres), dtype=np.float32)
        return Answer(shares, shares)


def test_a_deaf_classifier_and_what_listens_with_it_are_found_out(bundle, ground, figures):
    found = judge(replace(bundle, classifier=Deaf(bundle.classifier)), ground, lambda done, total: None)
    assert found[HIT_1] < figures[HIT_1] / 5
    assert found[NEIGHBOURS] < figures[NEIGHBOURS] / 2


class OneMood:
    def predict(self, frame):
        return frame["genres"].map(lambda _: "Chill")


def test_one_mood_for_everything_is_found_out(bundle, ground, figures):
    found = judge(replace(bundle, clusters=OneMood(), synthetic_genres=OneMood()), ground, lambda done, total: None)
    assert found[MOODS] == -1 < figures[MOODS]
    assert found[SYNTHETIC_GENRES] < 0.01 < figures[SYNTHETIC_GENRES]


def test_an_index_of_other_songs_is_found_out(bundle, ground, figures):
    """Every song stands where another one belongs."""
    recommender = bundle.recommender
    mixed = np.random.default_rng(0).permutation(len(recommender.songs))
    spoilt = type(recommender)(
        bundle.catalogue.frame,
        recommender.songs,
        bundle.clusters.predict(bundle.catalogue.frame).to_numpy(),
        type(recommender.index).build(recommender.index.vectors[mixed]),
        recommender.facts,
        recommender._ranker,
    )
    found = judge(replace(bundle, recommender=spoilt), ground, lambda done, total: None)
    assert found[NEIGHBOURS] < figures[NEIGHBOURS] / 2
    assert found[PLAYLIST_NDCG] < figures[PLAYLIST_NDCG]


def test_what_only_one_of_two_knows_is_asked_of_neither(bundle, playlists):
    """The other catalogue lacks every third track."""
    frame = bundle.catalogue.frame
    other = replace(sample(1_500), frame=frame[np.arange(len(frame)) % 3 > 0])
    kept = set(other.frame["track_id"])
    held_out = np.flatnonzero((bundle.part_of_row == "test") & frame["track_id"].isin(kept))
    ground = ground_of(bundle, other, playlists, held_out)
    assert ground.common_songs < len(bundle.recommender.songs)
    assert all(kept.issuperset(one.given) for one in ground.playlists)
    known = {ground.song_of[track_id] for track_id in kept}
    assert all(known.issuperset(one.wanted.tolist()) for one in ground.playlists)
    # The champion knows more songs, which must not count against it.
    assert judge(bundle, ground, lambda done, total: None)[PLAYLIST_NDCG] > 0
