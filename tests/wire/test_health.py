"""What programs that watch Segue see of it, asked over HTTP as they do."""

import re
import socket

import aiohttp
import pytest

from tests.wire.segue import PATIENCE_S, ended


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


async def get(port, path):
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


async def served(bot, port):
    """Waits until the pages are there."""
    await bot.logged(f"health and metrics on http://127.0.0.1:{port}", timeout=PATIENCE_S)


def sample(page, name):
    """The value of one series; None when there is none."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else None


async def test_it_is_healthy_before_it_is_ready_and_ready_once_discord_knows_it(fake_discord, start_segue, port):
    login = fake_discord.hold("GET", "/users/@me")
    bot = await start_segue(ready=False, environment={"SEGUE_HTTP_PORT": str(port)})
    await served(bot, port)
    assert await get(port, "/healthz") == (200, '{"status": "ok"}')
    status, page = await get(port, "/readyz")
    assert (status, page) == (503, '{"status": "unavailable", "reason": "not logged in to Discord yet"}')
    assert sample((await get(port, "/metrics"))[1], "segue_connected") == 0
    login.release()
    await bot.logged("ready as")
    status, page = await get(port, "/readyz")
    assert status == 200
    assert '"model": "2026-01-01-' in page


async def test_answers_are_measured_from_the_first_word_to_the_last(fake_discord, start_segue, song, port):
    bot = await start_segue(environment={"SEGUE_HTTP_PORT": str(port)})
    await bot.logged("ready as")
    alice = fake_discord.user("alice")
    await fake_discord.slash(alice, "classify", {"track": song[0]})
    await fake_discord.slash(alice, "classify", {"track": "nothing that anybody knows"})
    await fake_discord.autocomplete(alice, "classify", {"track": "a"}, "track")
    page = (await get(port, "/metrics"))[1]
    assert sample(page, 'segue_answers_total{kind="command",name="classify",outcome="answered"}') == 1
    assert sample(page, 'segue_answers_total{kind="command",name="classify",outcome="refused"}') == 1
    assert sample(page, 'segue_answer_seconds_count{kind="command"}') == 2
    assert sample(page, 'segue_first_answer_seconds_count{kind="command"}') == 2
    assert sample(page, 'segue_first_answer_seconds_count{kind="autocomplete"}') == 1
    assert sample(page, 'segue_discord_requests_total{status="2xx"}') >= 5
    assert sample(page, "segue_servers") == 1
    assert sample(page, "segue_database_bytes") > 0
    assert sample(page, "process_resident_memory_bytes") > 50_000_000
    assert sample(page, "segue_last_backup_seconds") is None
    for secret in (fake_discord.token, alice.id, fake_discord.home.id, "nothing that anybody"):
        assert secret not in page


async def test_a_lost_connection_makes_it_unready_until_it_is_back(fake_discord, start_segue, port):
    bot = await start_segue(environment={"SEGUE_HTTP_PORT": str(port)})
    await bot.logged("ready as")
    fake_discord.gateway.open.clear()
    await fake_discord.drop_connection()
    while (answer := await get(port, "/readyz"))[0] == 200:
        pass
    assert "the connection to Discord is lost" in answer[1]
    assert (await get(port, "/healthz"))[0] == 200
    fake_discord.gateway.open.set()
    while (await get(port, "/readyz"))[0] != 200:
        pass


async def test_a_taken_port_is_one_sentence(start_segue, port):
    with socket.create_server(("127.0.0.1", port)):
        bot = await start_segue(ready=False, environment={"SEGUE_HTTP_PORT": str(port)})
        code, sentence = await ended(bot)
    assert code == 78
    assert sentence == f"SEGUE_HTTP_PORT is {port}, and that port of 127.0.0.1 is taken: choose another."


async def test_an_address_of_another_machine_is_one_sentence(start_segue, port):
    environment = {"SEGUE_HTTP_PORT": str(port), "SEGUE_HTTP_HOST": "192.0.2.1"}
    code, sentence = await ended(await start_segue(ready=False, environment=environment))
    assert code == 78
    assert sentence == "SEGUE_HTTP_HOST is 192.0.2.1, which is no address of this machine."
