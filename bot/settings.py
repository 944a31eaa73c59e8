"""One frozen settings object, read once from the environment and `.env`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeVar

from dotenv import dotenv_values

from ml.errors import SegueError
from ml.guards import check_tolerances
from storage.errors import VaultError
from storage.vault import Vault

EXIT_BAD_SETTING = 78  # EX_CONFIG of sysexits.h
DEFAULT_PORT = 8765
LAST_PORT = 65_535
LOOPBACK = "127.0.0.1"
# Of a day each: longer than that, nobody who asked to be deleted should have to wait.
MOST_BACKUPS = 90
MOST_MODELS = 100
LONGEST_CONTACT = 200
# Digits of an id of Discord's.
LONGEST_ID = 20

LogFormat = Literal["text", "json"]
Default = TypeVar("Default", int, None)


class SettingsError(Exception):
    """A setting has a value that can't be used; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """How this Segue is to run. `.env.example` says what each setting means."""

    data_dir: Path
    discord_token: str | None = field(default=None, repr=False)
    catalogue: Path | None = None
    dataset_url: str | None = None
    log_level: str = "INFO"
    port: int = DEFAULT_PORT
    contact: str | None = None
    vault: Vault | None = field(default=None, repr=False)
    admin_roles: frozenset[int] = frozenset()
    playlists: Path | None = None
    tolerances: Mapping[str, float] = field(default_factory=dict)
    training_hours: float = 6.0
    training_gigabytes: float = 8.0
    keep_models: int = 3
    models_gigabytes: float = 10.0
    log_format: LogFormat = "text"
    http_host: str = LOOPBACK
    http_port: int | None = None
    daily_backups: int = 0

    @property
    def database(self) -> Path:
        return self.data_dir / "segue.db"

    @property
    def models(self) -> Path:
        return self.data_dir / "models"

    @property
    def dataset(self) -> Path:
        """Where `segue fetch-dataset` puts the real catalogue."""
        return self.data_dir / "spotify_tracks.csv"


