"""Weekly drops as members meet them; one Segue serves all tests."""

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
from tests.wire.fake_discord import FakeDiscord
from tests.wire.payloads import EVERYONE, READ_HISTORY
from tests.wire.process import BotProcess
from tests.wire.segue import PATIENCE_S, home_of, songs_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
MANAGE_GUILD = 1 << 5


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(sample_models, tmp_path_factory):
    async with FakeDiscord() as discord:
        home = home_of(tmp_path_factory.mktemp("segue"), sample_models)
        bot = BotProcess(discord, "scripts.segue", "run", directory=home)
        try:
            await (await bot.start()).ready(PATIENCE_S)
            yield discord, bot, home
        finally:
            await bot.kill()


@pytest.fixture
def fake_discord(running):
    """The same for all tests; none may leave a request behind that Discord's OpenAPI refuses."""
    discord = running[0]
    yield discord
    assert discord.violations == []
    discord.forget_requests()


@pytest.fixture
def bot(running):
    return running[1]


@pytest.fixture
def home(running):
    return running[2]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def week(running):
    """A week with two drops: Alice has one, and with a slash command she subscribed a server's channel to one."""
    discord, bot, home = running
    alice, channel, moment = discord.user("alice", permissions=EVERYONE | MANAGE_GUILD), discord.home.channel, now()
    options = {"weekday": moment.weekday(), "time": f"{moment:%H:%M}", "zone": "UTC", "channel": channel}
    answer = await discord.slash(alice, "drop subscribe", options)
    assert f"The weekly drop in <#{channel.id}> is set up" in answer.text
    (own,) = await subscribe(home, alice)
    await make_due(home, channel)
    await noted(bot, own)
    return SimpleNamespace(alice=alice, channel=channel, own=own, message=await dropped(discord, channel))


async def test_a_servers_drop_comes_with_its_songs_and_files(fake_discord, week):
    assert len(songs_of(text_of(week.message))) == 10
    assert [file["filename"].partition(".")[2] for file in week.message["attachments"]] == ["m3u8", "csv"]
    assert all(fake_discord.file(file) for file in week.message["attachments"])


async def test_a_personal_drop_comes_in_direct_messages(fake_discord, week):
    assert len(drops_in(fake_discord, fake_discord.dm(week.alice))) == 1


async def test_the_next_one_is_due_a_week_later(home, week):
    async with Store.open(database_of(home)) as store:
        following = (await store.drops.subscriptions_seen(int(week.alice.id), None))[0]
    assert following.period > week.own.period
    assert (following.due_at - week.own.due_at).total_seconds() == pytest.approx(7 * 86_400, abs=60)


async def test_whoever_sees_a_drop_may_open_all_its_songs(fake_discord, week):
    everything = await fake_discord.press(fake_discord.user("carol"), week.message, "All 20 songs")
    assert everything.ephemeral
    assert "songs 1–10 of 20" in everything.text


async def test_whoever_sees_a_drop_may_keep_it_as_a_playlist(fake_discord, home, week):
    carol = fake_discord.user("carol")
    form = await fake_discord.press(carol, week.message, "Save as playlist")
    await fake_discord.submit_modal(carol, form, {"Name": "Friday"})
    async with Store.open(database_of(home)) as store:
        kept = await store.get_playlist(int(carol.id), "Friday")
    assert len(kept.tracks) == 20


async def test_reactions_on_a_drop_are_told_by_the_next_one(fake_discord, home, week):
    for person in (week.alice, fake_discord.user("bob")):
        fake_discord.react(person, week.message, "🔥")
    fake_discord.react(week.alice, week.message, "👎")
    await make_due(home, week.channel, weeks=1)
    text = text_of(await dropped(fake_discord, week.channel, 2))
    assert "Since the last drop: reactions for it: 2, reactions against it: 1." in text


def break_posting(discord, status, *, carried_out):
    """A channel, and what the next post there runs into."""
    channel = discord.guild(f"{status} {carried_out}").channel
    pattern = f"/channels/{channel.id}/messages"
    return channel, discord.fail("POST", pattern, status=status, carried_out=carried_out)


async def test_however_posting_fails_one_message_is_there_in_the_end(fake_discord, bot, home):
    """Without any help by nonces: what an earlier attempt has posted is found."""
    broken = [break_posting(fake_discord, status, carried_out=done) for status in (None, 503) for done in (False, True)]
    # These are repeated at once by the library.
    broken += [break_posting(fake_discord, status, carried_out=False) for status in (429, 500)]
    for channel, _ in broken:
        channel.nonce_memory = 0
    subscriptions = await subscribe(home, *(channel for channel, _ in broken))
    await retry_at_once(home, *subscriptions[:4])
    for one in subscriptions:
        await noted(bot, one)
    assert [fault.hit for _, fault in broken] == [1] * 6
    assert [len(drops_in(fake_discord, channel)) for channel, _ in broken] == [1] * 6


async def test_where_the_bot_may_not_read_nonces_keep_it_to_one_message(fake_discord, bot, home):
    broken = [break_posting(fake_discord, status, carried_out=True) for status in (None, 500)]
    for channel, _ in broken:
        await fake_discord.deny(channel, READ_HISTORY)
    subscriptions = await subscribe(home, *(channel for channel, _ in broken))
    await retry_at_once(home, subscriptions[0])
    for one in subscriptions:
        await noted(bot, one)
    assert [len(drops_in(fake_discord, channel)) for channel, _ in broken] == [1, 1]
