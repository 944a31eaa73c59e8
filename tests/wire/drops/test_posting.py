"""Weekly drops as members meet them, and however Discord takes them."""

from types import SimpleNamespace

import pytest
import pytest_asyncio

from storage.store import Store
from tests.wire.components import text_of
from tests.wire.drops.schedule import (
    database_of,
    dropped,
    drops_in,
    make_due,
    noted,
    now,
    retry_at_once,
    subscribe,
)
from tests.wire.payloads import EVERYONE, READ_HISTORY
from tests.wire.segue import songs_of

pytestmark = pytest.mark.asyncio(loop_scope="package")
MANAGE_GUILD = 1 << 5
# More than a page of history, between the moment when a drop was due and its message.
BUSY = 300


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def week(running):
    """A week with two drops: Alice has one, and with a slash command she subscribed a server's channel to one."""
    discord, moment = running.discord, now()
    alice, channel = discord.user("alice", permissions=EVERYONE | MANAGE_GUILD), discord.home.channel
    options = {"weekday": moment.weekday(), "time": f"{moment:%H:%M}", "zone": "UTC", "channel": channel}
    answer = await discord.slash(alice, "drop subscribe", options)
    assert f"The weekly drop in <#{channel.id}> is set up" in answer.text
    (own,) = await subscribe(running.home, alice)
    await make_due(running.home, channel)
    await noted(running.bot, own)
    return SimpleNamespace(alice=alice, channel=channel, own=own, message=await dropped(discord, channel))


async def test_a_channel_that_the_bot_does_not_know_is_refused_with_a_sentence(running, week):
    unheard_of = running.discord.channel("unheard-of")
    answer = await running.discord.slash(week.alice, "drop preview", {"channel": unheard_of})
    assert "I don't know what you named there" in answer.text


async def test_a_servers_drop_comes_with_its_songs_and_files(running, week):
    assert len(songs_of(text_of(week.message))) == 10
    assert [file["filename"].partition(".")[2] for file in week.message["attachments"]] == ["m3u8", "csv"]
    assert all(running.discord.file(file) for file in week.message["attachments"])


async def test_a_personal_drop_comes_in_direct_messages(running, week):
    assert len(drops_in(running.discord, running.discord.dm(week.alice))) == 1


async def test_the_next_one_is_due_a_week_later(running, week):
    async with Store.open(database_of(running.home)) as store:
        following = (await store.drops.subscriptions_seen(int(week.alice.id), None))[0]
    assert following.period > week.own.period
    assert (following.due_at - week.own.due_at).total_seconds() == pytest.approx(7 * 86_400, abs=60)


async def test_whoever_sees_a_drop_may_open_all_its_songs(running, week):
    everything = await running.discord.press(running.discord.user("carol"), week.message, "All 20 songs")
    assert everything.ephemeral
    assert "songs 1–10 of 20" in everything.text


async def test_whoever_sees_a_drop_may_keep_it_as_a_playlist(running, week):
    carol = running.discord.user("carol")
    form = await running.discord.press(carol, week.message, "Save as playlist")
    await running.discord.submit_modal(carol, form, {"Name": "Friday"})
    async with Store.open(database_of(running.home)) as store:
        kept = await store.get_playlist(int(carol.id), "Friday")
    assert len(kept.tracks) == 20


async def test_reactions_on_a_drop_are_told_by_the_next_one(running, week):
    discord = running.discord
    for person in (week.alice, discord.user("bob")):
        discord.react(person, week.message, "🔥")
    discord.react(week.alice, week.message, "👎")
    await make_due(running.home, week.channel, weeks=1)
    text = text_of(await dropped(discord, week.channel, 2))
    assert "Since the last drop: reactions for it: 2, reactions against it: 1." in text


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def mended(running):
    """Channels where posting went wrong once, by what went wrong, after all is as it should be again."""
    discord = running.discord
    channels = {}

    def go_wrong(name, status, *, carried_out, nonce_memory=0):
        channels[name] = channel = discord.guild(name).channel
        channel.nonce_memory = nonce_memory
        discord.fail("POST", f"/channels/{channel.id}/messages", status=status, carried_out=carried_out)
        return channel

    go_wrong("reset", None, carried_out=False)
    go_wrong("reset when done", None, carried_out=True)
    go_wrong("unavailable", 503, carried_out=False)
    go_wrong("unavailable when done", 503, carried_out=True)
    busy = go_wrong("busy", None, carried_out=True)
    for number in range(BUSY):
        discord.say(discord.user("somebody"), str(number), busy)
    closed = go_wrong("history closed", None, carried_out=True, nonce_memory=180)
    await discord.deny(closed, READ_HISTORY)
    failing = len(channels)
    # These are repeated at once by discord.py; it can't look first, so that only the nonce helps.
    go_wrong("limited", 429, carried_out=False)
    go_wrong("error", 500, carried_out=False)
    go_wrong("error when done", 500, carried_out=True, nonce_memory=180)
    subscriptions = await subscribe(running.home, *channels.values())
    await retry_at_once(running.home, *subscriptions[:failing])
    for one in subscriptions:
        await noted(running.bot, one)
    return channels


@pytest.mark.parametrize("wrong", ["reset", "unavailable", "limited", "error"])
async def test_what_discord_did_not_take_is_posted_in_the_end(running, mended, wrong):
    assert len(drops_in(running.discord, mended[wrong])) == 1


@pytest.mark.parametrize("wrong", ["reset when done", "unavailable when done"])
async def test_what_discord_took_without_saying_so_is_found_without_nonces(running, mended, wrong):
    assert len(drops_in(running.discord, mended[wrong])) == 1


async def test_it_is_found_in_a_busy_channel_too(running, mended):
    assert len(drops_in(running.discord, mended["busy"])) == 1


@pytest.mark.parametrize("wrong", ["history closed", "error when done"])
async def test_where_it_cannot_be_looked_for_the_nonce_keeps_it_to_one_message(running, mended, wrong):
    assert len(drops_in(running.discord, mended[wrong])) == 1


async def test_a_thumb_on_ones_own_drop_turns_green(running, week):
    message = await dropped(running.discord, running.discord.dm(week.alice))
    pressed = await running.discord.press(week.alice, message, thumbs_in(message)[0]["custom_id"])
    assert pressed.refusals == []
    assert thumbs_in(message)[0]["style"] == 3


def thumbs_in(message):
    return [one["accessory"] for one in message["components"][0]["components"] if "accessory" in one]