def read_settings(environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Settings from the environment, with `.env` for what the environment doesn't set.

    Raises SettingsError, naming the variable, for a value that can't be used.
    """
    try:
        values: dict[str, str] = {name: value for name, value in dotenv_values(env_file).items() if value}
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file} is not a text file in UTF-8.") from None
    values.update(
        {name: value for name, value in (os.environ if environment is None else environment).items() if value}
    )
    log_level = values.get("SEGUE_LOG_LEVEL", "INFO").upper()
    if log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise SettingsError(f"SEGUE_LOG_LEVEL is “{log_level}”; it must be DEBUG, INFO, WARNING or ERROR.")
    return Settings(
        data_dir=Path(values.get("SEGUE_DATA_DIR", "data")).expanduser(),
        discord_token=_token(values.get("DISCORD_TOKEN")),
        catalogue=_file("SEGUE_CATALOGUE", values.get("SEGUE_CATALOGUE")),
        dataset_url=_url(values.get("SEGUE_DATASET_URL")),
        log_level=log_level,
        port=_number(values, "SEGUE_PORT", 0, LAST_PORT, DEFAULT_PORT),
        contact=_contact(values.get("SEGUE_CONTACT")),
        vault=_vault(values.get("SEGUE_SECRET_KEY")),
        admin_roles=_roles(values.get("SEGUE_ADMIN_ROLES")),
        playlists=_file("SEGUE_PLAYLISTS", values.get("SEGUE_PLAYLISTS")),
        tolerances=_tolerances(values.get("SEGUE_TOLERANCES")),
        training_hours=_amount(values, "SEGUE_TRAINING_HOURS", Settings.training_hours),
        training_gigabytes=_amount(values, "SEGUE_TRAINING_GB", Settings.training_gigabytes),
        keep_models=_number(values, "SEGUE_KEEP_MODELS", 1, MOST_MODELS, Settings.keep_models),
        models_gigabytes=_amount(values, "SEGUE_MODELS_GB", Settings.models_gigabytes),
        log_format=_log_format(values.get("SEGUE_LOG_FORMAT")),
        http_host=_host(values.get("SEGUE_HTTP_HOST")),
        http_port=_number(values, "SEGUE_HTTP_PORT", 1, LAST_PORT, None),
        daily_backups=_number(values, "SEGUE_DAILY_BACKUPS", 0, MOST_BACKUPS, 0),
    )


def _file(name: str, text: str | None) -> Path | None:
    path = Path(text).expanduser() if text is not None else None
    if path is not None and not path.is_file():
        raise SettingsError(f"{name} names {path}, and there is no such file.")
    return path


def _amount(values: Mapping[str, str], name: str, usual: float) -> float:
    """A number above zero."""
    text = values.get(name)
    try:
        amount = float(text) if text is not None else usual
    except ValueError:
        amount = 0.0
    if not 0 < amount < 1_000_000:
        raise SettingsError(f"{name} is “{text}”; it must be a number above 0.")
    return amount


def _tolerances(text: str | None) -> dict[str, float]:
    tolerances = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        metric, _, amount = part.rpartition("=")
        try:
            tolerances[metric.strip()] = float(amount)
        except ValueError:
            raise SettingsError(f"SEGUE_TOLERANCES has “{part.strip()}”; it must be like “hit@1=0.02”.") from None
    try:
        check_tolerances(tolerances)
    except SegueError as error:
        raise SettingsError(f"SEGUE_TOLERANCES can't be used. {error}") from None
    return tolerances


def _token(text: str | None) -> str | None:
    if text is None:
        return None
    token = text.strip().removeprefix("Bot ")
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(
            "DISCORD_TOKEN is not a bot token: it must be one word, from the developer portal's Bot page."
        )
    return token


def _url(text: str | None) -> str | None:
    if text is not None and not text.startswith(("https://", "http://127.0.0.1")):
        raise SettingsError("SEGUE_DATASET_URL must begin with https://.")
    return text


def _number(values: Mapping[str, str], name: str, lowest: int, highest: int, default: Default) -> int | Default:
    text = values.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID and lowest <= int(text) <= highest):
        raise SettingsError(f"{name} is “{text}”; it must be a number from {lowest} to {highest}.")
    return int(text)


def _log_format(text: str | None) -> LogFormat:
    match (text or "text").lower():
        case "text":
            return "text"
        case "json":
            return "json"
        case other:
            raise SettingsError(f"SEGUE_LOG_FORMAT is “{other}”; it must be text or json.")


def _host(text: str | None) -> str:
    try:
        return str(ip_address((text or LOOPBACK).strip()))
    except ValueError:
        raise SettingsError(
            f"SEGUE_HTTP_HOST is “{text}”; it must be an address of this machine, like 127.0.0.1, or 0.0.0.0 for all."
        ) from None


def _contact(text: str | None) -> str | None:
    if text is None:
        return None
    contact = " ".join(text.split())
    if not contact.isprintable() or len(contact) > LONGEST_CONTACT:
        raise SettingsError(f"SEGUE_CONTACT must be plain text of at most {LONGEST_CONTACT} characters.")
    return contact or None


def _roles(text: str | None) -> frozenset[int]:
    words = [word.strip() for word in (text or "").split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() and len(word) <= LONGEST_ID for word in words):
        raise SettingsError(f"SEGUE_ADMIN_ROLES is “{text}”; it must be the ids of roles, with commas between.")
    return frozenset(map(int, words))


def _vault(text: str | None) -> Vault | None:
    if text is None:
        return None
    try:
        return Vault.from_setting(text)
    except VaultError as error:
        # Without its cause: a log may show no key.
        raise SettingsError(f"SEGUE_SECRET_KEY can't be used. {error} `segue new-key` makes one.") from None
