"""What a server's settings change about the lists made in it, and only there."""

from dataclasses import replace

import numpy as np
import pytest
from simcord.builders import UserHandle

from bot.errors import RefusalError
from bot.server_rules import TEXT_NO_EXPLICIT, ServerRules
from tests.bot.conftest import NOW, buttons_of, contradiction, songs_of, text_of, thumbs_of
from tests.bot.tastes import allow, blend_of, like, refusal, world_member

KEPT_LISTS = "SELECT track_id FROM answer_tracks UNION ALL SELECT track_id FROM playlist_tracks"


async def forbid(world):
    await world.store.set_guild_settings(world.channel.guild.id, NOW, explicit=False)


async def lead(world, adventurous):
    await world.store.set_guild_settings(world.channel.guild.id, NOW, adventurous=adventurous)


def explicit_in(world, track_ids):
    frame, row_of = world.bundle.catalogue.frame, world.bundle.catalogue.row_of
    return [one for one in track_ids if frame["explicit"].iat[row_of[one]]]


def of_rude_genre(world, explicit):
    """Songs of the genre with the most explicit ones: those that are, or those that are not."""
    columns, recommender = world.bundle.recommender.columns, world.bundle.recommender
    tracks = {genre: [recommender.track_of(int(row)) for row in rows] for genre, rows in columns.rows_of_genre.items()}
    genre = max(tracks, key=lambda one: (len(explicit_in(world, tracks[one])), one))
    rude = explicit_in(world, tracks[genre])
    return genre, rude if explicit else [one for one in tracks[genre] if one not in rude]


async def listed(world, reply):
    """All tracks on the lists that were made so far, and those that a reply shows."""
    kept = await world.store._database.read(lambda db: [row["track_id"] for row in db.query(KEPT_LISTS)])
    return {*kept, *(thumb["custom_id"].split(":")[3] for thumb in thumbs_of(reply))}


async def ask(world, command, **options):
    return (await world.ada.slash(world.channel, command, **options)).response


async def from_a_song(world):
    return await ask(world, "recommend", track=of_rude_genre(world, False)[1][0], count=50)


async def from_an_explicit_song(world):
    return await ask(world, "recommend", track=of_rude_genre(world, True)[1][0], count=50)


async def of_a_genre(world):
    return await ask(world, "recommend", genre=of_rude_genre(world, True)[0], count=50)


async def from_a_taste(world):
    await like(world, world.ada, of_rude_genre(world, False)[1][:3])
    return await ask(world, "recommend", count=50)


async def more_songs(world):
    reply = await ask(world, "recommend", track=of_rude_genre(world, False)[1][0], count=5)
    for _ in range(8):
        await world.ada.click(reply, label="More")
    return reply


async def more_like_this(world):
    reply = await ask(world, "classify", track=of_rude_genre(world, True)[1][0])
    reply = (await world.ada.click(reply, label="More like this")).response
    for _ in range(3):
        await world.ada.click(reply, label="More")
    return reply


async def from_moods(world):
    reply = await ask(world, "recommend")
    menu = buttons_of(reply)["… or moods"]
    moods = [one["value"] for one in menu["options"]][:5]
    reply = (await world.ada.select(reply, moods, custom_id=menu["custom_id"])).response
    for _ in range(8):
        await world.ada.click(reply, label="More")
    return reply


async def built_of_a_genre(world):
    return await ask(world, "playlist build", name="a", genre=of_rude_genre(world, True)[0], length=50)


async def built_from_a_song(world):
    return await ask(world, "playlist build", name="a", track=of_rude_genre(world, False)[1][0], length=50)


async def built_from_a_wish(world):
    return await ask(world, "playlist build", name="a", wish="loud and angry", length=50)


async def expanded(world):
    first = of_rude_genre(world, False)[1]
    await ask(world, "playlist path", name="a", **{"from": first[0], "to": first[1]}, length=3)
    return await ask(world, "playlist expand", name="a", count=50)


async def a_path(world):
    first = of_rude_genre(world, False)[1]
    return await ask(world, "playlist path", name="a", **{"from": first[0], "to": first[1]}, length=50)


async def both_like(world):
    tracks = of_rude_genre(world, False)[1]
    await like(world, world.ada, tracks[:3])
    await like(world, world.ben, tracks[3:6])
    await allow(world, world.ada, world.ben)


async def a_blend(world):
    await both_like(world)
    return (await blend_of(world, count=50)).response


async def a_comparison(world):
    await both_like(world)
    return await ask(world, "taste compare", member=world.ben)


