"""What members do, with one Segue process and Discord on the wire."""

import asyncio
import io
import zipfile
from copy import deepcopy

import pytest

from tests.wire.components import text_of
from tests.wire.interactions import DEFERRED_REPLY, DEFERRED_UPDATE, REPLY
from tests.wire.payloads import COMPONENTS_V2, EPHEMERAL, LOADING
from tests.wire.segue import (
    MENU,
    ORIGINAL,
    beginning,
    calls,
    menu_label,
    misspelt,
    reference_of,
    songs_of,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
MOST_CHOICES = 25


# Hello


async def test_segue_asks_for_servers_only_and_writes_its_commands_once(fake_discord, bot):
    await bot.logged("ready as segue in 1 servers")
    assert [identify["intents"] for identify in fake_discord.gateway.identifies] == [1]
    assert [r.path.rsplit("/", 1)[1] for r in fake_discord.requests if r.method == "PUT"] == ["commands"]
    (written,) = fake_discord.commands.synced.values()
    names = sorted(command["name"] for command in written)
    assert names == [
        "admin",
        "block",
        "classify",
        "drop",
        "genres",
        "help",
        "playlist",
        "privacy",
        "recommend",
        "taste",
    ]


# Typing


async def test_before_anything_is_typed_25_songs_are_offered(fake_discord, bot, alice, bundle):
    choices = await fake_discord.autocomplete(alice, "recommend", {"track": ""}, "track")
    assert len(choices) == MOST_CHOICES
    assert {choice["value"] for choice in choices} <= set(bundle.catalogue.row_of)


@pytest.mark.parametrize("typing", [beginning, misspelt])
async def test_the_song_meant_is_offered_by_half_a_word_and_despite_a_typo(fake_discord, bot, alice, song, typing):
    track_id, title = song
    for command in ("recommend", "classify", "playlist build"):
        choices = await fake_discord.autocomplete(alice, command, {"track": typing(title)}, "track")
        assert len(choices) <= MOST_CHOICES
        assert track_id in [choice["value"] for choice in choices]


# Asking


@pytest.mark.parametrize("command", ["recommend", "classify"])
async def test_an_answer_is_promised_in_time_and_then_filled_in(fake_discord, bot, alice, song, command):
    answer = await fake_discord.slash(alice, command, {"track": song[0]})
    assert answer.kind == DEFERRED_REPLY
    assert answer.acknowledged_after < 3
    assert calls(fake_discord, answer) == ["POST callback", "PATCH @original"]
    assert answer.message["flags"] & (COMPONENTS_V2 | LOADING | EPHEMERAL) == COMPONENTS_V2
    assert song[1] in answer.text


async def test_a_recommendation_has_ten_songs(fake_discord, bot, alice, song):
    answer = await fake_discord.slash(alice, "recommend", {"track": song[1]})
    assert len(set(songs_of(answer.text))) == len(songs_of(answer.text)) == 10


async def test_more_turns_the_same_message_to_ten_further_songs(fake_discord, bot, alice, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    first = songs_of(text_of(shown))
    pressed = await fake_discord.press(alice, shown, "More")
    assert pressed.kind == DEFERRED_UPDATE
    assert pressed.message is shown
    assert "songs 11–20 of 20" in pressed.text
    assert len(songs_of(pressed.text)) == 10
    assert not set(first) & set(songs_of(pressed.text))


async def test_a_list_is_saved_under_the_name_given_in_the_form(fake_discord, bot, alice, song):
    answer = await fake_discord.slash(alice, "recommend", {"track": song[0]})
    form = await fake_discord.press(alice, answer.message, "Save as playlist")
    saved = await fake_discord.submit_modal(alice, form, {"Name": "Evening"})
    assert saved.ephemeral
    assert saved.text.startswith("Saved 10 songs as **Evening**.")
    kept = await fake_discord.slash(alice, "playlist show", {"name": "evening"})
    assert songs_of(kept.text) == songs_of(answer.text)


async def test_a_song_chosen_from_the_menu_shows_a_card_from_which_another_list_starts(fake_discord, bot, alice, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    before = deepcopy(shown)
    title = songs_of(text_of(shown))[3].split("**")[1]
    card = await fake_discord.choose(alice, shown, MENU, menu_label(shown, 3))
    assert card.ephemeral
    assert title in card.text
    pressed = await fake_discord.press(alice, card.message, "More like this")
    assert pressed.message["id"] != shown["id"]
    assert title in pressed.text.split("\n")[0]
    assert len(songs_of(pressed.text)) == 10
    assert shown == before


async def test_a_classification_leads_to_songs_like_it(fake_discord, bot, alice, song):
    answer = await fake_discord.slash(alice, "classify", {"track": song[0]})
    assert "**What it is**" in answer.text
    pressed = await fake_discord.press(alice, answer.message, "More like this")
    assert pressed.message["id"] != answer.message["id"]
    assert len(songs_of(pressed.text)) == 10


async def test_a_playlist_is_built_shown_and_deleted_once_confirmed(fake_discord, bot, alice, bundle):
    genre = bundle.catalogue.genres[0]
    built = await fake_discord.slash(alice, "playlist build", {"name": "Friday", "genre": genre, "length": 8})
    assert built.deferred
    assert len(songs_of(built.text)) == 8

    (choice,) = await fake_discord.autocomplete(alice, "playlist show", {"name": "fri"}, "name")
    shown = await fake_discord.slash(alice, "playlist show", {"name": choice["value"]})
    assert songs_of(shown.text) == songs_of(built.text)

    asked = await fake_discord.slash(alice, "playlist delete", {"name": "Friday"})
    assert asked.ephemeral
    confirmed = await fake_discord.press(alice, asked.message, "Delete it")
    assert confirmed.kind == DEFERRED_UPDATE
    assert confirmed.text == "**Friday** is deleted, 8 songs."
    gone = await fake_discord.slash(alice, "playlist show", {"name": "Friday"})
    assert gone.text.startswith("You have no playlist called “Friday”.")


async def test_help_and_genres_answer(fake_discord, bot, alice, bundle):
    assert "**/playlist build**" in (await fake_discord.slash(alice, "help")).text
    assert f"### {len(bundle.catalogue.genres)} genres" in (await fake_discord.slash(alice, "genres")).text
    one = await fake_discord.slash(alice, "genres", {"genre": bundle.catalogue.genres[0]})
    assert one.text.startswith(f"### {bundle.catalogue.genres[0]}")


async def test_an_export_comes_as_a_direct_message(fake_discord, bot, alice, song):
    await fake_discord.slash(alice, "recommend", {"track": song[0]})
    export = await fake_discord.slash(alice, "privacy export")
    assert export.ephemeral
    assert export.message["attachments"] == []
    (sent,) = fake_discord.messages_in(fake_discord.dm(alice))
    assert song[0] in everything_in(fake_discord, sent)
    here = await fake_discord.press(alice, export.message, "Get it here instead")
    assert song[0] in everything_in(fake_discord, here.message)


async def test_who_takes_no_direct_messages_gets_the_export_in_the_reply(fake_discord, bot, bob, song):
    bob.accepts_direct_messages = False
    await fake_discord.slash(bob, "recommend", {"track": song[0]})
    export = await fake_discord.slash(bob, "privacy export")
    assert export.ephemeral
    assert "You take no direct messages from me" in export.text
    assert song[0] in everything_in(fake_discord, export.message)
    assert fake_discord.messages_in(fake_discord.dm(bob)) == []


def everything_in(fake_discord, message):
    """The JSON inside the exported file of a message."""
    (attachment,) = message["attachments"]
    assert attachment["filename"] == "segue-export.zip"
    with zipfile.ZipFile(io.BytesIO(fake_discord.file(attachment))) as exported:
        return exported.read("everything.json").decode()


async def test_segue_answers_in_direct_messages(fake_discord, bot, alice, song):
    private = fake_discord.dm(alice)
    answer = await fake_discord.slash(alice, "recommend", {"track": song[0]}, where=private)
    assert len(songs_of(answer.text)) == 10
    assert "songs 11–20 of 20" in (await fake_discord.press(alice, answer.message, "More")).text
    assert (await fake_discord.slash(alice, "playlist list", where=private)).ephemeral


# Refusals


async def test_an_unknown_song_is_refused_at_once_with_a_reference_into_the_log(fake_discord, bot, alice):
    answer = await fake_discord.slash(alice, "recommend", {"track": "zzyzx qwrtp"})
    assert answer.kind == REPLY
    assert answer.ephemeral
    assert calls(fake_discord, answer) == ["POST callback"]
    assert answer.text.startswith("I don't know “zzyzx qwrtp”. Closest: ")
    assert "refused recommend" in await bot.logged(reference_of(answer.text))


@pytest.mark.parametrize("count", [0, -1, 1000, 2**53])
async def test_a_count_no_client_would_send_is_refused_in_one_sentence(
    fake_discord, bot, alice, song, count, monkeypatch
):
    known = fake_discord.commands.find("recommend", alice, fake_discord.home.channel)
    option = next(option for option in known["options"] if option["name"] == "count")
    # As if this member's client knew no limits.
    monkeypatch.delitem(option, "min_value")
    monkeypatch.delitem(option, "max_value")
    answer = await fake_discord.slash(alice, "recommend", {"track": song[0], "count": count})
    assert answer.kind == REPLY
    assert answer.ephemeral
    assert answer.text.split("\n")[0] == "I can recommend 1 to 50 songs at a time."


async def test_the_longest_text_discord_lets_through_is_refused_in_one_sentence(fake_discord, bot, alice):
    for command, option in (("recommend", "track"), ("classify", "track"), ("genres", "genre")):
        answer = await fake_discord.slash(alice, command, {option: "x" * 6000})
        assert answer.ephemeral
        assert "refused" in await bot.logged(reference_of(answer.text))


# Whose buttons


async def test_somebody_elses_press_is_refused_and_changes_nothing(fake_discord, bot, alice, bob, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    before = deepcopy(shown)
    for pressed in (
        await fake_discord.press(bob, shown, "More"),
        await fake_discord.press(bob, shown, "Save as playlist"),
    ):
        assert pressed.kind == REPLY
        assert pressed.ephemeral
        assert pressed.text.startswith(f"These buttons belong to <@{alice.id}>.")
    assert shown == before


async def test_of_two_members_pressing_at_once_only_the_asker_is_served(fake_discord, bot, alice, bob, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    others, own = await asyncio.gather(fake_discord.press(bob, shown, "More"), fake_discord.press(alice, shown, "More"))
    assert "songs 11–20 of 20" in own.text
    assert others.ephemeral
    assert others.text.startswith("These buttons belong to")


async def test_more_pressed_twice_at_once_adds_once(fake_discord, bot, alice, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    presses = await asyncio.gather(*(fake_discord.press(alice, shown, "More") for _ in range(2)))
    assert [pressed.followups for pressed in presses] == [[], []]
    assert "songs 11–20 of 20" in text_of(shown)
    await fake_discord.press(alice, shown, "More")
    assert "songs 21–30 of 30" in text_of(shown)


async def test_more_pressed_again_before_its_answer_arrives_adds_once(fake_discord, bot, alice, song):
    shown = (await fake_discord.slash(alice, "recommend", {"track": song[0]})).message
    fault = fake_discord.fail("PATCH", ORIGINAL, status=500)
    slow = await fake_discord.press(alice, shown, "More", until="acknowledged")
    await fake_discord.changes.until(lambda: fault.hit == 1, 10, lambda: "no answer was tried")
    again = await fake_discord.press(alice, shown, "More")
    assert "songs 11–20 of 20" in again.text
    await slow.until(lambda answer: answer.complete)
    assert "songs 11–20 of 20" in slow.text


# Trouble on the line


async def test_a_lost_connection_is_resumed_and_segue_answers_on(fake_discord, bot, alice):
    gateway = fake_discord.gateway
    for interrupt in (fake_discord.drop_connection, fake_discord.request_reconnect):
        before = gateway.resumed
        await interrupt()
        await fake_discord.changes.until(lambda b=before: gateway.resumed > b, 10, lambda: "no RESUME arrived")
        assert "Segue knows music" in (await fake_discord.slash(alice, "help")).text
    assert len(gateway.identifies) == 1


async def test_what_is_asked_during_an_outage_is_answered_after_it(fake_discord, bot, alice):
    await fake_discord.drop_connection()
    assert "Segue knows music" in (await fake_discord.slash(alice, "help")).text


@pytest.mark.parametrize("status", [429, 500])
async def test_an_answer_survives_a_rate_limit_and_a_server_error(fake_discord, bot, alice, song, status):
    fault = fake_discord.fail("PATCH", ORIGINAL, status=status)
    answer = await fake_discord.slash(alice, "recommend", {"track": song[0]})
    assert fault.hit == 1
    assert len(songs_of(answer.text)) == 10
    assert calls(fake_discord, answer) == ["POST callback", "PATCH @original", "PATCH @original"]


@pytest.mark.parametrize("status", [400, None])
async def test_an_answer_that_fails_gives_way_to_a_sentence_and_a_reference(fake_discord, bot, alice, song, status):
    fault = fake_discord.fail("PATCH", ORIGINAL, status=status)
    answer = await fake_discord.slash(alice, "recommend", {"track": song[0]})
    assert fault.hit == 1
    assert answer.text.startswith("Something went wrong on my side")
    assert "failed recommend" in await bot.logged(reference_of(answer.text))


async def test_a_member_who_cannot_be_told_stands_in_the_log(fake_discord, bot, alice, song):
    cut = fake_discord.fail("PATCH", ORIGINAL, status=None, times=2)
    await fake_discord.slash(alice, "recommend", {"track": song[0]}, until="acknowledged")
    await fake_discord.changes.until(lambda: cut.hit == 2, 10, lambda: "the failure was not to be told")
    await bot.logged("could not tell the member")
    assert "never retrieved" not in bot.log


# What the log keeps to itself


async def test_nothing_typed_no_name_and_no_token_is_in_the_log(fake_discord, bot, song):
    wilhelmina = fake_discord.user("wilhelmina")
    unknown = await fake_discord.slash(wilhelmina, "recommend", {"track": "marzipan elegy"})
    shown = (await fake_discord.slash(wilhelmina, "recommend", {"track": song[1]})).message
    await fake_discord.slash(wilhelmina, "playlist build", {"name": "Pumpernickel", "track": song[1]})
    await fake_discord.slash(wilhelmina, "playlist show", {"name": "no such rutabaga"})
    await fake_discord.slash(wilhelmina, "genres", {"genre": "kohlrabi"})
    for _ in range(2):
        form = await fake_discord.press(wilhelmina, shown, "Save as playlist")
        refused = await fake_discord.submit_modal(wilhelmina, form, {"Name": "Quince"})
    for answer in (unknown, refused):
        await bot.logged(reference_of(answer.text))
    private = ("wilhelmina", "marzipan", song[1], "pumpernickel", "rutabaga", "kohlrabi", "quince", fake_discord.token)
    assert [word for word in private if word.casefold() in bot.log.casefold()] == []
