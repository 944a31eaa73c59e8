import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from ml import song_map
from ml.bundle import MANIFEST_FILE, ModelBundle, publish
from ml.errors import BundleError
from ml.song_map import MAP_FILE, SongMap, _placed, sampled
from tests.ml.worlds import catalogue_frame, song, two_camps, world

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def mapped(camps, seed=0):
    return SongMap.fit(camps.vectors, camps.facts, seed=seed)


def middle_and_spread(places):
    middle = places.mean(axis=0)
    return middle, np.linalg.norm(places - middle, axis=1).mean()


@pytest.fixture(scope="module")
def camps():
    return world(two_camps(200))


@pytest.fixture(scope="module")
def made(camps):
    return mapped(camps)


@pytest.fixture
def few_sampled(monkeypatch):
    """Most songs of a small world are placed beside those sampled, as on the map of a large catalogue."""
    monkeypatch.setattr(song_map, "SAMPLE", 60)


def test_camps_that_differ_lie_apart(made):
    metal, near_metal = middle_and_spread(made.places[::2])
    piano, near_piano = middle_and_spread(made.places[1::2])
    assert np.linalg.norm(metal - piano) > 1.5 * max(near_metal, near_piano)


def test_the_next_song_is_of_the_same_genre(made):
    away = np.linalg.norm(made.places[:, None] - made.places[None], axis=2)
    np.fill_diagonal(away, np.inf)
    assert (away.argmin(axis=1) % 2 == np.arange(200) % 2).all()


def test_songs_that_were_not_sampled_lie_with_their_camp_too(camps, few_sampled):
    made = mapped(camps)
    assert len(sampled(camps.facts, 0)) == 60
    away = np.linalg.norm(made.places[:, None] - made.places[None], axis=2)
    np.fill_diagonal(away, np.inf)
    assert (away.argmin(axis=1) % 2 == np.arange(200) % 2).all()


def test_a_rare_genre_is_sampled_as_a_common_one_is(few_sampled):
    unequal = world(catalogue_frame(*(song(n, "pop" if n % 20 else "polka") for n in range(200))))
    rows = sampled(unequal.facts, 0)
    polka = unequal.facts.carries[rows, unequal.facts.genres.index("polka")] > 0
    assert polka.sum() == 10


def test_the_best_known_song_of_a_genre_is_sampled(camps, few_sampled):
    best = int(camps.facts.fame[::2].argmax()) * 2
    assert all(best in sampled(camps.facts, seed) for seed in range(5))


def test_every_song_lies_within_the_frame_and_the_frame_is_used(made):
    assert made.places.shape == (200, 2)
    assert np.abs(made.places).max() <= 1
    assert np.ptp(made.places, axis=0).min() > 1.5


def test_every_genre_is_named_where_its_songs_lie(made):
    assert {region.genre for region in made.names} == {"metal", "piano"}
    for region in made.names:
        own = made.places[0 if region.genre == "metal" else 1 :: 2]
        other = made.places[1 if region.genre == "metal" else 0 :: 2]
        spot = np.array([region.x, region.y])
        assert np.linalg.norm(own - spot, axis=1).min() < np.linalg.norm(other - spot, axis=1).min()


def test_the_genre_with_more_known_songs_is_named_first(camps):
    fame = np.where(np.arange(200) % 2, 0.99, 0.1).astype(np.float32)
    facts = replace(camps.facts, fame=fame, fame_rank=fame)
    assert SongMap.fit(camps.vectors, facts).names[0].genre == "piano"


def test_of_genres_in_one_spot_one_is_named():
    rows = two_camps(120)
    rows["genres"] = ["metal;heavy-metal" if n % 2 == 0 else "piano" for n in range(120)]
    genres = [region.genre for region in mapped(world(rows)).names]
    assert sorted(genres) in (["metal", "piano"], ["heavy-metal", "piano"])


def test_a_song_is_placed_beside_its_likes(camps, made):
    frame = two_camps(40, seed=9)
    heard = np.tile([[1.0, 0.0], [0.0, 1.0]], (20, 1))
    others = camps.space.encode(frame, np.zeros((40, 2), dtype=bool), heard)
    places = _placed(others, camps.vectors, made.places)
    away = np.linalg.norm(places[:, None] - made.places[None], axis=2)
    assert (away.argmin(axis=1) % 2 == np.arange(40) % 2).all()


def test_a_sampled_song_stays_where_it_was_laid_out(camps, made):
    assert _placed(camps.vectors[7:9], camps.vectors, made.places) == pytest.approx(made.places[7:9], abs=1e-3)


def test_a_song_like_two_camps_lies_in_one_of_them(camps, made):
    between = camps.vectors[0] + camps.vectors[1]
    place = _placed((between / np.linalg.norm(between))[None], camps.vectors, made.places)
    assert np.linalg.norm(made.places - place, axis=1).min() < song_map.TOGETHER


def test_the_same_seed_gives_the_same_map(camps, made):
    again = mapped(camps)
    assert (again.places == made.places).all()
    assert again.names == made.names


def test_a_map_that_was_saved_is_the_same(camps, made, tmp_path):
    made.save(tmp_path)
    again = SongMap.load(tmp_path)
    assert (again.places == made.places).all()
    assert again.names == made.names


@pytest.mark.parametrize(
    "songs",
    [
        [song(1)],
        [song(n, artists="Ada", tempo=100.0 + n) for n in range(3)],
        [song(n) for n in range(12)],
        [song(n, artists="Ada") for n in range(12)],
    ],
    ids=["one song", "one artist", "one genre", "songs that are all the same"],
)
def test_a_tiny_catalogue_has_a_map(songs, tmp_path):
    tiny = world(catalogue_frame(*songs))
    made = mapped(tiny)
    assert np.isfinite(made.places).all()
    assert np.abs(made.places).max() <= 1
    made.save(tmp_path)
    assert len(SongMap.load(tmp_path)) == len(tiny.songs)


def test_the_bundle_has_every_song_on_its_map(bundle):
    assert bundle.song_map.places.shape == (len(bundle.recommender.songs), 2)
    assert {region.genre for region in bundle.song_map.names} <= set(bundle.catalogue.genres)


def test_a_bundle_without_a_map_is_not_published(bundle, sample_models, tmp_path):
    staging = tmp_path / "staging"
    staging.mkdir()
    for path in (sample_models / "current").iterdir():
        if path.name not in (MAP_FILE, MANIFEST_FILE):
            (staging / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((sample_models / "current" / MANIFEST_FILE).read_text())
    facts = {name: manifest[name] for name in ("metrics", "clusters")}
    with pytest.raises(BundleError, match=r"can't be read: .*map\.npz"):
        publish(staging, tmp_path, catalogue=bundle.catalogue, seed=0, created_at=NOW, facts=facts)


def test_a_bundle_whose_map_is_gone_is_refused(sample_models, tmp_path):
    for path in (sample_models / "current").iterdir():
        if path.name != MAP_FILE:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(BundleError, match=r"lacks its file map\.npz"):
        ModelBundle.load(tmp_path)
