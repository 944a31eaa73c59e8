"""Serves the model that is current, whoever made it so, without a restart."""

import asyncio
import gc
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.bundle import ModelBundle
from ml.errors import BundleError
from ml.shelf import current_version

if TYPE_CHECKING:
    from bot.app import SegueBot

log = logging.getLogger(__name__)

# After a switch the former model's last answers are long out by then.
LET_GO_AFTER_S = 60.0


class ModelSwitch:
    """Keeps a bot serving what `current` in the folder `models` points to.

    `refused` is what is current but can't be trusted, and the sentence that says why; what served before goes on.
    """

    def __init__(self, bot: "SegueBot", models: Path) -> None:
        self._bot = bot
        self._models = models
        self._one_at_a_time = asyncio.Lock()
        self._let_go_at: float | None = None
        self.refused: tuple[str, str] | None = None

    async def look(self) -> None:
        """Serves the model that is current, if it is another one and can be trusted."""
        async with self._one_at_a_time:
            await self._look()
        self._let_go()

    async def to(self, version: str, make_current: Callable[[Path, str], Any]) -> None:
        """Has `make_current` make a version the current one, and serves it; raises BundleError where it can't."""
        async with self._one_at_a_time:
            await asyncio.to_thread(make_current, self._models, version)
            # It may have been mended since it was refused.
            self.refused = None
            await self._look()
            if self.refused is not None:
                raise BundleError(self.refused[1])

    async def current(self) -> str | None:
        """The version that is to serve, be it trustworthy or not."""
        return await asyncio.to_thread(current_version, self._models)

    async def _look(self) -> None:
        version = await self.current()
        if version in (None, self._bot.serving.version):
            self.refused = None
        elif self.refused is None or self.refused[0] != version:
            await self._try(str(version))

    async def _try(self, version: str) -> None:
        former = self._bot.serving.version
        try:
            bundle = await asyncio.to_thread(ModelBundle.load, self._models / version)
        except BundleError as error:
            self.refused = (version, str(error))
            log.error("refused model: %s Model %s goes on serving", error, former)  # noqa: TRY400
        except Exception as error:
            # Whatever it is, trying it every few seconds would not mend it.
            self.refused = (version, f"The model {version} can't be loaded: {type(error).__name__}.")
            log.exception("refused model %s; model %s goes on serving", version, former)
        else:
            log.info("model %s serves now, instead of %s", bundle.version, former)
            self.refused, self._bot.serving = None, bundle
            self._let_go_at = asyncio.get_running_loop().time() + LET_GO_AFTER_S

    def _let_go(self) -> None:
        """Gives back what the former model took, once nobody can need it any more."""
        if self._let_go_at is not None and asyncio.get_running_loop().time() > self._let_go_at:
            self._let_go_at = None
            # Its circles of references were exempt from collection, as those of the new one are from now on.
            gc.unfreeze()
            gc.collect()
            gc.freeze()
