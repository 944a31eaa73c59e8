"""`/playlist build` from a wish and in an order, `/playlist path`, `/playlist expand`."""

import asyncio

import pytest

from bot.features.playlists.building import write_recipe
from storage.playlists import TRACKS_PER_PLAYLIST, PlaylistTrack
from tests.bot.conftest import NOW, buttons_of, contradiction, songs_of, text_of


async def build(world, **options):
    return await world.ada.slash(world.channel, "playlist build", **{"name": "Evening", **options})


async def path(world, start, end, **options):
    return await world.ada.slash(world.channel, "playlist path", **{"name": "Way", "from": start, "to": end, **options})


async def expand(world, member=None, **options):
    return await (member or world.ada).slash(world.channel, "playlist expand", **{"name": "Evening", **options})


async def kept(world, name="Evening"):
    return await world.store.get_playlist(world.ada.id, name)


async def keep(world, track_ids, name="Evening"):
    """A playlist of Ada's as an earlier command would have made it."""
    tracks = [PlaylistTrack(track_id, "somebody", "something", "[]") for track_id in track_ids]
    return await world.store.create_playlist(world.ada.id, None, name, tracks, {}, "v", NOW)


def songs_in(world, playlist):
    return [world.bundle.recommender.song_of(track.track_id) for track in playlist.tracks]


def numbers(world, playlist, feature):
    return world.bundle.recommender.columns.numbers[feature][songs_in(world, playlist)]


async def test_a_wish_is_explained_and_kept_to(world):
    reply = (await build(world, wish="mellow, no vocals, 8 songs")).response
    assert "“mellow”: calm, quiet" in text_of(reply)
    assert "“no vocals”: only instrumental music" in text_of(reply)
    playlist = await kept(world)
    assert len(playlist.tracks) == 8
    assert (numbers(world, playlist, "instrumentalness") >= 0.5).all()
    assert playlist.recipe["wish"] == "mellow, no vocals, 8 songs"


async def test_the_option_decides_how_long_not_the_wish(world):
    reply = (await build(world, wish="mellow, 8 songs", length=6)).response
    assert len((await kept(world)).tracks) == 6
    assert "`length` decides: 6 songs." in text_of(reply)


async def test_a_wish_for_more_songs_than_can_be_gets_the_most(world):
    reply = (await build(world, wish="mellow, 300 songs")).response
    assert len((await kept(world)).tracks) == 50
    assert "5 to 50 songs" in text_of(reply)


@pytest.mark.parametrize("wish", ["asdf qwer zxcv", "!!!", "12 songs", "not", "🎸🔥"])
async def test_a_wish_that_says_nothing_about_songs_is_refused_in_private(world, wish):
    result = await build(world, wish=wish)
    assert result.ephemeral
    assert "says nothing about the songs" in text_of(result.response)
    assert await world.store.list_playlists(world.ada.id) == []


async def test_a_wish_beside_a_song_is_kept_to(world):
    reply = (await build(world, track=world.track(), wish="instrumental, fast", length=8)).response
    playlist = await kept(world)
    assert playlist.tracks[0].track_id == world.track()
    assert (numbers(world, playlist, "instrumentalness")[1:] >= 0.5).all()
    assert "“fast”: fast" in text_of(reply)


async def test_what_was_ignored_of_a_wish_is_said_without_its_markdown(world):
    reply = (await build(world, track=world.track(), wish="**frobnicate** [x](http://evil)")).response
    text = text_of(reply)
    assert "understood nothing" in text
    assert "Ignored" in text
    assert "](http://evil)" not in text.replace("\\]", "")


async def test_a_genre_both_wanted_and_ruled_out_is_refused_in_private(world):
    result = await build(world, genre="techno", wish="no techno, fast")
    assert result.ephemeral
    assert "both wanted and unwanted" in text_of(result.response)


async def test_that_eras_are_guessed_is_said(world):
    assert "years are guessed" in text_of((await build(world, wish="mellow 90s")).response)


