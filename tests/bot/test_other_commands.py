import re
from datetime import timedelta
from pathlib import Path

import discord
from discord import app_commands

from bot.assembly import FEATURES
from bot.songs import MENU_SONGS
from storage.answers import ANSWERS_KEPT
from storage.departures import GUILD_GRACE
from storage.errors import BusyError
from tests.bot.conftest import buttons_of, text_of, thumbs_of


async def test_help_names_every_command_of_members_and_none_of_administrators(world):
    text = text_of((await world.ada.slash(world.channel, "help")).response)
    for command in world.bot.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            assert (f"/{command.qualified_name}**" in text) == (
                command.root_parent is None or command.root_parent.name != "admin"
            )


async def test_genres_are_all_listed(world):
    text = text_of((await world.ada.slash(world.channel, "genres")).response)
    assert all(genre in text for genre in world.bundle.catalogue.genres)


async def test_one_genre_is_described_with_its_best_known_songs(world):
    text = text_of((await world.ada.slash(world.channel, "genres", genre="Black-Metal")).response)
    assert "black-metal" in text
    assert "songs in the catalogue" in text
    assert "5\\. " in text


async def test_a_genres_songs_can_be_judged_and_hold_nothing_that_was_refused(world):
    async def ask():
        return (await world.ada.slash(world.channel, "genres", genre="black-metal")).response

    def tracks(reply):
        return [thumb["custom_id"].split(":")[3] for thumb in thumbs_of(reply)]

    reply = await ask()
    disliked, blocked, liked = tracks(reply)[:3]
    assert len(buttons_of(reply)[MENU_SONGS]["options"]) == 5
    frame = world.bundle.catalogue.frame.set_index("track_id")
    artist = frame.at[blocked, "artists"].split(";")[0].casefold()
    await world.store.press(1, world.ada.id, None, disliked, "dislike", world.bot.clock())
    await world.store.block(2, world.ada.id, "artist", artist, "it", world.bot.clock())
    await world.ada.click(reply, custom_id=thumbs_of(reply)[2]["custom_id"])
    again = await ask()
    assert thumbs_of(again)[tracks(again).index(liked)]["style"] == 3
    assert not {disliked, blocked} & set(tracks(again))


async def test_leaving_a_server_deletes_what_was_gathered_in_it_after_its_grace(world):
    await world.ada.slash(world.channel, "recommend", track=world.track())
    await world.bot.on_guild_remove(world.bot.guilds[0])
    assert await world.store.tracks_shown(world.ada.id)
    await world.store.prune(world.bot.clock() + GUILD_GRACE + timedelta(seconds=1))
    assert not await world.store.tracks_shown(world.ada.id)


async def test_a_server_that_takes_the_bot_back_in_time_loses_nothing(world):
    await world.ada.slash(world.channel, "recommend", track=world.track())
    await world.bot.on_guild_remove(world.bot.guilds[0])
    await world.bot.on_guild_join(world.bot.guilds[0])
    await world.store.prune(world.bot.clock() + GUILD_GRACE + timedelta(seconds=1))
    assert await world.store.tracks_shown(world.ada.id)


async def test_a_server_that_left_unseen_is_noticed_at_the_next_start(world):
    await world.store.press(1, world.ada.id, 42, "t1", "like", world.bot.clock())
    await world.restart()
    pruned = await world.store.prune(world.bot.clock() + GUILD_GRACE + timedelta(seconds=1))
    assert list(pruned.guilds) == [42]


async def test_what_is_too_old_goes_by_itself_and_a_failure_is_tried_again(world, monkeypatch, caplog):
    await world.ada.slash(world.channel, "recommend", track=world.track())
    prune, later = world.store.prune, world.bot.clock() + ANSWERS_KEPT + timedelta(days=1)
    failures = [BusyError("busy")]

    async def busy_once(now):
        if failures:
            raise failures.pop()
        return await prune(now)

    monkeypatch.setattr(world.store, "prune", busy_once)
    world.bot.clock = lambda: later
    await world.env.advance_time(3_600)
    assert "could not delete what is too old" in caplog.text
    assert (await world.store.export_user(world.ada.id))["answers"]
    await world.env.advance_time(3_600)
    assert not (await world.store.export_user(world.ada.id))["answers"]


async def test_no_loop_outlives_the_bot(world):
    assert world.bot.pruning.is_running()
    await world.bot.close()
    assert not world.bot.pruning.is_running() or world.bot.pruning.is_being_cancelled()


async def test_the_bot_asks_for_guilds_and_nothing_else(world):
    assert world.bot.intents == discord.Intents(guilds=True)


async def test_no_two_features_share_a_command_name(world):
    names = [command.name for command in world.bot.tree.get_commands()]
    # All features but feedback and labels, which are buttons.
    assert len(names) == len(set(names)) == len(FEATURES) - 2


async def test_every_command_and_option_is_described(world):
    for command in world.bot.tree.walk_commands():
        assert len(command.description) > 5
        for option in getattr(command, "parameters", []):
            assert option.description not in ("…", "")


def test_only_the_bot_package_imports_discord_and_only_storage_speaks_sql():
    root = Path(__file__).parents[2]
    for package, forbidden in (
        ("ml", r"^\s*(?:import|from) (?:discord|sqlite3|sqlite_utils|bot|storage)\b"),
        ("storage", r"^\s*(?:import|from) (?:discord|ml|bot)\b"),
        ("bot", r"^\s*(?:import|from) (?:sqlite3|sqlite_utils|tensorflow|keras)\b"),
        ("scripts", r"^\s*(?:import|from) (?:discord|sqlite3|sqlite_utils|tensorflow|keras)\b"),
    ):
        for path in (root / package).rglob("*.py"):
            assert not re.search(forbidden, path.read_text(encoding="utf-8"), re.MULTILINE), path
