"""Segue as a process under test, and how its answers are read."""

import re

from tests.wire.components import SELECTS, find

ORIGINAL = "/webhooks/*/messages/@original"
MENU = "👎 · more like this · not this artist …"
# Starting takes about 3 seconds; a loaded machine needs a multiple of that.
PATIENCE_S = 30


def home_of(directory, models):
    """A folder for a Segue of its own, with a trained model in its data."""
    (directory / "data").mkdir()
    (directory / "data" / "models").symlink_to(models, target_is_directory=True)
    return directory


def longest_word(title):
    return max(re.findall("[A-Za-z]+", title), key=len, default="")


def beginning(title):
    word = longest_word(title)
    return word[: len(word) // 2 + 2]


def misspelt(title):
    """The title with two letters of its longest word in the wrong order."""
    word = longest_word(title)
    at = next(i for i in range(2, len(word)) if word[i] != word[i + 1])
    return title.replace(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :])


def songs_of(text):
    """The numbered lines of a list, without their numbers."""
    return re.findall(r"^\d+\\?\. (.+)$", text, re.MULTILINE)


def menu_label(message, place):
    """What the menu under a list calls the song at this place (from 0)."""
    return find(message, MENU, SELECTS)["options"][place]["label"]


def reference_of(text):
    return re.search(r"^-# Reference ([0-9a-f]{8})$", text, re.MULTILINE)[1]


def calls(discord, answer):
    """The requests that answered one interaction, for example "PATCH @original"."""
    token = answer.interaction["token"]
    return [f"{r.method} {r.path.rsplit('/', 1)[1]}" for r in discord.requests if r.parts.get("token") == token]


async def ended(bot):
    """The exit code and the last line of a Segue that ends by itself, which it never does with a traceback."""
    code = await bot.exit_code(PATIENCE_S)
    assert "Traceback" not in bot.log
    return code, bot.lines[-1]
