"""The command line as other programs call it."""

import asyncio
import gzip
import json
import re
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings
from storage.store import Store
from storage.vault import Vault, new_key
from tests.environment import clean_environment
from tests.ml.worlds import raw_csv, raw_row

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def segue(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `segue` as its own process, away from the checkout's .env."""
    return subprocess.run(
        [sys.executable, "-m", "scripts.segue", *arguments],
        env=clean_environment(data, **environment),
        cwd=data,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture
def data(sample_models, tmp_path):
    (tmp_path / "models").symlink_to(sample_models, target_is_directory=True)
    return tmp_path


def said_one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_ask_prints_the_messages_as_discord_receives_them(data, bundle):
    title = bundle.catalogue.frame["track_name"].iat[0]
    done = segue("ask", f"/recommend track:{title} count:7", "--json", data=data)
    assert done.returncode == 0, done.stderr
    (message,) = json.loads(done.stdout)
    assert message["flags"] & (1 << 15)
    rows = message["components"][0]["components"]
    assert sum("accessory" in row for row in rows) == 7


def test_ask_prints_text_for_people(data):
    done = segue("ask", "/help", data=data)
    assert "/recommend Songs for you, or songs that go with a song" in done.stdout
    assert "**" not in done.stdout
    assert done.stderr == ""


def test_ask_takes_a_choice_by_its_name_and_tells_times(data):
    done = segue("ask", "/drop subscribe weekday:Friday time:6pm zone:UTC", "--user", "Ivy", data=data)
    assert "every Friday at 18:00 (UTC)" in done.stdout
    assert re.search(r"comes in \d\.\d days, on Friday, \d\d \w+ \d{4} 18:00 UTC\.", done.stdout)


def test_the_same_user_is_the_same_member_in_every_run(data):
    segue("ask", "/playlist build name:Mine genre:techno length:5", "--user", "Zoë", data=data)
    assert "Mine" in segue("ask", "/playlist list", "--user", "zoë", data=data).stdout
    assert "no playlists" in segue("ask", "/playlist list", "--user", "Ben", data=data).stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nothing", "no command /nothing"),
        ("", "no command"),
        ("/recommend song:x", "track:"),
        ("/recommend track:x count:many", "whole number"),
        ("/recommend track:x count:1000", "count"),
        ("/recommend track:x count:0", "count"),
        ("/privacy blending allow:maybe", "true or false"),
        ("/drop preview channel:attic", "#music"),
        ("/drop subscribe weekday:Fri time:18 zone:UTC", "weekday"),
    ],
)
def test_ask_refuses_what_discord_would_not_send(data, command, words):
    done = segue("ask", command, data=data)
    assert done.returncode == 1
    assert words in said_one_sentence(done)


def test_train_publishes_and_reports_one_json_line(tmp_path):
    source = tmp_path / "tracks.csv"
    rows = [
        raw_row(n, track_genre="metal" if n % 2 else "piano", energy=f"0.{9 if n % 2 else 1}{n:03}", artists=f"A{n}")
        for n in range(300)
    ]
    source.write_bytes(raw_csv(rows))
    done = segue("train", "--catalogue", str(source), "--out", str(tmp_path / "out"), "--json", data=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["classifier"]["hit@1"] > 0.9
    assert Path(result["path"]) == tmp_path / "out" / result["version"]
    assert (tmp_path / "out" / "current").resolve().name == result["version"]


@pytest.mark.parametrize("spoil", ["missing", "empty", "truncated", "wrong"])
def test_a_bad_catalogue_is_one_sentence_and_nothing_is_written(tmp_path, spoil):
    source = tmp_path / "tracks.csv.gz"
    content = gzip.compress(raw_csv([raw_row(n) for n in range(300)]))
    match spoil:
        case "empty":
            source.write_bytes(b"")
        case "truncated":
            source.write_bytes(content[:-50])
        case "wrong":
            source.write_bytes(b"a,b\n1,2\n")
    done = segue("train", "--catalogue", str(source), data=tmp_path)
    assert done.returncode == 1
    assert said_one_sentence(done)
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEGUE_LOG_LEVEL", "LOUD"),
        ("SEGUE_CATALOGUE", "/nowhere/tracks.csv"),
        ("SEGUE_PORT", "70000"),
        ("SEGUE_HTTP_PORT", "0"),
        ("SEGUE_HTTP_HOST", "example.org"),
        ("SEGUE_LOG_FORMAT", "xml"),
        ("SEGUE_DAILY_BACKUPS", "91"),
        ("SEGUE_DATASET_URL", "ftp://x"),
        ("DISCORD_TOKEN", "two words"),
        ("SEGUE_CONTACT", "x" * 201),
        ("SEGUE_SECRET_KEY", "hunter2"),
        ("SEGUE_SECRET_KEY", "hunter2,"),
        ("SEGUE_SECRET_KEY", ","),
    ],
)
def test_a_bad_setting_names_the_variable_and_exits_78(tmp_path, name, value):
    done = segue("run", data=tmp_path, **{name: value})
    assert done.returncode == 78
    sentence = said_one_sentence(done)
    assert name in sentence
    assert "hunter2" not in sentence


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "taken").write_text("")
    done = segue("train", "--out", str(tmp_path / "taken" / "models"), data=tmp_path)
    assert done.returncode == 1
    assert "taken" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_negative_seed_is_refused(tmp_path):
    done = segue("train", "--seed", "-1", data=tmp_path)
    assert done.returncode == 2
    assert "--seed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_settings_file_of_another_encoding_is_one_sentence(tmp_path):
    (tmp_path / ".env").write_bytes("SEGUE_LOG_LEVEL=INFO # für".encode("latin-1"))
    done = segue("run", data=tmp_path)
    assert done.returncode == 78
    assert ".env is not a text file in UTF-8" in said_one_sentence(done)


