"""👍 and 👎, and what they do to the next list."""

import sqlite3
from contextlib import closing

import pytest

from bot.songs import MENU_SONGS
from storage.answers import Answer, AnswerTrack
from storage.database import TEXT_BUSY
from tests.bot.conftest import buttons_of, songs_of, text_of, thumbs_of
from tests.bot.tastes import of_genre

GREEN, GREY, RED = 3, 2, 4


async def recommend(world, member=None, **options):
    return (await (member or world.ada).slash(world.channel, "recommend", **options)).response


async def card_of(world, member, reply, place=0):
    """The card that the list's menu opens."""
    menu = buttons_of(reply)[MENU_SONGS]
    return (await member.select(reply, [menu["options"][place]["value"]], custom_id=menu["custom_id"])).response


async def likes_of(world, member):
    return {one.track_id: one.verdict for one in await world.store.opinions(member.id)}


async def test_every_song_of_a_list_has_a_thumb(world):
    reply = await recommend(world, track=world.track())
    assert len(thumbs_of(reply)) == len(songs_of(reply)) == 10
    assert {thumb["style"] for thumb in thumbs_of(reply)} == {GREY}


async def test_a_press_is_stored_and_shown_and_a_second_one_takes_it_back(world):
    reply = await recommend(world, track=world.track())
    first = thumbs_of(reply)[0]["custom_id"]
    await world.ada.click(reply, custom_id=first)
    assert await likes_of(world, world.ada) == {first.split(":")[3]: "like"}
    assert [thumb["style"] for thumb in thumbs_of(reply)][:2] == [GREEN, GREY]
    await world.ada.click(reply, custom_id=first)
    assert await likes_of(world, world.ada) == {}
    assert thumbs_of(reply)[0]["style"] == GREY


async def test_a_thumb_stays_green_when_pages_turn(world):
    reply = await recommend(world, track=world.track(), count=20)
    await world.ada.click(reply, custom_id=thumbs_of(reply)[0]["custom_id"])
    await world.ada.click(reply, label="Next →")
    assert {thumb["style"] for thumb in thumbs_of(reply)} == {GREY}
    await world.ada.click(reply, label="← Back")
    assert thumbs_of(reply)[0]["style"] == GREEN


async def test_anyone_may_press_and_what_the_list_shows_is_its_askers(world):
    reply = await recommend(world, track=world.track())
    pressed = await world.ben.click(reply, custom_id=thumbs_of(reply)[0]["custom_id"])
    assert pressed.ephemeral
    assert "you like" in text_of(pressed.response)
    assert thumbs_of(reply)[0]["style"] == GREY
    assert list((await likes_of(world, world.ben)).values()) == ["like"]
    assert await likes_of(world, world.ada) == {}


async def test_a_second_press_leaves_the_first_thumb_as_it_stands(world):
    reply = await recommend(world, track=world.track())
    first, second = (thumb["custom_id"] for thumb in thumbs_of(reply)[:2])
    # Pressed a moment ago, and not shown yet: the message comes along as it was before.
    await world.store.press(1, world.ada.id, None, first.split(":")[3], "like", world.bot.clock())
    await world.ada.click(reply, custom_id=second)
    assert [thumb["style"] for thumb in thumbs_of(reply)][:3] == [GREEN, GREEN, GREY]


