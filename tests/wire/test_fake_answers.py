"""Proof that the fake Discord deals with commands, components and answers as Discord does; one bot serves all."""

import pytest
import pytest_asyncio

from tests.wire.commands import NotOfferedError
from tests.wire.fake_discord import FakeDiscord
from tests.wire.interactions import NoAnswerError
from tests.wire.payloads import ADMINISTRATOR, EVERYONE, Upload
from tests.wire.process import BotProcess
from tests.wire.test_fake_discord import ECHO_BOT

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORIGINAL = "/webhooks/*/messages/@original"
CALLBACK = "/interactions/*/callback"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory):
    async with FakeDiscord() as discord:
        bot = BotProcess(discord, str(ECHO_BOT), directory=tmp_path_factory.mktemp("echo"))
        try:
            await bot.start()
            await bot.ready()
            yield discord, bot
        finally:
            await bot.kill()


@pytest.fixture
def fake_discord(world):
    discord, _ = world
    yield discord
    assert discord.violations == []
    discord.forget_requests()


@pytest.fixture
def bot(world):
    return world[1]


@pytest.fixture
def alice(fake_discord):
    return fake_discord.user("alice")


async def test_what_a_person_types_is_completed_nested_and_answered(fake_discord, bot, alice):
    choices = await fake_discord.autocomplete(alice, "echo", {"fruit": "ap"}, focused="fruit")
    assert [choice["value"] for choice in choices] == ["apple", "apricot"]

    answer = await fake_discord.slash(alice, "echo", {"fruit": "apple", "times": 2})
    assert answer.text == "apple apple"
    assert not answer.deferred

    answer = await fake_discord.slash(alice, "playlist build", {"name": "Friday"}, where=fake_discord.dm(alice))
    assert answer.text == "built Friday"

    said = fake_discord.say(alice, "a quiet word")
    assert (await fake_discord.menu(alice, "Shout", said)).text == "A QUIET WORD"


async def test_discord_offers_only_what_was_synced_and_what_fits(fake_discord, bot, alice):
    admin = fake_discord.user("admin", permissions=EVERYONE | ADMINISTRATOR)
    assert (await fake_discord.slash(admin, "retrain")).text == "training"
    for person, command, options, reason in (
        (alice, "retrain", {}, "hidden from alice"),
        (alice, "unheard", {}, "never synced"),
        (alice, "playlist", {}, "is a group"),
        (alice, "echo", {}, "needs"),
        (alice, "echo", {"fruit": "apple", "times": 4}, "outside the range"),
        (alice, "echo", {"fruit": "apple", "size": 4}, "no option"),
    ):
        with pytest.raises(NotOfferedError, match=reason):
            await fake_discord.slash(person, command, options)
    with pytest.raises(NotOfferedError, match="hidden"):
        await fake_discord.slash(admin, "retrain", where=fake_discord.dm(admin))


async def test_a_deferral_is_edited_and_stays_as_private_as_it_began(fake_discord, bot, alice):
    answer = await fake_discord.slash(alice, "think", {"private": True})
    assert answer.deferred
    assert answer.ephemeral
    assert answer.acknowledged_after < 3
    assert answer.edits == 1
    assert answer.text == "thought about it"
    assert not (await fake_discord.slash(alice, "think")).ephemeral


async def test_buttons_selects_and_forms_of_a_layout_work(fake_discord, bot, alice):
    shown = (await fake_discord.slash(alice, "counter")).message
    assert shown["components"][0]["id"] == 1

    await fake_discord.press(alice, shown, "Count")
    pressed = await fake_discord.press(alice, shown, "count")
    assert pressed.text.startswith("pressed 2 times")
    assert pressed.message is shown

    slow = await fake_discord.press(alice, shown, "Slow")
    assert slow.deferred
    assert slow.text.startswith("slowly changed")

    chosen = await fake_discord.choose(alice, shown, "fruit", "banana")
    assert chosen.text == "you took banana"
    assert chosen.ephemeral

    form = await fake_discord.press(alice, shown, "Rename")
    renamed = await fake_discord.submit_modal(alice, form, {"New name": "Bob"})
    assert renamed.text == "now called Bob"
    with pytest.raises(AssertionError, match="no 'Delete', only"):
        await fake_discord.press(alice, shown, "Delete")


async def test_files_travel_both_ways_and_direct_messages_arrive(fake_discord, bot, alice):
    answer = await fake_discord.slash(alice, "files", {"given": Upload("note.txt", b"olleh")})
    (attachment,) = answer.message["attachments"]
    assert attachment["filename"] == "reversed.txt"
    assert fake_discord.file(attachment) == b"hello"

    bob = fake_discord.user("bob")
    await fake_discord.slash(alice, "write", {"person": bob})
    assert [message["content"] for message in fake_discord.messages_in(fake_discord.dm(bob))] == ["hello"]


async def test_the_fake_answers_in_the_shape_discord_documents(fake_discord, bot, alice):
    openapi = fake_discord.openapi or pytest.skip("Discord's OpenAPI document is not beside the checkout")
    shown = (await fake_discord.slash(alice, "counter")).message
    await fake_discord.press(alice, shown, "Slow")
    await fake_discord.slash(alice, "files", {"given": Upload("note.txt", b"olleh")})
    await fake_discord.slash(alice, "write", {"person": alice})
    problems = [openapi.response_problem(r.method, r.path, r.status, r.answer) for r in fake_discord.requests]
    assert [problem for problem in problems if problem] == []


async def test_rate_limits_and_server_errors_are_waited_out(fake_discord, bot, alice):
    limited = fake_discord.fail("POST", CALLBACK, status=429, times=2, retry_after=0.1)
    broken = fake_discord.fail("PATCH", ORIGINAL, status=500)
    answer = await fake_discord.slash(alice, "think")
    assert answer.text == "thought about it"
    assert (limited.hit, broken.hit) == (2, 1)
    statuses = [request.status for request in fake_discord.requests if request.method in ("POST", "PATCH")]
    assert statuses == [429, 429, 200, 500, 200]


async def test_a_reset_connection_reaches_the_bot_as_one(fake_discord, bot, alice):
    fake_discord.fail("PATCH", ORIGINAL, status=None)
    answer = await fake_discord.slash(alice, "think", until="acknowledged")
    await bot.logged("Connection reset by peer")
    assert not answer.complete


async def test_a_late_answer_is_unknown_and_a_second_one_refused(fake_discord, bot, alice):
    late = await fake_discord.slash(alice, "late", until="sent")
    assert (await fake_discord.slash(alice, "twice")).text == "first"
    await bot.logged("error code: 40060")
    with pytest.raises(NoAnswerError, match="/late: the application did not respond within 3 s"):
        await late.acknowledged()
    await bot.logged("error code: 10062")


async def test_what_breaks_the_rules_for_components_is_refused(fake_discord, bot, alice):
    answer = await fake_discord.slash(alice, "ambiguous", until="sent")
    await answer.until(lambda one: one.refusals)
    assert answer.message is None
    await bot.logged("data.components.0.components.0.custom_id: Component custom id cannot be duplicated")
