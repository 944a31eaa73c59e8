import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.errors import StorageError, VaultError
from storage.store import Store
from storage.vault import Vault
from tests.storage.examples import ANNA, BEN, LATER, NOW

OLD_KEY, NEW_KEY = (Fernet.generate_key().decode() for _ in range(2))
OLD, NEW, BOTH = Vault([OLD_KEY]), Vault([NEW_KEY]), Vault([NEW_KEY, OLD_KEY])


def test_what_was_sealed_opens_again() -> None:
    sealed = OLD.seal("geheim 🔑")
    assert b"geheim" not in sealed
    assert OLD.open(sealed) == "geheim 🔑"


def test_the_first_key_seals_and_every_key_opens() -> None:
    assert BOTH.open(OLD.seal("text")) == "text"
    assert NEW.open(BOTH.seal("text")) == "text"


def test_a_renewed_secret_no_longer_needs_the_old_key() -> None:
    assert NEW.open(BOTH.renew(OLD.seal("text"))) == "text"


@pytest.mark.parametrize("sealed", [OLD.seal("text"), b"", b"not sealed at all"])
def test_without_its_key_a_secret_stays_shut(sealed: bytes) -> None:
    for use in (NEW.open, NEW.renew):
        with pytest.raises(StorageError, match="No key opens this secret"):
            use(sealed)


def test_keys_come_from_one_setting_with_commas() -> None:
    vault = Vault.from_setting(f" {NEW_KEY}, {OLD_KEY},\n")
    assert vault.open(OLD.seal("text")) == "text"
    assert NEW.open(vault.seal("text")) == "text"


@pytest.mark.parametrize("bad", ["hunter2", OLD_KEY[:-4], OLD_KEY + OLD_KEY, "schlüssel" * 5])
def test_a_bad_key_is_refused_without_showing_any_key(bad: str) -> None:
    with pytest.raises(VaultError, match="Key 2 of 2 is not a Fernet key") as refusal:
        Vault.from_setting(f"{NEW_KEY},{bad}")
    assert bad not in str(refusal.value)
    assert NEW_KEY not in str(refusal.value)
    assert refusal.value.__cause__ is refusal.value.__context__ is None


@pytest.mark.parametrize("empty", ["", " ", ",,"])
def test_no_key_at_all_is_refused(empty: str) -> None:
    with pytest.raises(VaultError, match="at least one key"):
        Vault.from_setting(empty)


def test_a_vault_shows_nothing_of_its_keys() -> None:
    assert repr(OLD) == str(OLD) == "Vault(…)"


async def test_a_secret_is_kept_replaced_and_deleted(store: Store) -> None:
    assert await store.load_secret(OLD, ANNA, "token") is None
    await store.save_secret(OLD, ANNA, "token", "first", NOW)
    await store.save_secret(OLD, ANNA, "token", "second", LATER)
    assert await store.load_secret(OLD, ANNA, "token") == "second"
    assert await store.load_secret(OLD, BEN, "token") is None
    assert await store.delete_secret(ANNA, "token")
    assert not await store.delete_secret(ANNA, "token")
    assert await store.load_secret(OLD, ANNA, "token") is None


async def test_no_file_holds_a_secret_in_the_clear(store: Store, path: Path) -> None:
    await store.save_secret(OLD, ANNA, "token", "unmistakable", NOW)
    assert not any(b"unmistakable" in file.read_bytes() for file in path.parent.iterdir())


async def test_an_export_tells_that_a_secret_is_there_and_not_what_it_is(store: Store) -> None:
    await store.save_secret(OLD, ANNA, "token", "text", NOW)
    exported = json.loads(json.dumps(await store.export_user(ANNA)))
    assert exported["secrets"] == [{"user_id": ANNA, "name": "token", "updated_at": "2026-01-05T18:00:00Z"}]


async def test_after_renewal_the_new_key_alone_opens_every_secret(store: Store) -> None:
    await store.save_secret(OLD, ANNA, "token", "of anna", NOW)
    await store.save_secret(BOTH, BEN, "token", "of ben", NOW)
    assert await store.renew_secrets(BOTH) == 2
    assert await store.load_secret(NEW, ANNA, "token") == "of anna"
    assert await store.load_secret(NEW, BEN, "token") == "of ben"


async def test_a_renewal_that_fails_at_one_secret_changes_none(store: Store) -> None:
    await store.save_secret(OLD, ANNA, "token", "of anna", NOW)
    await store.save_secret(Vault([Fernet.generate_key().decode()]), BEN, "token", "of ben", NOW)
    with pytest.raises(VaultError):
        await store.renew_secrets(BOTH)
    assert await store.load_secret(OLD, ANNA, "token") == "of anna"
