"""Weekly drops in a server that has set German."""

from tests.bot.conftest import german_discord, set_language, text_of
from tests.bot.drops.conftest import DUE, GONE
from tests.bot.drops.test_clockwork import climb


def all_text(message):
    return str([one.to_dict() for one in message.components])


async def test_a_servers_drop_comes_in_its_language(drops):
    await set_language(drops.world, "de")
    await drops.subscribe()
    await drops.pass_to(DUE)
    (posted,) = drops.posted()
    assert "### Der Drop der Woche" in all_text(posted)
    assert "Drück 👍 bei dem, was du magst" in all_text(posted)
    assert "Als Playlist speichern" in all_text(posted)


async def test_a_members_own_drop_is_in_their_language_whatever_server_they_asked_in(drops, monkeypatch):
    await drops.subscribe(drops.world.ada)
    german_discord(monkeypatch)
    await drops.subscribe(drops.world.ben)
    await drops.pass_to(DUE)
    (english,), (german,) = drops.posted(drops.world.ada), drops.posted(drops.world.ben)
    assert "### This week's drop" in all_text(english)
    assert "### Der Drop der Woche" in all_text(german)


async def test_what_is_set_up_is_said_in_german(drops):
    await set_language(drops.world, "de")
    text = text_of((await drops.subscribe(style="theme")).response)
    assert (
        "ist eingerichtet: Genre oder Stimmung der Woche, 20 Songs, jeden Sonntag um 18:00 Uhr (Europe/Berlin)." in text
    )


async def test_why_a_drop_is_paused_is_kept_in_english_and_said_in_german(drops):
    await drops.subscribe()
    drops.refuse_posts(*GONE)
    await climb(drops)
    (paused,) = await drops.world.store.drops.subscriptions_seen(drops.admin.id, drops.world.channel.guild.id)
    assert paused.pause_reason == "the channel is gone"
    await set_language(drops.world, "de")
    status = text_of((await drops.admin.slash(drops.world.channel, "drop status")).response)
    assert "den Kanal gibt es nicht mehr. `/drop resume` lässt ihn wieder kommen." in status
