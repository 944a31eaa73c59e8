"""The REST routes of channels: messages in and out, and what the bot may not do where."""

import time
from collections.abc import Callable

from tests.wire.messages import ApiError, Messages, refuse
from tests.wire.payloads import (
    ATTACH_FILES,
    EPHEMERAL,
    READ_HISTORY,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Channel,
    Guild,
    Json,
    User,
)
from tests.wire.recording import Request

USUAL_PAGE, LARGEST_PAGE = 50, 100
MESSAGES = "/channels/{channel}/messages"


class ChannelRoutes:
    def __init__(
        self,
        bot: User,
        guilds: list[Guild],
        channels: dict[str, Channel],
        messages: Messages,
        dm: Callable[[str], Channel],
    ) -> None:
        self._bot, self.guilds, self._channels, self._messages, self._dm = bot, guilds, channels, messages, dm
        self._nonces: dict[str, tuple[float, Json]] = {}

    def all(self) -> list[tuple[str, str, Callable[[Request], Json | list[Json] | None]]]:
        return [
            ("POST", "/users/@me/channels", self._open_dm),
            ("GET", "/channels/{channel}", self._get_channel),
            ("POST", "/channels/{channel}/typing", self._typing),
            ("GET", MESSAGES, self._list),
            ("POST", MESSAGES, self._post),
            ("GET", MESSAGES + "/{message}", self._get_message),
            ("PATCH", MESSAGES + "/{message}", self._edit_message),
            ("DELETE", MESSAGES + "/{message}", self._delete_message),
        ]

    def _open_dm(self, request: Request) -> Json:
        return self._dm(str(request.body["recipient_id"])).payload()

    def _get_channel(self, request: Request) -> Json:
        return self._channel(request).payload()

    def _typing(self, request: Request) -> None:
        self._allowed(self._channel(request), SEND_MESSAGES)

    def _list(self, request: Request) -> list[Json]:
        """The messages before one, the first ones after one, or the last ones; the newest first in every case."""
        channel, query = self._channel(request), request.query
        limit = int(query.get("limit", USUAL_PAGE))
        if not 1 <= limit <= LARGEST_PAGE:
            refuse([("limit", f"int value should be between 1 and {LARGEST_PAGE}.")])
        if channel.denied & READ_HISTORY:
            return []  # not an error: there is no history to who may not read it
        found = [one for one in self._messages.in_channel(channel) if not one["flags"] & EPHEMERAL]
        found.sort(key=lambda one: int(one["id"]))
        if "after" in query:
            found = [one for one in found if int(one["id"]) > int(query["after"])][:limit]
        elif "before" in query:
            found = [one for one in found if int(one["id"]) < int(query["before"])]
        return found[-limit:][::-1]

    def _post(self, request: Request) -> Json:
        channel, nonce = self._channel(request), request.body.get("nonce")
        self._allowed(channel, SEND_MESSAGES | (ATTACH_FILES if request.files else 0))
        if channel.recipient and not channel.recipient.accepts_direct_messages:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        if request.body.get("enforce_nonce") and (known := self._known(nonce, channel)):
            return known
        created = self._messages.create(channel, request.body, request.files)
        if nonce is not None:
            self._nonces[nonce] = (time.monotonic(), created)
        return created

    def _known(self, nonce: str | int | None, channel: Channel) -> Json | None:
        """The message that had this nonce a short while ago."""
        posted, message = self._nonces.get(nonce, (0.0, None))
        return message if time.monotonic() - posted < channel.nonce_memory else None

    def _get_message(self, request: Request) -> Json:
        self._allowed(self._channel(request), READ_HISTORY)
        message = self._messages.get(request.parts["message"])
        if message["channel_id"] != request.parts["channel"] or message["flags"] & EPHEMERAL:
            raise ApiError(404, 10008, "Unknown Message")  # ephemeral messages exist for the interaction only
        return message

    def _edit_message(self, request: Request) -> Json:
        message = self._get_message(request)
        if message["author"]["id"] != self._bot.id:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        return self._messages.edit(message["id"], request.body, request.files)

    def _delete_message(self, request: Request) -> None:
        self._messages.delete(self._get_message(request)["id"])

    def _channel(self, request: Request) -> Channel:
        channel = self._channels.get(request.parts["channel"])
        if channel is None:
            raise ApiError(404, 10003, "Unknown Channel")
        if channel.denied & VIEW_CHANNEL or (channel.guild and channel.guild not in self.guilds):
            raise ApiError(403, 50001, "Missing Access")
        return channel

    @staticmethod
    def _allowed(channel: Channel, permissions: int) -> None:
        if channel.denied & permissions:
            raise ApiError(403, 50013, "Missing Permissions")