def test_a_spoilt_model_is_refused_with_a_sentence(sample_models, tmp_path):
    import shutil

    shutil.copytree(sample_models, tmp_path / "models", symlinks=True)
    (tmp_path / "models" / "current" / "index.faiss").write_bytes(b"")
    done = segue("ask", "/help", data=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "index.faiss" in done.stderr.strip().splitlines()[-1]


def test_a_choice_of_true_and_false_is_understood(data):
    assert "may now see your taste" in segue("ask", "/privacy blending allow:True", data=data).stdout
    assert "Nobody may see your taste" in segue("ask", "/privacy blending allow:false", data=data).stdout


def test_an_option_can_name_a_member(data):
    done = segue("ask", "/taste compare member:Ben", data=data)
    assert "what do you say?" in done.stdout
    assert "That's you." in segue("ask", "--user", "Ben", "/taste compare member:@ben", data=data).stdout


def test_the_policy_names_the_contact_of_the_settings(data):
    done = segue("ask", "/privacy policy", data=data, SEGUE_CONTACT="mail@example.org")
    assert "Ask mail@example.org." in done.stdout


def test_a_new_key_is_one_that_a_vault_takes_and_another_each_time(tmp_path):
    # Beside a key that can't be used, too: that is when a new one is needed.
    first, second = (segue("new-key", data=tmp_path, SEGUE_SECRET_KEY="hunter2") for _ in range(2))
    assert first.returncode == second.returncode == 0
    assert first.stdout != second.stdout
    Vault.from_setting(first.stdout)


def test_secrets_are_renewed_with_the_first_key(tmp_path):
    old, new = new_key(), new_key()
    asyncio.run(keep_secret(tmp_path / "segue.db", old))
    assert segue("renew-secrets", data=tmp_path, SEGUE_SECRET_KEY=f"{new},{old}").stdout.startswith(
        "1 stored secret is"
    )
    assert asyncio.run(secret(tmp_path / "segue.db", new)) == "token"
    # Again, as after a doubt whether it ran: nothing changes.
    assert segue("renew-secrets", data=tmp_path, SEGUE_SECRET_KEY=new).returncode == 0


async def keep_secret(path: Path, key: str) -> None:
    async with Store.open(path) as store:
        await store.save_secret(Vault([key]), 1, "service", "token", NOW)


async def secret(path: Path, key: str) -> str | None:
    async with Store.open(path) as store:
        return await store.load_secret(Vault([key]), 1, "service")


def test_without_the_key_that_sealed_them_secrets_stay_as_they_are(tmp_path):
    old = new_key()
    asyncio.run(keep_secret(tmp_path / "segue.db", old))
    done = segue("renew-secrets", data=tmp_path, SEGUE_SECRET_KEY=new_key())
    assert done.returncode == 1
    assert "No key opens" in said_one_sentence(done)
    assert asyncio.run(secret(tmp_path / "segue.db", old)) == "token"


def test_secrets_are_not_renewed_without_a_key(tmp_path):
    done = segue("renew-secrets", data=tmp_path)
    assert done.returncode == 78
    assert "SEGUE_SECRET_KEY" in said_one_sentence(done)
    assert not (tmp_path / "segue.db").exists()


def test_settings_show_no_secret(tmp_path):
    key = new_key()
    settings = read_settings({"SEGUE_SECRET_KEY": key, "DISCORD_TOKEN": "token.of.a.bot"}, tmp_path / ".env")
    assert settings.vault is not None
    assert key not in repr(settings)
    assert "token.of.a.bot" not in repr(settings)


def test_a_bad_key_is_in_no_traceback(tmp_path):
    environment = {"SEGUE_SECRET_KEY": "hunter2"}
    with pytest.raises(SettingsError) as refusal:
        read_settings(environment, tmp_path / ".env")
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize(("written", "read"), [("", None), ("  ", None), (" Ada,\n mail@x.org ", "Ada, mail@x.org")])
def test_the_contact_is_one_line(tmp_path, written, read):
    assert read_settings({"SEGUE_CONTACT": written}, tmp_path / ".env").contact == read


def test_a_backup_can_be_made_and_put_back(tmp_path):
    async def playlists():
        async with Store.open(tmp_path / "segue.db") as store:
            return [one.name for one in await store.list_playlists(1)]

    async def add(name):
        async with Store.open(tmp_path / "segue.db") as store:
            await store.create_playlist(1, None, name, [], {}, "m1", NOW)

    asyncio.run(add("Before"))
    done = segue("backup", "--to", str(tmp_path / "kept"), data=tmp_path)
    assert done.returncode == 0, done.stderr
    (backup,) = (tmp_path / "kept").iterdir()
    assert str(backup) in done.stdout
    asyncio.run(add("After"))
    done = segue("restore", str(backup), data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert asyncio.run(playlists()) == ["Before"]
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_nothing_to_back_up_is_one_sentence(tmp_path):
    done = segue("backup", data=tmp_path)
    assert done.returncode == 1
    assert said_one_sentence(done) == f"There is no database {tmp_path / 'segue.db'}."
    assert not (tmp_path / "backups").exists()
