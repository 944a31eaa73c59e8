"""`/taste`: profile, map, compare, blend, and who agrees to be looked at."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from bot.ask import as_text
from bot.pictures.legible import LONGEST_ALT
from tests.bot.conftest import NOW, buttons_of, songs_of, text_of


async def like(world, member, track_ids, days=0, verdict="like"):
    """Presses of a member's, `days` ago."""
    for track_id in track_ids:
        at = NOW - timedelta(days=days)
        await world.store.press(next(IDS), member.id, None, track_id, verdict, at)


IDS = iter(range(10_000, 100_000))


def of_genre(world, place, count=8, first=0):
    """Track ids of songs of the catalogue's genre at `place`."""
    rows = world.bundle.recommender.columns.rows_of_genre[world.bundle.catalogue.genres[place]]
    return [world.bundle.recommender.track_of(int(row)) for row in rows[first : first + count]]


async def allow(world, *members):
    for member in members:
        await world.store.set_blendable(member.id, True, NOW)


@pytest.fixture
async def both(world):
    """Ada and Ben each like something and allow others to look at it."""
    await like(world, world.ada, of_genre(world, 0))
    await like(world, world.ben, of_genre(world, 1))
    await allow(world, world.ada, world.ben)
    return world


def picture_of(reply):
    """The description of the one picture in a reply's layout, which must be the attached file's too."""
    (gallery,) = [one for one in reply.components[0]["components"] if one["type"] == 12]
    (item,) = gallery["items"]
    (file,) = reply.attachments
    assert file.filename == "taste.png"
    assert file.description == item["description"]
    assert 0 < len(item["description"]) <= LONGEST_ALT
    return item["description"]


def pinged(reply):
    """Whom the message really notifies."""
    allowed = reply._message.allowed_mentions
    assert not allowed.everyone
    assert not allowed.roles
    return [*allowed.users]


def refusal(result):
    assert result.ephemeral
    return text_of(result.response)


async def test_my_profile_is_a_picture_in_words_too(world):
    await like(world, world.ada, of_genre(world, 0))
    await like(world, world.ada, of_genre(world, 1, 3), verdict="dislike")
    result = await world.ada.slash(world.channel, "taste profile")
    assert not result.ephemeral
    told = picture_of(result.response)
    assert "Taste of ada from 8 liked songs." in told
    assert f"{world.bundle.catalogue.genres[0]} " in told
    assert "8 👍" in text_of(result.response)


async def test_a_terminal_is_told_what_a_picture_shows(world):
    await like(world, world.ada, of_genre(world, 0))
    reply = (await world.ada.slash(world.channel, "taste profile")).response
    assert "[ picture: Taste of ada from 8 liked songs." in as_text([{"components": reply.components}])


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


async def test_another_members_profile_needs_their_word(both):
    told = picture_of((await both.ada.slash(both.channel, "taste profile", member=both.ben)).response)
    assert "Taste of ben" in told
    await both.store.set_blendable(both.ben.id, False, NOW)
    text = refusal(await both.ada.slash(both.channel, "taste profile", member=both.ben))
    assert f"<@{both.ben.id}> would rather keep their taste to themselves." in text


async def test_my_own_name_shows_my_own_profile(world):
    await like(world, world.ada, of_genre(world, 0))
    told = picture_of((await world.ada.slash(world.channel, "taste profile", member=world.ada)).response)
    assert "Taste of ada" in told
    assert await world.store.may_blend(world.ada.id) is None


async def test_the_map_shows_the_likes(world, monkeypatch):
    if not hasattr(world.bundle, "song_map"):
        places = np.random.default_rng(0).normal(size=(len(world.bundle.recommender.songs), 2))
        stand_in = SimpleNamespace(places=places, names=((0.0, 0.0, "middle"), (1.0, 1.0, "corner")))
        monkeypatch.setitem(vars(world.bundle), "song_map", stand_in)
    await like(world, world.ada, of_genre(world, 0))
    result = await world.ada.slash(world.channel, "taste map")
    assert not result.ephemeral
    assert picture_of(result.response).startswith("The music map of ada: a map of ")
    assert "with 8 liked songs" in picture_of(result.response)


