"""`/taste`: who agrees to be looked at, and who can't be."""

import sqlite3
from contextlib import closing

import pytest

from storage.database import TEXT_BUSY
from tests.bot.conftest import NOW, buttons_of, text_of
from tests.bot.tastes import (
    ASKING,
    allow,
    blend_of,
    introduced,
    like,
    of_genre,
    picture_of,
    pinged,
    refusal,
    world_member,
)


@pytest.fixture
async def both(world):
    return await introduced(world)


async def test_another_members_profile_needs_their_word(both):
    told = picture_of((await both.ada.slash(both.channel, "taste profile", member=both.ben)).response)
    assert "Taste of ben" in told


async def test_another_members_profile_does_not_tell_how_much_they_press(both):
    assert "👍" not in text_of((await both.ada.slash(both.channel, "taste profile", member=both.ben)).response)
    assert "8 👍" in text_of((await both.ben.slash(both.channel, "taste profile")).response)


async def test_another_members_profile_is_gone_when_they_say_no(both):
    await both.store.set_blendable(both.ben.id, False, NOW)
    text = refusal(await both.ada.slash(both.channel, "taste profile", member=both.ben))
    assert f"<@{both.ben.id}> would rather keep their taste to themselves." in text


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


async def test_what_somebody_decided_in_private_is_not_told_to_the_channel(world):
    cleo = world_member(world, "cleo")
    asked = (await world.ada.slash(world.channel, "taste blend", member1=world.ben, member2=cleo)).response
    await cleo.slash(world.channel, "privacy blending", allow=False)
    await world.ben.click(asked, label="ben: allow")
    assert f"- <@{world.ben.id}> allows it." in text_of(asked)
    assert f"- <@{cleo.id}>, what do you say?" in text_of(asked)
    await cleo.click(asked, label="cleo: allow")
    assert f"- <@{world.ben.id}> allows it.\n- <@{cleo.id}> allows it." in text_of(asked)


async def test_the_asker_is_told_what_they_agreed_to_for_as_long_as_the_question_stands(world):
    cleo = world_member(world, "cleo")
    asked = (await world.ada.slash(world.channel, "taste blend", member1=world.ben, member2=cleo)).response
    assert "by asking you allow it in return" in text_of(asked)
    await world.ben.click(asked, label="ben: allow")
    assert "by asking you allow it in return" in text_of(asked)


@pytest.mark.parametrize("label", ["Allow", "No thanks"])
async def test_an_answer_on_a_busy_database_is_not_lost_in_silence(world, tmp_path, label):
    asked = (await world.ada.slash(world.channel, "taste compare", member=world.ben)).response
    await world.store._database.write(lambda db: db.conn.execute("PRAGMA busy_timeout=50"))
    with closing(sqlite3.connect(tmp_path / "segue.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        pressed = await world.ben.click(asked, label=label)
    assert pressed.deferred
    assert TEXT_BUSY in text_of(pressed.followups[-1])
    assert f"- <@{world.ben.id}>, what do you say?" in text_of(asked)


async def test_a_no_given_in_the_meantime_stands(both, monkeypatch):
    await both.store.delete_user(both.ada.id)
    await like(both, both.ada, of_genre(both, 0))
    ask = both.store.may_blend

    async def then_refuse(user_id):
        stands = await ask(user_id)
        if user_id == both.ada.id:
            await both.store.set_blendable(user_id, False, NOW)
        return stands

    monkeypatch.setattr(both.store, "may_blend", then_refuse)
    reply = (await both.ada.slash(both.channel, "taste compare", member=both.ben)).response
    assert "You said that nobody may look at your taste" in text_of(reply)
    assert await ask(both.ada.id) is False


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


async def test_nothing_stored_with_the_asker_names_the_others(both):
    await blend_of(both)
    assert str(both.ben.id) not in str(await both.store.export_user(both.ada.id))