async def test_conditions_that_leave_nothing_are_bent_by_a_press_after_a_restart(world):
    genre, mood = contradiction(world)
    reply = (await build(world, genre=genre, mood=mood, length=5)).response
    assert "No songs are left for" in text_of(reply)
    assert await world.store.list_playlists(world.ada.id) == []
    (label,) = buttons_of(reply)
    await world.restart()
    foreign = await world.ben.click(reply, label=label)
    assert "belong to" in text_of(foreign.response)
    await world.ada.click(reply, label=label)
    assert len((await kept(world)).tracks) == len(songs_of(reply)) > 0


async def test_an_offer_whose_name_was_taken_in_between_says_so(world):
    genre, mood = contradiction(world)
    reply = (await build(world, genre=genre, mood=mood)).response
    (label,) = buttons_of(reply)
    await build(world, genre="techno")
    pressed = await world.ada.click(reply, label=label)
    assert "already have a playlist called" in text_of(pressed.followups[-1])
    assert len(await world.store.list_playlists(world.ada.id)) == 1


async def test_a_forgotten_offer_says_so(world):
    genre, mood = contradiction(world)
    reply = (await build(world, genre=genre, mood=mood)).response
    (label,) = buttons_of(reply)
    await world.store.delete_user(world.ada.id)
    pressed = await world.ada.click(reply, label=label)
    assert "no longer know that button" in text_of(pressed.followups[-1])


async def test_when_fewer_songs_are_left_the_reply_says_how_many(world):
    reply = (await build(world, genre="techno", length=50)).response
    count = len((await kept(world)).tracks)
    assert count < 50
    assert f"Only {count} songs left" in text_of(reply)


async def test_a_list_is_in_a_steady_order_unless_told_otherwise(world):
    steady = (await build(world, track=world.track(), length=15)).response
    best = (await build(world, name="Best", track=world.track(), length=15, order="best first")).response
    assert "Ordered for small steps" in text_of(steady)
    assert "Ordered" not in text_of(best)
    one, other = await kept(world), await kept(world, "Best")
    assert set(songs_in(world, one)) == set(songs_in(world, other))
    assert songs_in(world, one) != songs_in(world, other)


async def test_a_rising_list_ends_livelier_than_it_begins(world):
    await build(world, wish="not explicit", length=30, order="rise")
    energy = numbers(world, await kept(world), "energy")
    assert energy[-10:].mean() > energy[:10].mean() + 0.2


async def test_a_recipe_is_kept_whole(world):
    await build(world, track=world.track(), genre="techno", length=5, order="wave")
    recipe = (await kept(world)).recipe
    assert recipe["filters"]["genres"] == ["techno"]
    assert (recipe["track_id"], recipe["order"], recipe["length"]) == (world.track(), "wave", 5)


async def test_a_path_leads_from_one_song_to_the_other(world):
    reply = (await path(world, world.track(0), world.track(900), length=8)).response
    playlist = await kept(world, "Way")
    assert [playlist.tracks[0].track_id, playlist.tracks[-1].track_id] == [world.track(0), world.track(900)]
    assert len(set(songs_in(world, playlist))) == 8
    assert text_of(reply).count("-# ↳") == 8  # seven steps, and the line that explains them


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(0, 0, "the same song"), (0, None, "Closest"), (None, 0, "Closest")],
)
async def test_a_path_without_two_songs_is_refused_in_private(world, start, end, words):
    names = ["zzzqqq xxxyyy" if row is None else world.track(row) for row in (start, end)]
    result = await path(world, *names)
    assert result.ephemeral
    assert words in text_of(result.response)
    assert await world.store.list_playlists(world.ada.id) == []


async def test_a_path_under_a_taken_name_is_refused_in_private(world):
    await path(world, world.track(0), world.track(9))
    result = await path(world, world.track(3), world.track(9))
    assert result.ephemeral
    assert "already have a playlist" in text_of(result.response)


async def test_songs_are_offered_for_both_ends_of_a_path(world):
    for option in ("from", "to"):
        assert await world.ada.autocomplete(world.channel, "playlist path", option, world.title()[:6])