async def test_a_comparison_is_a_picture_and_songs_for_both(both):
    result = await both.ada.slash(both.channel, "taste compare", member=both.ben)
    assert not result.ephemeral
    told = picture_of(result.response)
    assert "Tastes of ada (8 liked songs) and ben (8 liked songs):" in told
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


async def test_who_asks_agrees_in_return_and_is_told(both):
    await both.store.delete_user(both.ada.id)
    await like(both, both.ada, of_genre(both, 0))
    assert await both.store.may_blend(both.ada.id) is None
    reply = (await both.ada.slash(both.channel, "taste compare", member=both.ben)).response
    assert "in return; `/privacy blending`" in text_of(reply)
    assert await both.store.may_blend(both.ada.id) is True
    again = (await both.ada.slash(both.channel, "taste compare", member=both.ben)).response
    assert "in return" not in text_of(again)


@pytest.mark.parametrize(("command", "option"), [("taste compare", "member"), ("taste blend", "member1")])
async def test_who_refused_can_not_look_either(both, command, option):
    await both.store.set_blendable(both.ada.id, False, NOW)
    text = refusal(await both.ada.slash(both.channel, command, **{option: both.ben}))
    assert "`/privacy blending`" in text
    assert await both.store.may_blend(both.ada.id) is False


async def test_nothing_is_agreed_by_a_command_that_is_refused(both):
    await both.store.delete_user(both.ada.id)
    await both.store.set_blendable(both.ben.id, False, NOW)
    await both.ada.slash(both.channel, "taste compare", member=both.ben)
    assert await both.store.may_blend(both.ada.id) is None


ASKING = [("taste profile", "member"), ("taste compare", "member"), ("taste blend", "member1")]


@pytest.mark.parametrize(("command", "option"), ASKING)
async def test_who_was_never_asked_is_asked_and_may_allow(world, command, option):
    await like(world, world.ada, of_genre(world, 0))
    await like(world, world.ben, of_genre(world, 1))
    asked = await world.ada.slash(world.channel, command, **{option: world.ben})
    assert not asked.ephemeral
    text = text_of(asked.response)
    assert f"<@{world.ada.id}> would like to." in text
    assert f"- <@{world.ben.id}>, what do you say?" in text
    assert pinged(asked.response) == [world.ben.id]
    assert await world.store.may_blend(world.ben.id) is None
    await world.ben.click(asked.response, label="Allow")
    assert await world.store.may_blend(world.ben.id) is True
    assert f"- <@{world.ben.id}> allows it." in text_of(asked.response)
    assert f"<@{world.ada.id}>, now you can ask me again." in text_of(asked.response)
    assert not buttons_of(asked.response)
    again = await world.ada.slash(world.channel, command, **{option: world.ben})
    assert not again.ephemeral
    assert "May others" not in text_of(again.response)


@pytest.mark.parametrize(("command", "option"), ASKING)
async def test_no_thanks_is_kept_to(world, command, option):
    await like(world, world.ada, of_genre(world, 0))
    asked = await world.ada.slash(world.channel, command, **{option: world.ben})
    await world.ben.click(asked.response, label="No thanks")
    assert await world.store.may_blend(world.ben.id) is False
    assert f"- <@{world.ben.id}> would rather not." in text_of(asked.response)
    assert not buttons_of(asked.response)
    text = refusal(await world.ada.slash(world.channel, command, **{option: world.ben}))
    assert "would rather keep their taste to themselves" in text


@pytest.mark.parametrize("label", ["Allow", "No thanks"])
async def test_nobody_answers_for_somebody_else(world, label):
    asked = await world.ada.slash(world.channel, "taste compare", member=world.ben)
    pressed = await world.ada.click(asked.response, label=label)
    assert f"These buttons belong to <@{world.ben.id}>." in refusal(pressed)
    assert await world.store.may_blend(world.ben.id) is None
    assert len(buttons_of(asked.response)) == 2


