"""“Wrong genre?”: what members propose."""

import pytest

from bot.features.labels.view import MENU_GENRES, PICK
from bot.layout import message
from bot.presses import ANYONE, button, row
from bot.songs import TEXT_LEFT_CATALOGUE
from storage.labels import PROPOSALS_PER_TRACK
from tests.bot.conftest import NOW, buttons_of, text_of

OPERATOR = 77
GONE = "1" * 22


async def classified(world, row=0):
    return (await world.ada.slash(world.channel, "classify", track=world.track(row))).response


async def card_for(world, member=None, row=0):
    """The card behind “Wrong genre?”."""
    pressed = await (member or world.ada).click(await classified(world, row), label="Wrong genre?")
    assert pressed.ephemeral
    return pressed.response


def offered(card):
    return [option["value"] for option in buttons_of(card)[MENU_GENRES]["options"]]


async def pick(member, card, *genres):
    return await member.select(card, [*genres], custom_id=buttons_of(card)[MENU_GENRES]["custom_id"])


async def write(member, card, text):
    """Write a genre into the form behind “Another genre”."""
    form = await member.click(card, label="Another genre")
    return await member.submit_modal(form, {form.modal["components"][0]["component"]["custom_id"]: text})


async def proposed(world, member=None, row=0):
    return (await world.store.labels.of_track((member or world.ada).id, world.track(row))).proposed


def filed(world, row=0):
    return world.bundle.catalogue.frame["genres"].iat[row].split(";")


def likely(world, row=0):
    """The model's genres for a song, best first."""
    frame = world.bundle.catalogue.frame.iloc[[row]]
    return [*world.bundle.classifier.predict_memberships(frame).iloc[0].sort_values(ascending=False).index]


async def test_the_card_says_how_the_song_is_filed_and_guessed_and_offers_the_likeliest_others(world):
    card = await card_for(world)
    text = text_of(card)
    assert world.title() in text
    assert f"In the catalogue as {', '.join(filed(world))}" in text
    assert likely(world)[0] in text
    assert offered(card) == [genre for genre in likely(world) if genre not in filed(world)][:25]


async def test_anyone_who_sees_the_song_gets_a_card_of_their_own(world):
    reply = await classified(world)
    for member in (world.ada, world.ben):
        card = (await member.click(reply, label="Wrong genre?")).response
        assert f":{member.id}:" in buttons_of(card)[MENU_GENRES]["custom_id"]


async def test_what_is_picked_is_proposed_and_said_on_the_card(world):
    card = await card_for(world)
    first, second = offered(card)[:2]
    await pick(world.ada, card, first, second)
    assert set(await proposed(world)) == {first, second}
    assert await proposed(world, world.ben) == ()
    text = text_of(card)
    assert "Thank you, noted." in text
    assert f"**You propose:** {', '.join(sorted((first, second)))}" in text
    assert "An operator looks at it; if it is accepted, the next training learns from it" in text
    assert not {first, second} & set(offered(card))
    assert {f"Take back {first}", f"Take back {second}"} < set(buttons_of(card))


async def test_three_genres_for_a_song_are_the_most_and_then_nothing_is_offered(world):
    card = await card_for(world)
    assert buttons_of(card)[MENU_GENRES]["max_values"] == PROPOSALS_PER_TRACK
    await pick(world.ada, card, *offered(card)[:2])
    assert buttons_of(card)[MENU_GENRES]["max_values"] == 1
    await pick(world.ada, card, offered(card)[0])
    assert len(await proposed(world)) == 3
    assert {label.split()[0] for label in buttons_of(card)} == {"Take"}
    assert "take one back to propose another" in text_of(card)


async def test_a_second_card_that_was_open_meanwhile_takes_no_fourth_genre(world):
    reply = await classified(world)
    cards = [(await world.ada.click(reply, label="Wrong genre?")).response for _ in range(2)]
    genres = offered(cards[0])
    await pick(world.ada, cards[0], *genres[:3])
    refused = await pick(world.ada, cards[1], genres[3])
    assert "take one back first" in text_of(refused.followups[-1])
    assert set(await proposed(world)) == set(genres[:3])


async def test_proposing_the_same_twice_is_one_vote(world):
    reply = await classified(world)
    cards = [(await world.ada.click(reply, label="Wrong genre?")).response for _ in range(2)]
    genre = offered(cards[0])[0]
    for card in cards:
        await pick(world.ada, card, genre)
        assert f"Thank you, noted.\n**You propose:** {genre}" in text_of(card)
    (waiting,), _ = await world.store.labels.waiting(1, 0, 10)
    assert (waiting.genre, waiting.votes) == (genre, 1)


async def test_what_is_proposed_can_be_taken_back_and_proposed_again(world):
    card = await card_for(world)
    genre = offered(card)[0]
    await pick(world.ada, card, genre)
    await world.ada.click(card, label=f"Take back {genre}")
    assert await proposed(world) == ()
    assert f"you no longer propose **{genre}**" in text_of(card)
    assert offered(card)[0] == genre
    await pick(world.ada, card, genre)
    assert await proposed(world) == (genre,)


async def test_a_later_card_shows_what_was_proposed_and_takes_it_back(world):
    card = await card_for(world)
    genre = offered(card)[0]
    await pick(world.ada, card, genre)
    later = await card_for(world)
    assert f"**You propose:** {genre}" in text_of(later)
    await world.ada.click(later, label=f"Take back {genre}")
    assert await proposed(world) == ()
    assert "You propose" not in text_of(await card_for(world, world.ben))


async def test_a_genre_can_be_written_and_a_typo_is_understood(world):
    card = await card_for(world)
    await write(world.ada, card, "Black Metl")
    assert await proposed(world) == ("black-metal",)
    assert "Thank you, noted.\n**You propose:** black-metal" in text_of(card)


