"""What a drop is made from, and what feedback changes about the next one."""

from datetime import timedelta

import pytest

from bot.features.drops.making import NOT_AGAIN, TELLING, change_of, known_of, made_from, make, said_of, theme_of
from bot.features.drops.posting import COLOURED
from ml.drops import STYLES
from storage.subscriptions import Target
from tests.bot.drops.conftest import DUE, WEEK
from tests.bot.tastes import IDS, of_genre


async def press(drops, member, track_ids, at=DUE, verdict="like", guild=True):
    """Presses of a member's, in the server unless said otherwise."""
    guild_id = drops.world.channel.guild.id if guild else None
    for track_id in track_ids:
        await drops.world.store.press(next(IDS), getattr(member, "id", member), guild_id, track_id, verdict, at)


def server(drops):
    return Target(drops.admin.id, drops.world.channel.guild.id, drops.world.channel.id)


def ids(content):
    return [track.track_id for track in content.tracks]


async def made(drops, target, style="familiar", now=DUE, length=20):
    return await make(drops.world.store, drops.world.bundle, target, style, length, now)


async def dropped(drops, week=0):
    """The songs of a week's drop in the channel."""
    await drops.pass_to(DUE + week * WEEK)
    return ids((await drops.world.store.drops.posted(server(drops), DUE + week * WEEK))[0].content)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("length", [10, 50])
async def test_every_style_makes_a_list_of_its_length_for_who_says_nothing_and_who_says_much(drops, style, length):
    # A theme of a small catalogue may have fewer songs.
    fewest = min(length, 10) if style == "theme" else length
    assert fewest <= len((await made(drops, server(drops), style, length=length)).tracks) <= length
    await press(drops, drops.world.ben, of_genre(drops.world, 3))
    assert fewest <= len((await made(drops, server(drops), style, length=length)).tracks) <= length


async def test_a_server_hears_what_its_members_like_there(drops):
    world = drops.world
    before = ids(await made(drops, server(drops)))
    await press(drops, world.ben, of_genre(world, 3))
    content = await made(drops, server(drops))
    assert of_same_genre(world, ids(content), 3) > of_same_genre(world, before, 3)
    # Not what they like elsewhere.
    await press(drops, world.ada, of_genre(world, 7), guild=False)
    assert ids(await made(drops, server(drops))) == ids(content)


def of_same_genre(world, track_ids, place):
    genre = world.bundle.catalogue.genres[place]
    rows = {int(row) for row in world.bundle.recommender.columns.rows_of_genre[genre]}
    return sum(world.bundle.recommender.number_of(one) in rows for one in track_ids)


async def test_a_member_hears_what_they_like_anywhere(drops):
    before = ids(await made(drops, Target(drops.world.ben.id)))
    await press(drops, drops.world.ben, of_genre(drops.world, 3), guild=False)
    after = ids(await made(drops, Target(drops.world.ben.id)))
    assert of_same_genre(drops.world, after, 3) > of_same_genre(drops.world, before, 3)


async def test_who_keeps_their_taste_from_others_does_not_shape_the_servers(drops):
    before = ids(await made(drops, server(drops)))
    await press(drops, drops.world.ben, of_genre(drops.world, 3))
    await drops.world.store.set_blendable(drops.world.ben.id, False, DUE)
    assert ids(await made(drops, server(drops))) == before


async def test_one_who_presses_much_does_not_outvote_three(drops):
    world = drops.world
    await press(drops, 1, of_genre(world, 7, count=40))
    for member in (2, 3, 4):
        await press(drops, member, of_genre(world, 3, count=10, first=member * 5))
    found = ids(await made(drops, server(drops)))
    assert of_same_genre(world, found, 3) > of_same_genre(world, found, 7)


async def test_what_one_dislikes_and_three_like_is_liked(drops):
    world = drops.world
    before = ids(await made(drops, server(drops)))
    for member in (1, 2, 3):
        await press(drops, member, of_genre(world, 3))
    await press(drops, 4, of_genre(world, 3), verdict="dislike")
    assert of_same_genre(world, ids(await made(drops, server(drops))), 3) > of_same_genre(world, before, 3)


async def test_a_song_does_not_come_again_within_sixty_days(drops):
    await press(drops, drops.world.ben, of_genre(drops.world, 3))
    await drops.subscribe(length=20)
    weeks = NOT_AGAIN // WEEK + 1
    heard = [track_id for week in range(weeks) for track_id in await dropped(drops, week)]
    song_of = drops.world.bundle.recommender.song_of
    assert len(heard) == weeks * 20
    assert len({song_of(one) for one in heard}) == len(heard)


