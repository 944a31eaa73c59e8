"""What a server's settings change about its weekly drops: explicit songs, how far they lead, and whom they mention."""

import pytest

from bot.features.drops.clockwork import RETRIES, Clockwork
from bot.features.drops.making import make
from ml.drops import STYLES
from storage.subscriptions import Target
from tests.bot.conftest import NOW
from tests.bot.drops.conftest import DUE, WEEK
from tests.bot.tastes import IDS, of_genre


@pytest.fixture
def fans(drops):
    return drops.world.channel.guild.create_role("Fans", mentionable=True)


def server(drops):
    return Target(drops.admin.id, drops.world.channel.guild.id, drops.world.channel.id)


async def set_up(drops, **changes):
    await drops.world.store.set_guild_settings(drops.world.channel.guild.id, NOW, **changes)


async def made(drops, target, style):
    content = await make(drops.world.store, drops.world.bundle, target, style, 50, DUE)
    return [track.track_id for track in content.tracks]


def explicit_in(drops, track_ids):
    frame, row_of = drops.world.bundle.catalogue.frame, drops.world.bundle.catalogue.row_of
    return [one for one in track_ids if frame["explicit"].iat[row_of[one]]]


def stored_of(drops, message):
    """The message as Discord has it, with whom it notifies."""
    return drops.world.env.backend.get_message(message.channel.id, message.id)


def head_of(message):
    return message.components[0].to_dict()["components"][0]["content"].split("\n")


@pytest.mark.parametrize("style", ["familiar", "discovery", "time capsule"])
async def test_a_drop_holds_explicit_songs_only_where_its_server_allows_them(drops, style):
    assert explicit_in(drops, await made(drops, server(drops), style))
    await set_up(drops, explicit=False)
    found = await made(drops, server(drops), style)
    assert len(found) == 50
    assert not explicit_in(drops, found)
    assert explicit_in(drops, await made(drops, Target(drops.admin.id), style))


@pytest.mark.parametrize("style", STYLES)
async def test_neither_the_preview_nor_the_drop_itself_holds_one(drops, style):
    await set_up(drops, explicit=False)
    await drops.subscribe(style=style, length=50)
    await drops.admin.slash(drops.world.channel, "drop preview", channel=drops.world.channel)
    await drops.pass_to(DUE)
    (drop,) = await drops.world.store.drops.posted(server(drops), DUE)
    assert drop.content.tracks
    assert not explicit_in(drops, [track.track_id for track in drop.content.tracks])


async def test_a_style_that_leaves_it_open_leads_as_far_as_the_server_wants(drops):
    for track_id in of_genre(drops.world, 3):
        guild_id = drops.world.channel.guild.id
        await drops.world.store.press(next(IDS), drops.world.ben.id, guild_id, track_id, "like", NOW)
    lists = {}
    for dial in ("easy", "bold"):
        await set_up(drops, adventurous=dial)
        lists[dial] = {style: await made(drops, server(drops), style) for style in STYLES}
    changed = {style for style in STYLES if lists["easy"][style] != lists["bold"][style]}
    assert changed == {"theme", "time capsule"}


async def test_without_a_role_a_drop_notifies_nobody(drops):
    await drops.subscribe()
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    assert stored_of(drops, message).ping_role_ids == []
    assert head_of(message)[0].startswith("### ")


async def test_a_servers_drop_notifies_the_role_that_is_set_and_nobody_else(drops, fans):
    await set_up(drops, drop_role_id=fans.id)
    await drops.subscribe()
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    assert head_of(message)[:2] == [f"<@&{fans.id}>", "### This week's drop"]
    stored = stored_of(drops, message)
    assert stored.ping_role_ids == [fans.id]
    allowed = stored.allowed_mentions
    assert (allowed.everyone, [*allowed.users], [*allowed.roles]) == (False, [], [fans.id])


async def test_a_private_drop_notifies_no_role(drops, fans):
    await set_up(drops, drop_role_id=fans.id)
    await drops.subscribe(drops.world.ben)
    await drops.pass_to(DUE)
    (message,) = drops.posted(drops.world.ben)
    assert "<@&" not in str(message.components[0].to_dict())


async def test_a_preview_notifies_nobody(drops, fans):
    await set_up(drops, drop_role_id=fans.id)
    await drops.subscribe()
    shown = await drops.admin.slash(drops.world.channel, "drop preview", channel=drops.world.channel)
    assert "<@&" not in str(shown.response.components)


async def test_a_role_that_is_gone_is_left_out(drops, fans):
    await set_up(drops, drop_role_id=fans.id)
    await drops.subscribe()
    drops.world.env.backend.delete_role(drops.world.channel.guild.id, fans.id)
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    assert "<@&" not in str(message.components[0].to_dict())


async def test_a_role_that_segue_may_not_mention_is_left_out(drops):
    quiet = drops.world.channel.guild.create_role("Quiet")
    await set_up(drops, drop_role_id=quiet.id)
    await drops.subscribe()
    drops.world.let_mention_all_roles(False)
    await drops.pass_to(DUE)
    drops.world.let_mention_all_roles(True)
    await drops.pass_to(DUE + WEEK)
    without, with_it = drops.posted()
    assert "<@&" not in str(without.components[0].to_dict())
    assert stored_of(drops, with_it).ping_role_ids == [quiet.id]


async def test_everyone_is_never_mentioned_whatever_is_stored(drops):
    await set_up(drops, drop_role_id=drops.world.channel.guild.id)
    await drops.subscribe()
    await drops.pass_to(DUE)
    (message,) = drops.posted()
    assert "<@&" not in str(message.components[0].to_dict())


async def test_a_second_attempt_mentions_the_role_as_well(drops, fans):
    await set_up(drops, drop_role_id=fans.id)
    await drops.subscribe()
    drops.refuse_posts(503, times=1)
    await drops.pass_to(DUE)
    assert drops.posted() == []
    await drops.pass_to(DUE + RETRIES[0])
    (message,) = drops.posted()
    assert stored_of(drops, message).ping_role_ids == [fans.id]


async def test_a_drop_with_a_mention_is_found_after_a_crash_and_mentions_nobody_again(drops, fans):
    await set_up(drops, drop_role_id=fans.id)
    await drops.subscribe()
    await drops.let_discord_be_at(DUE)
    drops.at(DUE)
    await drops.clockwork.post_due()
    # The process died before it could note the message down; meanwhile the role has been changed.
    await drops.world.store.drops._database.write(forget_message)
    await set_up(drops, drop_role_id=None)
    later = DUE + 2 * RETRIES[0]
    drops.at(later)
    await Clockwork(drops.world.bot, "that").post_due()
    (message,) = drops.posted()
    (drop,) = await drops.world.store.drops.posted(server(drops), DUE)
    assert drop.message_id == message.id
    assert stored_of(drops, message).ping_role_ids == [fans.id]


def forget_message(db):
    db.execute("UPDATE drops SET outcome = NULL, posted_at = NULL, posted_in = NULL, message_id = NULL")
    db.execute("UPDATE subscriptions SET (due_at, try_at, period) = (SELECT due_at, due_at, period FROM drops LIMIT 1)")


async def test_a_role_set_after_a_failed_attempt_is_mentioned_by_the_next(drops, fans):
    await drops.subscribe()
    drops.refuse_posts(503, times=1)
    await drops.pass_to(DUE)
    await set_up(drops, drop_role_id=fans.id)
    await drops.pass_to(DUE + RETRIES[0])
    (message,) = drops.posted()
    assert stored_of(drops, message).ping_role_ids == [fans.id]
