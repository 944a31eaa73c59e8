"""Proof that the fake Discord behaves as Discord does, with a small real bot as its other end."""

import json
import zlib
from pathlib import Path

import aiohttp
import pytest

from tests.wire.fake_discord import FakeDiscord
from tests.wire.process import BotProcess

ECHO_BOT = Path(__file__).with_name("echo_bot.py")


@pytest.fixture
async def bot(start_bot):
    return await start_bot(ECHO_BOT)


@pytest.fixture
def alice(fake_discord):
    return fake_discord.user("alice")


async def test_a_bot_connects_over_zlib_syncs_and_knows_its_server(fake_discord, bot):
    await bot.logged("ready in {'Home': 0}")
    assert fake_discord.gateway.compressions == ["zlib-stream"]
    assert fake_discord.gateway.identifies[0]["intents"] == 1
    assert fake_discord.gateway.heartbeats >= 1
    assert await bot.stop() == 0


async def test_a_reconnect_request_and_a_cut_cable_end_in_a_resume(fake_discord, bot, alice):
    gateway = fake_discord.gateway
    for number, interrupt in enumerate((fake_discord.request_reconnect, fake_discord.drop_connection), start=1):
        await interrupt()
        await fake_discord.changes.until(lambda n=number: gateway.resumed == n, 5, lambda: "no RESUME arrived")
        assert (await fake_discord.slash(alice, "think")).text == "thought about it"
    assert len(gateway.identifies) == 1
    assert gateway.resumes[0]["session_id"] == gateway.resumes[1]["session_id"]


async def test_what_happens_during_an_outage_is_replayed(fake_discord, bot, alice):
    await fake_discord.drop_connection()
    await fake_discord.changes.until(lambda: not fake_discord.gateway.connections, 5, lambda: "still connected")
    assert (await fake_discord.slash(alice, "echo", {"fruit": "apple"})).text == "apple"
    (session,) = fake_discord.gateway.sessions.values()
    assert [event for _, event, _ in session.events] == ["READY", "GUILD_CREATE", "INTERACTION_CREATE", "RESUMED"]


async def test_a_refused_resume_leads_to_a_new_identify(fake_discord, bot, alice):
    gateway = fake_discord.gateway
    gateway.refuse_next_resume = True
    await fake_discord.request_reconnect()
    await fake_discord.changes.until(lambda: len(gateway.identifies) == 2, 5, lambda: "no second IDENTIFY")
    assert (await fake_discord.slash(alice, "think")).text == "thought about it"


async def test_a_wrong_token_ends_the_bot(fake_discord, start_bot):
    bot = await start_bot(ECHO_BOT, ready=False, token="wrong")
    assert await bot.exit_code() != 0
    assert "Improper token" in bot.log
    with pytest.raises(AssertionError, match="the bot ended with code 1"):
        await bot.ready()


async def test_a_token_reset_while_it_runs_ends_the_bot(fake_discord, bot):
    await fake_discord.reset_token()
    assert await bot.exit_code() != 0
    assert "4004" in bot.log


async def test_a_wrong_token_at_the_gateway_closes_it_with_4004(fake_discord):
    async with aiohttp.ClientSession() as session, session.ws_connect(fake_discord.gateway.url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {}}})
        await socket.receive()
        assert socket.close_code == 4004


async def test_zlib_frames_form_one_stream_and_other_clients_get_text(fake_discord):
    url = fake_discord.gateway.url
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{url}?compress=zlib-stream") as socket:
            inflate = zlib.decompressobj()
            frame = await socket.receive_bytes()
            assert frame.endswith(b"\x00\x00\xff\xff")
            assert json.loads(inflate.decompress(frame))["op"] == 10
            await socket.send_json({"op": 1, "d": None})
            assert json.loads(inflate.decompress(await socket.receive_bytes()))["op"] == 11
        async with session.ws_connect(f"{url}?compress=zstd-stream") as socket:
            assert (await socket.receive_json())["op"] == 10


async def test_shards_share_the_servers_and_each_hears_its_own(tmp_path):
    async with FakeDiscord(shards=2) as discord:
        while len({int(guild.id) >> 22 & 1 for guild in discord.guilds}) < 2:
            discord.guild("Away")
        bot = BotProcess(discord, str(ECHO_BOT), "sharded", directory=tmp_path)
        try:
            await (await bot.start()).ready()
            await discord.changes.until(lambda: discord.gateway.greeted == 2, 10, lambda: "no second shard")
            assert [identify["shard"] for identify in discord.gateway.identifies] == [[0, 2], [1, 2]]
            alice = discord.user("alice")
            for guild in discord.guilds:
                assert (await discord.slash(alice, "think", where=guild.channel)).text == "thought about it"
            events = [event for session in discord.gateway.sessions.values() for _, event, _ in session.events]
            assert events.count("INTERACTION_CREATE") == len(discord.guilds)
        finally:
            await bot.kill()
