import asyncio
from datetime import timedelta

import pytest

from storage.errors import (
    PlaylistChangedError,
    PlaylistExistsError,
    PlaylistLimitError,
    PlaylistNameError,
    PlaylistNotFoundError,
    StorageError,
)
from storage.playlists import NAME_LENGTH, PLAYLISTS_PER_MEMBER, TRACKS_PER_PLAYLIST
from storage.store import Store
from tests.storage.examples import ANNA, BEN, GUILD, LATER, NOW, keep, songs


async def test_a_playlist_comes_back_as_it_was_kept(store: Store) -> None:
    created = await keep(store, "Road trip", "t2", "t1")
    assert created == await store.get_playlist(ANNA, "Road trip")
    assert created.tracks == songs("t2", "t1")
    assert (created.owner_id, created.guild_id, created.recipe) == (ANNA, GUILD, {"from": "s1"})
    assert (created.model_version, created.created_at, created.updated_at) == ("m1", NOW, NOW)


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("Road Trip", "rOAD tRIP"),
        ("Straße", "STRASSE"),
        ("ΟΔΟΣ", "οδος"),
        ("Caf\u00e9", "cafe\u0301"),
        ("  two \n words ", "two words"),
    ],
)
async def test_names_are_the_same_when_people_call_them_the_same(store: Store, kept: str, asked: str) -> None:
    created = await keep(store, kept)
    assert (await store.get_playlist(ANNA, asked)).id == created.id
    with pytest.raises(PlaylistExistsError):
        await keep(store, asked)


@pytest.mark.parametrize(
    "name",
    [
        "x'); DROP TABLE playlists; --",
        '"; DELETE FROM playlists WHERE ""="',
        "100%_\\",
        "🏳️‍🌈👩🏽‍🎤 mix",
        "🎧",
        "אהבה ראשונה",
        "أغاني ‏2026‏ للطريق",
        "東京の夜",
        "NULL",
        "0",
    ],
)
async def test_any_name_is_just_a_name(store: Store, name: str) -> None:
    await keep(store, name, "t1")
    await keep(store, "bystander")
    assert (await store.get_playlist(ANNA, name)).name == name
    assert await store.playlist_names(ANNA, name[:2]) == [name]
    assert await store.delete_playlist(ANNA, name) == 1
    assert await store.playlist_names(ANNA, "") == ["bystander"]


@pytest.mark.parametrize("name", ["x", "x" * NAME_LENGTH, "🎧" * NAME_LENGTH, f"  {'x' * NAME_LENGTH}  "])
async def test_a_name_has_up_to_80_characters(store: Store, name: str) -> None:
    assert (await keep(store, name)).name == name.strip()


@pytest.mark.parametrize("name", ["", "   ", "\n", "x" * (NAME_LENGTH + 1), "a\0b", "\u200b\u200d", "\u0301", "\ud800"])
async def test_a_name_that_cannot_be_read_is_refused(store: Store, name: str) -> None:
    with pytest.raises(PlaylistNameError, match="A playlist's name"):
        await keep(store, name)
    assert await store.list_playlists(ANNA) == []


async def test_two_members_may_use_the_same_name(store: Store) -> None:
    await keep(store, "Mix", "t1")
    await keep(store, "Mix", "t2", owner_id=BEN)
    assert (await store.get_playlist(BEN, "mix")).tracks == songs("t2")


async def test_a_name_taken_at_the_same_moment_is_given_once(store: Store) -> None:
    outcomes = await asyncio.gather(keep(store, "Mix", "t1"), keep(store, "MIX", "t2"), return_exceptions=True)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Playlist", "PlaylistExistsError"]
    assert str(outcomes[1]) == "You already have a playlist called “Mix”."


async def test_a_member_keeps_at_most_100_playlists(store: Store) -> None:
    for number in range(PLAYLISTS_PER_MEMBER):
        await keep(store, f"list {number}")
    with pytest.raises(PlaylistLimitError, match="100"):
        await keep(store, "one more")
    await keep(store, "of somebody else", owner_id=BEN)
    await store.delete_playlist(ANNA, "list 7")
    await keep(store, "one more")


async def test_a_playlist_holds_at_most_500_tracks(store: Store) -> None:
    tracks = [f"t{number}" for number in range(TRACKS_PER_PLAYLIST)]
    await keep(store, "full", *tracks)
    with pytest.raises(PlaylistLimitError, match="at most 500 tracks, and this is 501"):
        await keep(store, "overfull", *tracks, "one more")
    [summary] = await store.list_playlists(ANNA)
    assert (summary.name, summary.track_count) == ("full", 500)


async def test_the_playlist_changed_last_is_listed_first(store: Store) -> None:
    await keep(store, "first")
    await keep(store, "second", "t1", "t2", now=LATER)
    assert [(summary.name, summary.track_count) for summary in await store.list_playlists(ANNA)] == [
        ("second", 2),
        ("first", 0),
    ]
    await store.rename_playlist(ANNA, "first", "renamed", LATER + timedelta(hours=1))
    assert await store.playlist_names(ANNA, "") == ["renamed", "second"]


async def test_autocomplete_finds_by_beginning_and_shows_at_most_25(store: Store) -> None:
    for number in range(30):
        await keep(store, f"Summer {number}")
    await keep(store, "Winter")
    await keep(store, "Summer of somebody else", owner_id=BEN)
    assert await store.playlist_names(ANNA, "WIN") == ["Winter"]
    assert len(await store.playlist_names(ANNA, "sum")) == 25
    assert len(await store.playlist_names(ANNA, "sum", limit=40)) == 30
    assert await store.playlist_names(ANNA, "%") == []


