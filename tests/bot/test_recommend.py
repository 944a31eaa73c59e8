import asyncio
from itertools import pairwise

import pytest

from bot.songs import MENU_SONGS
from tests.bot.conftest import NOW, buttons_of, songs_of, text_of, thumbs_of
from tests.bot.tastes import IDS


async def recommend(world, **options):
    result = await world.ada.slash(world.channel, "recommend", **{"track": world.track(), **options})
    return result.response


async def test_ten_songs_each_with_a_reason(world):
    reply = await recommend(world)
    songs = songs_of(reply)
    assert len(set(songs)) == len(songs) == 10
    lines = text_of(reply).split("\n")
    reasons = [after for line, after in pairwise(lines) if line[:1].isdigit()]
    assert all(reason.startswith("-# ") and len(reason) > 6 for reason in reasons)


@pytest.mark.parametrize("count", [1, 7, 10])
async def test_as_many_songs_as_asked_for(world, count):
    assert len(songs_of(await recommend(world, count=count))) == count


async def test_a_long_list_turns_its_pages(world):
    reply = await recommend(world, count=25)
    assert buttons_of(reply)["← Back"]["disabled"]
    await world.ada.click(reply, label="Next →")
    assert "songs 11–20 of 25" in text_of(reply)
    await world.ada.click(reply, label="Next →")
    assert "songs 21–25 of 25" in text_of(reply)
    assert buttons_of(reply)["Next →"]["disabled"]
    await world.ada.click(reply, label="← Back")
    assert "songs 11–20 of 25" in text_of(reply)


async def test_more_brings_songs_not_shown_yet(world):
    reply = await recommend(world)
    first = set(songs_of(reply))
    await world.ada.click(reply, label="More")
    second = set(songs_of(reply))
    assert len(second) == 10
    assert not first & second
    assert "songs 11–20 of 20" in text_of(reply)


async def test_more_avoids_what_another_list_has_shown(world):
    reply = await recommend(world)
    other = await recommend(world, track=world.track(1), count=30)
    shown = {one.track_id for one in (await stored_of(world, other)).tracks}
    await world.ada.click(reply, label="More")
    added = {one.track_id for one in (await stored_of(world, reply)).tracks[10:]}
    assert added
    assert not shown & added


async def test_one_members_history_is_not_anothers(world):
    mine = songs_of(await recommend(world))
    result = await world.ben.slash(world.channel, "recommend", track=world.track())
    assert songs_of(result.response) == mine


async def test_more_of_a_short_list_is_a_page_of_new_songs_only(world):
    reply = await recommend(world, count=7)
    first = set(songs_of(reply))
    await world.ada.click(reply, label="More")
    assert len(set(songs_of(reply)) - first) == len(songs_of(reply)) == 7


async def test_a_list_of_another_catalogue_can_be_read_but_not_continued(world, monkeypatch):
    reply = await recommend(world, count=20)
    monkeypatch.setitem(vars(world.bundle.catalogue), "row_of", {"another": 0})
    await world.ada.click(reply, label="Next →")
    assert "has left the catalogue" in text_of(reply)
    assert "Sample catalogue" in text_of(reply)
    more = await world.ada.click(reply, label="More")
    assert "another catalogue" in text_of(more.followups[-1])
    form = await world.ada.click(reply, label="Save as playlist")
    saved = await world.ada.submit_modal(form, {form.modal["components"][0]["component"]["custom_id"]: "Old"})
    assert "another catalogue" in text_of(saved.response)
    assert await world.store.list_playlists(world.ada.id) == []


async def test_two_presses_on_more_add_once(world):
    reply = await recommend(world)
    custom_id = buttons_of(reply)["More"]["custom_id"]
    answer_id = custom_id.split(":")[3]
    handler = world.bot.press_handlers["more"].__self__
    stored = await world.store.load_answer(answer_id)
    await asyncio.gather(handler._extend(stored), handler._extend(stored))
    assert len((await world.store.load_answer(answer_id)).tracks) == 20


async def test_only_the_asker_may_press(world):
    reply = await recommend(world)
    before = text_of(reply)
    pressed = await world.ben.click(reply, label="More")
    assert pressed.ephemeral
    assert f"belong to <@{world.ada.id}>" in text_of(pressed.response)
    assert text_of(reply) == before


async def test_buttons_work_after_a_restart(world):
    reply = await recommend(world)
    first = songs_of(reply)
    await world.restart()
    await world.ada.click(reply, label="More")
    assert len(songs_of(reply)) == 10
    assert songs_of(reply) != first


