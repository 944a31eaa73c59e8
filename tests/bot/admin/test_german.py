"""What operators see in a server that has set German."""

import pytest

from storage.trainings import Step
from tests.bot.conftest import NOW, set_language, text_of
from tests.bot.test_german import english_in


@pytest.fixture
async def german(place):
    await set_language(place, "de")
    return place


@pytest.mark.parametrize("command", ["models", "status", "label", "settings", "retrain"])
async def test_no_english_is_left_in(german, command):
    for _ in range(2):
        text = text_of((await german.owner.slash(german.channel, f"admin {command}")).response)
        assert english_in(text) == []


async def test_a_training_that_goes_on_stays_german(german):
    shown = (await german.owner.slash(german.channel, "admin retrain", why="Probe")).response
    training = await german.store.trainings.under_way()
    await german.store.trainings.note_step(training.id, Step("Genre classifier", 3, 10, ""), NOW)
    await german.look()
    assert "Genre-Erkennung · 3 von 10" in text_of(shown)
    assert english_in(text_of(shown)) == []
