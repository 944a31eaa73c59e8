"""Proof that the fake Discord keeps channels, their messages and its limits as Discord does; discord.py is at the
other end, without a gateway where it needs none."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
import pytest
from discord import http

from tests.wire.payloads import ATTACH_FILES, READ_HISTORY, SEND_MESSAGES, VIEW_CHANNEL


@pytest.fixture
async def client(fake_discord, monkeypatch):
    """A discord.py client that is logged in and not connected."""
    monkeypatch.setattr(http.Route, "BASE", f"{fake_discord.base_url}/api/v10")
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(fake_discord.token)
        yield client


@pytest.fixture
def channel(fake_discord, client):
    """The home server's channel, as the bot holds it."""
    return client.get_partial_messageable(int(fake_discord.home.channel.id))


@pytest.fixture
def alice(fake_discord):
    return fake_discord.user("alice")


@pytest.fixture
async def gateway(fake_discord):
    """A raw session at the gateway, past its greeting."""
    async with aiohttp.ClientSession() as session, session.ws_connect(fake_discord.gateway.url) as socket:
        await socket.send_json({"op": 2, "d": {"token": fake_discord.token, "intents": 1, "properties": {}}})
        while (await socket.receive_json())["t"] != "GUILD_CREATE":
            pass
        yield socket


async def test_history_is_read_page_by_page_in_both_directions(fake_discord, channel, alice):
    said = [fake_discord.say(alice, str(number)) for number in range(150)]
    fake_discord.say(alice, "elsewhere", fake_discord.channel("other"))

    async def read(**options):
        return [message.content async for message in channel.history(**options)]

    numbers = [str(number) for number in range(150)]
    assert await read(limit=120) == numbers[:29:-1]
    moment = datetime.now(UTC) - timedelta(minutes=1)
    assert await read(limit=200, after=moment, oldest_first=True) == numbers
    assert await read(limit=3, after=discord.Object(int(said[4]["id"])), oldest_first=True) == ["5", "6", "7"]
    assert await read(limit=3, before=discord.Object(int(said[4]["id"]))) == ["3", "2", "1"]


async def test_discord_lists_the_newest_first_and_at_most_a_hundred(fake_discord, client, alice):
    home = fake_discord.home.channel
    for number in range(60):
        fake_discord.say(alice, str(number))
    listed = await client.http.logs_from(int(home.id), 2)
    assert [message["content"] for message in listed] == ["59", "58"]
    with pytest.raises(discord.HTTPException) as refused:
        await client.http.logs_from(int(home.id), 101)
    assert refused.value.status == 400


async def test_reactions_are_counted_by_emoji_and_once_for_each_person(fake_discord, channel, alice):
    message = fake_discord.say(alice, "a song")
    for person in (alice, alice, fake_discord.user("bob")):
        fake_discord.react(person, message, "👍")
    fake_discord.react(alice, message, "👎")
    fetched = await channel.fetch_message(int(message["id"]))
    assert {str(one.emoji): (one.count, one.me) for one in fetched.reactions} == {"👍": (2, False), "👎": (1, False)}
    if fake_discord.openapi:
        asked = fake_discord.requests[-1]
        assert fake_discord.openapi.response_problem(asked.method, asked.path, asked.status, asked.answer) is None


async def refused(awaitable):
    """The status and the code with which Discord refuses."""
    with pytest.raises(discord.HTTPException) as error:
        await awaitable
    return error.value.status, error.value.code


async def test_a_deleted_channel_is_unknown(fake_discord, gateway, channel):
    await fake_discord.delete_channel(fake_discord.home.channel)
    assert await refused(channel.send("hello")) == (404, 10003)
    event = await gateway.receive_json()
    assert (event["t"], event["d"]["id"]) == ("CHANNEL_DELETE", str(channel.id))


async def test_where_the_bot_may_not_write_it_can_still_read(fake_discord, gateway, channel, alice):
    fake_discord.say(alice, "hello")
    await fake_discord.deny(fake_discord.home.channel, SEND_MESSAGES)
    assert await refused(channel.send("hello")) == (403, 50013)
    assert [message.content async for message in channel.history()] == ["hello"]
    event = await gateway.receive_json()
    assert (event["t"], event["d"]["permission_overwrites"][0]["deny"]) == ("CHANNEL_UPDATE", str(SEND_MESSAGES))


