"""What all pictures share: they are drawn side by side, and cost nothing until the first one."""

import gc
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from bot.pictures.compare import draw_comparison
from bot.pictures.map import draw_map
from bot.pictures.profile import draw_profile
from tests.bot.pictures.portraits import ADA, BEN, songs_on_a_map

PLACES, GROUPS = songs_on_a_map(500)
DRAWINGS = [
    lambda: draw_profile(ADA),
    lambda: draw_profile(BEN),
    lambda: draw_comparison(ADA, BEN, 0.5, "Half.", ["jazz"]),
    lambda: draw_map(PLACES, GROUPS, [(0.0, 0.0, "jazz")], PLACES[:20], "Map"),
]


def test_two_threads_draw_the_same_as_one():
    alone = [draw() for draw in DRAWINGS]
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda draw: draw(), DRAWINGS * 2))
    assert together == alone * 2


def test_matplotlib_is_not_imported_before_the_first_drawing():
    program = (
        "import sys, bot.pictures.profile, bot.pictures.compare, bot.pictures.map\n"
        "heavy = {'matplotlib', 'PIL', 'discord'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_drawing_leaves_pyplot_alone(monkeypatch):
    # Training, in an earlier test, may have brought it.
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    draw_profile(BEN)
    assert "matplotlib.pyplot" not in sys.modules


def test_the_memory_of_a_drawing_does_not_wait_for_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        draw_profile(ADA)
        assert not [thing for thing in gc.get_objects() if type(thing).__name__ == "RendererAgg"]
    finally:
        gc.enable()
