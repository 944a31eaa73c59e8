"""`/recommend` with more than a song: further songs, conditions, and what happens when they leave too little."""

import pytest

from storage.answers import Answer, AnswerTrack
from tests.bot.conftest import NOW, buttons_of, contradiction, songs_of, text_of


async def recommend(world, **options):
    return await world.ada.slash(world.channel, "recommend", **{"track": world.track(), **options})


async def stored_of(world, reply):
    return await world.store.load_answer(buttons_of(reply)["More"]["custom_id"].split(":")[3])


def genres_of(world, track_id):
    frame = world.bundle.catalogue.frame
    return frame["genres"].iat[world.bundle.catalogue.row_of[track_id]].split(";")


async def test_a_further_song_changes_the_list_and_is_never_on_it(world):
    alone = await recommend(world)
    together = await recommend(world, more=world.track(7))
    assert songs_of(together.response) != songs_of(alone.response)
    assert f"with {world.title(7)}" in text_of(together.response)
    assert world.track(7) not in {one.track_id for one in (await stored_of(world, together.response)).tracks}


async def test_a_song_to_be_unlike_is_never_on_the_list_and_changes_it(world):
    alone = await recommend(world)
    unwanted = (await stored_of(world, alone.response)).tracks[0].track_id
    other = await recommend(world, less=unwanted)
    assert unwanted not in {one.track_id for one in (await stored_of(world, other.response)).tracks}
    assert "unlike " in text_of(other.response)


@pytest.mark.parametrize(("option", "words"), [("more", "give another one"), ("less", "give another one as `less`")])
async def test_the_same_song_twice_is_refused_in_private(world, option, words):
    result = await recommend(world, **{option: world.track()})
    assert result.ephemeral
    assert words in text_of(result.response)


@pytest.mark.parametrize("conditions", [{}, {"genre": "techno"}])
async def test_a_song_to_be_unlike_needs_something_to_go_by(world, conditions):
    result = await world.ada.slash(world.channel, "recommend", less=world.track(), **conditions)
    assert result.ephemeral
    assert "`less` needs a song to start from, or a taste that I know." in text_of(result.response)
    await world.store.press(1, world.ada.id, None, world.track(7), "like", NOW)
    result = await world.ada.slash(world.channel, "recommend", less=world.track(), **conditions)
    assert "unlike" in text_of(result.response)


@pytest.mark.parametrize("option", ["more", "less"])
async def test_an_unknown_further_song_names_the_closest(world, option):
    result = await recommend(world, **{option: "zzzqqq xxxyyy"})
    assert result.ephemeral
    assert "Closest" in text_of(result.response)


async def test_a_genre_is_kept_to(world):
    reply = (await recommend(world, genre="techno", count=5)).response
    assert "only the genre “techno”" in text_of(reply)
    assert all("techno" in genres_of(world, one.track_id) for one in (await stored_of(world, reply)).tracks)


async def test_bold_lists_are_less_known_than_easy_ones(world):
    recommender = world.bundle.recommender
    known = {}
    for dial in ("easy", "bold"):
        reply = (await recommend(world, adventurous=dial, count=30)).response
        assert dial in text_of(reply).split("\n")[1]
        songs = [recommender.song_of(one.track_id) for one in (await stored_of(world, reply)).tracks]
        known[dial] = recommender.facts.familiarity[songs].mean()
    assert known["bold"] < known["easy"]


async def test_more_remembers_every_option_across_a_restart(world):
    options = {"more": world.track(3), "less": world.track(8), "adventurous": "bold", "genre": "techno"}
    reply = (await recommend(world, count=5, **options)).response
    await world.restart()
    await world.ada.click(reply, label="More")
    stored = await stored_of(world, reply)
    assert len(stored.tracks) == 10
    assert all("techno" in genres_of(world, one.track_id) for one in stored.tracks)
    assert {world.track(3), world.track(8)}.isdisjoint(one.track_id for one in stored.tracks)
    assert "bold" in text_of(reply)


async def test_a_list_of_an_earlier_segue_still_goes_on(world):
    """Its request was stored with a track and a count alone."""
    old = (await recommend(world)).response
    tracks = [AnswerTrack(one.track_id, 0.0, "[]") for one in (await stored_of(world, old)).tracks]
    answer = Answer("old", world.ada.id, None, "recommend", {"track_id": world.track(), "count": 10}, "v")
    await world.store.save_answer(answer, tracks, NOW)
    press = world.bot.press_handlers["more"].__self__
    await press._extend(await world.store.load_answer("old"))
    assert len((await world.store.load_answer("old")).tracks) == 20


async def test_fewer_songs_than_asked_for_are_announced(world):
    reply = (await recommend(world, genre="techno", count=50)).response
    stored = await stored_of(world, reply)
    assert len(stored.tracks) < 50
    while not buttons_of(reply).get("Next →", {"disabled": True})["disabled"]:
        await world.ada.click(reply, label="Next →")
    assert f"Only {len(stored.tracks)} songs left for this" in text_of(reply)


async def test_conditions_that_leave_nothing_come_with_an_offer(world):
    genre, mood = contradiction(world)
    reply = (await recommend(world, genre=genre, mood=mood)).response
    assert "No songs are left for" in text_of(reply)
    (label,) = buttons_of(reply)
    assert label.startswith(("Take ", "Leave out "))
    await world.ada.click(reply, label=label)
    stored = await stored_of(world, reply)
    assert songs_of(reply)
    assert text_of(reply).startswith("### Goes with")
    assert len(stored.tracks) == len(songs_of(reply))


async def test_an_offer_can_be_taken_after_a_restart_but_by_nobody_else(world):
    genre, mood = contradiction(world)
    reply = (await recommend(world, genre=genre, mood=mood)).response
    (label,) = buttons_of(reply)
    await world.restart()
    foreign = await world.ben.click(reply, label=label)
    assert foreign.ephemeral
    assert "belong to" in text_of(foreign.response)
    await world.ada.click(reply, label=label)
    assert songs_of(reply)


async def test_an_offer_taken_twice_makes_one_list(world):
    genre, mood = contradiction(world)
    reply = (await recommend(world, genre=genre, mood=mood)).response
    ((label, press),) = buttons_of(reply).items()
    await world.ada.click(reply, label=label)
    first = songs_of(reply)
    handler = world.bot.press_handlers["instead"].__self__
    stored = await world.store.load_answer(press["custom_id"].split(":")[3])
    await handler._extend(stored.__class__(**{**vars(stored), "tracks": []}))
    assert len((await world.store.load_answer(stored.id)).tracks) == len(first)


async def test_an_unknown_genre_is_refused_in_private(world):
    result = await recommend(world, genre="tekno")
    assert result.ephemeral
    assert "techno" in text_of(result.response)


async def test_songs_are_offered_for_more_and_less_as_one_types(world):
    for option in ("more", "less"):
        offered = await world.ada.autocomplete(world.channel, "recommend", option, world.title()[:6])
        assert offered
