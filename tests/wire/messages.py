"""The messages of the fake Discord: created, edited and deleted by Discord's rules."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from tests.wire import components, rules
from tests.wire.payloads import COMPONENTS_V2, LOADING, Channel, Json, Upload, User, attachment, message, timestamp

SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12
EDITABLE_FLAGS = COMPONENTS_V2 | SUPPRESS_EMBEDS
INVALID_FORM_BODY = 50035


class ApiError(Exception):
    """An error answer of the REST API."""

    def __init__(self, status: int, code: int, text: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code} {text}")
        self.status = status
        self.body = {"message": text, "code": code} | ({"errors": errors} if errors else {})


def refuse(problems: Iterable[rules.Problem], prefix: str = "") -> None:
    """Raises the 400 that Discord answers, with the problems nested as Discord nests them."""
    errors: Json = {}
    for path, text in problems:
        node = errors
        for key in filter(None, f"{prefix}{path}".split(".")):
            node = node.setdefault(key, {})
        node.setdefault("_errors", []).append({"code": "INVALID", "message": text})
    if errors:
        raise ApiError(400, INVALID_FORM_BODY, "Invalid Form Body", errors)


class Messages:
    def __init__(self, bot: User) -> None:
        self.base_url = ""
        self.files: dict[str, Upload] = {}
        self._bot = bot
        self._messages: dict[str, Json] = {}
        self._channels: dict[str, Channel] = {}
        self._reacted: dict[tuple[str, str], set[str]] = {}

    def in_channel(self, channel: Channel) -> list[Json]:
        return [one for one in self._messages.values() if one["channel_id"] == channel.id]

    def get(self, message_id: str) -> Json:
        if message_id not in self._messages:
            raise ApiError(404, 10008, "Unknown Message")
        return self._messages[message_id]

    def channel_of(self, message_id: str) -> Channel:
        return self._channels[message_id]

    def store(self, upload: Upload) -> Json:
        stored = attachment(self.base_url, upload)
        self.files[stored["id"]] = upload
        return stored

    def add(self, channel: Channel, created: Json) -> Json:
        self._messages[created["id"]] = created
        self._channels[created["id"]] = channel
        return created

    def create(
        self, channel: Channel, body: Json | None, files: list[Upload] = (), *, prefix: str = "", **fields: Any
    ) -> Json:
        """A message of the bot; no body yet: "thinking…". `prefix` is where the body lies in the request."""
        created = message(channel, self._bot, **fields)
        if body is not None:
            created["flags"] |= body.get("flags") or 0
            self._fill(created, body, files, prefix)
        return self.add(channel, created)

    def edit(self, message_id: str, body: Json, files: list[Upload], *, prefix: str = "") -> Json:
        """Changes the stored message in place, so that whoever holds it sees what a person would see."""
        stored = self.get(message_id)
        edited = deepcopy(stored)
        edited["flags"] = edited["flags"] & ~LOADING | (body.get("flags") or 0) & EDITABLE_FLAGS
        edited["edited_timestamp"] = timestamp()
        self._fill(edited, body, files, prefix)
        stored.update(edited)
        return stored

    def react(self, user: User, message_id: str, emoji: str) -> None:
        """A person's reaction; the same one twice is one."""
        stored, who = self.get(message_id), self._reacted.setdefault((message_id, emoji), set())
        who.add(user.id)
        others = [one for one in stored.get("reactions", []) if one["emoji"]["name"] != emoji]
        mine = {"me": self._bot.id in who, "me_burst": False}
        counted = {"count": len(who), "count_details": {"burst": 0, "normal": len(who)}}
        stored["reactions"] = [*others, {"emoji": {"id": None, "name": emoji}, "burst_colors": [], **mine, **counted}]

    def delete(self, message_id: str) -> None:
        self.get(message_id)
        del self._messages[message_id]

    def _fill(self, target: Json, body: Json, files: list[Upload], prefix: str) -> None:
        body = deepcopy(body)
        if body.get("attachments") is not None:
            kept = {str(one["id"]) for one in body["attachments"]}
            target["attachments"] = [one for one in target["attachments"] if one["id"] in kept]
        described = {str(one["id"]): one.get("description") for one in body.get("attachments") or ()}
        for index, upload in enumerate(files):
            text = described.get(str(index))
            target["attachments"].append(self.store(upload) | ({"description": text} if text else {}))
        if "content" in body:
            target["content"] = body["content"] or ""
        for name in ("embeds", "components"):
            if name in body:
                target[name] = body[name] or []
        if body.get("nonce") is not None:
            target["nonce"] = body["nonce"]
        names = {one["filename"] for one in target["attachments"]}
        refuse(rules.message_problems(target, names), prefix)
        by_name = {f"attachment://{one['filename']}": one for one in target["attachments"]}
        _resolve([target["embeds"], target["components"]], by_name)
        components.finish(target["components"])
        for embed in target["embeds"]:
            embed.setdefault("type", "rich")


def _resolve(value: Any, attachments: dict[str, Json]) -> None:
    """Replaces every `attachment://name` by the address under which the file is now served."""
    if isinstance(value, list):
        for one in value:
            _resolve(one, attachments)
    elif isinstance(value, dict):
        if stored := attachments.get(value.get("url")):
            value |= {"url": stored["url"], "proxy_url": stored["proxy_url"], "content_type": stored["content_type"]}
        if value.get("type") == components.FILE and (stored := attachments.get(value["file"]["url"])):
            value |= {"name": stored["filename"], "size": stored["size"]}
        for one in value.values():
            _resolve(one, attachments)