async def a_genre_described(world):
    return await ask(world, "genres", genre=of_rude_genre(world, True)[0])


LISTS = [
    from_a_song, from_an_explicit_song, of_a_genre, from_a_taste, more_songs, more_like_this, from_moods,
    built_of_a_genre, built_from_a_song, built_from_a_wish, expanded, a_path, a_blend, a_comparison, a_genre_described,
]  # fmt: skip


@pytest.mark.parametrize("made", LISTS)
@pytest.mark.parametrize("allowed", [True, False])
async def test_a_list_holds_explicit_songs_only_where_the_server_allows_them(world, made, allowed):
    if not allowed:
        await forbid(world)
    reply = await made(world)
    found = await listed(world, reply)
    assert found
    assert bool(explicit_in(world, found)) == allowed


async def test_in_direct_messages_a_servers_settings_do_not_count(world):
    genre, rude = of_rude_genre(world, True)
    await forbid(world)
    await lead(world, "bold")
    alone = UserHandle(world.env, world.env.backend.users[world.ada.id])
    reply = (await alone.slash("recommend", genre=genre, count=50)).response
    assert explicit_in(world, await listed(world, reply))
    assert "bold" not in text_of(reply).split("\n")[1]
    await alone.slash("playlist build", name="a", track=rude[0])
    assert (await world.store.get_playlist(world.ada.id, "a")).tracks[0].track_id == rude[0]


async def test_a_list_that_was_begun_before_goes_on_as_the_server_wants_it_now(world):
    reply = await ask(world, "recommend", genre=of_rude_genre(world, True)[0], count=5)
    before = await listed(world, reply)
    await forbid(world)
    for _ in range(3):
        await world.ada.click(reply, label="More")
    new = await listed(world, reply) - before
    assert new
    assert not explicit_in(world, new)


async def test_of_the_artists_to_begin_with_none_stands_for_an_explicit_song(world):
    assert explicit_in(world, await offered_artists(world))
    await forbid(world)
    offered = await offered_artists(world)
    assert offered
    assert not explicit_in(world, offered)


async def offered_artists(world):
    return [one["value"] for one in buttons_of(await ask(world, "recommend"))["Pick artists …"]["options"]]


async def test_a_wish_for_explicit_songs_is_told_that_the_server_allows_none(world):
    await forbid(world)
    reply = await ask(world, "playlist build", name="a", wish="loud, uncensored", length=20)
    assert "“uncensored” doesn't count here: this server allows no explicit songs on its lists." in text_of(reply)
    assert len(songs_of(reply)) == 10


@pytest.mark.parametrize("wish", ["explicit", "uncensored, 20 songs"])
async def test_a_wish_for_nothing_but_explicit_songs_is_refused_in_private(world, wish):
    await forbid(world)
    result = await world.ada.slash(world.channel, "playlist build", name="a", wish=wish)
    assert TEXT_NO_EXPLICIT in refusal(result)


@pytest.mark.parametrize("command", ["build", "path"])
async def test_an_explicit_song_that_would_be_on_the_list_is_refused_in_private(world, command):
    clean, rude = (of_rude_genre(world, explicit)[1][0] for explicit in (False, True))
    options = {"track": rude} if command == "build" else {"from": clean, "to": rude}
    await forbid(world)
    result = await world.ada.slash(world.channel, f"playlist {command}", name="a", **options)
    assert "This server allows no explicit songs on its lists, and so not **" in refusal(result)
    assert await world.store.playlist_names(world.ada.id, "") == []


async def test_of_a_named_song_it_must_be_known_that_it_is_not_explicit(world):
    frame = world.bundle.catalogue.frame.copy()
    frame.loc[0, "explicit"] = np.nan
    bundle = replace(world.bundle, catalogue=replace(world.bundle.catalogue, frame=frame))
    ServerRules(bundle).check_listed(world.track())
    with pytest.raises(RefusalError):
        ServerRules(bundle, explicit=False).check_listed(world.track())


async def test_an_explicit_song_may_be_classified(world):
    await forbid(world)
    rude = of_rude_genre(world, True)[1][0]
    title = world.bundle.catalogue.frame["track_name"].iat[world.bundle.catalogue.row_of[rude]]
    assert title in text_of(await ask(world, "classify", track=rude))


def only_rude_together(world):
    """A genre and a mood whose songs in common are all explicit."""
    columns = world.bundle.recommender.columns
    for genre, rows in columns.rows_of_genre.items():
        for mood, others in columns.rows_of_mood.items():
            both = [world.bundle.recommender.track_of(int(row)) for row in set(rows.tolist()) & set(others.tolist())]
            if both and len(explicit_in(world, both)) == len(both):
                return genre, mood
    raise AssertionError("every genre and mood have something in common that isn't explicit")


