"""Changing the keys that stored secrets are encrypted with."""

from bot.settings import Settings, SettingsError
from storage.store import Store


async def renew(settings: Settings) -> int:
    """Encrypts every stored secret with the first key and returns how many there are."""
    if settings.vault is None:
        raise SettingsError("SEGUE_SECRET_KEY is not set: it must name the new key, a comma, and the old one.")
    async with Store.open(settings.database) as store:
        return await store.renew_secrets(settings.vault)
