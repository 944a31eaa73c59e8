"""How a secret is written in the database: encrypted with keys that only the operator's settings hold."""

from collections.abc import Sequence
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.errors import VaultError

# 32 bytes in Base64, whose decoder would read two keys without their comma as the first one alone.
KEY_LENGTH = 44


def new_key() -> str:
    """A fresh key for a vault."""
    return Fernet.generate_key().decode()


class Vault:
    """Seals and opens secrets: the first key seals, every key opens, so that keys can be replaced one by one."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise VaultError("Keeping secrets needs at least one key.")
        self._fernet = MultiFernet([_fernet(key, place, len(keys)) for place, key in enumerate(keys, 1)])

    @classmethod
    def from_setting(cls, text: str) -> Self:
        """The vault of one or more Fernet keys with commas between them; raises VaultError, which names no key."""
        return cls([key.strip() for key in text.split(",") if key.strip()])

    def __repr__(self) -> str:
        return "Vault(…)"

    def seal(self, text: str) -> bytes:
        """Encrypt a text with the first key."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt what any of the keys sealed; raises VaultError when none fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise _no_key_fits() from None

    def renew(self, sealed: bytes) -> bytes:
        """Encrypt with the first key what any of the keys sealed; raises VaultError when none fits."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise _no_key_fits() from None


def _fernet(key: str, place: int, count: int) -> Fernet:
    try:
        if len(key) == KEY_LENGTH:
            return Fernet(key)
    except ValueError:
        # Not its cause either: neither a message nor a log may show a key.
        pass
    raise VaultError(
        f"Key {place} of {count} is not a Fernet key: it must be the {KEY_LENGTH} characters that"
        " `Fernet.generate_key()` made."
    )


def _no_key_fits() -> VaultError:
    return VaultError("No key opens this secret: give the key that sealed it again, after the new one.")
