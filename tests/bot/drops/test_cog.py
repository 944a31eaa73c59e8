"""`/drop …` as members use it."""

import csv
import io
from datetime import timedelta

import discord
import pytest
from simcord.builders import UserHandle

from bot.songs import restyled
from storage.subscriptions import SUBSCRIPTIONS_PER_GUILD, Target
from tests.bot.conftest import buttons_of, songs_of, text_of, thumbs_of
from tests.bot.drops.conftest import DUE, WEEK
from tests.bot.tastes import refusal


async def ask(drops, member, command, **options):
    return await member.slash(drops.world.channel, f"drop {command}", **options)


async def test_an_organiser_sets_up_a_servers_drop(drops):
    result = await drops.subscribe(style="discovery", length=30)
    assert result.ephemeral
    assert text_of(result.response) == (
        f"The weekly drop in <#{drops.world.channel.id}> is set up: discovery, 30 songs, every Sunday at 18:00 "
        f"(Europe/Berlin).\nThe first one comes <t:{int(DUE.timestamp())}:R>, on <t:{int(DUE.timestamp())}:F>."
    )


@pytest.mark.parametrize("command", ["subscribe", "preview", "pause", "resume", "unsubscribe"])
async def test_only_who_may_manage_the_server_decides_on_its_drop(drops, command):
    await drops.subscribe()
    options = {"weekday": 0, "time": "1am", "zone": "UTC"} if command == "subscribe" else {}
    result = await ask(drops, drops.world.ben, command, channel=drops.world.channel, **options)
    assert "Manage Server" in refusal(result)
    found = await drops.world.store.drops.subscription_of(Target(0, 1, drops.world.channel.id))
    assert (found.wanted.weekday, found.paused_at) == (6, None)


async def test_a_channel_where_the_bot_may_not_post_is_refused(drops):
    guild = drops.world.channel.guild
    deny = discord.PermissionOverwrite(send_messages=False, attach_files=False)
    closed = guild.create_text_channel("closed", overwrites={guild.default_role: deny})
    said = refusal(await drops.subscribe(channel=closed))
    assert said.startswith(f"I can't post in <#{closed.id}>: there I need the permissions Send Messages, Attach Files.")


async def test_a_members_own_drop_is_announced_where_it_will_come(drops):
    await drops.subscribe(drops.world.ben)
    (greeting,) = drops.told(drops.world.ben)
    assert "Here your weekly drop will come" in greeting


async def test_with_closed_direct_messages_nothing_is_set_up(drops):
    drops.refuse_posts(403, 50007)
    result = await drops.subscribe(drops.world.ben)
    assert "I can't send you direct messages" in text_of(result.response)
    assert await drops.world.store.drops.subscriptions_seen(drops.world.ben.id, None) == []


async def test_the_status_shows_ones_own_and_the_servers(drops):
    await drops.subscribe()
    await drops.subscribe(drops.world.ben, style="theme")
    shown = text_of((await ask(drops, drops.world.ben, "status")).response)
    assert shown.index("Your weekly drop** · genre or mood of the week") < shown.index("The weekly drop in <#")
    assert shown.count(f"<t:{int(DUE.timestamp())}:R>") == 2
    assert "Your weekly drop" not in text_of((await ask(drops, drops.world.ada, "status")).response)


async def test_without_any_the_status_tells_how_to_get_one(drops):
    assert "`/drop subscribe` sets one up" in text_of((await ask(drops, drops.world.ben, "status")).response)


async def test_a_second_subscription_changes_the_first(drops):
    await drops.subscribe()
    changed = await drops.subscribe(weekday=2, style="time capsule")
    assert "is changed: time capsule" in text_of(changed.response)
    assert len(await drops.world.store.drops.subscriptions_seen(0, drops.world.channel.guild.id)) == 1


async def test_a_server_has_room_for_so_many(drops):
    guild = drops.world.channel.guild
    for number in range(SUBSCRIPTIONS_PER_GUILD):
        await drops.subscribe(channel=guild.create_text_channel(f"c{number}"))
    result = await drops.subscribe()
    assert f"This server has {SUBSCRIPTIONS_PER_GUILD} weekly drops" in text_of(result.response)


