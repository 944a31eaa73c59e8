"""`/taste`: profile, map, compare, blend."""

from collections import Counter
from dataclasses import replace

import pytest
from discord.ui import TextDisplay

from bot.ask import as_text
from bot.features.taste.lists import blend_list
from bot.features.taste.view import blend as blend_page
from bot.reasons import read_reasons
from tests.bot.conftest import NOW, songs_of, text_of
from tests.bot.tastes import (
    IDS,
    allow,
    blend_of,
    introduced,
    like,
    of_genre,
    picture_of,
    refusal,
    stored,
    world_member,
)


@pytest.fixture
async def both(world):
    return await introduced(world)


async def test_my_profile_is_a_picture_in_words_too(world):
    await like(world, world.ada, of_genre(world, 0))
    await like(world, world.ada, of_genre(world, 1, 3), verdict="dislike")
    result = await world.ada.slash(world.channel, "taste profile")
    assert not result.ephemeral
    told = picture_of(result.response)
    assert "Taste of ada from 8 songs." in told
    assert f"{world.bundle.catalogue.genres[0]} " in told
    assert "8 👍" in text_of(result.response)


async def test_a_terminal_is_told_what_a_picture_shows(world):
    await like(world, world.ada, of_genre(world, 0))
    reply = (await world.ada.slash(world.channel, "taste profile")).response
    assert "[ picture: Taste of ada from 8 songs." in as_text([{"components": reply.components}])


async def test_a_profile_tells_what_it_comes_from(world):
    await like(world, world.ada, of_genre(world, 0, 2))
    await world.ada.slash(world.channel, "recommend", track=world.track(5))
    await world.ada.slash(world.channel, "playlist build", name="Mix", track=world.track(9), length=6)
    text = text_of((await world.ada.slash(world.channel, "taste profile")).response)
    assert "2 👍 · 6 kept on playlists · 1 started from" in text


async def test_a_change_of_taste_shows(world):
    await like(world, world.ada, of_genre(world, 0, 10, first=0), days=90)
    await like(world, world.ada, of_genre(world, 1, 10), days=2)
    told = picture_of((await world.ada.slash(world.channel, "taste profile")).response)
    assert "(before " in told


@pytest.mark.parametrize("command", ["taste profile", "taste map"])
async def test_who_likes_nothing_yet_is_told_how_to_begin(world, command):
    text = refusal(await world.ada.slash(world.channel, command))
    assert "don't know your taste yet" in text
    assert "`/recommend`" in text
    assert "Reference" not in text


async def test_my_own_name_shows_my_own_profile(world):
    await like(world, world.ada, of_genre(world, 0))
    told = picture_of((await world.ada.slash(world.channel, "taste profile", member=world.ada)).response)
    assert "Taste of ada" in told
    assert await world.store.may_blend(world.ada.id) is None


async def test_the_map_shows_the_likes(world):
    await like(world, world.ada, of_genre(world, 0))
    result = await world.ada.slash(world.channel, "taste map")
    assert not result.ephemeral
    assert picture_of(result.response).startswith("The music map of ada: a map of ")
    assert "with 8 songs" in picture_of(result.response)


async def test_a_comparison_is_a_picture_and_songs_for_both(both):
    result = await both.ada.slash(both.channel, "taste compare", member=both.ben)
    assert not result.ephemeral
    told = picture_of(result.response)
    assert "Tastes of ada (8 songs) and ben (8 songs):" in told
    assert "of 100 songs that are as well known" in told
    text = text_of(result.response)
    assert "Songs to meet on" in text
    songs = songs_of(result.response)
    assert len(set(songs)) == 5
    known = {both.bundle.catalogue.texts[both.bundle.catalogue.row_of[one]][0] for one in of_genre(both, 0)}
    assert not any(title in song for title in known for song in songs)
    assert "in return" not in text


async def test_alike_members_are_more_alike(both):
    cleo = world_member(both, "cleo")
    await like(both, cleo, of_genre(both, 0, 8, first=8))
    await allow(both, cleo)

    async def alike(member):
        told = picture_of((await both.ada.slash(both.channel, "taste compare", member=member)).response)
        return int(told.split("%")[0].split()[-1])

    assert await alike(cleo) > await alike(both.ben) + 20


async def test_a_blend_gives_both_a_fair_share_with_reasons(both):
    reply = (await blend_of(both, count=10)).response
    text = text_of(reply)
    assert f"A blend of <@{both.ada.id}>, <@{both.ben.id}>" in text
    assert len(set(songs_of(reply))) == 10
    whose = [line.split()[2] for line in text.split("\n") if line.startswith("-# for <@")]
    assert whose[:2] == [f"<@{both.ada.id}>", f"<@{both.ben.id}>"]
    assert Counter(whose) == {f"<@{both.ada.id}>": 5, f"<@{both.ben.id}>": 5}
    assert all(" · " in line for line in text.split("\n") if line.startswith("-# for <@"))
    assert "10 songs · 5 for each" in text


