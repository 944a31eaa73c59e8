"""Discord's own rules for messages, commands and choices, beyond what its OpenAPI can say.

Each checker returns a list of `(path, message)`; an empty list means Discord would accept the body.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tests.wire.components import (
    ACTION_ROW,
    BUTTON,
    FILE,
    LABEL,
    LINK,
    PREMIUM,
    SECTION,
    SELECTS,
    STRING_SELECT,
    TEXT_DISPLAY,
    TEXT_INPUT,
    THUMBNAIL,
    V2_TOP_LEVEL,
    media_of,
    walk,
)
from tests.wire.payloads import COMPONENTS_V2, Json

Problem = tuple[str, str]

MAX_COMPONENTS = 40
MAX_TEXT = 4000
MAX_CONTENT = 2000
MAX_EMBED_TEXT = 6000
MAX_COMMANDS = 100
MAX_COMMAND_TEXT = 8000
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2


def message_problems(message: Json, uploads: set[str] = frozenset()) -> list[Problem]:
    """`message` is the whole message after the request, `uploads` the names of its files."""
    v2 = message["flags"] & COMPONENTS_V2
    components = message["components"]
    problems = [*_v2_body(message, uploads)] if v2 else [*_classic_body(message)]
    ids = Counter(c["custom_id"] for _, c in walk(components) if c.get("custom_id"))
    for path, component in walk(components):
        if ids[component.get("custom_id")] > 1:
            problems.append((f"{path}.custom_id", "Component custom id cannot be duplicated"))
        problems += [(f"{path}{where}", text) for where, text in _component(component)]
    return problems


def _classic_body(message: Json) -> Iterator[Problem]:
    if not (message["content"] or message["embeds"] or message["attachments"] or message["components"]):
        yield "", "Cannot send an empty message"
    if len(message["content"]) > MAX_CONTENT:
        yield "content", f"Must be {MAX_CONTENT} or fewer in length."
    if sum(_embed_text(embed) for embed in message["embeds"]) > MAX_EMBED_TEXT:
        yield "embeds", f"Embed size exceeds maximum size of {MAX_EMBED_TEXT}"
    if len(message["components"]) > 5:
        yield "components", "Must be between 1 and 5 in length."
    for index, component in enumerate(message["components"]):
        if component["type"] != ACTION_ROW:
            yield f"components.{index}.type", 'Value of field "type" must be one of (1,) without the V2 flag.'


def _v2_body(message: Json, uploads: set[str]) -> Iterator[Problem]:
    for name in ("content", "embeds", "poll", "sticker_items"):
        if message.get(name):
            yield name, f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    everything = list(walk(message["components"]))
    if not 1 <= len(everything) <= MAX_COMPONENTS:
        yield "components", f"Must be between 1 and {MAX_COMPONENTS} components in total, are {len(everything)}."
    text = sum(len(c.get("content", "")) for _, c in everything if c["type"] == TEXT_DISPLAY)
    if text > MAX_TEXT:
        yield "components", f"The displayable text size {text} exceeds the maximum of {MAX_TEXT}."
    for index, component in enumerate(message["components"]):
        if component["type"] not in V2_TOP_LEVEL:
            yield f"components.{index}.type", "Not a top-level component."
    for path, component in everything:
        for url in (media["url"] for media in media_of(component)):
            if url.startswith("attachment://") and url.removeprefix("attachment://") not in uploads:
                yield path, f"Attachment not found: {url}"
        if component["type"] == FILE and not component["file"]["url"].startswith("attachment://"):
            yield f"{path}.file.url", "A file is an attachment of the message, named by attachment://."


def _component(component: Json) -> Iterator[Problem]:
    kind = component["type"]
    custom_id = component.get("custom_id")
    if custom_id is not None and not 1 <= len(custom_id) <= 100:
        yield ".custom_id", "Must be between 1 and 100 in length."
    if kind == BUTTON:
        yield from _button(component)
    elif kind in SELECTS:
        yield from _select(component)
    elif kind == ACTION_ROW:
        children = component["components"]
        width = sum(5 if child["type"] in SELECTS or child["type"] == TEXT_INPUT else 1 for child in children)
        if not 1 <= width <= 5:
            yield ".components", "A row holds 1 to 5 buttons or one select."
    elif kind == SECTION:
        if not 1 <= len(component["components"]) <= 3:
            yield ".components", "Must be between 1 and 3 in length."
        if component["accessory"]["type"] not in (BUTTON, THUMBNAIL):
            yield ".accessory", "Must be a button or a thumbnail."
    elif kind == TEXT_DISPLAY and not component["content"]:
        yield ".content", "This field is required"


def _button(button: Json) -> Iterator[Problem]:
    label, url, style = button.get("label"), button.get("url"), button["style"]
    if not label and not button.get("emoji") and style != PREMIUM:
        yield ".label", "A button must have a label or an emoji."
    if label and len(label) > 80:
        yield ".label", "Must be between 1 and 80 in length."
    if style == LINK:
        if not url or len(url) > 512:
            yield ".url", "Must be between 1 and 512 in length."
        elif not re.match(r"(https?|discord)://.", url):
            yield ".url", "Scheme must be one of ('http', 'https', 'discord')."
        if button.get("custom_id"):
            yield ".custom_id", "A link button cannot have a custom id."
    elif style != PREMIUM and not button.get("custom_id"):
        yield ".custom_id", "A custom id is required."


def _select(select: Json) -> Iterator[Problem]:
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= low <= high <= 25:
        yield ".max_values", "min_values and max_values must be between 0 and 25, in this order."
    if len(select.get("placeholder") or "") > 150:
        yield ".placeholder", "Must be 150 or fewer in length."
    if select["type"] != STRING_SELECT:
        return
    options = select["options"]
    if not 1 <= len(options) <= 25:
        yield ".options", "Must be between 1 and 25 in length."
    if len({option["value"] for option in options}) < len(options):
        yield ".options", "The specified option value is already used."
    for index, option in enumerate(options):
        for name in ("label", "value", "description"):
            value = option.get(name)
            if (value is None and name != "description") or (value is not None and not 1 <= len(value) <= 100):
                yield f".options.{index}.{name}", "Must be between 1 and 100 in length."


def _embed_text(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [part for one in embed.get("fields") or () for part in (one["name"], one["value"])]
    return sum(len(text or "") for text in texts)


def modal_problems(modal: Json) -> list[Problem]:
    problems = []
    if not 1 <= len(modal["title"]) <= 45:
        problems.append(("title", "Must be between 1 and 45 in length."))
    if not 1 <= len(modal["components"]) <= 5:
        problems.append(("components", "Must be between 1 and 5 in length."))
    for path, component in walk(modal["components"]):
        if component["type"] == LABEL and not 1 <= len(component["label"]) <= 45:
            problems.append((f"{path}.label", "Must be between 1 and 45 in length."))
        problems += [(f"{path}{where}", text) for where, text in _component(component)]
    return problems


def choices_problems(choices: list[Json]) -> list[Problem]:
    """The answer to an autocomplete."""
    problems = []
    if len(choices) > 25:
        problems.append(("choices", "Must be 25 or fewer in length."))
    for index, choice in enumerate(choices):
        for name in ("name", "value"):
            if isinstance(choice[name], str) and not 1 <= len(choice[name]) <= 100:
                problems.append((f"choices.{index}.{name}", "Must be between 1 and 100 in length."))
    return problems


def commands_problems(commands: list[Json]) -> list[Problem]:
    """A whole set of commands, as bulk-overwritten by a sync."""
    problems = []
    if len([c for c in commands if c.get("type", 1) == 1]) > MAX_COMMANDS:
        problems.append(("", f"Maximum number of application commands reached ({MAX_COMMANDS})."))
    for index, command in enumerate(commands):
        if command.get("type", 1) == 1:
            problems += _command(command, str(index))
            if _command_text(command) > MAX_COMMAND_TEXT:
                problems.append((str(index), f"The command exceeds {MAX_COMMAND_TEXT} characters."))
    names = Counter((c.get("type", 1), c["name"]) for c in commands)
    return problems + [("", f"Application command names must be unique: {n}") for (_, n), k in names.items() if k > 1]


def _command(command: Json, path: str) -> list[Problem]:
    """A command, sub-command, group or option: they share names, descriptions and options."""
    problems, name = [], command["name"]
    if not re.fullmatch(r"[-\w']{1,32}", name) or name != name.lower():
        problems.append((f"{path}.name", "Command name is invalid"))
    if not 1 <= len(command.get("description") or "") <= 100:
        problems.append((f"{path}.description", "Must be between 1 and 100 in length."))
    options = command.get("options") or []
    if len({option["name"] for option in options}) < len(options):
        problems.append((f"{path}.options", "Option names must be unique"))
    if any(later.get("required") and not earlier.get("required") for earlier, later in pairwise(options)):
        problems.append((f"{path}.options", "Required options must be placed before non-required options"))
    for index, option in enumerate(options):
        problems += _command(option, f"{path}.options.{index}")
    return problems


def _command_text(command: Json) -> int:
    own = len(command["name"]) + len(command.get("description") or "")
    choices = sum(len(c["name"]) + len(str(c["value"])) for c in command.get("choices") or ())
    return own + choices + sum(_command_text(option) for option in command.get("options") or ())
