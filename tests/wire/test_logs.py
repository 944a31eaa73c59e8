"""The log as a program that collects it gets it."""

import json

from tests.wire.segue import PATIENCE_S, ended

JSON = {"SEGUE_LOG_FORMAT": "json"}


async def test_every_line_of_a_whole_run_is_json_and_none_holds_the_token(fake_discord, start_segue, song):
    token = fake_discord.token
    bot = await start_segue(environment=JSON | {"SEGUE_LOG_LEVEL": "DEBUG"})
    await fake_discord.slash(fake_discord.user("alice"), "recommend", {"track": song[0]})
    await fake_discord.slash(fake_discord.user("alice"), "recommend", {"track": "nothing of the kind"})
    fake_discord.fail("POST", "/interactions/*/callback", status=400)
    await fake_discord.slash(fake_discord.user("alice"), "genres", until="sent")
    await bot.logged("failed genres", timeout=60)
    await fake_discord.reset_token()
    assert await bot.exit_code(PATIENCE_S) == 78
    records = [json.loads(line) for line in bot.lines]
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, records))
    assert "Traceback" in next(one["exc_info"] for one in records if one["message"].startswith("failed genres"))
    assert records[-1]["message"].startswith("Discord refuses DISCORD_TOKEN.")
    assert token not in bot.log


async def test_a_start_that_fails_says_so_in_the_log(fake_discord, start_segue):
    bot = await start_segue(ready=False, token="wrong-token-of-nobody", environment=JSON)
    code, line = await ended(bot)
    assert code == 78
    assert json.loads(line)["message"].startswith("Discord refuses DISCORD_TOKEN.")
    assert "wrong-token-of-nobody" not in bot.log