@pytest.mark.parametrize("command", ["recommend", "playlist build"])
async def test_where_only_explicit_songs_would_be_left_the_offer_says_why_and_proposes_none(world, command):
    genre, mood = only_rude_together(world)
    options = {"genre": genre, "mood": mood} | ({"name": "a"} if " " in command else {})
    await forbid(world)
    reply = await ask(world, command, **options)
    assert "No songs are left for" in text_of(reply)
    assert TEXT_NO_EXPLICIT in text_of(reply)
    (label,) = buttons_of(reply)
    await world.ada.click(reply, label=label)
    found = await listed(world, reply)
    assert found
    assert not explicit_in(world, found)


async def test_an_offer_from_before_is_taken_as_the_server_wants_it_now(world):
    genre, mood = contradiction(world)
    rude = of_rude_genre(world, True)[1][0]
    reply = await ask(world, "playlist build", name="a", genre=genre, mood=mood, track=rude)
    await forbid(world)
    (label,) = buttons_of(reply)
    (said,) = (await world.ada.click(reply, label=label)).followups
    assert "This server allows no explicit songs" in text_of(said)
    assert await world.store.playlist_names(world.ada.id, "") == []


async def test_recommend_leads_as_far_as_the_server_wants_unless_the_member_says_otherwise(world):
    async def first_asked(name, **options):
        """By somebody new: who asks again is known for what they asked."""
        member = world_member(world, name)
        return (await member.slash(world.channel, "recommend", track=world.track(), **options)).response

    usual = songs_of(await first_asked("kim"))
    bold = songs_of(await first_asked("lou", adventurous="bold"))
    await lead(world, "bold")
    reply = await first_asked("max")
    assert songs_of(reply) == bold != usual
    assert text_of(reply).split("\n")[1] == "-# bold"
    assert songs_of(await first_asked("pia", adventurous="medium")) == usual


async def test_more_like_this_and_the_first_lists_lead_as_far_as_the_server_wants(world):
    await lead(world, "bold")
    reply = await ask(world, "classify", track=world.track())
    assert "bold" in text_of((await world.ada.click(reply, label="More like this")).response).split("\n")[1]
    start = (await world.ben.slash(world.channel, "recommend")).response
    for name in ("Pick artists …", "… or moods"):
        menu = buttons_of(start)[name]
        picked = await world.ben.select(start, [menu["options"][0]["value"]], custom_id=menu["custom_id"])
        assert "bold" in text_of(picked.response).split("\n")[1]


async def built(world):
    await ask(world, "playlist build", name="built", track=world.track(), length=40, order="best first")


async def grown(world):
    await ask(world, "playlist path", name="grown", **{"from": world.track(), "to": world.track(7)}, length=3)
    await ask(world, "playlist expand", name="grown", count=40)


async def blended(world):
    await like(world, world.ada, [world.track(place) for place in range(3)])
    await like(world, world.ben, [world.track(place) for place in range(3, 6)])
    await allow(world, world.ada, world.ben)
    await blend_of(world, count=40)


@pytest.mark.parametrize("made", [built, grown, blended])
async def test_lists_without_a_say_lead_as_far_as_the_server_wants(world, made):
    known = {}
    recommender = world.bundle.recommender
    for dial in ("easy", "bold"):
        for member in (world.ada, world.ben):
            await world.store.delete_user(member.id)
        await lead(world, dial)
        await made(world)
        songs = recommender.songs_of(await listed(world, NOTHING))[0]
        known[dial] = recommender.facts.familiarity[songs].mean()
    assert known["bold"] < known["easy"]


class NOTHING:
    """A reply without songs."""

    components = ()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("recommend", {"genre": "techno"}),
        ("playlist build", {"name": "a", "genre": "techno"}),
        ("genres", {"genre": "techno"}),
        ("classify", {"track": "0"}),
    ],
)
async def test_a_command_reads_the_settings_once_at_most(world, monkeypatch, command, options):
    read, reads = world.store.guild_settings, []

    async def counted(guild_id):
        reads.append(guild_id)
        return await read(guild_id)

    # Which language is spoken there is remembered from one answer to the next.
    await world.bot.languages.of(world.channel.guild.id)
    monkeypatch.setattr(world.store, "guild_settings", counted)
    await ask(world, command, **options | ({"track": world.track()} if "track" in options else {}))
    assert len(reads) <= 1