@pytest.mark.parametrize(("text", "near"), [("rap", "hip-hop"), ("*nonsense*", ""), ("🎧", "")])
async def test_an_unknown_genre_is_refused_with_near_ones(world, text, near):
    card = await card_for(world)
    refused = await write(world.ada, card, text)
    assert refused.ephemeral
    said = text_of(refused.response)
    assert "I know no genre called" in said
    assert near in said.split("Closest: ")[1]
    assert await proposed(world) == ()


async def test_the_genre_that_a_song_has_already_is_refused(world):
    refused = await write(world.ada, await card_for(world), filed(world)[0])
    assert f"It is filed under {filed(world)[0]} already." in text_of(refused.response)
    assert await proposed(world) == ()


@pytest.mark.parametrize("verdict", ["accepted", "rejected"])
@pytest.mark.parametrize("way", ["menu", "form"])
async def test_what_was_decided_meanwhile_is_refused_with_what_was_decided(world, verdict, way):
    card = await card_for(world)
    genre, other = offered(card)[:2]
    await world.store.labels.propose(1, world.ben.id, world.track(), [genre], NOW)
    await world.store.labels.decide(world.track(), genre, verdict, OPERATOR, NOW)
    await (pick(world.ada, card, genre, other) if way == "menu" else write(world.ada, card, genre))
    assert f"**{genre}** has been {verdict} for this song already" in text_of(card)
    assert await proposed(world) == ((other,) if way == "menu" else ())
    assert genre not in offered(await card_for(world))


async def test_what_was_decided_cannot_be_taken_back_any_more(world):
    card = await card_for(world)
    genre = offered(card)[0]
    await pick(world.ada, card, genre)
    await world.store.labels.decide(world.track(), genre, "accepted", OPERATOR, NOW)
    await world.ada.click(card, label=f"Take back {genre}")
    assert f"**{genre}** has been accepted for this song already" in text_of(card)
    assert [one.votes for one in await world.store.labels.accepted()] == [1]


async def test_too_many_proposals_are_refused_in_a_sentence(world, monkeypatch):
    monkeypatch.setattr("storage.labels.PROPOSALS_PER_MEMBER", 1)
    card = await card_for(world)
    first, second = offered(card)[:2]
    await pick(world.ada, card, first)
    refused = await pick(world.ada, card, second)
    assert "1 of your proposals are still waiting" in text_of(refused.followups[-1])
    assert await proposed(world) == (first,)


async def test_a_message_from_before_a_restart_still_serves(world):
    reply = await classified(world)
    card = (await world.ada.click(reply, label="Wrong genre?")).response
    form = await world.ada.click(card, label="Another genre")
    genre = offered(card)[0]
    await world.restart()
    await pick(world.ada, card, genre)
    await world.ada.submit_modal(form, {form.modal["components"][0]["component"]["custom_id"]: "black-metal"})
    await world.restart()
    assert set(await proposed(world)) == {genre, "black-metal"}
    await world.ada.click(card, label=f"Take back {genre}")
    assert await proposed(world) == ("black-metal",)
    assert "You propose" in text_of((await world.ada.click(reply, label="Wrong genre?")).response)


async def test_a_song_that_has_left_the_catalogue_is_refused_and_its_proposals_can_be_taken_back(world):
    buttons = [
        button("Wrong genre?", "label", ANYONE, GONE),
        button("Another genre", "label-other", ANYONE, GONE),
        button("Take back techno", "label-back", ANYONE, f"{GONE}:techno"),
    ]
    await world.bot.get_channel(world.channel.id).send(view=message("An old card", row(*buttons)))
    old = world.channel.history()[-1]
    for label in ("Wrong genre?", "Another genre"):
        refused = await world.ada.click(old, label=label)
        assert refused.ephemeral
        assert TEXT_LEFT_CATALOGUE in text_of(refused.response)
    await world.store.labels.propose(1, world.ada.id, GONE, ["techno"], NOW)
    await world.ada.click(old, label="Take back techno")
    assert (await world.store.labels.of_track(world.ada.id, GONE)).proposed == ()


async def test_a_genre_that_the_model_has_forgotten_is_refused(world, monkeypatch):
    card = await card_for(world)
    genre = offered(card)[0]
    known = world.bundle.classifier.genres
    monkeypatch.setattr(world.bundle.classifier, "genres", [one for one in known if one != genre])
    refused = await pick(world.ada, card, genre)
    assert f"I no longer know the genre “{genre}”." in text_of(refused.response)
    assert await proposed(world) == ()


async def test_nobody_proposes_on_the_card_of_another(world):
    card = await card_for(world)
    genre = offered(card)[0]
    forged = button("Propose", PICK, world.ada.id, world.track())
    await world.bot.get_channel(world.channel.id).send(view=message("Forged", row(forged)))
    refused = await world.ben.click(world.channel.history()[-1], label="Propose")
    assert "These buttons belong to" in text_of(refused.response)
    assert await proposed(world) == await proposed(world, world.ben) == ()
    assert genre in offered(card)


async def test_proposals_are_exported_and_deleted_with_everything_else(world):
    card = await card_for(world)
    genre = offered(card)[0]
    await pick(world.ada, card, genre)
    (row_of_ada,) = (await world.store.export_user(world.ada.id))["labels"]
    assert (row_of_ada["track_id"], row_of_ada["genre"]) == (world.track(), genre)
    asked = await world.ada.slash(world.channel, "privacy delete")
    await world.ada.click(asked.response, label="Delete everything")
    assert await world.store.labels.waiting(1, 0, 10) == ([], 0)
