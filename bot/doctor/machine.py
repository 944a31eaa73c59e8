"""Everything that `segue doctor` looks at on this machine; what Discord says of the bot is in `portal`."""

import os
import shutil
import socket
import sys
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement

from bot.clock import utc_now
from bot.doctor.findings import Finding
from bot.doctor.portal import ask_discord
from bot.settings import Settings
from ml.bundle import CURRENT, verify
from ml.errors import BundleError
from storage.backups import backups_in, folder_of, taken_at
from storage.checkup import check_up
from storage.errors import StorageError
from storage.service_lock import in_use

PYTHON = ((3, 11), (3, 14))
GB = 1000**3
# `segue train` on the real catalogue: what it writes beside the old model, and what it needs of the memory (docs).
TRAINING_DISK, TRAINING_MEMORY = 0.5 * GB, 3 * GB
# The bot alone, at its peak.
SERVING_MEMORY = 1 * GB
OLD_BACKUP = timedelta(days=8)
MEMORY = Path("/proc/meminfo")
# The limit of a container, or of a service; the file is absent where there is none.
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")
# Any will do: they come together.
A_ZONE = "Europe/Berlin"


async def examine(settings: Settings, env_file: Path = Path(".env")) -> list[Finding]:
    """Looks at everything; only Discord is asked over the network, and only with a token."""
    return [
        check_python(),
        check_settings(settings, env_file),
        *await ask_discord(settings.discord_token, utc_now),
        check_database(settings.database),
        check_backups(settings),
        check_bundle(settings),
        check_disk(settings, _free(settings.data_dir)),
        check_memory(_memory()),
        check_zones(A_ZONE),
        check_port(settings),
        check_key(settings),
    ]


def check_python() -> Finding:
    lowest, beyond = PYTHON
    running = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    if not lowest <= sys.version_info[:2] < beyond:
        return Finding("python", "fail", f"{running} is too old or too new: install Segue with Python 3.11 to 3.13.")
    wrong = [fault for line in requires("segue") or () if (fault := _fault(Requirement(line)))]
    if wrong:
        return Finding("python", "fail", f"{'; '.join(wrong)}. `make run` installs what fits.")
    return Finding("python", "ok", f"{running} with all packages in the versions that fit.")


def _fault(needed: Requirement) -> str | None:
    # Extras are for the playground and for tests.
    if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
        return None
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return f"The package {needed.name} is missing"
    return None if needed.specifier.contains(found) else f"{needed.name} {found} is not {needed.specifier}"


def check_settings(settings: Settings, env_file: Path) -> Finding:
    folder = settings.data_dir
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Finding("settings", "fail", f"{folder} can't be written: give it to whoever runs Segue, with `chown`.")
    if env_file.is_file() and env_file.stat().st_mode & 0o077 and settings.discord_token:
        return Finding("settings", "warn", f"Others on this machine can read {env_file}: run `chmod 600 {env_file}`.")
    if settings.discord_token and not settings.contact:
        return Finding("settings", "warn", "SEGUE_CONTACT is not set: name whom members may ask about their data.")
    return Finding("settings", "ok", f"All can be used; data is in {folder}.")


def check_database(database: Path) -> Finding:
    if not database.exists():
        return Finding("database", "ok", f"There is none yet; the first start makes {database}.")
    try:
        steps = check_up(database)
    except StorageError as error:
        return Finding("database", "fail", f"{error} `segue restore` puts a backup in its place.")
    if database.stat().st_mode & 0o077:
        return Finding("database", "warn", f"Others on this machine can read it: run `chmod 600 {database}`.")
    later = f"; the next start upgrades it by {len(steps)} steps" if steps else ""
    return Finding("database", "ok", f"{database} is sound{later}.")


def check_backups(settings: Settings) -> Finding:
    made = backups_in(folder_of(settings.database))
    taken = taken_at(made[0]) if made else None
    if taken is None and not settings.database.exists():
        return Finding("backups", "ok", "There is nothing to back up yet.")
    how = "set SEGUE_DAILY_BACKUPS, or have `segue backup` run every day"
    if taken is None:
        return Finding("backups", "warn", f"There is no backup: {how}.")
    if utc_now() - taken > OLD_BACKUP:
        return Finding("backups", "warn", f"The last backup is of {taken:%d %B %Y}: {how}.")
    return Finding("backups", "ok", f"The last of {len(made)} is of {taken:%d %B %Y %H:%M} UTC.")