async def test_a_forgotten_answer_says_so(world):
    reply = await recommend(world)
    await world.store.delete_user(world.ada.id)
    pressed = await world.ada.click(reply, label="More")
    assert pressed.followups[-1].ephemeral
    assert "no longer know that button" in text_of(pressed.followups[-1])


async def test_a_song_of_the_list_starts_another_list(world):
    reply = await recommend(world)
    menu = buttons_of(reply)[MENU_SONGS]
    card = (await world.ada.select(reply, [menu["options"][3]["value"]], custom_id=menu["custom_id"])).response
    pressed = await world.ada.click(card, label="More like this")
    assert len(songs_of(pressed.response)) == 10
    title = menu["options"][3]["label"].split(" · ")[0]
    assert title in text_of(pressed.response).split("\n")[0]


async def test_a_list_is_saved_as_a_playlist(world):
    reply = await recommend(world)
    form = await world.ada.click(reply, label="Save as playlist")
    field = form.modal["components"][0]["component"]["custom_id"]
    done = await world.ada.submit_modal(form, {field: "Evening"})
    assert done.ephemeral
    playlist = await world.store.get_playlist(world.ada.id, "evening")
    assert len(playlist.tracks) == 10


async def test_what_was_refused_since_is_not_saved(world):
    reply = await recommend(world)
    disliked, blocked = (thumb["custom_id"].split(":")[3] for thumb in thumbs_of(reply)[:2])
    await world.store.press(1, world.ada.id, None, disliked, "dislike", NOW)
    artist = world.bundle.catalogue.frame["artists"].iat[world.bundle.catalogue.row_of[blocked]].split(";")[0]
    await world.store.block(2, world.ada.id, "artist", artist.casefold(), artist, NOW)
    form = await world.ada.click(reply, label="Save as playlist")
    field = form.modal["components"][0]["component"]["custom_id"]
    await world.ada.submit_modal(form, {field: "Evening"})
    kept = [one.track_id for one in (await world.store.get_playlist(world.ada.id, "evening")).tracks]
    assert 5 < len(kept) < 9
    assert not {disliked, blocked} & set(kept)
    for thumb in thumbs_of(reply)[2:]:
        await world.store.block(next(IDS), world.ada.id, "track", thumb["custom_id"].split(":")[3], "it", NOW)
    form = await world.ada.click(reply, label="Save as playlist")
    saved = await world.ada.submit_modal(form, {field: "Nothing"})
    assert "said no to every song" in text_of(saved.response)


async def test_a_form_that_was_open_across_a_restart_still_saves(world):
    reply = await recommend(world)
    form = await world.ada.click(reply, label="Save as playlist")
    await world.restart()
    field = form.modal["components"][0]["component"]["custom_id"]
    await world.ada.submit_modal(form, {field: "Evening"})
    assert [one.name for one in await world.store.list_playlists(world.ada.id)] == ["Evening"]


async def test_saving_under_a_taken_name_is_refused_and_loses_nothing(world):
    reply = await recommend(world)
    for _ in range(2):
        form = await world.ada.click(reply, label="Save as playlist")
        field = form.modal["components"][0]["component"]["custom_id"]
        done = await world.ada.submit_modal(form, {field: "Evening"})
    assert "already have a playlist called “Evening”" in text_of(done.response)
    assert len(await world.store.list_playlists(world.ada.id)) == 1


async def test_when_nothing_new_is_left_it_says_so(world):
    reply = await recommend(world)
    stored = await stored_of(world, reply)
    everything = [type(stored.tracks[0])(one, 0.0, "[]") for one in world.bundle.catalogue.frame["track_id"]]
    await world.store.extend_answer(stored.id, 10, everything[:150], "v", world.bot.clock())
    from storage.answers import Answer

    await world.store.save_answer(
        Answer("all", world.ada.id, None, "recommend", {}, "v"), everything, world.bot.clock()
    )
    pressed = await world.ada.click(await refreshed(world, reply), label="More")
    assert "no more songs" in text_of(pressed.response if pressed.ephemeral else pressed.followups[-1])


async def refreshed(world, reply):
    """The same message with its buttons brought up to date by turning to its first page."""
    answer_id = buttons_of(reply)["More"]["custom_id"].split(":")[3]
    stored = await world.store.load_answer(answer_id)
    from bot.features.recommend.lists import song_list
    from bot.features.recommend.view import recommended

    view = recommended(song_list(world.bundle, stored, {}), 0)
    message = await world.bot.get_channel(world.channel.id).send(view=view)
    await world.env.settle()
    return message


async def stored_of(world, reply):
    return await world.store.load_answer(buttons_of(reply)["More"]["custom_id"].split(":")[3])
