"""From what a member typed to a track, and from what they are typing to choices."""

from typing import TYPE_CHECKING, Literal

import discord
from discord import app_commands
from rapidfuzz import process

from bot.errors import RefusalError
from bot.language import say
from bot.layout import plain
from ml.bundle import ModelBundle
from ml.references import parse_reference, resolve_track

if TYPE_CHECKING:
    from bot.app import SegueBot

Kind = Literal["genre", "mood", "order"]
TEXT_UNKNOWN: dict[Kind, str] = {
    "genre": "I know no genre called “{name}”. Closest: {closest}.",
    "mood": "I know no mood called “{name}”. Closest: {closest}.",
    "order": "I know no order called “{name}”. Closest: {closest}.",
}
MOST_CHOICES = 25
LONGEST_CHOICE = 100


def find_track(bundle: ModelBundle, text: str) -> str:
    """The id of the track that `text` names. Raises UnknownTrackError with the closest ones in its sentence."""
    return resolve_track(parse_reference(text), bundle.search, bundle.catalogue.row_of)


async def track_choices(interaction: discord.Interaction["SegueBot"], current: str) -> list[app_commands.Choice[str]]:
    """Songs that fit what is typed so far, from memory."""
    hits = interaction.client.bundle.search.suggest(current, MOST_CHOICES)
    return [
        app_commands.Choice(name=_cut(f"{hit.title} · {hit.artists.replace(';', ', ')}"), value=hit.track_id)
        for hit in hits
    ]


async def genre_choices(interaction: discord.Interaction["SegueBot"], current: str) -> list[app_commands.Choice[str]]:
    return _name_choices(interaction.client.bundle.catalogue.genres, current)


async def mood_choices(interaction: discord.Interaction["SegueBot"], current: str) -> list[app_commands.Choice[str]]:
    return _name_choices(interaction.client.bundle.clusters.names, current)


def _name_choices(names: list[str], current: str) -> list[app_commands.Choice[str]]:
    """Names that contain what is typed, those that begin with it first."""
    typed = current.strip().casefold()
    found = sorted(
        (name for name in names if typed in name.casefold()), key=lambda name: not name.casefold().startswith(typed)
    )
    return [app_commands.Choice(name=name, value=name) for name in found[:MOST_CHOICES]]


def pick_name(kind: Kind, names: list[str], text: str) -> str:
    """The one of `names` that `text` means, capitals aside. Raises RefusalError naming the closest ones."""
    wanted = text.strip().casefold()
    for name in names:
        if name.casefold() == wanted:
            return name
    closest = [match[0] for match in process.extract(text[:LONGEST_CHOICE], names, limit=3)]
    raise RefusalError(say(TEXT_UNKNOWN[kind], name=plain(text, 40), closest=", ".join(closest)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CHOICE else text[: LONGEST_CHOICE - 1] + "…"