@pytest.mark.parametrize("whose", ["ada", "ben"])
async def test_a_press_on_a_busy_database_is_answered_at_once_then_refused(world, tmp_path, whose):
    reply = await recommend(world, track=world.track())
    await world.store._database.write(lambda db: db.conn.execute("PRAGMA busy_timeout=50"))
    with closing(sqlite3.connect(tmp_path / "segue.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        pressed = await getattr(world, whose).click(reply, custom_id=thumbs_of(reply)[0]["custom_id"])
    # What waits is replaced; a list that stays as it is gets a reply beside it.
    assert TEXT_BUSY in text_of(pressed.followups[-1] if whose == "ada" else pressed.response)
    assert {thumb["style"] for thumb in thumbs_of(reply)} == {GREY}
    assert await likes_of(world, world.ada) == await likes_of(world, world.ben) == {}


async def test_a_song_card_says_all_and_shows_what_stands(world):
    reply = await recommend(world, track=world.track())
    card = await card_of(world, world.ada, reply)
    assert card.ephemeral
    assert {"👍", "👎", "More like this", "Not this artist"} == set(buttons_of(card))
    await world.ada.click(card, label="👎")
    assert buttons_of(card)["👎"]["style"] == RED
    await world.ada.click(card, label="👍")
    assert (buttons_of(card)["👍"]["style"], buttons_of(card)["👎"]["style"]) == (GREEN, GREY)


async def test_thumbs_work_after_a_restart_and_on_forgotten_answers(world):
    reply = await recommend(world, track=world.track())
    await world.store.delete_user(world.ada.id)
    await world.restart()
    await world.ada.click(reply, custom_id=thumbs_of(reply)[0]["custom_id"])
    assert list((await likes_of(world, world.ada)).values()) == ["like"]


async def test_what_is_disliked_does_not_come_again(world):
    reply = await recommend(world, track=world.track())
    first = songs_of(reply)[0]
    await world.ada.click(await card_of(world, world.ada, reply), label="👎")
    assert first not in songs_of(await recommend(world, track=world.track()))


@pytest.mark.parametrize("kind", ["track", "artist"])
async def test_what_is_blocked_does_not_come_again(world, kind):
    reply = await recommend(world, track=world.track())
    track_id = thumbs_of(reply)[0]["custom_id"].split(":")[3]
    frame = world.bundle.catalogue.frame.set_index("track_id")
    artist = frame.at[track_id, "artists"].split(";")[0]
    value = track_id if kind == "track" else artist.casefold()
    await world.store.block(1, world.ada.id, kind, value, "it", world.bot.clock())
    again = await recommend(world, track=world.track())
    assert songs_of(reply)[0] not in songs_of(again)
    if kind == "artist":
        assert artist not in "".join(songs_of(again))


async def test_without_a_song_and_without_a_taste_artists_and_moods_are_offered(world):
    reply = await recommend(world)
    assert reply.ephemeral
    menus = buttons_of(reply)
    artists, moods = menus["Pick artists …"], menus["… or moods"]
    assert len(artists["options"]) == 25
    picked = [option["value"] for option in artists["options"][:2]]
    first = (await world.ada.select(reply, picked, custom_id=artists["custom_id"])).response
    assert len(songs_of(first)) == 10
    assert artists["options"][0]["label"] in text_of(first).split("\n")[0]
    by_mood = (await world.ada.select(reply, [moods["options"][0]["value"]], custom_id=moods["custom_id"])).response
    assert moods["options"][0]["label"] in text_of(by_mood)


async def test_no_blocked_artist_is_offered_at_the_start(world):
    first = buttons_of(await recommend(world))["Pick artists …"]["options"][0]["label"]
    await world.store.block(1, world.ada.id, "artist", first.split(", ")[0].casefold(), "it", world.bot.clock())
    offered = buttons_of(await recommend(world))["Pick artists …"]["options"]
    assert len(offered) > 10
    assert first not in [one["label"] for one in offered]


async def test_without_a_song_the_list_comes_from_what_was_liked_and_is_new(world):
    reply = await recommend(world, track=world.track())
    for thumb in thumbs_of(reply)[:3]:
        await world.ada.click(reply, custom_id=thumb["custom_id"])
    own = await recommend(world)
    assert "For you" in text_of(own)
    assert len(songs_of(own)) == 10
    assert not set(songs_of(own)) & set(songs_of(reply))
    genre = world.bundle.catalogue.frame["genres"].iat[0].split(";")[0]
    assert text_of(own).count(genre) >= 3


async def test_one_members_taste_is_not_anothers(world):
    reply = await recommend(world, track=world.track())
    await world.ada.click(reply, custom_id=thumbs_of(reply)[0]["custom_id"])
    assert "What do you like?" in text_of(await recommend(world, world.ben))


async def test_a_genre_or_mood_alone_is_enough_to_go_by(world):
    genre = world.bundle.catalogue.genres[0]
    reply = await recommend(world, genre=genre)
    assert len(songs_of(reply)) == 10
    assert "For you" in text_of(reply)
    assert genre in text_of(reply)


@pytest.mark.parametrize("left", [0, 3])
async def test_conditions_alone_begin_again_when_too_little_is_new(world, left):
    tracks = [AnswerTrack(one, 0.0, "[]") for one in of_genre(world, 0, 10_000)[left:]]
    earlier = Answer("earlier", world.ada.id, None, "recommend", {}, world.bundle.version)
    await world.store.save_answer(earlier, tracks, world.bot.clock())
    reply = await recommend(world, genre=world.bundle.catalogue.genres[0])
    assert len(songs_of(reply)) == 10


async def build(world, name, **options):
    return (await world.ada.slash(world.channel, "playlist build", name=name, **options)).response


async def test_the_songs_of_a_playlist_can_be_liked_on_every_page(world):
    reply = await build(world, "Mix", track=world.track(), length=15)
    assert len(thumbs_of(reply)) == 10
    await world.ada.click(reply, custom_id=thumbs_of(reply)[1]["custom_id"])
    await world.ada.click(reply, label="Next →")
    assert len(thumbs_of(reply)) == 5
    await world.ada.click(reply, label="← Back")
    assert [thumb["style"] for thumb in thumbs_of(reply)][:2] == [GREY, GREEN]


async def test_no_playlist_holds_what_is_blocked(world):
    songs = songs_of(await build(world, "One", track=world.track(), order="best first"))
    blocked = songs[1].split(" · ")[1]
    await world.store.block(1, world.ada.id, "artist", blocked.split(", ")[0].casefold(), "it", world.bot.clock())
    again = songs_of(await build(world, "Two", track=world.track(), order="best first"))
    assert blocked.split(", ")[0] not in "".join(again[1:])
    path = await world.ada.slash(
        world.channel, "playlist path", **{"name": "Way", "from": world.track(0), "to": world.track(9)}
    )
    assert blocked.split(", ")[0] not in "".join(songs_of(path.response)[1:-1])
