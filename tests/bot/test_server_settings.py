"""`/admin settings`: who may see and change what a server has set, and what the page shows."""

from datetime import timedelta

import discord
import pytest
from simcord.builders import UserHandle
from simcord.env import SetupError

from bot.features.admin.access import TEXT_MANAGERS_ONLY
from bot.features.admin.server_settings import TEXT_EVERYONE, TEXT_NO_SUCH_CHOICE, TEXT_NO_SUCH_ROLE
from bot.language import LANGUAGES
from storage.departures import GUILD_GRACE
from storage.guild_settings import GuildSettings
from tests.bot.conftest import NOW, text_of
from tests.bot.tastes import refusal


@pytest.fixture
def olga(world):
    """Who manages the server."""
    guild = world.channel.guild
    role = guild.create_role("Organiser", permissions=discord.Permissions(manage_guild=True))
    return guild.add_member(world.env.create_user("olga"), roles=[role])


@pytest.fixture
def fans(world):
    return world.channel.guild.create_role("Fans", mentionable=True)


async def settings(world, member, **options):
    return await member.slash(world.channel, "admin settings", **options)


async def stored(world):
    return await world.store.guild_settings(world.channel.guild.id)


def lines_of(reply):
    """What is set, by its name."""
    bold = [line for line in text_of(reply).split("\n") if line.startswith("**")]
    return {name.strip("*"): now for name, now in (line.split(" · ", 1) for line in bold)}


def control(reply, about):
    """The menu or button for something, as Discord got it."""
    found = [part for row in reply.components[0]["components"] for part in row.get("components") or []]
    (wanted,) = [one for one in found if one["custom_id"].endswith(f":{about}")]
    return wanted


async def pick(member, reply, about, *values):
    return await member.select(reply, values, custom_id=control(reply, about)["custom_id"])


async def test_without_anything_set_the_page_says_what_segue_does_by_itself(world, olga):
    result = await settings(world, olga)
    assert result.ephemeral
    assert lines_of(result.response) == {
        "Language": "not set",
        "Adventurousness": "medium (usual)",
        "Explicit songs": "allowed (usual)",
        "Weekly drops mention": "nobody",
    }
    assert control(result.response, "no-role")["disabled"]
    assert await stored(world) == GuildSettings()


async def test_everything_can_be_set_with_the_command(world, olga, fans):
    options = {"language": "de", "adventurous": "bold", "explicit": False, "drop-role": fans}
    result = await settings(world, olga, **options)
    assert lines_of(result.response) == {
        "Sprache": "Deutsch",
        "Abenteuerlust": "mutig",
        "Explizite Songs": "nicht erlaubt",
        "Wochen-Drops erwähnen": f"<@&{fans.id}>",
    }
    assert await stored(world) == GuildSettings("de", "bold", False, fans.id)


async def test_everything_can_be_set_on_the_page_one_after_the_other(world, olga, fans):
    reply = (await settings(world, olga)).response
    await pick(olga, reply, "language", "de")
    await pick(olga, reply, "adventurous", "easy")
    await pick(olga, reply, "explicit", "no")
    await pick(olga, reply, "role", fans)
    assert await stored(world) == GuildSettings("de", "easy", False, fans.id)
    assert lines_of(reply)["Wochen-Drops erwähnen"] == f"<@&{fans.id}>"
    chosen = {one["value"] for one in control(reply, "adventurous")["options"] if one.get("default")}
    assert chosen == {"easy"}
    assert control(reply, "role")["default_values"] == [{"id": fans.id, "type": "role"}]


async def test_everything_can_be_taken_back(world, olga, fans):
    reply = (await settings(world, olga, language="de", explicit=False, **{"drop-role": fans})).response
    await pick(olga, reply, "language", "not-set")
    await pick(olga, reply, "explicit", "yes")
    await olga.click(reply, label="Mention nobody")
    assert await stored(world) == GuildSettings(None, None, True, None)
    assert lines_of(reply)["Weekly drops mention"] == "nobody"


async def test_every_language_that_segue_speaks_is_offered(world, olga):
    reply = (await settings(world, olga)).response
    assert [one["label"] for one in control(reply, "language")["options"]] == ["not set", *LANGUAGES.values()]


async def test_the_page_works_after_a_restart(world, olga):
    reply = (await settings(world, olga)).response
    await world.restart()
    await pick(olga, reply, "adventurous", "bold")
    assert (await stored(world)).adventurous == "bold"


async def test_what_was_set_in_another_server_does_not_count_here(world, olga):
    await world.store.set_guild_settings(world.channel.guild.id + 1, NOW, adventurous="bold")
    assert lines_of((await settings(world, olga)).response)["Adventurousness"] == "medium (usual)"


async def test_a_role_that_is_gone_is_shown_as_gone_and_another_can_be_picked(world, olga, fans):
    await settings(world, olga, **{"drop-role": fans})
    world.env.backend.delete_role(world.channel.guild.id, fans.id)
    reply = (await settings(world, olga)).response
    assert lines_of(reply)["Weekly drops mention"] == "a role that is gone, so nobody"
    assert "default_values" not in control(reply, "role")
    await olga.click(reply, label="Mention nobody")
    assert (await stored(world)).drop_role_id is None


