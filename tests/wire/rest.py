"""The REST half of the fake Discord: which route does what."""

import base64
from dataclasses import dataclass

from aiohttp import web

from tests.wire.channel_routes import ChannelRoutes
from tests.wire.commands import Commands
from tests.wire.interactions import Interactions
from tests.wire.messages import ApiError, Messages
from tests.wire.payloads import Json, User
from tests.wire.recording import API, Recorder, Request

ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(eq=False)
class Rest:
    """Handlers take a request and return what Discord would answer; None is 204, an `ApiError` is an error."""

    bot: User
    owner: User
    messages: Messages
    commands: Commands
    interactions: Interactions
    channel_routes: ChannelRoutes
    gateway_url: str = ""
    shards: int = 1
    application_flags: int = 0

    def add_routes(self, app: web.Application, recorder: Recorder) -> None:
        for method, path, handler in (
            ("GET", "/users/@me", self._me),
            ("GET", "/users/@me/guilds", self._guilds),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway),
            ("GET", "/applications/{app}/commands", self._list_commands),
            ("PUT", "/applications/{app}/commands", self._sync),
            ("GET", "/applications/{app}/guilds/{guild}/commands", self._list_commands),
            ("PUT", "/applications/{app}/guilds/{guild}/commands", self._sync),
            *self.channel_routes.all(),
        ):
            app.router.add_route(method, API + path, recorder.route(handler, needs_token=True))
        webhook = "/webhooks/{app}/{token}"
        for method, path, handler in (  # the interaction's token in the path is all the authorisation these need
            ("POST", "/interactions/{id}/{token}/callback", self._respond),
            ("POST", webhook, self._follow_up),
            ("GET", webhook + "/messages/{message}", self._get_answer),
            ("PATCH", webhook + "/messages/{message}", self._edit_answer),
            ("DELETE", webhook + "/messages/{message}", self._delete_answer),
        ):
            app.router.add_route(method, API + path, recorder.route(handler, needs_token=False))
        app.router.add_route("*", API + "/{rest:.*}", recorder.route(self._unknown, needs_token=False))
        app.router.add_get("/cdn/attachments/{id}/{name}", self._file)
        app.router.add_get("/cdn/{rest:.*}", self._picture)

    def _me(self, request: Request) -> Json:
        return self.bot.payload() | {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}

    def _guilds(self, request: Request) -> list[Json]:
        """The servers the bot is in, after one of them if that is asked for, with what its roles allow there."""
        after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 200))
        guilds = sorted((one for one in self.channel_routes.guilds if int(one.id) > after), key=lambda one: int(one.id))
        return [
            {
                "id": guild.id,
                "name": guild.name,
                "icon": None,
                "banner": None,
                "owner": False,
                "permissions": str(guild.bot_permissions),
                "features": [],
            }
            for guild in guilds[:limit]
        ]

    def _application(self, request: Request) -> Json:
        return {
            "id": self.bot.id,
            "name": self.bot.name,
            "description": "",
            "icon": None,
            "type": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": self.application_flags,
            "flags_new": str(self.application_flags),
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "approximate_guild_count": 1,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": None,
            "eligible_oauth2_scopes": [],
            "owner": self.owner.payload(),
            "bot": self.bot.payload(),
        }

    def _gateway(self, request: Request) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}

    def _list_commands(self, request: Request) -> list[Json]:
        return self.commands.synced.get(request.parts.get("guild"), [])

    def _sync(self, request: Request) -> list[Json]:
        return self.commands.overwrite(request.parts.get("guild"), request.body)

    def _respond(self, request: Request) -> Json | None:
        token = request.parts["token"]
        response = self.interactions.respond(token, request.arrived, request.body, request.files)
        return response if request.query.get("with_response") in ("1", "true") else None

    def _follow_up(self, request: Request) -> Json:
        return self.interactions.follow_up(request.parts["token"], request.body, request.files)

    def _get_answer(self, request: Request) -> Json:
        return self.interactions.message(request.parts["token"], request.parts["message"])

    def _edit_answer(self, request: Request) -> Json:
        return self.interactions.edit(request.parts["token"], request.parts["message"], request.body, request.files)

    def _delete_answer(self, request: Request) -> None:
        self.interactions.delete(request.parts["token"], request.parts["message"])

    def _unknown(self, request: Request) -> None:
        raise ApiError(404, 0, f"404: the fake Discord has no {request.method} {request.path}")

    async def _file(self, incoming: web.Request) -> web.Response:
        upload = self.messages.files.get(incoming.match_info["id"])
        if upload is None:
            raise web.HTTPNotFound
        return web.Response(body=upload.content, content_type=upload.content_type)

    async def _picture(self, incoming: web.Request) -> web.Response:
        """Avatars and icons all look the same here."""
        return web.Response(body=ONE_PIXEL, content_type="image/png")
