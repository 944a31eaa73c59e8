import sqlite3

import pytest

from storage.guild_settings import GuildSettings
from storage.store import Store
from tests.storage.examples import GUILD, LATER, NOW, OTHER_GUILD

EVERYTHING = {"language": "de", "adventurous": "bold", "explicit": False, "drop_role_id": 2**62}


async def test_where_nothing_is_set_the_bot_does_what_it_does_by_itself(store: Store) -> None:
    assert await store.guild_settings(GUILD) == GuildSettings(None, None, None, None)


async def test_what_is_set_is_read_again_as_it_was_and_only_there(store: Store) -> None:
    await store.set_guild_settings(GUILD, NOW, **EVERYTHING)
    found = await store.guild_settings(GUILD)
    assert found == GuildSettings(**EVERYTHING)
    assert found.explicit is False
    assert await store.guild_settings(OTHER_GUILD) == GuildSettings()


async def test_direct_messages_have_no_settings(store: Store) -> None:
    await store.set_guild_settings(GUILD, NOW, **EVERYTHING)
    assert await store.guild_settings(None) == GuildSettings()


@pytest.mark.parametrize(
    ("field", "value"), [("language", "en"), ("adventurous", "easy"), ("explicit", True), ("drop_role_id", None)]
)
async def test_a_single_setting_leaves_the_others_as_they_are(store: Store, field: str, value: str | bool) -> None:
    await store.set_guild_settings(GUILD, NOW, **EVERYTHING)
    await store.set_guild_settings(GUILD, LATER, **{field: value})
    assert await store.guild_settings(GUILD) == GuildSettings(**EVERYTHING | {field: value})


@pytest.mark.parametrize("changes", [{"adventurous": "reckless"}, {"explicit": 2}])
async def test_what_is_no_setting_is_not_kept(store: Store, changes: dict[str, str | int]) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await store.set_guild_settings(GUILD, NOW, **changes)
    assert await store.guild_settings(GUILD) == GuildSettings()


async def test_a_misspelt_setting_is_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="no settings of a guild: colour"):
        await store.set_guild_settings(GUILD, NOW, colour="red")


async def test_a_forgotten_guild_has_set_nothing(store: Store) -> None:
    for guild_id in (GUILD, OTHER_GUILD):
        await store.set_guild_settings(guild_id, NOW, **EVERYTHING)
    assert (await store.delete_guild(GUILD))["guild_settings"] == 1
    assert await store.guild_settings(GUILD) == GuildSettings()
    assert await store.guild_settings(OTHER_GUILD) == GuildSettings(**EVERYTHING)
