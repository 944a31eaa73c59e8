"""Members whose pictures the tests draw: ordinary ones and the worst we can think of."""

import io

import numpy as np
from PIL import Image

from bot.pictures.data import Picture, Portrait
from bot.pictures.theme import WIDTH

LARGEST = 300_000
LONGEST_ALT = 1_000
HOSTILE_NAMES = {
    "formula": "$x^2$ \\frac{1}{0} $",
    "emoji": "🎧👩‍👩‍👧‍👦🇩🇪",
    "Japanese": "田中さくら",
    "Arabic": "محمد بن سلمان",
    "control characters": "line\nbreak\r\n\ttab\x00\x1b[0m",
    "piled-up marks": "z" + "\u0335\u0321\u0300\u0301" * 60 + "algo",
    "invisible": "\u202eabc\u200b\ufeff",
    "fancy letters": "𝓜𝓲𝓪",
    "half a character": "\ud800",
    "ligatures of a sentence": "ﷺ" * 30,
    "very long": "W" * 5_000,
    "blank": " ",
    "empty": "",
}
ADA = Portrait(
    "Ada",
    1_214,
    {
        "danceability": 0.62,
        "energy": 0.71,
        "loudness": 0.66,
        "speechiness": 0.35,
        "acousticness": 0.28,
        "instrumentalness": 0.41,
        "liveness": 0.52,
        "valence": 0.58,
        "tempo": 0.63,
    },
    {"energy": 0.81, "valence": 0.38, "tempo": 0.7, "acousticness": 0.18},
    [("indie-pop", 0.24), ("synth-pop", 0.17), ("techno", 0.13), ("folk", 0.09), ("singer-songwriter", 0.05)],
    [("Energetic", 0.38), ("Cheerful", 0.22), ("Groovy", 0.12)],
    (1994, 2011),
    "Loud and bright, with more voices than a year ago.",
)
BEN = Portrait("Ben", 1, {"energy": 0.2, "tempo": float("nan")}, None, [("jazz", 1.0)], [], (1959, 1959), "")
NOBODY = Portrait("", 0, {}, {}, [], [], None, "")


def hostile(name: str) -> Portrait:
    """Somebody whose every text is `name`, with more of everything than fits and numbers out of range."""
    shares = [(name, 7.0), (name, -1.0)] * 20
    return Portrait(
        name, 10**9, {"energy": 2.0, "valence": -1.0, "key": 3.0}, {"energy": 9.0}, shares, shares, None, name
    )


def check(picture: Picture) -> Image.Image:
    """The picture decoded, after what holds for every picture."""
    image = Image.open(io.BytesIO(picture.png))
    image.load()
    assert image.format == "PNG"
    assert image.width == WIDTH
    assert len(picture.png) < LARGEST
    assert 0 < len(picture.alt) <= LONGEST_ALT
    return image


def songs_on_a_map(number: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Places (number, 2) and groups (number,) without any order: the hardest to compress."""
    chance = np.random.default_rng(seed)
    return chance.uniform(-1, 1, (number, 2)), chance.integers(0, 14, number)
