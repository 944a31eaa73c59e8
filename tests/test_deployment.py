"""Dockerfile, compose.yaml and the unit name what there is, and agree with each other and with the code."""

import configparser
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from bot.service import STOPPING_SECONDS
from bot.settings import EXIT_BAD_SETTING, read_settings
from scripts.segue import main

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
UNIT = ROOT / "docs" / "segue.service"


@pytest.fixture
def service():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["segue"]


@pytest.fixture
def unit():
    # A unit may name a setting twice, and its names have capitals.
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(UNIT)
    return parser["Service"]


def baked_in():
    """What the image sets in the environment."""
    (block,) = re.findall(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    return dict(word.split("=", 1) for word in shlex.split(block.replace("\\\n", " ")))


def copied():
    return [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]


def test_what_is_copied_into_the_image_exists_and_is_let_in():
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied()) == let_in
    assert all((ROOT / name).exists() for name in let_in)


def test_the_image_holds_every_package_of_segue_and_no_secret():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(copied())
    assert not {".env", "data", ".git", "."} & set(copied())


def test_the_command_is_one_that_segue_has(unit):
    entry, command = (
        re.search(rf'^{word} \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)[1] for word in ("ENTRYPOINT", "CMD")
    )
    assert entry == "segue"
    assert isinstance(main.commands[command], click.Command)
    assert unit["ExecStart"].split()[1:] == [command]


def test_the_container_is_locked_down(service):
    assert "\nUSER segue\n" in DOCKERFILE
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["data:/data"]
    assert [one.split(":")[0] for one in service["tmpfs"]] == ["/tmp"]


def test_what_the_container_sets_can_be_used_and_lies_on_the_volume(service, tmp_path):
    settings = read_settings(baked_in() | service["environment"], tmp_path / "none")
    assert str(settings.data_dir) == "/data"
    assert settings.log_format == "json"


def test_the_health_check_asks_the_port_that_is_served_and_only_this_machine_reaches_it(service):
    port = baked_in()["SEGUE_HTTP_PORT"]
    assert f"http://127.0.0.1:{port}/healthz" in DOCKERFILE
    assert service["environment"]["SEGUE_HTTP_PORT"] == port
    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_both_wait_longer_for_the_end_than_the_bot_takes(service, unit):
    assert int(service["stop_grace_period"].removesuffix("s")) > STOPPING_SECONDS
    assert int(unit["TimeoutStopSec"]) > STOPPING_SECONDS


def test_a_setting_that_cannot_be_used_is_not_tried_again_and_again(unit):
    assert unit["RestartPreventExitStatus"] == str(EXIT_BAD_SETTING)


def test_every_setting_is_explained_in_the_example():
    known = set(re.findall(r'"((?:SEGUE|DISCORD)_[A-Z_]+)"', (ROOT / "bot" / "settings.py").read_text()))
    example = (ROOT / ".env.example").read_text()
    assert {name for name in known if f"\n{name}=\n" not in example} == set()
