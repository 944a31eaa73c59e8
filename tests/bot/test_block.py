from collections import Counter

import discord
import pytest

from bot.features.block.blocking import mark_of, track_named
from bot.features.block.view import block_list, blocked
from bot.layout import message
from bot.presses import ANYONE, button, row
from ml.names import credited_artists, song_key
from ml.tracks import split_values
from storage.blocks import Block
from tests.bot.conftest import NOW, buttons_of, text_of


def artist(world, row=0):
    """The first artist of a row, as the catalogue writes it."""
    return split_values(world.bundle.catalogue.frame["artists"].iat[row])[0]


def other_artists(world, count):
    names = dict.fromkeys(split_values(joined)[0] for joined in world.bundle.catalogue.frame["artists"])
    return [*names][:count]


async def block_artist(world, name, member=None):
    return await (member or world.ada).slash(world.channel, "block artist", name=name)


async def blocks_of(world, member=None):
    return await world.store.blocks((member or world.ada).id)


async def test_an_artist_is_blocked_by_folded_name_and_shown_as_written(world):
    name = artist(world)
    result = await block_artist(world, f"  {name.upper()} ")
    assert result.ephemeral
    assert f"won't be shown **{name}** any more" in text_of(result.response)
    assert await blocks_of(world) == [Block("artist", credited_artists(name)[0], name, NOW)]


async def test_a_typo_in_a_name_is_forgiven(world):
    name = next(name for name in other_artists(world, 50) if len(name) > 10 and not name[-1:].isdigit())
    await block_artist(world, name[:4] + name[5] + name[4] + name[6:])
    assert [one.label for one in await blocks_of(world)] == [name]


async def test_an_unknown_artist_names_the_closest_and_blocks_nothing(world):
    result = await block_artist(world, "zzqx **qqvw**")
    assert result.ephemeral
    assert "no artist called “zzqx \\*\\*qqvw\\*\\*”. Closest: " in text_of(result.response)
    assert await blocks_of(world) == []


@pytest.mark.parametrize("name", ["   ", "🎸", "\u200b", "'; DROP TABLE blocks; --", "a" * 200])
async def test_what_names_no_artist_is_refused(world, name):
    result = await block_artist(world, name)
    assert result.ephemeral
    assert "no artist called" in text_of(result.response)
    assert await blocks_of(world) == []


async def test_an_artist_blocked_twice_stays_blocked_once(world):
    await block_artist(world, artist(world))
    again = await block_artist(world, artist(world).lower())
    assert "already" in text_of(again.response)
    assert len(await blocks_of(world)) == 1


async def test_artists_are_offered_as_one_types(world):
    name = artist(world)
    offered = await world.ada.autocomplete(world.channel, "block artist", "name", name[:6].upper())
    assert name in [choice["value"] for choice in offered]
    assert len(await world.ada.autocomplete(world.channel, "block artist", "name", "")) == 25


async def test_a_song_is_blocked_as_its_best_known_version(world):
    frame = world.bundle.catalogue.frame
    keys = [song_key(*pair) for pair in zip(frame["artists"], frame["track_name"], strict=True)]
    twice = next((key for key, count in Counter(keys).items() if count > 1), keys[0])
    versions = [track for track, key in zip(frame["track_id"], keys, strict=True) if key == twice]
    assert {track_named(world.bundle, track).value for track in versions} == {
        frame.set_index("track_id").loc[versions, "popularity"].idxmax()
    }
    result = await world.ada.slash(world.channel, "block track", track=versions[-1])
    assert result.ephemeral
    (block,) = await blocks_of(world)
    assert block.kind == "track"
    assert block.value in versions
    assert " · " in block.label


async def test_an_unknown_song_is_refused(world):
    result = await world.ada.slash(world.channel, "block track", track="zzzqqq xxxyyy")
    assert "Closest" in text_of(result.response)
    assert await blocks_of(world) == []


async def test_undo_takes_back_the_latest_and_says_which(world):
    first, second = other_artists(world, 2)
    await block_artist(world, first)
    await block_artist(world, second)
    undone = await world.ada.slash(world.channel, "block undo")
    assert undone.ephemeral
    assert f"**{second}** is no longer blocked" in text_of(undone.response)
    assert [one.label for one in await blocks_of(world)] == [first]


async def test_undo_takes_back_the_one_that_is_named(world):
    first, second = other_artists(world, 2)
    await block_artist(world, first)
    await block_artist(world, second)
    offered = await world.ada.autocomplete(world.channel, "block undo", "what", first[:5])
    assert f"{first} (artist)" in [choice["name"] for choice in offered]
    choice = next(choice for choice in offered if choice["name"] == f"{first} (artist)")
    await world.ada.slash(world.channel, "block undo", what=choice["value"])
    assert [one.label for one in await blocks_of(world)] == [second]
    await world.ada.slash(world.channel, "block undo", what=second.upper())
    assert await blocks_of(world) == []


async def test_a_name_that_fits_several_blocks_undoes_none(world):
    for number, name in enumerate(("Tea Club", "Tea House")):
        await world.store.block(number, world.ada.id, "artist", name.lower(), name, NOW)
    result = await world.ada.slash(world.channel, "block undo", what="tea")
    assert "2 of your blocks fit “tea”; choose one: Tea House; Tea Club." in text_of(result.response)
    assert len(await blocks_of(world)) == 2