@pytest.mark.parametrize("command", ["preview", "pause", "resume", "unsubscribe"])
async def test_where_none_comes_every_command_says_so(drops, command):
    own = refusal(await ask(drops, drops.world.ben, command))
    assert own.startswith("No weekly drop comes to you.")
    servers = refusal(await ask(drops, drops.admin, command, channel=drops.world.channel))
    assert servers.startswith("No weekly drop comes to that channel.")


async def test_a_paused_drop_does_not_come_and_a_resumed_one_does(drops):
    await drops.subscribe()
    assert "is paused" in text_of((await ask(drops, drops.admin, "pause", channel=drops.world.channel)).response)
    again = text_of((await ask(drops, drops.admin, "pause", channel=drops.world.channel)).response)
    assert "is paused already" in again
    await drops.pass_to(DUE)
    assert drops.posted() == []
    resumed = text_of((await ask(drops, drops.admin, "resume", channel=drops.world.channel)).response)
    assert f"<t:{int((DUE + WEEK).timestamp())}:R>" in resumed
    running = text_of((await ask(drops, drops.admin, "resume", channel=drops.world.channel)).response)
    assert "is running" in running
    await drops.pass_to(DUE + WEEK)
    assert len(drops.posted()) == 1


async def test_after_unsubscribing_nothing_comes_and_the_archive_stays(drops):
    await drops.subscribe()
    await drops.pass_to(DUE)
    await ask(drops, drops.admin, "unsubscribe", channel=drops.world.channel)
    await drops.pass_to(DUE + WEEK)
    assert len(drops.posted()) == 1
    archive = (await ask(drops, drops.world.ben, "archive", channel=drops.world.channel)).response
    assert "This week's drop** · week 9" in text_of(archive)


async def test_a_preview_shows_what_would_come_and_counts_for_nothing(drops):
    await drops.subscribe()
    shown = (await ask(drops, drops.admin, "preview", channel=drops.world.channel)).response
    assert text_of(shown).startswith("### Preview")
    await drops.pass_to(DUE)
    (posted,) = drops.posted()
    assert songs_of(shown) == songs_of(Posted(posted))


class Posted:
    """A posted message, to be looked at like a reply."""

    def __init__(self, message):
        self.components = [one.to_dict() for one in message.components]


async def test_a_preview_may_try_another_style(drops):
    await drops.subscribe()
    shown = (await ask(drops, drops.admin, "preview", channel=drops.world.channel, style="discovery")).response
    assert "### Discoveries of the week" in text_of(shown)


async def test_a_drop_has_ten_songs_the_rest_behind_a_button_and_two_files(drops):
    await drops.subscribe(length=25)
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    reply = Posted(message)
    assert len(songs_of(reply)) == len(thumbs_of(reply)) == 10
    assert [one.filename for one in message.attachments] == ["drop-2026-W09.m3u8", "drop-2026-W09.csv"]
    rows = list(csv.reader(io.StringIO((await message.attachments[1].read()).decode("utf-8-sig"))))
    assert len(rows) == 26
    opened = await drops.world.ben.click(message, custom_id=buttons_of(reply)["All 25 songs"]["custom_id"])
    assert opened.ephemeral
    shown = opened.response
    for first in (1, 11, 21):
        assert songs_of(shown)[0].split(" · ")[0].strip("*") == rows[first][1]
        if first < 21:
            await drops.world.ben.click(shown, label="Next →")


async def test_anyone_may_keep_a_drop_as_their_playlist(drops):
    await drops.subscribe()
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    form = await drops.world.ben.click(message, label="Save as playlist")
    field = form.modal["components"][0]["component"]["custom_id"]
    await drops.world.ben.submit_modal(form, {field: "Sunday"})
    kept = await drops.world.store.get_playlist(drops.world.ben.id, "Sunday")
    assert len(kept.tracks) == 20


