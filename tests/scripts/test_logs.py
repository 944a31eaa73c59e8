"""What reaches the log, in which form, and what never does."""

import json
import logging
from io import StringIO

import pytest

from scripts.logs import HIDDEN, Discreet, formatter_of

TOKEN = "MTIz.token-of-a-bot.abc"


@pytest.fixture(params=["text", "json"])
def log_format(request):
    return request.param


@pytest.fixture
def logger():
    logger = logging.Logger("test")
    logger.output = StringIO()
    return logger


def written(logger, log_format, write):
    """The lines that `write` leaves in the log."""
    handler = logging.StreamHandler(logger.output)
    handler.setFormatter(Discreet(formatter_of(log_format), [TOKEN]))
    logger.addHandler(handler)
    write(logger)
    return logger.output.getvalue().splitlines()


def fail_with_the_token(logger):
    try:
        int(f"Bot {TOKEN}")
    except ValueError:
        logger.exception("request with %s failed", TOKEN, extra={"header": f"Bot {TOKEN}"})


def test_the_token_never_appears_wherever_it_stands_in_a_record(logger, log_format):
    text = "\n".join(written(logger, log_format, fail_with_the_token))
    assert TOKEN not in text
    assert text.count(HIDDEN) >= 2
    assert "ValueError: invalid literal" in text


@pytest.mark.parametrize(
    "line",
    [
        "POST https://discord.com/api/v10/interactions/123456/aW50ZXJhY3Rpb24_x-y/callback",
        "PATCH /webhooks/123456/aW50ZXJhY3Rpb24_x-y/messages/@original",
        "Ignoring exception in autocomplete for 'recommend' (Guild: 1, User: 98765432109876543)",
    ],
)
def test_who_asked_and_what_would_let_others_answer_never_appear(logger, log_format, line):
    (shown,) = written(logger, log_format, lambda logger: logger.warning("%s", line))
    assert HIDDEN in shown
    assert "aW50ZXJhY3Rpb24" not in shown
    assert "98765432109876543" not in shown


def test_a_record_with_its_traceback_is_one_json_object_on_one_line(logger):
    (line,) = written(logger, "json", fail_with_the_token)
    record = json.loads(line)
    assert (record["level"], record["logger"]) == ("ERROR", "test")
    assert record["message"] == f"request with {HIDDEN} failed"
    assert record["exc_info"].startswith("Traceback (most recent call last):\n")
    assert record["time"].endswith("+00:00")


def test_people_read_their_own_language_in_json_too(logger):
    (line,) = written(logger, "json", lambda logger: logger.info("“Motörhead”"))
    assert "“Motörhead”" in json.loads(line)["message"]
    assert "Motörhead" in line
