"""A small Discord on a loopback socket, and a person's hands on it.

    async with FakeDiscord(token="…") as discord:
        alice = discord.user("alice")
        answer = await discord.slash(alice, "playlist build", {"name": "Friday"})
        pressed = await discord.press(alice, answer.message, "Save")

A message is the JSON that Discord would return, and stays current: later edits show up in the same dict.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any, Self

from aiohttp import web

from tests.wire import components, interactions
from tests.wire.changes import Changes
from tests.wire.channel_routes import ChannelRoutes
from tests.wire.commands import MESSAGE_MENU, USER_MENU, Commands, Typed, resolved
from tests.wire.gateway import RECONNECT, Gateway
from tests.wire.interactions import Answer, Interactions
from tests.wire.modals import submission
from tests.wire.openapi import OpenAPI
from tests.wire.payloads import EPHEMERAL, Channel, Json, User, interaction
from tests.wire.rate_limit import GlobalLimit
from tests.wire.recording import Fault, Hold, Recorder, Request
from tests.wire.rest import Rest
from tests.wire.world import World

REFUSED_TOKEN = 4004


class FakeDiscord(World):
    """The world around the bot, reachable over HTTP."""

    def __init__(
        self, *, token: str = "token-of-the-fake-discord", heartbeat_interval: float = 41.25, shards: int = 1
    ) -> None:
        super().__init__()
        self.changes = Changes()
        self.commands = Commands(self.bot.id)
        self.interactions = Interactions(self.messages)
        self.openapi = OpenAPI.load()
        self.gateway = Gateway(self.bot, self.guilds, self.changes, heartbeat_interval=heartbeat_interval)
        self.gateway.member_count = lambda: len(self.users) + 1
        self.limit = GlobalLimit()
        self._recorder = Recorder(self.changes.happened, self.interactions.refused, self.limit)
        channel_routes = ChannelRoutes(
            self.bot, self.guilds, self.channels, self.messages, lambda i: self.dm(self.users[i])
        )
        self._rest = Rest(self.bot, self.owner, self.messages, self.commands, self.interactions, channel_routes)
        self._rest.shards = shards
        self._set_token(token)
        self._runner: web.AppRunner | None = None
        self.base_url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=25 * 1024 * 1024)
        self._rest.add_routes(app, self._recorder)
        app.router.add_get("/", self.gateway.accept)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = self.messages.base_url = self._address()
        self.gateway.url = self._rest.gateway_url = self.base_url.replace("http", "ws", 1) + "/"
        return self

    async def further_address(self) -> str:
        """One more address of the same Discord, by which `Request.address` tells processes apart."""
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self._address()

    def _address(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[-1][1]}"

    async def __aexit__(self, *_: object) -> None:
        await self.drop_connection()
        await self._runner.cleanup()

    # What the bot did

    @property
    def requests(self) -> list[Request]:
        return self._recorder.requests

    @property
    def violations(self) -> list[str]:
        """Every request body that Discord's OpenAPI would not accept; always empty where the document is absent."""
        return [problem for request in self.requests if (problem := request.violation(self.openapi))]

    def forget_requests(self) -> None:
        self.requests.clear()

    def file(self, attachment: Json) -> bytes:
        """The content of a file the bot sent."""
        return self.messages.files[attachment["id"]].content

    # What people do

    async def slash(
        self,
        user: User,
        command: str,
        options: dict[str, Any] | None = None,
        *,
        where: Channel | None = None,
        timeout: float = 10,
        until: str = "complete",
    ) -> Answer:
        """Runs `command` ("recommend", "playlist build") and waits: until "complete", "acknowledged" or only "sent"."""
        channel, words = where or self.home.channel, command.split()
        found = self.commands.find(words[0], user, channel)
        data = Typed(found, words, self.messages, guild=bool(channel.guild)).data(options or {})
        return await self._ask(interactions.COMMAND, f"/{command}", user, channel, data, timeout, until)

    async def autocomplete(
        self, user: User, command: str, options: dict[str, Any], focused: str, *, where: Channel | None = None
    ) -> list[Json]:
        """The choices offered while `focused` is being typed."""
        channel, words = where or self.home.channel, command.split()
        found = self.commands.find(words[0], user, channel)
        data = Typed(found, words, self.messages, guild=bool(channel.guild)).data(options, focused)
        label = f"autocomplete of /{command} {focused}"
        answer = await self._ask(interactions.AUTOCOMPLETE, label, user, channel, data, 10, "acknowledged")
        return answer.choices

    async def menu(
        self, user: User, name: str, target: Json | User, *, where: Channel | None = None, timeout: float = 10
    ) -> Answer:
        """An entry of the context menu of a message or a person."""
        if isinstance(target, User):
            channel, kind, target_id = where or self.home.channel, USER_MENU, target.id
            entries = dict(resolved(target, guild=bool(channel.guild)))
        else:
            channel, kind, target_id = self.messages.channel_of(target["id"]), MESSAGE_MENU, target["id"]
            entries = {"messages": {target_id: deepcopy(target)}}
        found = self.commands.find(name, user, channel, kind)
        data = {"id": found["id"], "name": name, "type": kind, "target_id": target_id, "resolved": entries}
        return await self._ask(interactions.COMMAND, name, user, channel, data, timeout, "complete")

    async def press(
        self, user: User, message: Json, what: str, *, timeout: float = 10, until: str = "complete"
    ) -> Answer:
        """Presses the button with this label, emoji or custom id."""
        button = self._usable(user, message, what, {components.BUTTON})
        assert "custom_id" in button, f"{what!r} is a link: pressing it opens {button.get('url')}"
        return await self._use(user, message, button, what, {}, timeout, until)

    async def forge(self, user: User, message: Json, custom_id: str, *, timeout: float = 10) -> Answer:
        """A press on a button that isn't there, as Discord's client would never send it."""
        channel = self.messages.channel_of(message["id"])
        data = {"custom_id": custom_id, "component_type": components.BUTTON, "id": 1}
        label, kind = f"forged component {custom_id!r}", interactions.COMPONENT
        return await self._ask(kind, label, user, channel, data, timeout, "complete", message=message)

    async def choose(
        self,
        user: User,
        message: Json,
        what: str,
        *chosen: str | User | Channel,
        timeout: float = 10,
        until: str = "complete",
    ) -> Answer:
        """Chooses from the select with this placeholder or custom id: options (label or value), people or channels."""
        select = self._usable(user, message, what, components.SELECTS)
        entries: dict[str, Json] = {}
        values = []
        for one in chosen:
            if isinstance(one, str):
                values.append(_option_value(select, one))
            else:
                values.append(one.id)
                for kind, found in resolved(one, guild=True):
                    entries.setdefault(kind, {}).update(found)
        low, high = select.get("min_values", 1), select.get("max_values", 1)
        assert low <= len(values) <= high, f"{what!r} takes {low} to {high} values, not {len(values)}"
        data = {"values": values} | ({"resolved": entries} if entries else {})
        return await self._use(user, message, select, what, data, timeout, until)

    async def submit_modal(
        self, user: User, answer: Answer, values: dict[str, Any], *, timeout: float = 10, until: str = "complete"
    ) -> Answer:
        """Fills in the form that `answer` opened: values by label or custom id."""
        assert answer.modal, f"{answer.label} opened no form"
        data = submission(answer.modal, values)
        opened_from = answer.interaction.get("message")
        label = f"form {answer.modal['title']!r}"
        kind = interactions.MODAL_SUBMIT
        return await self._ask(kind, label, user, answer.channel, data, timeout, until, message=opened_from)

    # Trouble

    def fail(
        self,
        method: str,
        pattern: str,
        *,
        status: int | None,
        times: int = 1,
        retry_after: float = 0.1,
        carried_out: bool = False,
    ) -> Fault:
        """The next requests to a path like "/webhooks/*/messages/@original" fail; status None resets the connection.

        `carried_out`: Discord does what was asked for, and only the answer goes wrong.
        """
        fault = Fault(method, pattern, status, times, retry_after, carried_out)
        self._recorder.faults.append(fault)
        return fault

    def hold(self, method: str, pattern: str) -> Hold:
        """Requests to such a path have no effect and no answer until `release`; `held` counts them."""
        hold = Hold(method, pattern)
        self._recorder.holds.append(hold)
        return hold

    def set_clock_ahead(self, ahead: timedelta) -> None:
        """By how much Discord's clock, as its answers tell it, is ahead of this machine's."""
        self._recorder.clock_ahead = ahead

    def set_application_flags(self, flags: int) -> None:
        """Which intents, among other things, are switched on in the developer portal."""
        self._rest.application_flags = flags

    def before_answers(self, call: Callable[[Request], None]) -> None:
        """Has `call` see every request after it has taken effect and before its answer leaves."""
        self._recorder.seen_by.append(call)

    async def drop_connection(self) -> None:
        """Every gateway connection ends without a goodbye."""
        for connection in list(self.gateway.connections):
            connection.cut()

    async def request_reconnect(self) -> None:
        """Opcode 7: clients are asked to come back."""
        for connection in list(self.gateway.connections):
            await connection.send(RECONNECT)

    async def reset_token(self, token: str = "a-new-token") -> None:
        """The owner resets the token: running bots are thrown out."""
        self._set_token(token)
        await self.gateway.close(REFUSED_TOKEN)

    def _set_token(self, token: str) -> None:
        self.token = self._recorder.token = self.gateway.token = token

    # Inside

    def _usable(self, user: User, message: Json, what: str, kinds: set[int]) -> Json:
        asked_by = message.get("interaction_metadata", {}).get("user", {}).get("id")
        hidden = message["flags"] & EPHEMERAL and asked_by != user.id
        assert not hidden, f"only the person who asked sees this message, not {user.name}"
        component = components.find(self.messages.get(message["id"]), what, kinds)
        assert not component.get("disabled"), f"{what!r} is disabled"
        return component

    async def _use(
        self, user: User, message: Json, component: Json, what: str, extra: Json, timeout: float, until: str
    ) -> Answer:
        data = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]} | extra
        channel = self.messages.channel_of(message["id"])
        label = f"component {what!r}"
        kind = interactions.COMPONENT
        return await self._ask(kind, label, user, channel, data, timeout, until, message=message)

    async def _ask(
        self,
        kind: int,
        label: str,
        user: User,
        channel: Channel,
        data: Json,
        timeout: float,
        until: str,
        *,
        message: Json | None = None,
    ) -> Answer:
        payload = interaction(kind, self.bot.id, user, channel, data)
        if message:
            payload["message"] = deepcopy(message)
        answer = self.interactions.open(Answer(payload, label, user, channel, self.changes))
        await self.gateway.dispatch("INTERACTION_CREATE", payload, guild_id=payload.get("guild_id"))
        if until != "sent":
            await answer.acknowledged()
        if until == "complete":
            await answer.until(lambda one: one.complete, timeout)
        return answer


def _option_value(select: Json, wanted: str) -> str:
    for option in select["options"]:
        if wanted in (option["label"], option["value"]):
            return option["value"]
    raise AssertionError(f"no option {wanted!r}, only {[option['label'] for option in select['options']]}")
