"""The gateway half of the fake Discord: sessions, heartbeats, events, resumption and dropped connections."""

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.wire.changes import Changes
from tests.wire.payloads import Guild, Json, User

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACK = 8, 9, 10, 11
UNKNOWN_OPCODE, NOT_AUTHENTICATED, AUTHENTICATION_FAILED, ALREADY_AUTHENTICATED = 4001, 4003, 4004, 4005
GOODBYE = (1000, 1001)  # closing with these ends the session; anything else leaves it open for a RESUME
GUILDS_INTENT = 1


@dataclass(eq=False)
class Connection:
    """One WebSocket; a session may live through several of them."""

    socket: web.WebSocketResponse
    request: web.Request
    compressor: Any = None  # one zlib stream for the whole connection, as Discord's zlib-stream

    async def send(self, op: int, data: Any = None, *, sequence: int | None = None, event: str | None = None) -> None:
        text = json.dumps({"op": op, "d": data, "s": sequence, "t": event})
        with contextlib.suppress(ConnectionError):
            if self.compressor:
                frame = self.compressor.compress(text.encode()) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(frame)
            else:
                await self.socket.send_str(text)

    def cut(self) -> None:
        """The cable is pulled: no close frame, no goodbye."""
        if self.request.transport:
            self.request.transport.abort()


@dataclass(eq=False)
class Session:
    intents: int
    shard: tuple[int, int]
    connection: Connection | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    events: list[tuple[int, str, Json]] = field(default_factory=list)

    async def dispatch(self, event: str, data: Json) -> None:
        """Sends an event now, or keeps it for the RESUME."""
        self.events.append((len(self.events) + 1, event, data))
        if self.connection:
            await self.connection.send(DISPATCH, data, sequence=len(self.events), event=event)

    def hears(self, guild_id: str | None) -> bool:
        index, count = self.shard
        return (int(guild_id or 0) >> 22) % count == index


class Gateway:
    def __init__(self, bot: User, guilds: list[Guild], changes: Changes, *, heartbeat_interval: float) -> None:
        self.bot, self.guilds, self.changes = bot, guilds, changes
        self.heartbeat_interval = heartbeat_interval
        self.token = ""
        self.url = ""
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.greeted = 0  # sessions that got their READY and servers
        self.resumed = 0
        self.heartbeats = 0
        self.received: list[Json] = []
        self.compressions: list[str | None] = []
        self.refuse_next_resume = False
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.open = asyncio.Event()  # while it is cleared, connections are accepted and hear nothing
        self.open.set()
        self.member_count: Callable[[], int] = lambda: 1

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        compression = request.query.get("compress")
        # zstd is not imitated: a client that asks for it gets plain text, which clients accept.
        connection = Connection(socket, request, zlib.compressobj() if compression == "zlib-stream" else None)
        self.compressions.append(compression)
        self.connections.append(connection)
        try:
            await self.open.wait()
            await connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000)})
            async for frame in socket:
                if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await self._receive(connection, json.loads(frame.data))
                    self.changes.happened()
        finally:
            self._forget(connection)
        return socket

    def _forget(self, connection: Connection) -> None:
        self.connections.remove(connection)
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                if connection.socket.close_code in GOODBYE:
                    del self.sessions[session.id]
        self.changes.happened()

    async def dispatch(self, event: str, data: Json, *, guild_id: str | None = None) -> None:
        """Sends an event to the session of every process that listens to this server (None: direct messages)."""
        listening = [session for session in self.sessions.values() if session.hears(guild_id)]
        await asyncio.gather(*(session.dispatch(event, data) for session in listening))

    async def close(self, code: int) -> None:
        for connection in list(self.connections):
            await connection.socket.close(code=code)

    async def announce(self, guild: Guild) -> None:
        """The bot joined a server while it was running."""
        await self.dispatch("GUILD_CREATE", guild.payload(self.bot, self.member_count()), guild_id=guild.id)

    async def forget(self, guild: Guild) -> None:
        """The bot was removed from a server."""
        self.guilds.remove(guild)
        await self.dispatch("GUILD_DELETE", {"id": guild.id}, guild_id=guild.id)

    async def _receive(self, connection: Connection, payload: Json) -> None:
        op, data = payload["op"], payload.get("d")
        self.received.append(payload)
        authenticated = any(session.connection is connection for session in self.sessions.values())
        if op == HEARTBEAT:
            self.heartbeats += 1
            await connection.send(ACK)
        elif op in (IDENTIFY, RESUME) and authenticated:
            await connection.socket.close(code=ALREADY_AUTHENTICATED)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif not authenticated:
            await connection.socket.close(code=NOT_AUTHENTICATED)
        elif op == REQUEST_MEMBERS:
            await self._send_members(data)
        elif op not in (PRESENCE, VOICE):
            await connection.socket.close(code=UNKNOWN_OPCODE)

    async def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies.append(data)
        if data["token"] != self.token:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
            return
        session = Session(data["intents"], tuple(data.get("shard", (0, 1))), connection)
        guilds = [guild for guild in self.guilds if session.hears(guild.id)]
        await session.dispatch(
            "READY",
            {
                "v": 10,
                "user": self.bot.payload(),
                "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "session_type": "normal",
                "shard": list(session.shard),
                "application": {"id": self.bot.id, "flags": 0},
            },
        )
        if session.intents & GUILDS_INTENT:
            for guild in guilds:
                await session.dispatch("GUILD_CREATE", guild.payload(self.bot, self.member_count()))
        self.sessions[session.id] = session
        self.greeted += 1

    async def _resume(self, connection: Connection, data: Json) -> None:
        self.resumes.append(data)
        if data["token"] != self.token:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
            return
        session = self.sessions.get(data["session_id"])
        if session is None or self.refuse_next_resume:
            self.refuse_next_resume = False
            self.sessions.pop(data["session_id"], None)
            await connection.send(INVALID_SESSION, False)
            return
        position = data["seq"]
        while position < len(session.events):  # events may still arrive during the replay
            sequence, event, payload = session.events[position]
            await connection.send(DISPATCH, payload, sequence=sequence, event=event)
            position += 1
        session.connection = connection
        await session.dispatch("RESUMED", {})
        self.resumed += 1

    async def _send_members(self, data: Json) -> None:
        chunk = {"guild_id": data["guild_id"], "members": [self.bot.member()], "chunk_index": 0, "chunk_count": 1}
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        await self.dispatch("GUILD_MEMBERS_CHUNK", chunk, guild_id=data["guild_id"])