async def test_a_list_grows_by_songs_that_are_not_on_it(world):
    before = await keep(world, [world.track(row) for row in range(12)])
    reply = (await expand(world, count=7)).response
    after = await kept(world)
    assert after.tracks[:12] == before.tracks
    added = set(songs_in(world, after)[12:])
    assert len(added) == 7
    assert not added & set(songs_in(world, before))
    assert "Added: songs 13–19." in text_of(reply)
    assert {track.track_id for track in after.tracks[12:]} <= await world.store.tracks_shown(world.ada.id)


async def test_a_grown_list_shows_the_page_of_its_new_songs(world):
    await keep(world, [world.track(row) for row in range(20)])
    await world.restart()
    reply = (await expand(world)).response
    assert "songs 21–30 of 30" in text_of(reply)
    await world.ada.click(reply, label="← Back")
    assert "songs 11–20 of 30" in text_of(reply)


async def test_nobody_grows_somebody_elses_list(world):
    await keep(world, [world.track()])
    result = await expand(world, world.ben)
    assert result.ephemeral
    assert "no playlist called “Evening”" in text_of(result.response)
    assert await world.ben.autocomplete(world.channel, "playlist expand", "name", "ev") == []


@pytest.mark.parametrize("track_ids", [[], ["0" * 22, "1" * 22]])
async def test_a_list_without_any_known_song_can_not_grow(world, track_ids):
    await keep(world, track_ids)
    result = await expand(world)
    assert result.ephemeral
    assert "none of the songs" in text_of(result.response)


async def test_a_full_list_does_not_grow_and_an_almost_full_one_only_to_its_end(world):
    rows = range(TRACKS_PER_PLAYLIST - 3)
    await keep(world, [world.track(row) for row in rows])
    reply = (await expand(world)).response
    assert len((await kept(world)).tracks) == TRACKS_PER_PLAYLIST
    assert "Added: songs 498–500." in text_of(reply)
    assert f"at most {TRACKS_PER_PLAYLIST}" in text_of(reply)
    again = await expand(world)
    assert again.ephemeral
    assert "full" in text_of(again.response)


async def test_a_list_that_grew_in_between_is_left_alone(world, monkeypatch):
    """The list is grown by somebody else while the songs are being found."""
    await keep(world, [world.track(row) for row in range(5)])
    found, may_go_on = asyncio.Event(), asyncio.Event()
    extend = world.store.extend_playlist

    async def late(*arguments):
        found.set()
        await may_go_on.wait()
        return await extend(*arguments)

    monkeypatch.setattr(world.store, "extend_playlist", late)
    slow = asyncio.create_task(expand(world, count=3))
    await found.wait()
    playlist = await kept(world)
    await extend(world.ada.id, None, playlist.id, 5, [PlaylistTrack(world.track(700), "a", "b", "[]")], "v", NOW)
    may_go_on.set()
    assert "changed in the meantime" in text_of((await slow).response)
    assert len((await kept(world)).tracks) == 6


async def test_a_list_deleted_while_it_grows_says_so(world, monkeypatch):
    await keep(world, [world.track(row) for row in range(5)])
    extend = world.store.extend_playlist

    async def after_deletion(*arguments):
        await world.store.delete_playlist(world.ada.id, "Evening")
        return await extend(*arguments)

    monkeypatch.setattr(world.store, "extend_playlist", after_deletion)
    assert "no longer there" in text_of((await expand(world)).response)


async def test_orders_have_names_that_say_what_they_do(world):
    payload = world.bot.tree.get_command("playlist").get_command("build").to_dict(world.bot.tree)
    (order,) = [option for option in payload["options"] if option["name"] == "order"]
    assert [choice["value"] for choice in order["choices"]] == ["steady", "rise", "fall", "wave", "best first"]


async def test_a_recipe_survives_storage():
    import json

    from bot.features.playlists.building import Recipe, read_recipe
    from ml.filters import Filters, Range

    filters = Filters(("a",), ("b",), ("c",), (Range("tempo", 60, None),), explicit=False)
    recipe = Recipe("t", "wish", filters, 9, "rise")
    assert read_recipe(json.loads(json.dumps(write_recipe(recipe)))) == recipe