async def test_the_question_outlives_a_restart(world):
    asked = await world.ada.slash(world.channel, "taste compare", member=world.ben)
    await world.restart()
    await world.ben.click(asked.response, label="Allow")
    assert await world.store.may_blend(world.ben.id) is True


async def test_several_are_asked_at_once_and_each_answers_for_themselves(world):
    others = [world_member(world, f"member {place}") for place in range(9)]
    await allow(world, others[0])
    named = {f"member{place}": one for place, one in enumerate(others, start=1)}
    asked = await world.ada.slash(world.channel, "taste blend", **named)
    assert len(buttons_of(asked.response)) == 16
    await others[3].click(asked.response, label="member 3: allow")
    assert f"- <@{others[3].id}> allows it." in text_of(asked.response)
    assert "ask me again" not in text_of(asked.response)
    assert len(buttons_of(asked.response)) == 14
    wrong = await others[3].click(asked.response, label="member 4: no thanks")
    assert wrong.ephemeral
    assert await world.store.may_blend(others[4].id) is None


@pytest.mark.parametrize(("command", "option"), ASKING)
async def test_a_bot_has_no_taste(world, command, option):
    robot = world.channel.guild.add_member(world.env.create_user("robot", bot=True))
    text = refusal(await world.ada.slash(world.channel, command, **{option: robot}))
    assert f"<@{robot.id}> is a bot" in text


@pytest.mark.parametrize(("command", "option"), ASKING)
async def test_who_has_left_can_not_be_asked(world, command, option):
    gone = world.env.create_user("gone")
    text = refusal(await world.ada.slash(world.channel, command, **{option: gone}))
    assert f"<@{gone.id}> isn't in this server any more" in text


async def test_comparing_and_blending_needs_somebody_else(both):
    text = refusal(await both.ada.slash(both.channel, "taste compare", member=both.ada))
    assert "That's you." in text
    text = refusal(await both.ada.slash(both.channel, "taste blend", member1=both.ada))
    assert "at least one other member" in text


async def test_naming_somebody_twice_is_pointed_out(both):
    text = refusal(await both.ada.slash(both.channel, "taste blend", member1=both.ben, member4=both.ben))
    assert f"You named <@{both.ben.id}> twice" in text
    text = refusal(
        await both.ada.slash(both.channel, "taste blend", member1=both.ben, member2=both.ada, member3=both.ada)
    )
    assert f"You named <@{both.ada.id}> twice" in text


@pytest.mark.parametrize(("command", "option"), ASKING)
async def test_another_member_who_likes_nothing_yet(world, command, option):
    await like(world, world.ada, of_genre(world, 0))
    await allow(world, world.ben)
    text = refusal(await world.ada.slash(world.channel, command, **{option: world.ben}))
    assert f"<@{world.ben.id}> hasn't told me of any song they like yet" in text


@pytest.mark.parametrize(("command", "option"), ASKING[1:])
async def test_the_asker_who_likes_nothing_yet(world, command, option):
    await like(world, world.ben, of_genre(world, 0))
    await allow(world, world.ben)
    text = refusal(await world.ada.slash(world.channel, command, **{option: world.ben}))
    assert "I don't know your taste yet" in text


async def blend_of(world, **options):
    return await world.ada.slash(world.channel, "taste blend", **{"member1": world.ben, **options})


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
    assert "1. " in text_of((await both.ada.slash(both.channel, "playlist show", name="Together")).response)


async def test_nothing_stored_with_the_asker_names_the_others(both):
    await blend_of(both)
    assert str(both.ben.id) not in str(await both.store.export_user(both.ada.id))


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


def world_member(world, name):
    return world.channel.guild.add_member(world.env.create_user(name))


async def stored(world, reply):
    return await world.store.load_answer(buttons_of(reply)["Save as playlist"]["custom_id"].split(":")[3])
