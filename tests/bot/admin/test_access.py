"""Nobody but those who may sees or runs anything of `/admin`, nor by a forged press."""

import pytest
from simcord.env import SetupError

from bot.features.admin import training_view
from bot.features.admin.access import TEXT_OPERATORS_ONLY, TEXT_OWNER_ONLY
from bot.features.admin.training import TEXT_OVER
from tests.bot.conftest import NOW, text_of

OF_OPERATORS = {
    "admin retrain": {},
    "admin models": {},
    "admin rollback": {},
    "admin status": {},
    "admin label": {},
}


def commands_of(bot):
    (group,) = (command for command in bot.tree.get_commands() if command.name == "admin")
    return {command.qualified_name for command in group.commands}


async def asked_for(place):
    number = await place.store.trainings.request("all", None, "", place.owner.id, NOW)
    return await place.store.trainings.training(number)


async def set_aside(place):
    training = await asked_for(place)
    await place.store.trainings.end(training.id, "aside", "Moods fell.", NOW, "v2", {"compared": []})
    return await place.store.trainings.training(training.id)


async def post(place, view):
    """A message of the bot's that everybody sees, as a forged press needs one."""
    return await place.bot.get_channel(place.channel.id).send(view=view)


async def test_every_command_of_operators_is_in_this_test(place):
    assert commands_of(place.bot) == {*OF_OPERATORS, "admin settings"}


@pytest.mark.parametrize("command", OF_OPERATORS)
async def test_a_member_is_not_even_offered_it(place, command):
    with pytest.raises(SetupError):
        await place.member.slash(place.channel, command, **OF_OPERATORS[command])


@pytest.mark.parametrize("command", OF_OPERATORS)
async def test_a_servers_manager_is_no_operator(place, command):
    result = await place.manager.slash(place.channel, command, **OF_OPERATORS[command])
    assert TEXT_OPERATORS_ONLY in text_of(result.response)
    assert result.response.ephemeral


@pytest.mark.parametrize("who", ["owner", "operator"])
async def test_the_owner_and_the_configured_role_are(place, who):
    result = await getattr(place, who).slash(place.channel, "admin models")
    assert place.bundle.version in text_of(result.response)
    assert result.response.ephemeral


async def test_a_members_press_on_an_operators_button_changes_nothing(place):
    running = await asked_for(place)
    shown = await post(place, training_view.page(running, NOW))
    for who in (place.member, place.manager):
        for label in (training_view.BUTTON_CANCEL, training_view.BUTTON_REFRESH):
            pressed = await who.click(shown, label=label)
            assert TEXT_OPERATORS_ONLY in text_of(pressed.followups[0] if pressed.followups else pressed.response)
    assert (await place.store.trainings.training(running.id)).outcome is None


async def test_publishing_anyway_is_the_owners_alone(place):
    shown = await post(place, training_view.page(await set_aside(place), NOW))
    for who, sentence in ((place.member, TEXT_OPERATORS_ONLY), (place.operator, TEXT_OWNER_ONLY)):
        pressed = await who.click(shown, label=training_view.BUTTON_ANYWAY)
        assert sentence in text_of(pressed.followups[0] if pressed.followups else pressed.response)
    (training,) = await place.store.trainings.latest(1)
    assert training.outcome == "aside"


async def test_a_training_that_is_over_can_not_be_cancelled(place):
    running = await asked_for(place)
    shown = await post(place, training_view.page(running, NOW))
    await place.store.trainings.end(running.id, "failed", "No disk left.", NOW)
    pressed = await place.owner.click(shown, label=training_view.BUTTON_CANCEL)
    assert TEXT_OVER in text_of(pressed.followups[0])
