"""The command line as other programs call it."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import clean_environment
from tests.ml.worlds import raw_csv, raw_row


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
    songs = message["components"][0]["components"][1]["content"].split("\n-# ")
    assert len(songs) == 7 + 1


def test_ask_prints_text_for_people(data):
    done = segue("ask", "/help", data=data)
    assert "/recommend Songs that go with a song" in done.stdout
    assert "**" not in done.stdout
    assert done.stderr == ""


def test_the_same_user_is_the_same_member_in_every_run(data):
    segue("ask", "/playlist build name:Mine genre:techno length:5", "--user", "Zoë", data=data)
    assert "Mine" in segue("ask", "/playlist list", "--user", "zoë", data=data).stdout
    assert "no playlists" in segue("ask", "/playlist list", "--user", "Ben", data=data).stdout


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nothing", "no command /nothing"),
        ("", "no command"),
        ("/recommend", "track"),
        ("/recommend song:x", "track:"),
        ("/recommend track:x count:many", "whole number"),
        ("/recommend track:x count:1000", "count"),
        ("/recommend track:x count:0", "count"),
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
        ("SEGUE_DATASET_URL", "ftp://x"),
        ("DISCORD_TOKEN", "two words"),
    ],
)
def test_a_bad_setting_names_the_variable_and_exits_78(tmp_path, name, value):
    done = segue("run", data=tmp_path, **{name: value})
    assert done.returncode == 78
    assert name in said_one_sentence(done)


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
