import pytest

from tests.bot.conftest import songs_of, text_of


async def build(world, **options):
    return await world.ada.slash(world.channel, "playlist build", **{"name": "Evening", **options})


async def test_a_playlist_from_a_song_begins_with_it(world):
    result = await build(world, track=world.track(), length=12)
    assert world.title() in songs_of(result.response)[0]
    playlist = await world.store.get_playlist(world.ada.id, "Evening")
    assert len(playlist.tracks) == 12


async def test_a_playlist_of_a_genre_holds_only_that_genre(world):
    await build(world, genre="Techno", length=10)
    playlist = await world.store.get_playlist(world.ada.id, "Evening")
    frame = world.bundle.catalogue.frame.set_index("track_id")
    assert all("techno" in frame.loc[track.track_id, "genres"].split(";") for track in playlist.tracks)


async def test_a_playlist_of_a_mood_holds_only_that_mood(world):
    mood = world.bundle.clusters.names[0]
    await build(world, mood=mood.lower())
    playlist = await world.store.get_playlist(world.ada.id, "Evening")
    frame = world.bundle.catalogue.frame.set_index("track_id", drop=False)
    moods = world.bundle.clusters.predict(frame.loc[[track.track_id for track in playlist.tracks]])
    assert set(moods) == {mood}


async def test_what_a_playlist_holds_counts_as_shown(world):
    await build(world, genre="techno", length=10)
    assert len(await world.store.tracks_shown(world.ada.id)) == 10


async def test_that_a_name_is_taken_is_nobody_elses_business(world):
    await build(world, name="A secret", genre="techno")
    again = await build(world, name="A secret", genre="techno")
    assert again.ephemeral
    assert "already have a playlist" in text_of(again.response)


async def test_without_a_wish_it_asks_for_one(world):
    result = await build(world)
    assert result.ephemeral
    assert "a track, a genre, a mood" in text_of(result.response)


async def test_an_unknown_genre_names_the_closest(world):
    result = await build(world, genre="tekno")
    assert "techno" in text_of(result.response)


async def test_lists_are_listed_for_their_owner_only(world):
    await build(world, genre="techno")
    assert "Evening" in text_of((await world.ada.slash(world.channel, "playlist list")).response)
    assert "no playlists yet" in text_of((await world.ben.slash(world.channel, "playlist list")).response)


async def test_a_list_is_shown_by_name_with_pages(world):
    await build(world, genre="techno", length=15)
    shown = await world.ada.slash(world.channel, "playlist show", name="EVENING")
    assert len(songs_of(shown.response)) == 10
    await world.ada.click(shown.response, label="Next →")
    assert len(songs_of(shown.response)) == 5


async def test_somebody_elses_list_is_not_found(world):
    await build(world, genre="techno")
    shown = await world.ben.slash(world.channel, "playlist show", name="Evening")
    assert "no playlist called “Evening”" in text_of(shown.response)


async def test_a_list_is_deleted_only_after_a_second_look(world):
    await build(world, genre="techno")
    asked = await world.ada.slash(world.channel, "playlist delete", name="Evening")
    assert asked.ephemeral
    assert len(await world.store.list_playlists(world.ada.id)) == 1
    await world.ada.click(asked.response, label="Delete it")
    assert await world.store.list_playlists(world.ada.id) == []


async def test_deleting_twice_says_that_it_is_gone(world):
    await build(world, genre="techno")
    first = await world.ada.slash(world.channel, "playlist delete", name="Evening")
    second = await world.ada.slash(world.channel, "playlist delete", name="Evening")
    await world.ada.click(first.response, label="Delete it")
    pressed = await world.ada.click(second.response, label="Delete it")
    assert "no longer there" in text_of(pressed.followups[-1])


async def test_a_list_gets_another_name(world):
    await build(world, genre="techno")
    await world.ada.slash(world.channel, "playlist rename", name="Evening", to="Night")
    assert [one.name for one in await world.store.list_playlists(world.ada.id)] == ["Night"]


async def test_the_names_of_ones_own_lists_are_offered(world):
    await build(world, genre="techno")
    offered = await world.ada.autocomplete(world.channel, "playlist show", "name", "ev")
    assert [choice["value"] for choice in offered] == ["Evening"]
    assert await world.ben.autocomplete(world.channel, "playlist show", "name", "ev") == []


@pytest.mark.parametrize("name", ["Robert'); DROP TABLE playlists;--", "🎶🎶", "ليلة هادئة", "[x](http://evil) **b**"])
async def test_any_name_is_just_a_name(world, name):
    await build(world, name=name, genre="techno")
    shown = await world.ada.slash(world.channel, "playlist show", name=name)
    assert len(songs_of(shown.response)) == 10
    assert "](http://evil)" not in text_of(shown.response).replace("\\]", "")
    assert [one.name for one in await world.store.list_playlists(world.ada.id)] == [name]


async def test_a_name_of_blanks_is_refused(world):
    result = await build(world, name="   ", genre="techno")
    assert "1 to 80 characters" in text_of(result.response)


async def test_moods_and_genres_are_offered_as_one_types(world):
    genres = await world.ada.autocomplete(world.channel, "playlist build", "genre", "tech")
    assert [choice["value"] for choice in genres][:1] == ["techno"]
    moods = await world.ada.autocomplete(world.channel, "playlist build", "mood", "")
    assert [choice["value"] for choice in moods] == world.bundle.clusters.names
