"""`/admin label`: what operators decide on the genres that members propose."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord

from bot.features.admin.access import TEXT_OPERATORS_ONLY
from bot.features.admin.label_pages import ACCEPT, AGAIN, PAGE, REJECT, TURN_ON, UNDO
from bot.labels import weight_of
from bot.layout import message
from bot.presses import ANYONE, button, row
from ml.tracks import split_values
from storage.labels import AcceptedLabel
from tests.bot.conftest import NOW, World, buttons_of, text_of

GONE = "1" * 22


@dataclass
class Desk:
    """An operator, a member who manages the server and is none, and ways to have something to decide."""

    world: World
    operator: Any
    manager: Any
    presses: int = 0

    async def propose(self, track: int | str, genre: str, votes: int = 1) -> tuple[str, str]:
        """So many members propose a genre for a track, by its row."""
        track_id = track if isinstance(track, str) else self.world.track(track)
        for voter in range(votes):
            self.presses += 1
            now = NOW + timedelta(seconds=self.presses)
            await self.world.store.labels.propose(self.presses, 1_000 + voter, track_id, [genre], now)
        return track_id, genre

    async def ask(self, member: Any = None, **options: Any) -> Any:
        return await (member or self.operator).slash(self.world.channel, "admin label", **options)

    async def press(self, page: Any, action: str, pair: tuple[str, str], member: Any = None) -> Any:
        custom_id = f"segue:{action}:{self.operator.id}:{':'.join(pair)}"
        return await (member or self.operator).click(page, custom_id=custom_id)

    async def verdicts(self) -> dict[tuple[str, str], str | None]:
        found, _ = await self.world.store.labels.decided(1, 0, 100)
        return {one.pair: one.verdict for one in found}

    def genre(self, track: int) -> str:
        """One that the song is not filed under."""
        filed = split_values(self.world.bundle.catalogue.frame["genres"].iat[track])
        return next(genre for genre in self.world.bundle.catalogue.genres if genre not in filed)


@pytest.fixture
def desk(world: World) -> Desk:
    guild = world.channel.guild
    role = guild.create_role("Organiser", permissions=discord.Permissions(manage_guild=True))
    operator, manager = (guild.add_member(world.env.create_user(name), roles=[role]) for name in ("olga", "mona"))
    world.bot.owner_id = operator.id
    return Desk(world, operator, manager)


def shown(page: Any) -> list[tuple[str, str]]:
    """The proposals that can be accepted on a page, in order."""
    ids = [one.split(":", 3) for one in custom_ids(page)]
    return [tuple(argument.split(":", 1)) for _, action, _, argument in ids if action == ACCEPT]


def custom_ids(page: Any) -> list[str]:
    found = []

    def walk(components: list[dict[str, Any]]) -> None:
        for component in components:
            found.extend([component["custom_id"]] if component.get("custom_id") else [])
            walk(component.get("components") or [])
            walk([component["accessory"]] if "accessory" in component else [])

    walk(page.components)
    return found


async def test_a_proposal_is_shown_with_its_song_its_votes_and_what_the_model_thinks(desk):
    frame = desk.world.bundle.catalogue.frame
    chances = desk.world.bundle.classifier.predict_memberships(frame.iloc[[3]]).iloc[0]
    genre = desk.genre(3)
    await desk.propose(3, genre, votes=2)
    page = await desk.ask()
    assert page.ephemeral
    text = text_of(page.response)
    assert f"**{genre}** · 2 votes" in text
    assert frame["track_name"].iat[3] in text
    assert f"In the catalogue as {', '.join(split_values(frame['genres'].iat[3]))}" in text
    assert f"{chances[genre]:.0%}" in text
    assert f"its first guess is {chances.idxmax()}, {chances.max():.0%}" in text


async def test_nothing_shows_who_proposed(desk):
    await desk.world.store.labels.propose(1, desk.world.ada.id, desk.world.track(), [desk.genre(0)], NOW)
    page = (await desk.ask()).response
    assert len(shown(page)) == 1
    assert str(desk.world.ada.id) not in str(page.components)


async def test_when_nothing_waits_it_says_how_genres_come(desk):
    assert "None is waiting. Members propose them with “Wrong genre?”" in text_of((await desk.ask()).response)
    assert "None is decided yet." in text_of((await desk.ask(show="decided")).response)


@pytest.mark.parametrize(("action", "verdict"), [(ACCEPT, "accepted"), (REJECT, "rejected")])
async def test_a_press_decides_and_the_page_says_so_with_a_way_back(desk, action, verdict):
    pair = await desk.propose(0, desk.genre(0), votes=3)
    other = await desk.propose(1, desk.genre(1))
    page = (await desk.ask()).response
    await desk.press(page, action, pair)
    assert await desk.verdicts() == {pair: verdict}
    assert verdict.capitalize() in text_of(page)
    assert shown(page) == [other]
    await desk.press(page, UNDO, pair)
    assert await desk.verdicts() == {}
    assert shown(page) == [pair, other]
    assert "3 votes" in text_of(page)


async def test_what_is_accepted_joins_the_next_training_weighted_by_its_votes(desk):
    pair = await desk.propose(0, desk.genre(0), votes=3)
    page = (await desk.ask()).response
    assert "no genre accepted so far" in text_of(page)
    await desk.press(page, ACCEPT, pair)
    assert "1 accepted, all of them wait for the next training" in text_of(page)
    (label,) = await desk.world.store.labels.accepted()
    assert label == AcceptedLabel(*pair, 3)
    assert weight_of(label.votes) == 1.5


async def test_what_the_model_has_learned_already_does_not_wait(desk):
    pair = await desk.propose(0, desk.genre(0))
    long_ago = NOW - timedelta(days=1_000)
    await desk.world.store.labels.decide(*pair, "accepted", desk.operator.id, long_ago)
    assert "1 accepted, none waits" in text_of((await desk.ask()).response)
    newer = await desk.propose(1, desk.genre(1))
    page = (await desk.ask()).response
    await desk.press(page, ACCEPT, newer)
    assert "2 accepted, 1 of them wait" in text_of(page)


async def test_pages_go_on_where_the_list_does_after_some_are_decided(desk):
    pairs = [await desk.propose(number, desk.genre(number)) for number in range(2 * PAGE + 1)]
    page = (await desk.ask()).response
    assert shown(page) == pairs[:PAGE]
    assert f"1–{PAGE} of {len(pairs)} waiting" in text_of(page)
    for pair in pairs[:2]:
        await desk.press(page, ACCEPT, pair)
    assert shown(page) == pairs[2:PAGE]
    await desk.operator.click(page, label="Next →")
    assert shown(page) == pairs[PAGE : 2 * PAGE]
    await desk.operator.click(page, label="Next →")
    assert shown(page) == pairs[2 * PAGE :]
    assert buttons_of(page)["Next →"]["disabled"]
    await desk.operator.click(page, label="← Back")
    await desk.operator.click(page, label="← Back")
    assert shown(page) == pairs[2 : PAGE + 2]


async def test_a_page_that_is_all_decided_leads_to_the_next(desk):
    pairs = [await desk.propose(number, desk.genre(number)) for number in range(PAGE + 1)]
    page = (await desk.ask()).response
    for pair in pairs[:PAGE]:
        await desk.press(page, REJECT, pair)
    assert "1 waiting" in text_of(page)
    await desk.operator.click(page, label="Next →")
    assert shown(page) == pairs[PAGE:]


async def test_a_page_beyond_the_end_is_the_last_one(desk):
    pairs = [await desk.propose(number, desk.genre(number)) for number in range(PAGE + 1)]
    page = (await desk.ask()).response
    await desk.world.store.labels.decide(*pairs[0], "accepted", desk.operator.id, NOW)
    await desk.operator.click(page, label="Next →")
    assert shown(page) == pairs[1:]


async def test_only_those_with_enough_votes_are_listed(desk):
    popular = await desk.propose(0, desk.genre(0), votes=3)
    await desk.propose(1, desk.genre(1), votes=2)
    page = (await desk.ask(votes=3)).response
    assert shown(page) == [popular]
    assert "with 3 votes or more" in text_of(page)
    await desk.press(page, ACCEPT, popular)
    await desk.operator.click(page, label="Look again")
    assert "None with 3 votes or more." in text_of(page)


async def test_what_was_decided_earlier_is_listed_and_can_be_undone(desk):
    pair = await desk.propose(0, desk.genre(0))
    await desk.world.store.labels.decide(*pair, "rejected", desk.operator.id, NOW)
    page = (await desk.ask(show="decided")).response
    assert "1 decided · latest first" in text_of(page)
    await desk.press(page, UNDO, pair)
    assert await desk.verdicts() == {}
    # On the page it can be decided the other way at once.
    await desk.press(page, ACCEPT, pair)
    assert await desk.verdicts() == {pair: "accepted"}


async def test_two_operators_at_once_decide_once_and_the_second_is_told(desk):
    pair = await desk.propose(0, desk.genre(0))
    page = (await desk.ask()).response
    await desk.world.store.labels.decide(*pair, "rejected", 1, NOW)
    await desk.press(page, ACCEPT, pair)
    assert await desk.verdicts() == {pair: "rejected"}
    assert f"**{pair[1]}** was decided, or taken back, before your press" in text_of(page)
    assert "Rejected" in text_of(page)


async def test_what_was_taken_back_meanwhile_is_not_accepted(desk):
    pair = await desk.propose(0, desk.genre(0))
    page = (await desk.ask()).response
    await desk.world.store.labels.take_back(1_000, *pair)
    await desk.press(page, ACCEPT, pair)
    assert await desk.world.store.labels.accepted() == []
    assert "or taken back, before your press" in text_of(page)
    assert shown(page) == []


async def test_a_page_from_before_a_restart_still_decides(desk):
    pair = await desk.propose(0, desk.genre(0))
    page = (await desk.ask(votes=1)).response
    await desk.world.restart()
    desk.world.bot.owner_id = desk.operator.id
    await desk.press(page, ACCEPT, pair)
    assert await desk.verdicts() == {pair: "accepted"}


async def test_a_song_that_has_left_the_catalogue_and_a_genre_that_the_model_forgot_are_said(desk):
    gone = await desk.propose(GONE, "techno")
    await desk.propose(0, "a genre of old")
    page = (await desk.ask()).response
    assert f"A song that has left the catalogue (`{GONE}`)" in text_of(page)
    assert "A genre that this model doesn't know; its first guess is" in text_of(page)
    await desk.press(page, REJECT, gone)
    assert await desk.verdicts() == {gone: "rejected"}


async def test_a_manager_who_is_no_operator_is_refused(desk):
    pair = await desk.propose(0, desk.genre(0))
    refused = await desk.ask(desk.manager)
    assert refused.ephemeral
    assert TEXT_OPERATORS_ONLY in text_of(refused.response)
    assert pair[1] not in text_of(refused.response)


async def test_other_members_do_not_even_see_the_command(desk):
    with pytest.raises(simcord.SetupError):
        await desk.ask(desk.world.ada)


@pytest.mark.parametrize("action", [ACCEPT, REJECT, UNDO, TURN_ON, AGAIN])
@pytest.mark.parametrize("owner", ["anyone", "the presser"])
async def test_a_forged_press_of_a_member_is_refused(desk, action, owner):
    waiting, decided = await desk.propose(0, desk.genre(0)), await desk.propose(1, desk.genre(1))
    await desk.world.store.labels.decide(*decided, "accepted", desk.operator.id, NOW)
    arguments = {ACCEPT: ":".join(waiting), REJECT: ":".join(waiting), UNDO: ":".join(decided)}
    whose = ANYONE if owner == "anyone" else desk.world.ben.id
    forged = button("Forged", action, whose, arguments.get(action, "waiting:1:0"))
    await desk.world.bot.get_channel(desk.world.channel.id).send(view=message("Forged", row(forged)))
    public = desk.world.channel.history()[-1]
    before = str(public.components)
    refused = await desk.world.ben.click(public, label="Forged")
    assert TEXT_OPERATORS_ONLY in text_of(refused.response)
    assert refused.ephemeral
    assert await desk.verdicts() == {decided: "accepted"}
    # Nor is anybody else shown the list.
    assert str(desk.world.channel.history()[-1].components) == before


async def test_whoever_has_a_configured_role_is_an_operator_until_it_is_taken_away(desk):
    guild = desk.world.channel.guild
    curators = guild.create_role("Curators", permissions=discord.Permissions(manage_guild=True))
    curator = guild.add_member(desk.world.env.create_user("cora"), roles=[curators])
    pair = await desk.propose(0, desk.genre(0))
    assert TEXT_OPERATORS_ONLY in text_of((await desk.ask(curator)).response)
    desk.world.bot.admin_roles = frozenset({curators.id})
    page = (await desk.ask(curator)).response
    custom_id = f"segue:{ACCEPT}:{curator.id}:{':'.join(pair)}"
    desk.world.bot.admin_roles = frozenset()
    refused = await curator.click(page, custom_id=custom_id)
    assert TEXT_OPERATORS_ONLY in text_of(refused.response)
    assert await desk.verdicts() == {}
    desk.world.bot.admin_roles = frozenset({curators.id})
    await curator.click(page, custom_id=custom_id)
    assert await desk.verdicts() == {pair: "accepted"}


def test_each_further_vote_weighs_a_little_more_up_to_twice_the_catalogue():
    assert [weight_of(votes) for votes in (1, 2, 3, 5, 6, 1_000)] == [1.0, 1.25, 1.5, 2.0, 2.0, 2.0]