async def test_after_sixty_days_a_song_may_come_again(drops):
    await drops.subscribe()
    first = await dropped(drops)
    barred = (await known_of(drops.world.store, server(drops), DUE + NOT_AGAIN)).exclude
    free = (await known_of(drops.world.store, server(drops), DUE + NOT_AGAIN + timedelta(seconds=1))).exclude
    assert set(first) <= barred
    assert not set(first) & free


async def test_another_channels_songs_do_not_come_again_either(drops):
    other = drops.world.channel.guild.create_text_channel("other")
    await drops.subscribe()
    await drops.subscribe(channel=other)
    await drops.pass_to(DUE)
    one, two = await drops.world.store.drops.posted(server(drops), DUE)
    assert not set(ids(one.content)) & set(ids(two.content))


async def test_what_a_member_blocks_and_dislikes_never_comes_to_them(drops):
    world, ben = drops.world, drops.world.ben
    await press(drops, ben, of_genre(world, 3), guild=False)
    first = (await made(drops, Target(ben.id))).tracks
    await press(drops, ben, [first[0].track_id], verdict="dislike", guild=False)
    await world.store.block(next(IDS), ben.id, "artist", first[1].artists, first[1].artists, DUE)
    then = (await made(drops, Target(ben.id))).tracks
    assert first[0].track_id not in [one.track_id for one in then]
    assert first[1].artists not in [one.artists for one in then]


async def test_what_was_said_since_the_last_drop_is_counted(drops):
    await press(drops, 1, of_genre(drops.world, 3), at=DUE - WEEK)
    await drops.subscribe()
    songs = await dropped(drops)
    await press(drops, 1, songs[:4], at=DUE + timedelta(days=1))
    await press(drops, 2, songs[4:6], at=DUE + timedelta(days=2), verdict="dislike")
    said = said_of(await made(drops, server(drops), now=DUE + WEEK))
    assert (said.likes, said.dislikes, said.members) == (4, 2, 2)


async def test_what_it_changed_is_told_by_a_list_made_without_it(drops):
    await press(drops, 1, of_genre(drops.world, 3), at=DUE - WEEK)
    await drops.subscribe()
    await dropped(drops)
    known = await known_of(drops.world.store, server(drops), DUE + WEEK)
    before = made_from(drops.world.bundle, known, "familiar", 20)
    assert change_of(before) is None
    await press(drops, 1, of_genre(drops.world, 7), at=DUE + timedelta(days=1))
    after = await made(drops, server(drops), now=DUE + WEEK)
    change = change_of(after)
    assert change.swapped == len(set(ids(after)) - set(ids(before))) > 0
    assert drops.world.bundle.catalogue.genres[7] in change.more
    assert change.less
    assert not set(change.more) & set(change.less)


@pytest.mark.parametrize(("emoji", "better"), [("👍", True), ("❤" + COLOURED, True), ("👎", False)])
async def test_reactions_on_a_drop_speak_for_and_against_its_songs(drops, emoji, better):
    await drops.subscribe(style="discovery")
    await dropped(drops)
    (message,) = drops.posted()
    await drops.world.ada.react(message, emoji)
    await drops.pass_to(DUE + WEEK)
    _, first = await drops.world.store.drops.posted(server(drops), DUE)
    assert (first.cheers, first.boos) == ((1, 0) if better else (0, 1))
    known = await known_of(drops.world.store, server(drops), DUE + WEEK + timedelta(days=1))
    assert {(one.weight > 0) for one in known.evidence} == {better}


async def test_the_theme_changes_every_week(drops):
    await press(drops, drops.world.ben, of_genre(drops.world, 3))
    await drops.subscribe(style="theme", length=10)
    themes = []
    for week in range(6):
        await drops.pass_to(DUE + week * WEEK)
        themes.append(theme_of((await drops.world.store.drops.posted(server(drops), DUE + week * WEEK))[0].content))
    assert len(set(themes)) == 6
    assert [theme.kind for theme in themes[:2]] in (["genre", "mood"], ["mood", "genre"])


async def test_no_reason_of_a_servers_drop_tells_what_somebody_likes(drops):
    world = drops.world
    frame = world.bundle.catalogue.frame
    own = frame.loc[frame["artists"] == frame["artists"].value_counts().index[0], "track_id"].tolist()
    await press(drops, drops.world.ben, own[:2])
    servers = [track.reason for track in (await made(drops, server(drops))).tracks]
    theirs = [track.reason for track in (await made(drops, Target(drops.world.ben.id))).tracks]
    tells = [any(f'"{kind}"' in reason for reason in told for kind in TELLING) for told in (servers, theirs)]
    assert tells == [False, True]