async def test_files_need_a_permission_of_their_own(fake_discord, channel, tmp_path):
    await fake_discord.deny(fake_discord.home.channel, ATTACH_FILES)
    (tmp_path / "note.txt").write_text("hello")
    assert await refused(channel.send(file=discord.File(tmp_path / "note.txt"))) == (403, 50013)
    assert (await channel.send("hello")).content == "hello"


async def test_a_channel_out_of_sight_is_closed(fake_discord, channel):
    await fake_discord.deny(fake_discord.home.channel, VIEW_CHANNEL)
    assert await refused(channel.send("hello")) == (403, 50001)
    assert await refused(channel.fetch_message(1)) == (403, 50001)


async def test_without_the_right_to_read_history_it_looks_empty(fake_discord, channel):
    posted = await channel.send("hello")
    await fake_discord.deny(fake_discord.home.channel, READ_HISTORY)
    assert [message async for message in channel.history()] == []
    assert await refused(channel.fetch_message(posted.id)) == (403, 50013)


async def test_a_server_that_removes_the_bot_is_closed(fake_discord, gateway, client):
    away = fake_discord.guild("Away")
    await fake_discord.remove_bot(away)
    assert await refused(client.get_partial_messageable(int(away.channel.id)).send("hello")) == (403, 50001)
    event = await gateway.receive_json()
    assert (event["t"], event["d"]) == ("GUILD_DELETE", {"id": away.id})


async def test_closed_direct_messages_refuse(fake_discord, client, alice):
    alice.accepts_direct_messages = False
    channel = await client.create_dm(discord.Object(int(alice.id)))
    assert await refused(channel.send("hello")) == (403, 50007)


async def test_a_nonce_makes_one_message_of_two_for_a_while(fake_discord, channel):
    first, second = [(await channel.send("hello", nonce="drop-1")).id for _ in range(2)]
    assert first == second
    fake_discord.home.channel.nonce_memory = 0
    assert (await channel.send("hello", nonce="drop-1")).id != first


async def test_the_answer_to_a_request_that_was_carried_out_can_get_lost(fake_discord, channel):
    fault = fake_discord.fail("POST", "/channels/*/messages", status=None, carried_out=True)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("hello")
    assert fault.hit == 1
    assert [message["content"] for message in fake_discord.messages_in(fake_discord.home.channel)] == ["hello"]


async def test_a_request_is_seen_after_it_took_effect_and_by_where_it_came(fake_discord, channel, monkeypatch):
    seen = []

    def see(request):
        seen.append((request.address, len(fake_discord.messages_in(fake_discord.home.channel))))

    fake_discord.before_answers(see)
    await channel.send("hello")
    other = await fake_discord.further_address()
    monkeypatch.setattr(http.Route, "BASE", f"{other}/api/v10")
    await channel.send("hello")
    assert seen == [(fake_discord.base_url, 1), (other, 2)]
    assert other != fake_discord.base_url


async def test_more_requests_than_discord_allows_are_told_to_wait(fake_discord, channel):
    fake_discord.limit.per_second = 4
    await asyncio.gather(*(channel.typing() for _ in range(5)))
    assert fake_discord.limit.refused >= 1
    assert fake_discord.limit.peak() >= 5
    limited = [request for request in fake_discord.requests if request.status == 429]
    assert {request.answer["global"] for request in limited} == {True}
    assert all(0 < request.answer["retry_after"] <= 1 for request in limited)


async def test_answers_to_interactions_are_outside_the_limit(fake_discord):
    fake_discord.limit.per_second = 0
    async with aiohttp.ClientSession() as session:
        api = f"{fake_discord.base_url}/api/v10"
        async with session.post(f"{api}/interactions/1/x/callback", json={"type": 5}) as answer:
            assert answer.status == 404
        assert fake_discord.limit.peak() == 0