async def test_a_renamed_playlist_keeps_its_tracks(store: Store) -> None:
    created = await keep(store, "Mix", "t1")
    renamed = await store.rename_playlist(ANNA, "mix", "Evening", LATER)
    assert (renamed.id, renamed.name, renamed.tracks, renamed.updated_at) == (
        created.id,
        "Evening",
        songs("t1"),
        LATER,
    )
    with pytest.raises(PlaylistNotFoundError):
        await store.get_playlist(ANNA, "Mix")


async def test_a_playlist_is_found_by_its_number_under_any_name_and_only_by_its_owner(store: Store) -> None:
    created = await keep(store, "Mix", "t1")
    renamed = await store.rename_playlist(ANNA, "Mix", "Evening", LATER)
    assert await store.get_playlist_by_id(ANNA, created.id) == renamed
    for owner_id, playlist_id in ((BEN, created.id), (ANNA, created.id + 1)):
        with pytest.raises(PlaylistNotFoundError, match="no longer there"):
            await store.get_playlist_by_id(owner_id, playlist_id)


async def test_a_playlist_can_be_renamed_to_other_capitals(store: Store) -> None:
    await keep(store, "mix")
    assert (await store.rename_playlist(ANNA, "mix", "MIX", LATER)).name == "MIX"


async def test_a_name_in_use_cannot_be_taken_by_renaming(store: Store) -> None:
    await keep(store, "Mix")
    await keep(store, "Evening")
    with pytest.raises(PlaylistExistsError, match="“Mix”"):
        await store.rename_playlist(ANNA, "Evening", "MIX", LATER)
    assert (await store.get_playlist(ANNA, "Evening")).name == "Evening"


async def test_a_playlist_that_is_not_there_is_named_in_the_refusal(store: Store) -> None:
    await keep(store, "Mix", owner_id=BEN)
    for attempt in (
        store.get_playlist(ANNA, "Mix"),
        store.delete_playlist(ANNA, "Mix"),
        store.rename_playlist(ANNA, "Mix", "Mine", LATER),
    ):
        with pytest.raises(PlaylistNotFoundError, match="You have no playlist called “Mix”"):
            await attempt


async def test_the_number_of_a_deleted_playlist_is_not_given_again(store: Store) -> None:
    first = await keep(store, "first")
    await store.delete_playlist(ANNA, "first")
    assert (await keep(store, "second")).id != first.id


async def test_pruning_never_drops_a_playlist(store: Store) -> None:
    await keep(store, "Mix", "t1")
    await store.prune(NOW + timedelta(days=10_000))
    assert (await store.get_playlist(ANNA, "Mix")).tracks == songs("t1")


def test_every_refusal_is_a_storage_error() -> None:
    for refusal in (PlaylistExistsError, PlaylistLimitError, PlaylistNameError, PlaylistNotFoundError):
        assert issubclass(refusal, StorageError)


async def test_a_list_grows_at_its_end(store: Store) -> None:
    kept = await keep(store, "Road trip", "t1")
    grown = await store.extend_playlist(ANNA, GUILD, kept.id, 1, songs("t2", "t3"), "m2", LATER)
    assert grown.tracks == songs("t1", "t2", "t3")
    assert (grown.model_version, grown.created_at, grown.updated_at) == ("m2", NOW, LATER)
    assert await store.tracks_shown(ANNA, since=LATER) == {"t2", "t3"}


async def test_a_list_that_has_changed_since_does_not_grow(store: Store) -> None:
    kept = await keep(store, "Road trip", "t1")
    await store.extend_playlist(ANNA, GUILD, kept.id, 1, songs("t2"), "m1", NOW)
    with pytest.raises(PlaylistChangedError, match="changed in the meantime"):
        await store.extend_playlist(ANNA, GUILD, kept.id, 1, songs("t3"), "m1", NOW)
    assert (await store.get_playlist(ANNA, "Road trip")).tracks == songs("t1", "t2")


async def test_of_two_that_let_a_list_grow_at_once_one_does(store: Store) -> None:
    kept = await keep(store, "Road trip", "t1")
    growths = [store.extend_playlist(ANNA, GUILD, kept.id, 1, songs(name), "m1", NOW) for name in ("t2", "t3")]
    outcomes = await asyncio.gather(*growths, return_exceptions=True)
    assert sorted(isinstance(one, PlaylistChangedError) for one in outcomes) == [False, True]
    assert len((await store.get_playlist(ANNA, "Road trip")).tracks) == 2


async def test_a_list_grows_for_its_owner_only_and_not_beyond_its_room(store: Store) -> None:
    kept = await keep(store, "Road trip", "t1")
    with pytest.raises(PlaylistNotFoundError):
        await store.extend_playlist(BEN, GUILD, kept.id, 1, songs("t2"), "m1", NOW)
    with pytest.raises(PlaylistLimitError):
        many = songs(*(f"n{number}" for number in range(TRACKS_PER_PLAYLIST)))
        await store.extend_playlist(ANNA, GUILD, kept.id, 1, many, "m1", NOW)
    assert len((await store.get_playlist(ANNA, "Road trip")).tracks) == 1
