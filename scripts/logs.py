"""Logging, configured once for a process."""

import json
import logging
import re
import sys
from collections.abc import Iterable

import click
from pythonjsonlogger.json import JsonFormatter

from bot.settings import LogFormat

log = logging.getLogger(__name__)

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# What a program that collects logs gets of each record; a traceback comes as "exc_info", in the same line.
FIELDS = ("levelname", "name", "message")
NAMES = {"levelname": "level", "name": "logger"}
# These speak at INFO of things that no operator needs.
TALKATIVE = ("discord", "faiss", "aiohttp", "tensorflow", "absl", "apscheduler", "matplotlib")
# Warnings about what Segue doesn't use: voice, and the simulator's own trial client.
BESIDE_THE_POINT = ("voice will NOT be supported", "Guilds intent seems to be disabled")
HIDDEN = "[hidden]"
# For a quarter of an hour, whoever knows it may answer in the bot's name; discord.py logs addresses.
INTERACTION_TOKEN = re.compile(r"(/(?:interactions|webhooks)/\d+/)[\w.-]+")
# discord.py names the member in whose autocomplete something failed.
MEMBER = re.compile(r"\bUser: \d+")


class ToThePoint(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not any(phrase in str(record.msg) for phrase in BESIDE_THE_POINT)


class Discreet(logging.Formatter):
    """What another formatter makes of a record, with everything taken out that no log may hold."""

    def __init__(self, formatter: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._formatter = formatter
        # As it is, and as it reads inside JSON.
        self._secrets = {form for secret in secrets for form in (secret, json.dumps(secret)[1:-1])}

    def format(self, record: logging.LogRecord) -> str:
        line = self._formatter.format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return MEMBER.sub(f"User: {HIDDEN}", INTERACTION_TOKEN.sub(rf"\1{HIDDEN}", line))


def configure_logging(level: str, *, quiet: bool, log_format: LogFormat = "text", secrets: Iterable[str] = ()) -> None:
    """One line per fact on standard error; `quiet` shows warnings only, for commands that print a result."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(ToThePoint())
    handler.setFormatter(Discreet(formatter_of(log_format), secrets))
    logging.basicConfig(level="WARNING" if quiet and level == "INFO" else level, handlers=[handler])
    if log_format == "json":
        # Whoever reads JSON lines can read nothing else.
        logging.captureWarnings(True)
        sys.excepthook = lambda *raised: log.critical("ended by a failure", exc_info=raised)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


def formatter_of(log_format: LogFormat) -> logging.Formatter:
    if log_format == "text":
        return logging.Formatter(FORMAT)
    return JsonFormatter(list(FIELDS), timestamp="time", rename_fields=NAMES, json_ensure_ascii=False)


def complain(sentence: str, log_format: LogFormat) -> None:
    """Say why a command ends; programs that read the log shall find it there."""
    if log_format == "json":
        log.critical(sentence)
    else:
        click.echo(sentence, err=True)
