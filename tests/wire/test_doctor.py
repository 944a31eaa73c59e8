"""What `segue doctor` learns from Discord, and says of it."""

import json
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord import http

from bot.doctor.portal import ask_discord
from tests.wire.fake_discord import FakeDiscord
from tests.wire.payloads import ADMINISTRATOR, ATTACH_FILES, EVERYONE, READ_HISTORY
from tests.wire.segue import PATIENCE_S


@pytest.fixture
def ask(fake_discord, monkeypatch):
    """Asks the fake, and returns the findings by their subject."""
    monkeypatch.setattr(http.Route, "BASE", f"{fake_discord.base_url}/api/v10")

    async def ask(token=fake_discord.token):
        findings = await ask_discord(token, lambda: datetime.now(UTC))
        return {one.subject: (one.level, one.sentence) for one in findings}

    return ask


async def test_a_bot_that_is_set_up_well(ask):
    assert {subject: level for subject, (level, _) in (await ask()).items()} == {
        "token": "ok",
        "intents": "ok",
        "permissions": "ok",
        "clock": "ok",
    }


async def test_without_a_token_nobody_is_asked(fake_discord, ask):
    findings = await ask(None)
    assert findings["token"][0] == "warn"
    assert "https://discord.com/developers/applications" in findings["token"][1]
    assert fake_discord.requests == []


async def test_a_token_that_discord_refuses_is_not_shown(ask):
    level, sentence = (await ask("wrong-token"))["token"]
    assert (level, sentence[:30]) == ("fail", "Discord refuses DISCORD_TOKEN:")
    assert "wrong-token" not in sentence


async def test_a_discord_that_has_trouble(fake_discord, ask):
    fake_discord.fail("GET", "/users/@me", status=503)
    level, sentence = (await ask())["token"]
    assert (level, sentence[:32]) == ("fail", "Discord answers with status 503:")


async def test_a_discord_that_is_out_of_reach(monkeypatch):
    async with FakeDiscord() as gone:
        monkeypatch.setattr(http.Route, "BASE", f"{gone.base_url}/api/v10")
    (finding,) = await ask_discord(gone.token, lambda: datetime.now(UTC))
    assert finding.level == "fail"
    assert finding.sentence.startswith("Discord can't be reached (")


@pytest.mark.parametrize("flag", ["gateway_message_content", "gateway_message_content_limited"])
async def test_an_intent_that_is_not_needed(fake_discord, ask, flag):
    fake_discord.set_application_flags(discord.ApplicationFlags(**{flag: True}).value)
    level, sentence = (await ask())["intents"]
    assert level == "warn"
    assert "message content can be read" in sentence


async def test_permissions_that_drops_lack_are_named_with_the_server(fake_discord, ask):
    fake_discord.home.bot_permissions = EVERYONE & ~ATTACH_FILES & ~READ_HISTORY
    fake_discord.guild("Fine")
    fake_discord.guild("Administered").bot_permissions = ADMINISTRATOR
    level, sentence = (await ask())["permissions"]
    assert level == "warn"
    assert "without Attach Files and Read Message History in “Home”: give it" in sentence


async def test_of_many_servers_a_few_are_named_and_all_are_looked_at(fake_discord, ask):
    for number in range(250):
        fake_discord.guild(f"Server {number}")
    for guild in fake_discord.guilds[-5:]:
        guild.bot_permissions = 0
    sentence = (await ask())["permissions"][1]
    assert "in “Server 245”; " in sentence
    assert "and in 2 servers more" in sentence


async def test_a_bot_that_is_nowhere(fake_discord, ask):
    fake_discord.guilds.clear()
    assert (await ask())["permissions"][0] == "warn"


@pytest.mark.parametrize(("ahead", "words"), [(300, "0:05:00 behind Discord's"), (-3600, "1:00:00 ahead of Discord's")])
async def test_a_clock_that_is_wrong(fake_discord, ask, ahead, words):
    fake_discord.set_clock_ahead(timedelta(seconds=ahead))
    level, sentence = (await ask())["clock"]
    assert level == "fail"
    assert "timedatectl" in sentence
    # Two requests may straddle a second.
    assert words in sentence or "0:04:59 behind" in sentence or "1:00:01 ahead" in sentence


async def test_on_the_command_line_a_failure_is_exit_code_1(fake_discord, start_bot):
    bot = await start_bot("scripts.segue", "doctor", "--json", ready=False, token="wrong-token")
    assert await bot.exit_code(PATIENCE_S) == 1
    findings = {one["subject"]: one["level"] for one in json.loads(bot.log)}
    assert findings["token"] == "fail"
    assert findings["clock"] == "ok"
