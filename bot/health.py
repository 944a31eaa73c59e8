"""Three pages for programs that watch the bot: `/healthz`, `/readyz` and `/metrics`."""

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.settings import SettingsError
from bot.vitals import Vitals, take_vitals

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

# A database that needs longer for a handful of rows holds members up, too.
PATIENCE_SECONDS = 2.0

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def health_pages(bot: "SegueBot", host: str, port: int | None) -> AsyncIterator[None]:
    """Serves the pages for the length of an `async with`, unless `port` is None; raises SettingsError."""
    if port is None:
        yield
        return
    app = web.Application()
    app.add_routes([web.get("/healthz", _healthz(bot)), web.get("/readyz", _readyz(bot))])
    app.add_routes([web.get("/metrics", _metrics(bot))])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise SettingsError(_unusable(host, port, error)) from None
        log.info("health and metrics on http://%s:%d", host, port)
        yield
    finally:
        await runner.cleanup()


def _unusable(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"SEGUE_HTTP_PORT is {port}, and that port of {host} is taken: choose another."
        case errno.EACCES:
            return f"SEGUE_HTTP_PORT is {port}, which only an administrator may use: choose one above 1023."
        case errno.EADDRNOTAVAIL:
            return f"SEGUE_HTTP_HOST is {host}, which is no address of this machine."
    return f"SEGUE_HTTP_PORT {port} on {host} can't be used: {error.strerror or error}."


def _healthz(bot: "SegueBot") -> Page:
    async def healthz(_: web.Request) -> web.Response:
        """That this is answered at all shows that the event loop turns."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await bot.store.work(bot.clock())
        except TimeoutError:
            return _unavailable(f"the database didn't answer within {PATIENCE_SECONDS:g} s")
        except Exception as error:
            # Whatever it is, a program that watches the bot wants to know that it isn't well.
            return _unavailable(f"the database can't be read: {error}")
        return web.json_response({"status": "ok"})

    return healthz


def _readyz(bot: "SegueBot") -> Page:
    async def readyz(_: web.Request) -> web.Response:
        if bot.stopping:
            return _unavailable("stopping")
        if not bot.is_ready():
            return _unavailable("not logged in to Discord yet")
        if not bot.connected:
            return _unavailable("the connection to Discord is lost; trying to get it back")
        return web.json_response({"status": "ok", "model": bot.serving.version})

    return readyz


def _metrics(bot: "SegueBot") -> Page:
    of_process = CollectorRegistry()
    ProcessCollector(registry=of_process)

    async def metrics(_: web.Request) -> web.Response:
        of_moment = CollectorRegistry()
        of_moment.register(_Moment(await take_vitals(bot), bot.connected))
        pages = [generate_latest(registry) for registry in (bot.measures.registry, of_moment, of_process)]
        return web.Response(body=b"".join(pages), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return metrics


def _unavailable(reason: str) -> web.Response:
    return web.json_response({"status": "unavailable", "reason": reason}, status=503)


class _Moment(Collector):
    """What is looked up anew whenever somebody asks."""

    def __init__(self, vitals: Vitals, connected: bool) -> None:
        self._vitals = vitals
        self._connected = connected

    def collect(self) -> Iterator[Metric]:
        vitals, work = self._vitals, self._vitals.work
        yield _gauge("info", "Always 1; which Segue runs", 1, version=vitals.version)
        yield _gauge("model_info", "Always 1; which model serves", 1, version=vitals.model)
        yield _gauge("model_serving_since_seconds", "When it began to", vitals.serving_since.timestamp())
        yield _gauge("connected", "1 while Discord is heard", self._connected)
        yield _gauge("servers", "Discord servers that the bot is in", vitals.servers)
        yield _gauge("gateway_latency_seconds", "A heartbeat's way to Discord and back", vitals.gateway_seconds)
        yield _gauge("database_bytes", "Size of the database with its log", vitals.database_bytes)
        yield _gauge("models_bytes", "Size of all trained models", vitals.models_bytes)
        yield _gauge("disk_free_bytes", "Space that is left on the models' disk", vitals.free_bytes)
        backed_up = vitals.last_backup.timestamp() if vitals.last_backup is not None else None
        yield _gauge("last_backup_seconds", "When the database was last backed up", backed_up)
        yield _gauge("training_running", "1 while a model is being trained", work.training)
        drops = GaugeMetricFamily("segue_weekly_drops", "Weekly drops by their state", labels=["state"])
        for state in ("scheduled", "overdue", "retried", "paused", "given_up"):
            drops.add_metric([state], getattr(work, state))
        yield drops


def _gauge(name: str, about: str, value: float | None, **labels: str) -> Metric:
    """A number of now; without a sample when there is none."""
    gauge = GaugeMetricFamily(f"segue_{name}", about, labels=list(labels))
    if value is not None:
        gauge.add_metric(list(labels.values()), float(value))
    return gauge
