"""`/admin retrain` as operators see it; what the training process would write, the tests write."""

from datetime import timedelta

import discord

from bot.fates import SILENT_THOUGH_ALIVE
from bot.features.admin.training import TEXT_BUSY, TEXT_ONLY_ALL
from storage.trainings import Step
from tests.bot.conftest import NOW, buttons_of, text_of

COMPARED = [
    {
        "name": name,
        "champion": champion,
        "challenger": challenger,
        "tolerance": 0.01,
        "lower_is_better": name == "Error",
        "fell": fell,
    }
    for name, champion, challenger, fell in (
        ("Right genre first", 0.938, 0.941, False),
        ("Right genre among five", 0.975, 0.52, True),
        ("Error", 0.013, 0.012, False),
    )
]


async def retrain(place, **options):
    result = await place.owner.slash(place.channel, "admin retrain", **options)
    (training,) = await place.store.trainings.latest(1)
    return result.response, training


async def now_reads(place, reply):
    return text_of(place.env.backend.get_message(reply.channel_id, reply.id))


def direct_messages(place, who):
    channel = who.user.dm_channel
    return ["\n".join(item.content for item in texts_in(message)) for message in channel.history()]


def texts_in(message):
    layout = discord.ui.LayoutView.from_message(message)
    return [item for item in layout.walk_children() if isinstance(item, discord.ui.TextDisplay)]


async def test_it_says_what_is_trained_and_why(place):
    reply, training = await retrain(place, refit="clusters", why="new *moods*")
    text = text_of(reply)
    assert f"Training {training.id}" in text
    assert "Moods and synthetic genres" in text
    assert "new \\*moods\\*" in text
    assert (training.parts, training.reason, training.user_id) == ("clusters", "new *moods*", place.owner.id)
    assert reply.ephemeral
    assert {"Cancel", "Refresh"} <= buttons_of(reply).keys()


async def test_there_is_one_at_a_time(place):
    await retrain(place)
    again = await place.operator.slash(place.channel, "admin retrain")
    assert TEXT_BUSY in text_of(again.response)
    assert len(await place.store.trainings.latest(5)) == 1


async def test_a_catalogue_is_chosen_by_a_name_that_leads_nowhere_else(place):
    for name in ("../segue.db", "/etc/passwd", "nothing.csv"):
        result = await place.owner.slash(place.channel, "admin retrain", catalogue=name)
        assert "There is no catalogue" in text_of(result.response)
    assert await place.store.trainings.latest(1) == []
    offered = await place.owner.autocomplete(place.channel, "admin retrain", "catalogue", "")
    assert [choice["value"] for choice in offered] == ["sample"]
    _, training = await retrain(place, catalogue="sample")
    assert training.catalogue == "sample"


async def test_another_catalogue_means_everything(place):
    result = await place.owner.slash(place.channel, "admin retrain", catalogue="sample", refit="index")
    assert TEXT_ONLY_ALL in text_of(result.response)


async def test_the_answer_keeps_up(place):
    reply, training = await retrain(place)
    await place.store.trainings.note_step(training.id, Step("Genre classifier", 4, 10, "loss 1.23"), NOW)
    await place.look()
    text = await now_reads(place, reply)
    assert "Genre classifier · 4 of 10" in text
    assert "loss 1.23" in text
    assert "left" in text
    await place.store.trainings.end(training.id, "published", "No figure fell.", NOW, "v2", {"compared": COMPARED})
    await place.look()
    text = await now_reads(place, reply)
    assert "Model v2 was published" in text
    assert "0.938  0.941  Right genre first" in text


async def test_what_is_set_aside_shows_both_side_by_side_and_what_fell(place):
    reply, training = await retrain(place)
    await place.store.trainings.end(training.id, "aside", "hit@5 fell.", NOW, "v2", {"compared": COMPARED})
    await place.look()
    text = await now_reads(place, reply)
    assert "Model v2 was not published" in text
    fell = next(line for line in text.split("\n") if "among five" in line)
    assert fell == "▼  0.975  0.520  Right genre among five"
    assert "0.013  0.012  Error (less is better)" in text
    assert "The model that served goes on serving" in text


async def test_after_a_restart_whoever_asked_is_written_to(place):
    _, training = await retrain(place)
    await place.store.trainings.note_step(training.id, Step("Moods", 1, 9, ""), NOW)
    await place.restart()
    await place.look()
    (told,) = direct_messages(place, place.owner)
    assert "Moods · 1 of 9" in told
    await place.store.trainings.end(training.id, "failed", "No disk left.", NOW)
    await place.look()
    # A new message, because an edited one tells nobody that it is over.
    _, told = direct_messages(place, place.owner)
    assert "No disk left." in told
    await place.look()
    assert len(direct_messages(place, place.owner)) == 2


async def test_a_process_that_died_is_noticed_and_told(place):
    _, training = await retrain(place)
    place.bot.clock = lambda: NOW + SILENT_THOUGH_ALIVE + timedelta(seconds=1)
    await place.look()
    (told,) = direct_messages(place, place.owner)
    assert "It died" in told
    assert "ended without a word" in told
    _, again = await retrain(place)
    assert again.id != training.id


async def test_cancel_ends_what_has_begun_at_its_next_step(place):
    reply, training = await retrain(place)
    await place.owner.click(reply, label="Cancel")
    assert not await place.store.trainings.note_step(training.id, None, NOW)
    await place.store.trainings.end(training.id, "cancelled", "It was cancelled.", NOW)
    await place.look()
    assert "It was cancelled" in await now_reads(place, reply)
