"""The commands the bot has synced, and what a person's client makes of them when one is typed."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.wire import rules
from tests.wire.messages import Messages, refuse
from tests.wire.payloads import Channel, Json, Upload, User, snowflake

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUB_COMMANDS = {rules.SUB_COMMAND, rules.SUB_COMMAND_GROUP}
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
GUILD_CONTEXT, DM_CONTEXT = 0, 1
GUILD_INSTALL = 0


class NotOfferedError(AssertionError):
    """Discord's client would not let this person do this."""


@dataclass(eq=False)
class Commands:
    """Every set of commands the bot has written: globally (None) and per server."""

    application_id: str
    synced: dict[str | None, list[Json]] = field(default_factory=dict)

    def overwrite(self, guild_id: str | None, commands: list[Json]) -> list[Json]:
        """A sync: replaces the set; commands that keep their name keep their id."""
        refuse(rules.commands_problems(commands))
        known = {(c["type"], c["name"]): c["id"] for c in self.synced.get(guild_id, ())}
        self.synced[guild_id] = [self._stored(command, guild_id, known) for command in commands]
        return self.synced[guild_id]

    def _stored(self, command: Json, guild_id: str | None, known: dict[tuple[int, str], str]) -> Json:
        stored = {"type": CHAT_INPUT, "description": "", "options": [], "nsfw": False} | json.loads(json.dumps(command))
        permissions = stored.get("default_member_permissions")
        stored |= {
            "id": known.get((stored["type"], stored["name"])) or snowflake(),
            "application_id": self.application_id,
            "version": snowflake(),
            "default_member_permissions": None if permissions is None else str(permissions),
            "integration_types": stored.get("integration_types") or [GUILD_INSTALL],
        }
        return stored | {"guild_id": guild_id} if guild_id else stored

    def offered(self, user: User, channel: Channel, kind: int = CHAT_INPUT) -> dict[str, Json]:
        """The commands this person sees in this channel, by name."""
        guild_id = channel.guild.id if channel.guild else None
        everything = self.synced.get(None, []) + (self.synced.get(guild_id, []) if guild_id else [])
        return {c["name"]: c for c in everything if c["type"] == kind and _visible(c, user, channel)}

    def find(self, name: str, user: User, channel: Channel, kind: int = CHAT_INPUT) -> Json:
        offered = self.offered(user, channel, kind)
        if name not in offered:
            synced = sorted({c["name"] for commands in self.synced.values() for c in commands})
            reason = "is hidden from" if name in synced else "was never synced, so it is unknown to"
            raise NotOfferedError(f"/{name} {reason} {user.name}; offered: {sorted(offered)}, synced: {synced}")
        return offered[name]


def _visible(command: Json, user: User, channel: Channel) -> bool:
    contexts = command.get("contexts")
    here = GUILD_CONTEXT if channel.guild else DM_CONTEXT
    if contexts is not None and here not in contexts:
        return False
    if not channel.guild:
        return contexts is not None or command.get("dm_permission", True) is not False
    needed = command["default_member_permissions"]
    # "0" means administrators only, not "no permission needed".
    return needed is None or (user.may(int(needed)) if int(needed) else user.may(8))


class Typed:
    """What a client sends for `/playlist build`: the nested options and everything they refer to."""

    def __init__(self, command: Json, words: list[str], messages: Messages, *, guild: bool) -> None:
        self._command, self._words, self._messages, self._guild = command, words, messages, guild
        self._resolved: dict[str, Json] = {}
        self._leaf = command
        for word in words[1:]:
            inner = {o["name"]: o for o in self._leaf["options"] if o["type"] in SUB_COMMANDS}
            if word not in inner:
                raise NotOfferedError(f"/{' '.join(words)}: no {word!r} in {sorted(inner)}")
            self._leaf = inner[word]
        if any(option["type"] in SUB_COMMANDS for option in self._leaf.get("options") or ()):
            raise NotOfferedError(f"/{' '.join(words)} is a group; name one of its sub-commands")

    def data(self, values: dict[str, Any], focused: str | None = None) -> Json:
        """The interaction's data; with `focused`, the person is still typing that option."""
        known = {option["name"]: option for option in self._leaf.get("options") or ()}
        if unknown := set(values) - set(known):
            raise NotOfferedError(f"/{' '.join(self._words)} has no option {sorted(unknown)}, only {sorted(known)}")
        missing = {name for name, option in known.items() if option.get("required") and name not in values}
        if missing and focused is None:
            raise NotOfferedError(f"/{' '.join(self._words)} needs {sorted(missing)}")
        options = [self._option(known[name], value, name == focused) for name, value in values.items()]
        command, path = self._command, self._nodes()
        for node in reversed(path):
            options = [{"name": node["name"], "type": node["type"], "options": options}]
        data = {"id": command["id"], "name": command["name"], "type": CHAT_INPUT, "options": options}
        data |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
        return data | ({"resolved": self._resolved} if self._resolved else {})

    def _nodes(self) -> list[Json]:
        nodes, node = [], self._command
        for word in self._words[1:]:
            node = next(option for option in node["options"] if option["name"] == word)
            nodes.append(node)
        return nodes

    def _option(self, option: Json, value: Any, focused: bool) -> Json:
        if focused:
            if not option.get("autocomplete"):
                raise NotOfferedError(f"the option {option['name']!r} has no autocomplete")
            return {"name": option["name"], "type": option["type"], "value": value, "focused": True}
        if choices := option.get("choices"):
            value = {c["name"]: c["value"] for c in choices}.get(value, value)
            if value not in [choice["value"] for choice in choices]:
                raise NotOfferedError(f"{value!r} is not a choice of {option['name']!r}")
        return {"name": option["name"], "type": option["type"], "value": self._value(option, value)}

    def _value(self, option: Json, value: Any) -> Any:
        kind, name = option["type"], option["name"]
        if kind in (INTEGER, NUMBER):
            size, low, high = value, option.get("min_value"), option.get("max_value")
        elif kind == STRING:
            size, low, high = len(value), option.get("min_length"), option.get("max_length")
        else:
            return value if kind == BOOLEAN else self._resolve(value)
        if (low is not None and size < low) or (high is not None and size > high):
            raise NotOfferedError(f"{value!r} is outside the range of {name!r}: {low} to {high}")
        return value

    def _resolve(self, value: User | Channel | Upload) -> str:
        if isinstance(value, Upload):
            stored = self._messages.store(value)
            self._resolved.setdefault("attachments", {})[stored["id"]] = stored
            return stored["id"]
        self._resolved |= {kind: self._resolved.get(kind, {}) | found for kind, found in resolved(value, self._guild)}
        return value.id


def resolved(value: User | Channel, guild: bool) -> list[tuple[str, Json]]:
    """The entries of `resolved` that describe one person or channel."""
    if isinstance(value, Channel):
        return [("channels", {value.id: value.payload() | {"permissions": str(8)}})]
    entries = [("users", {value.id: value.payload()})]
    if guild:
        member = {key: one for key, one in value.member().items() if key != "user"}
        entries.append(("members", {value.id: member | {"permissions": str(value.permissions)}}))
    return entries
