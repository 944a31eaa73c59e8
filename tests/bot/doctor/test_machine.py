"""`segue doctor` on this machine: each thing that can be wrong has its sentence."""

import json
import shutil
import socket
from datetime import timedelta

import pytest

from bot.clock import utc_now
from bot.doctor import machine as doctor
from bot.doctor.machine import GB
from bot.settings import Settings
from storage.backups import back_up, folder_of
from storage.store import Store
from storage.vault import Vault, new_key
from tests.scripts.test_segue import segue


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "data", discord_token="a-token", contact="somebody")


@pytest.fixture
async def database(settings):
    async with Store.open(settings.database):
        pass
    return settings.database


def found(finding, level, words):
    """Checks one finding, which is always one sentence or two that fit in a line."""
    assert finding.level == level, finding.sentence
    assert words in finding.sentence
    assert "\n" not in finding.sentence


def test_this_installation_has_what_it_needs():
    found(doctor.check_python(), "ok", "all packages")


def test_packages_that_are_missing_or_of_another_version(monkeypatch):
    wanted = ["nothing-of-this-name>=1", "click<1", "never; extra == 'test'"]
    monkeypatch.setattr(doctor, "requires", lambda _: wanted)
    finding = doctor.check_python()
    found(finding, "fail", "The package nothing-of-this-name is missing; click ")
    assert "is not <1. `make run` installs" in finding.sentence
    assert "never" not in finding.sentence


def test_another_python(monkeypatch):
    monkeypatch.setattr(doctor, "PYTHON", ((3, 8), (3, 9)))
    found(doctor.check_python(), "fail", "install Segue with Python 3.11 to 3.13")


def test_settings_that_can_be_used(settings, tmp_path):
    found(doctor.check_settings(settings, tmp_path / ".env"), "ok", str(settings.data_dir))


def test_a_token_that_others_can_read(settings, tmp_path):
    env_file = tmp_path / ".env"
    env_file.touch(mode=0o644)
    found(doctor.check_settings(settings, env_file), "warn", f"chmod 600 {env_file}")
    env_file.chmod(0o600)
    found(doctor.check_settings(settings, env_file), "ok", "")


def test_nobody_to_ask(tmp_path):
    found(doctor.check_settings(Settings(tmp_path, discord_token="x"), tmp_path / ".env"), "warn", "SEGUE_CONTACT")


def test_a_data_folder_that_cannot_be_written(settings, monkeypatch, tmp_path):
    # Root may write everywhere, so the mode alone would not do.
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    found(doctor.check_settings(settings, tmp_path / ".env"), "fail", "chown")


async def test_a_database_in_every_state(settings, database):
    found(doctor.check_database(database), "ok", "is sound.")
    database.chmod(0o644)
    found(doctor.check_database(database), "warn", f"chmod 600 {database}")
    database.write_bytes(b"no database at all" * 500)
    found(doctor.check_database(database), "fail", "`segue restore`")
    database.unlink()
    found(doctor.check_database(database), "ok", "the first start makes")


async def test_a_database_is_looked_at_while_it_is_in_use(settings):
    async with Store.open(settings.database):
        found(doctor.check_database(settings.database), "ok", "is sound.")


async def test_backups_that_are_missing_or_old(settings, database):
    found(doctor.check_backups(settings), "warn", "There is no backup: set SEGUE_DAILY_BACKUPS")
    back_up(database, folder_of(database), utc_now() - timedelta(days=9))
    found(doctor.check_backups(settings), "warn", "The last backup is of ")
    back_up(database, folder_of(database), utc_now())
    found(doctor.check_backups(settings), "ok", "The last of 2")


def test_a_new_installation_has_nothing_to_back_up(settings):
    found(doctor.check_backups(settings), "ok", "nothing to back up yet")


def test_a_model_in_every_state(settings, sample_models):
    found(doctor.check_bundle(settings), "warn", "the first start trains one")
    shutil.copytree(sample_models, settings.models, symlinks=True)
    found(doctor.check_bundle(settings), "warn", "segue fetch-dataset")
    (settings.models / "current" / "classifier.tflite").write_bytes(b"damaged")
    found(doctor.check_bundle(settings), "fail", "is damaged. Run `segue train`")


def test_a_disk_that_is_full_or_soon_will_be(settings):
    found(doctor.check_disk(settings, 20_000_000), "fail", "make room")
    found(doctor.check_disk(settings, 200_000_000), "warn", "a training and a backup need 0.5 GB")
    found(doctor.check_disk(settings, 5 * GB), "ok", "5.0 GB are left")


def test_a_database_that_has_no_room_for_its_copy(settings):
    settings.data_dir.mkdir()
    with settings.database.open("wb") as file:
        file.truncate(2 * GB)
    found(doctor.check_disk(settings, 5 * GB), "fail", "5.0 GB are left, too little")


def test_memory_that_is_short():
    found(doctor.check_memory(GB // 2), "warn", "the bot needs 1 GB")
    found(doctor.check_memory(2 * GB), "warn", "a training on the real songs needs 3 GB")
    found(doctor.check_memory(8 * GB), "ok", "8.0 GB are free")
    found(doctor.check_memory(None), "ok", "doesn't tell")


def test_a_containers_memory_is_what_counts(monkeypatch, tmp_path):
    machine, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    machine.write_text("MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n")
    monkeypatch.setattr(doctor, "MEMORY", machine)
    monkeypatch.setattr(doctor, "MEMORY_LIMIT", limit)
    assert doctor._memory() == 8_192_000_000
    limit.write_text("max\n")
    assert doctor._memory() == 8_192_000_000
    limit.write_text("1500000000\n")
    assert doctor._memory() == 1_500_000_000


def test_time_zones_that_are_missing():
    found(doctor.check_zones("Europe/Nowhere"), "fail", "install the package tzdata")
    found(doctor.check_zones("Europe/Berlin"), "ok", "")


async def test_a_port_that_is_taken_by_another_program_or_by_segue(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(tmp_path / "data", http_port=taken.getsockname()[1])
        found(doctor.check_port(settings), "fail", "choose another SEGUE_HTTP_PORT")
        async with Store.open(settings.database):
            found(doctor.check_port(settings), "ok", "Segue runs")
    found(doctor.check_port(settings), "ok", "is free")
    found(doctor.check_port(Settings(tmp_path)), "ok", "not served")


def test_a_key_that_is_missing(tmp_path):
    found(doctor.check_key(Settings(tmp_path)), "warn", "`segue new-key`")
    found(doctor.check_key(Settings(tmp_path, vault=Vault.from_setting(new_key()))), "ok", "encrypted")


def test_on_the_command_line_every_finding_is_a_line_and_nothing_fails_without_a_token(tmp_path):
    done = segue("doctor", data=tmp_path)
    assert done.returncode == 0, done.stdout
    assert {line[:4] for line in done.stdout.splitlines()} == {"ok  ", "warn"}
    assert done.stderr == ""


def test_a_setting_that_cannot_be_used_is_a_finding(tmp_path):
    done = segue("doctor", "--json", data=tmp_path, SEGUE_PORT="many")
    assert done.returncode == 1
    (finding,) = json.loads(done.stdout)
    assert finding == {
        "subject": "settings",
        "level": "fail",
        "sentence": "SEGUE_PORT is “many”; it must be a number from 0 to 65535.",
    }
