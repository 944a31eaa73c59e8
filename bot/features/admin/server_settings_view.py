"""The words and the layout of a server's settings."""

from typing import Literal

import discord
from discord import ui

from bot.language import LANGUAGES
from bot.layout import gap, message
from bot.presses import Press, button, menu, role_menu, row
from ml.adventure import USUAL
from storage.guild_settings import GuildSettings

# What has become of the role that weekly drops mention.
RoleState = Literal["there", "gone", "not mentionable"]

# The press of everything on the page, and what it is about.
CHANGE = "settings"
LANGUAGE, ADVENTUROUS, EXPLICIT, DROP_ROLE, NO_ROLE = "language", "adventurous", "explicit", "role", "no-role"
NOT_SET, ALLOWED, NOT_ALLOWED = "not-set", "yes", "no"

TEXT_TITLE = "### Settings of this server\n-# They count at once, for everybody here, and nowhere else."
TEXT_LANGUAGE = "**Language** · {now}\n-# What I answer in."
TEXT_ADVENTUROUS = (
    "**Adventurousness** · {now}\n-# How far lists lead where nobody says it: `/recommend`, “More like this”, "
    "playlists, blends, and weekly drops whose style leaves it open."
)
TEXT_EXPLICIT = (
    "**Explicit songs** · {now}\n-# Where they aren't allowed, no list made here and no weekly drop holds one, nor a "
    "song that may be one for all I know."
)
TEXT_ROLE = "**Weekly drops mention** · {now}\n-# The role whose members are notified of every weekly drop here."
TEXT_NOT_SET = "not set"
TEXT_USUAL = "{value} (usual)"
TEXT_NOBODY = "nobody"
TEXT_ROLE_GONE = "a role that is gone, so nobody"
TEXT_ROLE_SILENT = (
    "{role}, but I may not: allow anyone to @mention it in its settings, or give me *Mention @everyone, @here and All "
    "Roles*"
)
ADVENTUROUS_LABELS = {
    "easy": "easy: well-known songs",
    "medium": "medium: what fits best",
    "bold": "bold: less-known songs and artists",
}
EXPLICIT_LABELS = {ALLOWED: "allowed", NOT_ALLOWED: "not allowed"}
MENU_ROLE = "Pick a role …"
BUTTON_NO_ROLE = "Mention nobody"


def page(settings: GuildSettings, role: RoleState | None, owner: int) -> ui.LayoutView:
    """What is set, and menus to change it, for the manager `owner`; `role` is None where none is set."""
    adventurous = settings.adventurous or USUAL
    explicit = NOT_ALLOWED if settings.explicit is False else ALLOWED
    return message(
        TEXT_TITLE,
        gap(),
        TEXT_LANGUAGE.format(now=LANGUAGES.get(settings.language or "", TEXT_NOT_SET)),
        row(_menu(LANGUAGE, {NOT_SET: TEXT_NOT_SET, **LANGUAGES}, settings.language or NOT_SET, owner)),
        gap(),
        TEXT_ADVENTUROUS.format(now=_usual(adventurous, adventurous == USUAL)),
        row(_menu(ADVENTUROUS, ADVENTUROUS_LABELS, adventurous, owner)),
        gap(),
        TEXT_EXPLICIT.format(now=_usual(EXPLICIT_LABELS[explicit], explicit == ALLOWED)),
        row(_menu(EXPLICIT, EXPLICIT_LABELS, explicit, owner)),
        gap(),
        TEXT_ROLE.format(now=_role(settings.drop_role_id, role)),
        row(role_menu(MENU_ROLE, CHANGE, owner, DROP_ROLE, picked=None if role == "gone" else settings.drop_role_id)),
        row(button(BUTTON_NO_ROLE, CHANGE, owner, NO_ROLE, disabled=settings.drop_role_id is None)),
    )


def _menu(about: str, labels: dict[str, str], now: str, owner: int) -> Press:
    options = [discord.SelectOption(label=label, value=value, default=value == now) for value, label in labels.items()]
    return menu(labels.get(now, TEXT_NOT_SET), CHANGE, owner, options, about)


def _usual(value: str, is_usual: bool) -> str:
    return TEXT_USUAL.format(value=value) if is_usual else value


def _role(role_id: int | None, state: RoleState | None) -> str:
    if role_id is None or state is None:
        return TEXT_NOBODY
    if state == "gone":
        return TEXT_ROLE_GONE
    mention = f"<@&{role_id}>"
    return TEXT_ROLE_SILENT.format(role=mention) if state == "not mentionable" else mention