async def test_a_blend_needs_a_song_for_everyone(both):
    others = [world_member(both, f"member {place}") for place in range(2, 7)]
    named = {f"member{place}": one for place, one in enumerate(others, start=2)}
    text = refusal(await blend_of(both, count=6, **named))
    assert "A list for 7 needs at least 7 songs." in text


async def test_a_blend_names_nothing_that_another_member_likes(both):
    reply = (await blend_of(both, count=50)).response
    answer = await stored(both, reply)
    kinds = {turn: set() for turn in answer.request["turns"]}
    for turn, track in zip(answer.request["turns"], answer.tracks, strict=True):
        kinds[turn] |= {reason.kind for reason in read_reasons(track.reason)}
    assert "artist" in kinds[0]
    assert not kinds[1] & {"artist", "company", "album", "seed"}
    # With no reason left a song says whom it is for, and nothing more.
    answer.tracks[1] = replace(answer.tracks[1], reason="[]")
    page = blend_page(blend_list(both.bundle, answer), [both.ada.id, both.ben.id], 0, {})
    shown = [item.content for item in page.walk_children() if isinstance(item, TextDisplay)]
    assert shown[2].endswith(f"\n-# for <@{both.ben.id}>")


async def test_a_blend_of_three_with_myself_named_turns_its_pages(both):
    cleo = world_member(both, "cleo")
    await like(both, cleo, of_genre(both, 2))
    await allow(both, cleo)
    reply = (await blend_of(both, member2=both.ada, member3=cleo)).response
    assert "songs 1–10 of 20 · 6 to 7 for each" in text_of(reply)
    first = songs_of(reply)
    await both.restart()
    await both.ada.click(reply, label="Next →")
    assert f"A blend of <@{both.ada.id}>, <@{both.ben.id}>, <@{cleo.id}>" in text_of(reply)
    assert "songs 11–20 of 20" in text_of(reply)
    assert not set(first) & set(songs_of(reply))
    assert f"for <@{cleo.id}>" in text_of(reply)
    pressed = await both.ben.click(reply, label="← Back")
    assert pressed.ephemeral


async def test_what_anyone_refuses_is_not_on_a_blend(both):
    before = await stored(both, (await blend_of(both, count=10)).response)
    disliked, blocked = before.tracks[0].track_id, before.tracks[1].track_id
    artist = both.bundle.catalogue.frame["artists"].iat[both.bundle.catalogue.row_of[before.tracks[2].track_id]]
    await like(both, both.ben, [disliked], verdict="dislike")
    await both.store.block(next(IDS), both.ada.id, "track", blocked, "a song", NOW)
    await both.store.block(next(IDS), both.ben.id, "artist", artist.split(";")[0], "somebody", NOW)
    after = await stored(both, (await blend_of(both, count=50)).response)
    tracks = {one.track_id for one in after.tracks}
    assert not tracks & {disliked, blocked, *of_genre(both, 0), *of_genre(both, 1)}
    rows = [both.bundle.catalogue.row_of[one] for one in tracks]
    assert not any(artist.split(";")[0] in both.bundle.catalogue.frame["artists"].iat[row].split(";") for row in rows)


async def test_a_blend_is_saved_as_a_playlist(both):
    reply = (await blend_of(both, count=12)).response
    form = await both.ada.click(reply, label="Save as playlist")
    field = form.modal["components"][0]["component"]["custom_id"]
    done = await both.ada.submit_modal(form, {field: "Together"})
    assert done.ephemeral
    kept = await both.store.get_playlist(both.ada.id, "together")
    assert [one.track_id for one in kept.tracks] == [one.track_id for one in (await stored(both, reply)).tracks]
    shown = (await both.ada.slash(both.channel, "playlist show", name="Together")).response
    assert len(songs_of(shown)) == 10


async def test_a_forgotten_blend_says_so(both):
    reply = (await blend_of(both)).response
    await both.store.delete_user(both.ada.id)
    for label in ("Next →", "Save as playlist"):
        pressed = await both.ada.click(reply, label=label)
        assert "no longer know that button" in text_of(pressed.response or pressed.followups[-1])


async def test_a_blend_of_another_catalogue_can_be_read_but_not_saved(both, monkeypatch):
    reply = (await blend_of(both)).response
    monkeypatch.setitem(vars(both.bundle.catalogue), "row_of", {"another": 0})
    await both.ada.click(reply, label="Next →")
    assert "has left the catalogue" in text_of(reply)
    form = await both.ada.click(reply, label="Save as playlist")
    saved = await both.ada.submit_modal(form, {form.modal["components"][0]["component"]["custom_id"]: "Old"})
    assert "another catalogue" in text_of(saved.response)
