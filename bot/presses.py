"""Buttons and menus that outlive restarts: everything a press needs is in its custom id or in the database."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, Self

import discord
from discord import ui

from bot.errors import RefusalError, answer_failure
from bot.language import say
from bot.measures import Kind

TEXT_NOT_YOURS = "These buttons belong to <@{owner}>. Ask me yourself and you get your own."
TEXT_GONE = "I no longer know that button. Ask again and you get fresh ones."

FIELD = "text"
# In a custom id, in place of an owner: whoever sees the button may press it.
ANYONE = 0

# Called with the interaction and the press's argument.
PressHandler = Callable[[discord.Interaction[Any], str], Awaitable[None]]


class HandlesPresses(Protocol):
    """What a client must have: the handler of each action, what to do where an answer begins, and its language."""

    press_handlers: dict[str, PressHandler]

    def begin_answer(self, interaction: discord.Interaction[Any], kind: Kind, name: str | None) -> None: ...

    async def choose_language(self, interaction: discord.Interaction[Any]) -> None: ...


CUSTOM_ID = re.compile(r"segue:(?P<action>[a-z-]+):(?P<owner>\d+):(?P<argument>.*)")


class Press(ui.DynamicItem[ui.Item[Any]], template=CUSTOM_ID):
    """One button or menu. Only its owner may press it, or ANYONE; the feature that registered `action` handles it."""

    def __init__(self, item: ui.Item[Any], action: str, owner: int, argument: str) -> None:
        super().__init__(item)
        self.action = action
        self.owner = owner
        self.argument = argument

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item, match["action"], int(match["owner"]), match["argument"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await _answer(interaction, self.action, self.owner, self.argument)


async def answer_form(interaction: discord.Interaction[Any]) -> None:
    """Hands a submitted form of ours to its handler; forms outlive restarts like buttons."""
    match = CUSTOM_ID.fullmatch(str(dict(interaction.data or {}).get("custom_id")))
    if match is not None:
        await _answer(interaction, match["action"], int(match["owner"]), match["argument"])


async def _answer(interaction: discord.Interaction[Any], action: str, owner: int, argument: str) -> None:
    try:
        await _handle(interaction, action, owner, argument)
    except Exception as error:
        # discord.py would only log it, and the member would see nothing but "interaction failed".
        await answer_failure(interaction, error)


async def _handle(interaction: discord.Interaction[Any], action: str, owner: int, argument: str) -> None:
    client: HandlesPresses = interaction.client
    handler = client.press_handlers.get(action)
    kind: Kind = "form" if interaction.type is discord.InteractionType.modal_submit else "press"
    client.begin_answer(interaction, kind, action if handler else None)
    await client.choose_language(interaction)
    if owner not in (ANYONE, interaction.user.id):
        raise RefusalError(say(TEXT_NOT_YOURS, owner=owner))
    if handler is None:
        raise RefusalError(say(TEXT_GONE))
    await handler(interaction, argument)


def button(
    label: str,
    action: str,
    owner: int,
    argument: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> Press:
    """A button that only `owner`, or ANYONE, may press."""
    custom_id = custom_id_of(action, owner, argument)
    return Press(ui.Button(label=label, style=style, custom_id=custom_id, disabled=disabled), action, owner, argument)


def menu(
    placeholder: str,
    action: str,
    owner: int,
    options: list[discord.SelectOption],
    argument: str = "",
    *,
    most: int = 1,
) -> Press:
    """A drop-down menu that only `owner`, or ANYONE, may use; the `most` or fewer choices are read with `chosen`."""
    select: ui.Select[Any] = ui.Select(
        placeholder=placeholder,
        custom_id=custom_id_of(action, owner, argument),
        options=options,
        max_values=min(most, len(options)),
    )
    return Press(select, action, owner, argument)


def role_menu(placeholder: str, action: str, owner: int, argument: str, *, picked: int | None) -> Press:
    """A menu of the server's roles, read with `chosen`, that only `owner` may use; `picked` is the id of one."""
    before = [] if picked is None else [discord.SelectDefaultValue(id=picked, type=discord.SelectDefaultValueType.role)]
    custom_id = custom_id_of(action, owner, argument)
    select: ui.RoleSelect[Any] = ui.RoleSelect(placeholder=placeholder, custom_id=custom_id, default_values=before)
    return Press(select, action, owner, argument)


def custom_id_of(action: str, owner: int, argument: str) -> str:
    return f"segue:{action}:{owner}:{argument}"


def row(*items: Press) -> ui.ActionRow[Any]:
    return ui.ActionRow(*items)


def form(title: str, label: str, action: str, owner: int, argument: str, *, default: str, longest: int) -> ui.Modal:
    """A form with one text field; what is typed comes to the handler, which reads it with `typed`."""
    modal = ui.Modal(title=title, custom_id=custom_id_of(action, owner, argument))
    field: ui.TextInput[Any] = ui.TextInput(custom_id=FIELD, default=default, max_length=longest)
    modal.add_item(ui.Label(text=label, component=field))
    # As in `message`: what is typed finds its handler by the custom id.
    modal.stop()
    return modal


def typed(interaction: discord.Interaction[Any]) -> str:
    """What was typed into a form's field."""
    components: list[dict[str, Any]] = dict(interaction.data or {}).get("components", [])  # type: ignore[assignment]
    for label in components:
        field = label.get("component") or {}
        if field.get("custom_id") == FIELD:
            return str(field.get("value", ""))
    raise RefusalError(say(TEXT_GONE))


def chosen(interaction: discord.Interaction[Any]) -> list[str]:
    """The values picked in a menu, at least one."""
    data: dict[str, Any] = dict(interaction.data or {})
    values: list[str] = data.get("values", [])
    if not values:
        raise RefusalError(say(TEXT_GONE))
    return values