async def test_a_role_that_segue_may_not_mention_is_shown_with_the_way_out(world, olga):
    quiet = world.channel.guild.create_role("Quiet")
    world.let_mention_all_roles(False)
    reply = (await settings(world, olga, **{"drop-role": quiet})).response
    said = lines_of(reply)["Weekly drops mention"]
    assert said.startswith(f"<@&{quiet.id}>, but I may not: allow anyone to @mention it")
    world.let_mention_all_roles(True)
    assert lines_of((await settings(world, olga)).response)["Weekly drops mention"] == f"<@&{quiet.id}>"


async def test_everyone_is_no_role_for_drops(world, olga):
    everyone = world.channel.guild.default_role
    assert TEXT_EVERYONE in refusal(await settings(world, olga, **{"drop-role": everyone}))
    reply = (await settings(world, olga)).response
    assert TEXT_EVERYONE in refusal(await pick(olga, reply, "role", everyone))
    assert await stored(world) == GuildSettings()


async def test_a_member_whom_the_server_shows_the_command_is_refused_without_manage_server(world):
    """Any server may show a command to whom it likes."""
    (command,) = [one for one in await world.bot.tree.fetch_commands() if one.name == "admin"]
    world.channel.guild.set_command_permissions(command, {world.ben: True})
    for options in ({}, {"adventurous": "bold"}):
        assert TEXT_MANAGERS_ONLY in refusal(await settings(world, world.ben, **options))
    assert await stored(world) == GuildSettings()


@pytest.mark.parametrize("about", ["language", "adventurous", "explicit"])
async def test_who_no_longer_manages_the_server_can_not_use_an_old_page(world, olga, fans, about):
    reply = (await settings(world, olga, **{"drop-role": fans})).response
    before = await stored(world)
    await demote(world, olga)
    values = [one["value"] for one in control(reply, about)["options"] if not one.get("default")]
    assert TEXT_MANAGERS_ONLY in refusal(await pick(olga, reply, about, values[0]))
    assert TEXT_MANAGERS_ONLY in refusal(await pick(olga, reply, "role", fans))
    assert TEXT_MANAGERS_ONLY in refusal(await olga.click(reply, label="Mention nobody"))
    assert await stored(world) == before


async def demote(world, member):
    guild = world.env.backend.get_guild(world.channel.guild.id)
    for role_id in [*guild.members[member.id].role_ids]:
        world.env.backend.remove_member_role(guild.id, member.id, role_id)


@pytest.mark.parametrize("about", ["language", "adventurous", "explicit", "role"])
async def test_a_forged_press_changes_nothing(world, olga, about):
    """What is picked comes over the wire, which can carry anything."""
    reply = (await settings(world, olga)).response
    message = world.env.backend.get_message(reply.channel_id, reply.id)
    (menu,) = [one for one in components(message.components) if one.get("custom_id", "").endswith(f":{about}")]
    value = "reckless"
    if about == "role":
        other = world.env.create_guild("Elsewhere").create_role("Theirs")
        menu |= {"type": 3, "options": [{"label": "x", "value": str(other.id)}]}
        value = str(other.id)
    else:
        menu["options"].append({"label": "x", "value": value})
    said = refusal(await olga.select(reply, [value], custom_id=menu["custom_id"]))
    assert (TEXT_NO_SUCH_ROLE if about == "role" else TEXT_NO_SUCH_CHOICE) in said
    assert await stored(world) == GuildSettings()


async def test_a_press_made_up_by_a_member_is_refused(world, olga):
    reply = (await world.ben.slash(world.channel, "help")).response
    message = world.env.backend.get_message(reply.channel_id, reply.id)
    for owner, said in ((olga.id, "belong to"), (world.ben.id, TEXT_MANAGERS_ONLY)):
        forged = {"type": 2, "style": 2, "label": "x", "custom_id": f"segue:settings:{owner}:no-role"}
        message.components = [{"type": 1, "components": [forged]}]
        assert said in refusal(await world.ben.click(reply, custom_id=forged["custom_id"]))


def components(found):
    for one in found:
        yield one
        yield from components(one.get("components") or [])


async def test_in_direct_messages_there_is_nothing_to_set(world, olga):
    alone = UserHandle(world.env, world.env.backend.users[olga.id])
    with pytest.raises(SetupError):
        await alone.slash("admin settings", adventurous="bold")
    assert await stored(world) == GuildSettings()


@pytest.mark.parametrize("comes_back", [True, False])
async def test_a_server_that_removes_segue_loses_its_settings_unless_it_takes_it_back_in_time(world, olga, comes_back):
    await settings(world, olga, adventurous="bold")
    (guild,) = world.bot.guilds
    await world.bot.on_guild_remove(guild)
    if comes_back:
        await world.bot.on_guild_join(guild)
    await world.store.prune(world.bot.clock() + GUILD_GRACE + timedelta(seconds=1))
    assert (await stored(world)).adventurous == ("bold" if comes_back else None)


async def test_the_log_names_the_server_and_the_setting_but_nobody(world, olga, fans, caplog):
    with caplog.at_level("INFO"):
        await settings(world, olga, language="de", **{"drop-role": fans})
    assert f"server {world.channel.guild.id} has set its language, drop_role_id" in caplog.text
    assert str(olga.id) not in caplog.text
