"""What surrounds every REST request: recording, authorisation, rate-limit headers and injected faults."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

from tests.wire.messages import ApiError
from tests.wire.openapi import OpenAPI
from tests.wire.payloads import Upload
from tests.wire.rate_limit import GlobalLimit

API = "/api/v10"
BUCKET_SIZE = 1000  # far above what a test sends: 429 comes from `Fault` or from the limit on all requests together


@dataclass(eq=False)
class Request:
    """One request of the bot and how it was answered; `path` is relative to the API's root.

    `address` is that of the fake which the request came to.
    """

    method: str
    path: str
    parts: dict[str, str]
    query: dict[str, str]
    authorization: str | None
    content_type: str
    body: Any
    files: list[Upload]
    arrived: float
    address: str
    status: int = 0
    answer: Any = None
    _checked: bool = False
    _violation: str | None = None

    @classmethod
    async def read(cls, incoming: web.Request) -> "Request":
        arrived = time.monotonic()
        body, files = await _read_body(incoming)
        return cls(
            method=incoming.method,
            path=incoming.path.removeprefix(API),
            parts=dict(incoming.match_info),
            query=dict(incoming.query),
            authorization=incoming.headers.get("Authorization"),
            content_type=incoming.content_type,
            body=body,
            files=files,
            arrived=arrived,
            address=f"http://{incoming.host}",
        )

    def violation(self, openapi: OpenAPI | None) -> str | None:
        """What Discord's OpenAPI has against the body. Checked when asked for, never while the bot waits."""
        if openapi and not self._checked:
            problem = openapi.request_problem(self.method, self.path, self.content_type, self.body)
            self._violation = problem and f"{self.method} {self.path}: {problem}"
            self._checked = True
        return self._violation


async def _read_body(incoming: web.Request) -> tuple[Any, list[Upload]]:
    """The JSON, alone or as `payload_json` of a form, and the files of the form."""
    if not incoming.can_read_body:
        return None, []
    if incoming.content_type != "multipart/form-data":
        return await incoming.json(), []
    body, files = None, []
    async for part in await incoming.multipart():
        if part.name == "payload_json":
            body = json.loads(await part.text())
        else:
            content_type = part.headers.get("Content-Type", "application/octet-stream")
            files.append(Upload(part.filename, bytes(await part.read()), content_type))
    return body, files


@dataclass(eq=False)
class Fault:
    """What the next requests to a route run into instead of an answer."""

    method: str
    pattern: str
    status: int | None  # None: the connection is reset
    times: int
    retry_after: float
    carried_out: bool
    hit: int = 0

    def applies_to(self, request: Request) -> bool:
        return self.hit < self.times and request.method == self.method and fnmatchcase(request.path, self.pattern)

    def apply(self, incoming: web.Request, request: Request, headers: dict[str, str]) -> None:
        self.hit += 1
        if self.status is None:
            # Lingering for 0 seconds makes the kernel send RST instead of a polite end of the stream.
            linger = struct.pack("ii", 1, 0)
            incoming.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            incoming.transport.abort()
            request.status = 0
        elif self.status == 429:
            _rate_limited(request, headers, self.retry_after, everywhere=False)
            headers["X-RateLimit-Remaining"] = "0"
        else:
            request.status = self.status
            request.answer = {"message": f"{self.status}: injected by the test", "code": 0}


def _rate_limited(request: Request, headers: dict[str, str], retry_after: float, *, everywhere: bool) -> None:
    # Without `Via`, a client must take a 429 for a ban by the proxy in front of Discord.
    headers |= {"Via": "1.1 google", "Retry-After": f"{retry_after:.3f}"}
    headers |= {"X-RateLimit-Scope": "global" if everywhere else "user"}
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    request.status = 429
    request.answer = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}


@dataclass(eq=False)
class Hold:
    """Requests to a route that Discord takes its time over, until they are let go on."""

    method: str
    pattern: str
    released: asyncio.Event = field(default_factory=asyncio.Event)
    held: int = 0

    def applies_to(self, request: Request) -> bool:
        return request.method == self.method and fnmatchcase(request.path, self.pattern)

    def release(self) -> None:
        self.released.set()


class Recorder:
    """Wraps every route, so that each request is recorded, authorised and answered with Discord's headers."""

    def __init__(
        self, happened: Callable[[], None], refused: Callable[[str, ApiError], None], limit: GlobalLimit
    ) -> None:
        self.token = ""
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.holds: list[Hold] = []
        self.clock_ahead = timedelta()
        self.seen_by: list[Callable[[Request], None]] = []
        self._happened, self._refused, self._limit = happened, refused, limit

    def route(self, handler: Callable[[Request], Any], *, needs_token: bool) -> Callable[..., Awaitable[web.Response]]:
        async def answer(incoming: web.Request) -> web.Response:
            request = await Request.read(incoming)
            self.requests.append(request)
            for hold in filter(lambda one: one.applies_to(request), self.holds):
                hold.held += 1
                self._happened()
                await hold.released.wait()
            headers = _rate_limit_headers(incoming)
            headers["Date"] = format_datetime(datetime.now(UTC) + self.clock_ahead, usegmt=True)
            fault = next((fault for fault in self.faults if fault.applies_to(request)), None)
            # What answers interactions is outside Discord's limit, as it goes without the bot's token.
            wait = self._limit.wait(request.arrived) if needs_token else None
            if wait is not None:
                _rate_limited(request, headers, wait, everywhere=True)
            elif fault and not fault.carried_out:
                fault.apply(incoming, request, headers)
            elif needs_token and request.authorization != f"Bot {self.token}":
                request.status, request.answer = 401, {"message": "401: Unauthorized", "code": 0}
            else:
                self._answer(handler, request)
                if fault:
                    fault.apply(incoming, request, headers)
            for call in self.seen_by:
                call(request)
            self._happened()
            text = "" if request.answer is None else json.dumps(request.answer)
            if text:
                # A charset behind the content type would make discord.py take the body for plain text.
                headers["Content-Type"] = "application/json"
            return web.Response(status=request.status or 500, body=text.encode(), headers=headers)

        return answer

    def _answer(self, handler: Callable[[Request], Any], request: Request) -> None:
        try:
            request.answer = handler(request)
            request.status = 204 if request.answer is None else 200
        except ApiError as error:
            request.status, request.answer = error.status, error.body
            self._refused(request.parts.get("token", ""), error)


def _rate_limit_headers(incoming: web.Request) -> dict[str, str]:
    route = f"{incoming.method} {incoming.match_info.route.resource.canonical}"
    return {
        "X-RateLimit-Bucket": f"{hash(route) & 0xFFFFFFFFFFFF:012x}",
        "X-RateLimit-Limit": str(BUCKET_SIZE),
        "X-RateLimit-Remaining": str(BUCKET_SIZE - 1),
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
    }
