"""One slash command through the real command tree, its answer as text or as Discord would receive it."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from simcord.backend import serializers
from simcord.env import SetupError

from bot.errors import RefusalError
from bot.settings import Settings
from bot.simulated import ADMINISTRATOR, simulated_bot, simulated_discord
from ml.bundle import ModelBundle
from storage.store import Store

# Numbers of Discord's component and option types.
BUTTON, SELECT, TEXT_DISPLAY, SEPARATOR = 2, 3, 10, 14
INTEGER, BOOLEAN, USER, CHANNEL = 4, 5, 6, 7
SUBCOMMANDS = (1, 2)
RULE = "────────"
DAY_SECONDS = 86_400

TEXT_UNKNOWN = "There is no command {command}. Known: {known}."
TEXT_NO_OPTION = "{command} has no option for “{text}”. It takes: {options}."
TEXT_NOT_A_NUMBER = "{option} must be a whole number, not “{value}”."
TEXT_NO_MEMBER = "{option} must be the name of a member."
TEXT_NO_CHANNEL = "{option} must be #{channel}, the only one there is."
TEXT_NOT_A_CHOICE = "{option} must be true or false, not “{value}”."


async def ask(settings: Settings, bundle: ModelBundle, command: str, member: str) -> list[dict[str, Any]]:
    """The messages that `command`, typed by `member`, is answered with.

    Raises RefusalError, with one sentence, when `command` is none that Discord's client would send.
    """
    async with Store.open(settings.database) as store:
        bot = simulated_bot(settings, store, bundle)
        async with simulated_discord(bot) as place:
            people: dict[str, Any] = {}

            def person(name: str) -> Any:
                if (key := name.casefold()) not in people:
                    people[key] = place.member(name, administrator=key == ADMINISTRATOR.casefold())
                return people[key]

            actor = person(member)
            commands = [found.to_dict(bot.tree) for found in bot.tree.get_commands()]
            name, options = parse(command, commands, person, {place.channel.name: place.channel})
            try:
                result = await actor.slash(place.channel, name, **options)
            except SetupError as error:
                raise RefusalError(str(error)) from None
            replies = [result.response, *result.followups]
            backend = place.env.backend
            return [
                dict(serializers.message_payload(backend, backend.get_message(reply.channel_id, reply.id)))
                for reply in replies
                if reply is not None
            ]


def parse(
    text: str, commands: list[dict[str, Any]], person: Callable[[str], Any], channels: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Name and options of “/name sub option:value option:value”, by the commands' own payloads.

    `person` finds the member that an option names; `channels` are by name.
    """
    leaves = dict(_leaves(commands))
    words = text.strip().removeprefix("/").split()
    name = next((" ".join(words[:size]) for size in (3, 2, 1) if " ".join(words[:size]) in leaves), None)
    if name is None:
        raise RefusalError(
            TEXT_UNKNOWN.format(command=f"/{' '.join(words[:2])}", known=", ".join(f"/{leaf}" for leaf in leaves))
        )
    declared = {option["name"]: option for option in leaves[name]}
    rest = re.sub(r"^\s*/?" + r"\s+".join(map(re.escape, name.split())), "", text, count=1).strip()
    if not rest:
        return name, {}
    marks = list(re.finditer(r"(?:^|\s)(" + "|".join(map(re.escape, declared)) + r"):", rest)) if declared else []
    if not marks or rest[: marks[0].start()].strip():
        known = ", ".join(f"{option}:" for option in declared) or "nothing"
        raise RefusalError(TEXT_NO_OPTION.format(command=f"/{name}", text=rest[:40], options=known))
    ends = [mark.start() for mark in marks[1:]] + [len(rest)]
    values = {mark[1]: rest[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}
    return name, {
        option: _typed(option, _picked(value, declared[option]), declared[option]["type"], person, channels)
        for option, value in values.items()
    }


def _picked(value: str, option: dict[str, Any]) -> str:
    """The value of the choice that is named so, as Discord's client would send it."""
    named = (one for one in option.get("choices") or () if one["name"].casefold() == value.casefold())
    return next((str(one["value"]) for one in named), value)


def _leaves(commands: list[dict[str, Any]], prefix: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for command in commands:
        options = command.get("options") or []
        if any(option["type"] in SUBCOMMANDS for option in options):
            yield from _leaves(options, f"{prefix}{command['name']} ")
        else:
            yield prefix + command["name"], options


def _typed(option: str, value: str, option_type: int, person: Callable[[str], Any], channels: Mapping[str, Any]) -> Any:
    if option_type == USER:
        if not value.removeprefix("@"):
            raise RefusalError(TEXT_NO_MEMBER.format(option=option))
        return person(value.removeprefix("@"))
    if option_type == CHANNEL:
        if value.removeprefix("#") not in channels:
            raise RefusalError(TEXT_NO_CHANNEL.format(option=option, channel=" or #".join(channels)))
        return channels[value.removeprefix("#")]
    if option_type == BOOLEAN:
        if value.casefold() not in ("true", "false"):
            raise RefusalError(TEXT_NOT_A_CHOICE.format(option=option, value=value[:40]))
        return value.casefold() == "true"
    if option_type != INTEGER:
        return value
    if not re.fullmatch(r"-?\d{1,15}", value):
        raise RefusalError(TEXT_NOT_A_NUMBER.format(option=option, value=value[:40]))
    return int(value)


def as_text(messages: list[dict[str, Any]]) -> str:
    """Messages for a terminal: Markdown taken off, links spelled out, buttons in brackets."""
    return "\n\n".join(
        "\n".join(_lines(message["components"]) if message["components"] else [message["content"]])
        for message in messages
    )


def _lines(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        kind = component["type"]
        if kind == TEXT_DISPLAY:
            yield _unmarked(component["content"])
        elif kind == SEPARATOR:
            yield RULE if component.get("divider", True) else ""
        elif kind == BUTTON:
            if not component.get("disabled"):
                yield f"[ {component['label']} ]"
        elif kind == SELECT:
            yield f"[ {component['placeholder']} ]"
        elif "items" in component:
            yield from (f"[ picture: {item['description']} ]" for item in component["items"])
        elif "file" in component:
            yield f"[ file {component['file']['url'].rsplit('/', 1)[-1]} ]"
        else:
            inner = list(_lines(component.get("components") or []))
            # A row of buttons stays a row.
            yield from [" ".join(inner)] if kind == 1 else inner


def _unmarked(text: str) -> str:
    text = re.sub(r"(?m)^(#{1,3}|-#) ", "", text)
    text = re.sub(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)", r"\1 <\2>", text)
    text = re.sub(r"(?<!\\)(\*{1,2}|`)", "", text)
    # Discord shows a time in its reader's zone, which a terminal doesn't tell.
    text = re.sub(r"<t:(\d+)(?::(\w))?>", lambda found: _moment(int(found[1]), found[2]), text)
    return re.sub(r"\\([^\w\s])", r"\1", text)


def _moment(seconds: int, style: str | None) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    if style == "R":
        days = (seconds - time.time()) / DAY_SECONDS
        return f"in {days:.1f} days" if days >= 0 else f"{-days:.1f} days ago"
    return f"{moment:%A, %d %B %Y}" if style in ("d", "D") else f"{moment:%A, %d %B %Y %H:%M} UTC"