async def test_with_nothing_to_undo_it_says_so(world):
    for options in ({}, {"what": "ABBA"}):
        result = await world.ada.slash(world.channel, "block undo", **options)
        assert result.ephemeral
        assert "nothing to undo" in text_of(result.response)
    await block_artist(world, artist(world))
    result = await world.ada.slash(world.channel, "block undo", what="xyzzy")
    assert "You don't block “xyzzy”" in text_of(result.response)
    assert len(await blocks_of(world)) == 1


async def test_nobody_sees_or_undoes_the_blocks_of_another(world):
    await block_artist(world, artist(world))
    assert "You block nothing" in text_of((await world.ben.slash(world.channel, "block list")).response)
    assert await world.ben.autocomplete(world.channel, "block undo", "what", "") == []
    assert "nothing to undo" in text_of((await world.ben.slash(world.channel, "block undo")).response)
    mark = mark_of((await blocks_of(world))[0])
    await world.ben.slash(world.channel, "block undo", what=mark)
    assert len(await blocks_of(world)) == 1


async def test_the_button_unblocks_what_it_names_after_a_restart_and_nothing_else(world):
    first, second = other_artists(world, 2)
    reply = (await block_artist(world, first)).response
    await block_artist(world, second)
    await world.restart()
    await world.ada.click(reply, label="Unblock")
    assert f"**{first}** is no longer blocked" in text_of(reply)
    assert [one.label for one in await blocks_of(world)] == [second]


async def test_a_button_pressed_when_its_block_is_gone_says_so(world):
    reply = (await block_artist(world, artist(world))).response
    await world.ada.slash(world.channel, "block undo")
    await block_artist(world, other_artists(world, 2)[1])
    pressed = await world.ada.click(reply, label="Unblock")
    assert "no longer blocked" in text_of(pressed.followups[-1])
    assert len(await blocks_of(world)) == 1


async def test_the_list_has_pages_and_a_menu_that_unblocks(world):
    names = other_artists(world, 12)
    for name in names:
        await block_artist(world, name)
    reply = (await world.ada.slash(world.channel, "block list")).response
    assert "You block 12 artists" in text_of(reply)
    assert "1–10 of 12" in text_of(reply)
    await world.ada.click(reply, label="Next →")
    assert "11–12 of 12" in text_of(reply)
    await world.restart()
    menu = buttons_of(reply)["Unblock …"]
    chosen = menu["options"][-1]
    assert chosen["label"] == f"{names[0]} (artist)"
    await world.ada.select(reply, [chosen["value"]], custom_id=menu["custom_id"])
    assert f"**{names[0]}** is no longer blocked" in text_of(reply)
    assert "11–11 of 11" in text_of(reply)
    assert names[0] not in [one.label for one in await blocks_of(world)]


async def test_a_song_and_an_artist_are_counted_apart(world):
    await block_artist(world, artist(world))
    await world.ada.slash(world.channel, "block track", track=world.track(3))
    text = text_of((await world.ada.slash(world.channel, "block list")).response)
    assert "You block 1 artist and 1 song\n" in text


async def feedback_message(world):
    """A message with the button that blocks the artist of a song, for anyone."""
    press = button("Never this artist", "block-artist", ANYONE, world.track())
    sent = await world.bot.get_channel(world.channel.id).send(view=message("A song", row(press)))
    await world.env.settle()
    return sent


async def test_anyone_may_press_a_button_that_is_everyones_each_for_themselves(world):
    sent = await feedback_message(world)
    for member in (world.ada, world.ben):
        pressed = await member.click(sent, label="Never this artist")
        assert pressed.ephemeral
        assert f"won't be shown **{artist(world)}**" in text_of(pressed.response)
    again = await world.ben.click(sent, label="Never this artist")
    assert f"**{artist(world)}** is no longer blocked" in text_of(again.response)
    assert [one.label for one in await blocks_of(world)] == [artist(world)]
    assert await blocks_of(world, world.ben) == []


async def test_the_button_for_anyone_works_after_a_restart(world):
    sent = await feedback_message(world)
    await world.restart()
    await world.ada.click(sent, label="Never this artist")
    assert len(await blocks_of(world)) == 1


async def test_a_button_for_a_song_that_left_the_catalogue_says_so(world):
    press = button("Never this artist", "block-artist", ANYONE, "0" * 22)
    sent = await world.bot.get_channel(world.channel.id).send(view=message("A song", row(press)))
    await world.env.settle()
    pressed = await world.ada.click(sent, label="Never this artist")
    assert pressed.ephemeral
    assert "no longer know that song" in text_of(pressed.response)


async def test_a_button_of_ones_own_is_still_nobody_elses(world):
    press = button("Mine", "block-artist", world.ada.id, world.track())
    sent = await world.bot.get_channel(world.channel.id).send(view=message("A song", row(press)))
    await world.env.settle()
    pressed = await world.ben.click(sent, label="Mine")
    assert "belong to" in text_of(pressed.response)
    assert await blocks_of(world, world.ben) == []


@pytest.mark.usefixtures("in_each_language")
@pytest.mark.parametrize("character", ["a", "*", "[", "א", "🎸"])
async def test_the_longest_names_fit_into_a_reply(character):
    blocks = [Block("track", f"{character * 300}{number}", character * 300, NOW) for number in range(1_000)]
    view = block_list(blocks, 50, 2**63, gone=blocks[0])
    assert view.content_length() <= 4_000
    assert view.total_children_count <= 40
    ids = [item["custom_id"] for item in _items(view.to_components()) if "custom_id" in item]
    assert max(map(len, ids)) <= 100
    assert len(blocked(blocks[0], True, 2**63).to_components()) == 1
    assert isinstance(view, discord.ui.LayoutView)


def _items(components):
    for component in components:
        yield component
        yield from _items(component.get("components", []))