def check_bundle(settings: Settings) -> Finding:
    current = settings.models / CURRENT
    if not current.is_symlink():
        return Finding("model", "warn", "There is none yet: the first start trains one, or `segue train` now.")
    try:
        manifest = verify(current.resolve())
    except BundleError as error:
        mend = "" if "segue train" in str(error) else " Run `segue train`; until then an older model serves, if any."
        return Finding("model", "fail", f"{error}{mend}")
    if manifest["catalogue"]["is_sample"]:
        real = "`segue fetch-dataset`, then `segue train`, for real songs"
        return Finding("model", "warn", f"{manifest['version']} knows invented songs only: {real}.")
    return Finding("model", "ok", f"{manifest['version']} with {manifest['catalogue']['tracks']:,} songs is intact.")


def check_disk(settings: Settings, free: int) -> Finding:
    database = settings.database.stat().st_size if settings.database.exists() else 0
    # A copy, and the original written anew when somebody is deleted.
    needed = 3 * database
    if free < needed or free < TRAINING_DISK / 10:
        return Finding("disk", "fail", f"{_gb(free)} are left, too little to run on: make room, or move the data.")
    if free < needed + TRAINING_DISK:
        wanted = _gb(needed + TRAINING_DISK)
        return Finding("disk", "warn", f"{_gb(free)} are left; a training and a backup need {wanted}: make room.")
    return Finding("disk", "ok", f"{_gb(free)} are left.")


def check_memory(free: int | None) -> Finding:
    if free is None:
        return Finding("memory", "ok", "This system doesn't tell how much there is; the bot needs 1 GB, a training 3.")
    if free < SERVING_MEMORY:
        return Finding("memory", "warn", f"{_gb(free)} are free and the bot needs 1 GB: stop something, or add memory.")
    if free < TRAINING_MEMORY:
        where = "train on another machine and copy the model"
        return Finding("memory", "warn", f"{_gb(free)} are free; a training on the real songs needs 3 GB: {where}.")
    return Finding("memory", "ok", f"{_gb(free)} are free.")


def check_zones(name: str) -> Finding:
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return Finding("time zones", "fail", "Their data is missing: install the package tzdata.")
    return Finding("time zones", "ok", "Their data is there.")


def check_port(settings: Settings) -> Finding:
    host, port = settings.http_host, settings.http_port
    if port is None:
        return Finding("http", "ok", "SEGUE_HTTP_PORT is not set, so health and metrics are not served.")
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        if in_use(settings.database):
            return Finding("http", "ok", f"Port {port} is taken, and Segue runs: it will be its own.")
        why = error.strerror or error
        return Finding("http", "fail", f"Port {port} of {host} can't be used ({why}): choose another SEGUE_HTTP_PORT.")
    return Finding("http", "ok", f"Port {port} of {host} is free.")


def check_key(settings: Settings) -> Finding:
    if settings.vault is None:
        how = "put what `segue new-key` prints there"
        return Finding("secret key", "warn", f"SEGUE_SECRET_KEY is not set, so nothing secret can be kept: {how}.")
    return Finding("secret key", "ok", "What members entrust to the bot is encrypted.")


def _free(folder: Path) -> int:
    folder = folder.absolute()
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free


def _memory() -> int | None:
    """What a process could still take: of the machine, or of its container."""
    try:
        lines = dict(line.split(":") for line in MEMORY.read_text().splitlines())
    except OSError:
        return None
    free = int(lines["MemAvailable"].split()[0]) * 1024
    limit = MEMORY_LIMIT.read_text().strip() if MEMORY_LIMIT.is_file() else "max"
    return free if limit == "max" else min(free, int(limit))


def _gb(bytes_: float) -> str:
    return f"{bytes_ / GB:.1f} GB"