async def test_a_thumb_on_a_servers_drop_answers_only_who_pressed(drops):
    await drops.subscribe()
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    pressed = await drops.world.ben.click(message, custom_id=thumbs_of(Posted(message))[0]["custom_id"])
    assert pressed.ephemeral
    assert (await drops.world.store.drops.guild_opinions(drops.world.channel.guild.id)).keys() == {drops.world.ben.id}


async def test_a_thumb_on_ones_own_drop_shows_on_it(drops):
    ben = drops.world.ben
    await drops.subscribe(ben)
    await drops.pass_to(DUE)
    (message,) = drops.posted(ben)
    alone = UserHandle(drops.world.env, drops.world.env.backend.users[ben.id])
    await alone.click(message, custom_id=thumbs_of(Posted(message))[0]["custom_id"])
    (message,) = drops.posted(ben)
    assert [thumb["style"] for thumb in thumbs_of(Posted(message))][:2] == [3, 2]
    assert [one.filename for one in message.attachments] == ["drop-2026-W09.m3u8", "drop-2026-W09.csv"]


async def test_what_goes_back_to_discord_names_the_files_and_not_their_addresses(drops):
    await drops.subscribe()
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    files = [one for one in restyled(message, {}).walk_children() if isinstance(one, discord.ui.File)]
    assert [one.media.url for one in files] == ["attachment://drop-2026-W09.m3u8", "attachment://drop-2026-W09.csv"]


async def test_any_drop_can_be_ended_from_the_status_be_its_channel_gone(drops):
    guild = drops.world.channel.guild
    lost = guild.create_text_channel("lost")
    await drops.subscribe(channel=lost)
    await drops.world.store.drops._database.write(
        lambda db: db.execute("UPDATE subscriptions SET channel_id = 1 WHERE channel_id = ?", (lost.id,))
    )
    shown = (await ask(drops, drops.admin, "status")).response
    menu = buttons_of(shown)["End one …"]
    assert [one["label"] for one in menu["options"]] == ["a channel that is gone (drop 1)"]
    await drops.admin.select(shown, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
    assert await drops.world.store.drops.subscriptions_seen(drops.admin.id, guild.id) == []
    await drops.subscribe()
    # Who doesn't manage the server sees of a gone channel nothing, of the others all but the menu.
    others = (await ask(drops, drops.world.ben, "status")).response
    assert "The weekly drop in <#" in text_of(others)
    assert buttons_of(others) == {}


async def test_who_resubscribes_in_the_same_week_has_had_their_drop(drops):
    await drops.subscribe()
    await drops.pass_to(DUE)
    await ask(drops, drops.admin, "unsubscribe", channel=drops.world.channel)
    again = await drops.subscribe(time="20:00")
    assert f"<t:{int((DUE + WEEK + timedelta(hours=2)).timestamp())}:R>" in text_of(again.response)


async def test_an_old_drop_can_be_opened_from_the_archive(drops):
    await drops.subscribe()
    for week in range(12):
        await drops.pass_to(DUE + week * WEEK)
    archive = (await ask(drops, drops.world.ben, "archive", channel=drops.world.channel)).response
    assert text_of(archive).count("This week's drop") == 10
    await drops.world.ben.click(archive, label="Next →")
    assert text_of(archive).count("This week's drop") == 2
    menu = buttons_of(archive)["Open one …"]
    oldest = menu["options"][-1]["value"]
    opened = await drops.world.ben.select(archive, [oldest], custom_id=menu["custom_id"])
    assert songs_of(opened.response) == songs_of(Posted(drops.posted()[0]))


async def test_an_empty_archive_says_so(drops):
    await drops.subscribe(drops.world.ben)
    assert "Nothing has been dropped for you yet." in text_of((await ask(drops, drops.world.ben, "archive")).response)


async def test_zones_are_offered_with_the_time_it_is_there(drops):
    choices = await drops.world.ben.autocomplete(drops.world.channel, "drop subscribe", "zone", "berlin")
    assert [(choice["name"], choice["value"]) for choice in choices] == [
        ("Europe/Berlin · Sun 13:00 now", "Europe/Berlin")
    ]
