"""From what a member typed to the drop they want: times, zones, styles."""

import re
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import discord
from discord import app_commands

from bot.errors import RefusalError
from bot.language import say
from bot.layout import plain
from bot.references import MOST_CHOICES
from ml.drops import Style
from storage.subscriptions import Wanted

if TYPE_CHECKING:
    from bot.app import SegueBot

SHORTEST, LONGEST = 10, 50
DEFAULT_LENGTH = 20
DEFAULT_STYLE: Style = "familiar"
TEXT_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY_CHOICES = [app_commands.Choice(name=name, value=number) for number, name in enumerate(TEXT_WEEKDAYS)]
STYLE_CHOICES = [
    app_commands.Choice(name="familiar: close to what you like (usual)", value="familiar"),
    app_commands.Choice(name="discovery: new to you, and bold", value="discovery"),
    app_commands.Choice(name="genre or mood of the week", value="theme"),
    app_commands.Choice(name="time capsule: songs of one decade", value="time capsule"),
]
TEXT_SHORT_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TEXT_ZONE = "{zone} · {day} {time} now"
TEXT_BAD_TIME = "“{text}” is no time of day. Write 18:00, 6pm or 6:30 pm."
TEXT_BAD_ZONE = "I know no time zone called “{text}”. Type your city, or the nearest big one, and pick from the list."
TEXT_BAD_LENGTH = "A drop has {fewest} to {most} songs."
TEXT_BAD_CHOICE = "Pick the weekday and the style from the lists that Discord offers."
# What is offered before anything is typed: one zone for most people of each part of the world.
USUAL_ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Moscow",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Mexico_City",
    "America/Bogota",
    "America/Santiago",
    "America/Sao_Paulo",
)
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.IGNORECASE | re.ASCII)


def read_wanted(weekday: int, time: str, zone: str, style: str, length: int) -> Wanted:
    """What the command's options ask for. Raises RefusalError."""
    if not SHORTEST <= length <= LONGEST:
        raise RefusalError(say(TEXT_BAD_LENGTH, fewest=SHORTEST, most=LONGEST))
    # Discord's client offers nothing else, but the wire can carry anything.
    if not 0 <= weekday < len(WEEKDAY_CHOICES) or style not in {choice.value for choice in STYLE_CHOICES}:
        raise RefusalError(say(TEXT_BAD_CHOICE))
    return Wanted(weekday, read_time(time), read_zone(zone), style, length)


def read_time(text: str) -> str:
    """A time of day as "18:00", from "18:00", "18.00", "18h", "6pm" or "6:00 p.m.". Raises RefusalError."""
    found = _TIME.fullmatch(text.strip().removesuffix("h").removesuffix("H"))
    if found is None:
        raise RefusalError(say(TEXT_BAD_TIME, text=plain(text, 40)))
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1].lower()
    if minute > 59 or hour > (12 if half else 23) or (half and hour == 0):
        raise RefusalError(say(TEXT_BAD_TIME, text=plain(text, 40)))
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02d}:{minute:02d}"


@cache
def zones() -> tuple[str, ...]:
    """The IANA names that people use: places, and UTC."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return ("UTC", *sorted(places))


def read_zone(text: str) -> str:
    """An IANA name, capitals and spaces aside; a city alone is enough where there is one of that name.

    Raises RefusalError.
    """
    wanted = _folded(text)
    by_name = {_folded(name): name for name in zones()}
    if wanted in by_name:
        return by_name[wanted]
    cities = [name for name in zones() if _folded(name.rpartition("/")[2]) == wanted]
    # Some have two names, like Asia/Istanbul and Europe/Istanbul.
    if len({_rules(name) for name in cities}) != 1:
        raise RefusalError(say(TEXT_BAD_ZONE, text=plain(text, 40)))
    return cities[0]


def _rules(name: str) -> tuple[timedelta | None, ...]:
    """How far from UTC a zone is in each month of a year."""
    return tuple(datetime(2026, month, 1, tzinfo=ZoneInfo(name)).utcoffset() for month in range(1, 13))


def matching_zones(typed: str) -> list[str]:
    """The zones whose name holds what is typed so far; those whose city begins with it first."""
    wanted = _folded(typed)
    if not wanted:
        return list(USUAL_ZONES)
    found = [name for name in zones() if wanted in _folded(name)]
    return sorted(found, key=lambda name: not _folded(name.rpartition("/")[2]).startswith(wanted))[:MOST_CHOICES]


async def zone_choices(interaction: discord.Interaction["SegueBot"], current: str) -> list[app_commands.Choice[str]]:
    """Zones with the time it is there, by which people know theirs."""
    now = interaction.client.clock()
    return [app_commands.Choice(name=_with_time(name, now), value=name) for name in matching_zones(current)]


def _with_time(name: str, now: datetime) -> str:
    there = now.astimezone(ZoneInfo(name))
    day = say(TEXT_SHORT_WEEKDAYS[there.weekday()])
    return say(TEXT_ZONE, zone=name.replace("_", " "), day=day, time=f"{there:%H:%M}")


def _folded(text: str) -> str:
    return text.strip().casefold().replace("_", " ").replace(" / ", "/")
