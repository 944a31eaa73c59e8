"""The picture of the catalogue with a member's likes on it."""

import warnings

import numpy as np
import pytest

from bot.pictures.map import draw_map
from tests.bot.pictures.portraits import HOSTILE_NAMES, check, songs_on_a_map

PLACES, GROUPS = songs_on_a_map(20_000)
NAMES = [(-0.5, 0.0, "jazz"), (0.5, 0.0, "rock")]
NONE = np.zeros((0, 2))


@pytest.mark.parametrize(
    "likes",
    [PLACES[:2_000], np.full((2_000, 2), 0.3), NONE, np.array([[np.nan, 0], [np.inf, 0], [99, -99]])],
    ids=["everywhere", "in one spot", "none", "nowhere"],
)
def test_a_map_is_a_small_picture(likes):
    assert 700 <= check(draw_map(PLACES, GROUPS, NAMES, likes, "Map")).height <= 1300


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_map_of_hardly_any_songs_is_a_picture(number):
    check(draw_map(PLACES[:number], GROUPS[:number], NAMES, PLACES[:1], "Map"))


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_no_name_breaks_the_map(name):
    names = [(x / 10, x / 20, name) for x in range(-10, 10)] + [(np.nan, 0.0, name), (50.0, 0.0, name)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(draw_map(PLACES[:500], GROUPS[:500], names, PLACES[:9], name))


def test_names_without_room_are_left_out():
    few = check(draw_map(PLACES, GROUPS, [(0.0, 0.0, "jazz")] * 15, NONE, "Map"))
    many = check(draw_map(PLACES, GROUPS, [(0.0, 0.0, "jazz")] * 20, NONE, "Map"))
    # All places where the name may stand are taken by then.
    assert few.tobytes() == many.tobytes()


def test_likes_on_one_spot_are_not_hidden_by_the_name_of_their_region():
    likes = np.full((30, 2), 0.3)
    nameless = check(draw_map(PLACES, GROUPS, [], likes, "Map")).convert("RGB")
    named = check(draw_map(PLACES, GROUPS, [(0.3, 0.3, "jazz")], likes, "Map")).convert("RGB")
    bright = [int((np.asarray(image)[:, :, 0] > 250).sum()) for image in (nameless, named)]
    assert bright[0] == pytest.approx(bright[1], abs=60)


def test_the_description_says_where_the_likes_are():
    likes = np.array([[-0.6, 0.1], [-0.4, 0.2], [-0.3, 0.0], [0.6, 0.0]])
    alt = draw_map(PLACES[:300], np.zeros(300, int), NAMES, likes, "Ada's map").alt
    assert alt == (
        "Ada's map: a map of 300 songs in 1 group with 4 songs. "
        "Liked songs are nearest to jazz 75%, rock 25%. Regions: jazz, rock."
    )
