"""The bot: its intents, its command tree, its one error handler, its features."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.clock import Clock
from bot.errors import answer_failure
from bot.language import ServerLanguages, language_of_member, read_catalogues, speak
from bot.measures import Kind, Measures
from bot.presses import Press, PressHandler, answer_form
from bot.switching import ModelSwitch
from bot.timing import time_answer, trace_of
from bot.workshop import Workshop
from ml.bundle import ModelBundle
from storage.departures import GUILD_GRACE
from storage.store import Store

log = logging.getLogger(__name__)

# What discord.py calls its tasks that run commands, presses and listeners.
ANSWERING = ("CommandTree-invoker", "discord-ui-", "discord.py: on_interaction")
# Discord gives up on an answer after three seconds; a deferred one deserves longer, as far as a service manager waits.
LAST_ANSWERS_SECONDS = 8.0
# Discord's goodbye may never come.
DISCONNECT_SECONDS = 1.0
# A little less than a day: it is looked at once an hour.
BACKUP_EVERY = timedelta(hours=23, minutes=30)
# The model that the answer under way is made with. Each answer is a task, with a context of its own.
_model_of_this_answer: ContextVar[list[ModelBundle] | None] = ContextVar("model_of_this_answer", default=None)


def answers_in_flight() -> set[asyncio.Task[Any]]:
    """The tasks that are answering somebody just now."""
    return {task for task in asyncio.all_tasks() if task.get_name().startswith(ANSWERING)}


class SegueTree(app_commands.CommandTree["SegueBot"]):
    async def interaction_check(self, interaction: discord.Interaction["SegueBot"], /) -> bool:
        kind: Kind = "autocomplete" if interaction.type is discord.InteractionType.autocomplete else "command"
        name = interaction.command.qualified_name if interaction.command else None
        self.client.begin_answer(interaction, kind, name)
        await self.client.choose_language(interaction)
        return True

    async def on_error(self, interaction: discord.Interaction["SegueBot"], error: app_commands.AppCommandError) -> None:
        await answer_failure(interaction, error)


class SegueBot(commands.Bot):
    """Speaks Discord for one store and one trained model.

    `clock` tells the time in UTC; `workshop` is where models are made and kept; `contact` tells members whom to ask
    about the bot; who has one of `admin_roles` may administer it like its owner. So many `daily_backups` are made, one
    a day, and kept.
    """

    def __init__(
        self,
        *,
        store: Store,
        bundle: ModelBundle,
        clock: Clock,
        workshop: Workshop,
        contact: str | None = None,
        admin_roles: Collection[int] = (),
        daily_backups: int = 0,
        measures: Measures | None = None,
        features: Iterable[Callable[["SegueBot"], commands.Cog]],
        **options: Any,
    ) -> None:
        self.measures = measures or Measures()
        super().__init__(
            command_prefix=commands.when_mentioned,
            # Interactions belong to no intent; guilds is what commands need to know where they are.
            intents=discord.Intents(guilds=True),
            tree_cls=SegueTree,
            help_command=None,
            allowed_mentions=discord.AllowedMentions.none(),
            # Segue reads no messages and lists no members: keep neither.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            http_trace=trace_of(self.measures),
            **options,
        )
        self.store = store
        self.clock = clock
        self.started_at = clock()
        self.serving = bundle
        self.contact = contact
        self.admin_roles = frozenset(admin_roles)
        self.workshop = workshop
        self.switch = ModelSwitch(self, workshop.models)
        self.daily_backups = daily_backups
        self.features = tuple(features)
        self.press_handlers: dict[str, PressHandler] = {}
        self.languages = ServerLanguages(self._language_set_in)
        self.pruned_on: date | None = None
        # Whether Discord is heard at the moment; discord.py stays "ready" while it tries to get back.
        self.connected = False
        self.stopping = False

    @property
    def serving(self) -> ModelBundle:
        """The model that new answers are made with."""
        return self._serving

    @serving.setter
    def serving(self, bundle: ModelBundle) -> None:
        self._serving = bundle
        self.serving_since = self.clock()

    @property
    def bundle(self) -> ModelBundle:
        """The model that answers: the serving one, or the one that was when the answer under way began."""
        held = _model_of_this_answer.get()
        return held[0] if held else self.serving

    def hold_model(self) -> None:
        """Has the whole answer of this task made with one model, even if another one is switched to meanwhile."""
        held = [self.serving]
        _model_of_this_answer.set(held)
        # What the answer has opened, a connection to Discord for example, keeps its context for long afterwards: that
        # must not keep a model.
        if (task := asyncio.current_task()) is not None:
            task.add_done_callback(lambda _: held.clear())

    def begin_answer(self, interaction: discord.Interaction[Any], kind: Kind, name: str | None) -> None:
        """Whatever answers an interaction says so first: its task is timed and made with one model."""
        self.hold_model()
        time_answer(self.measures, interaction, kind, name)

    async def choose_language(self, interaction: discord.Interaction[Any]) -> None:
        """Has the whole answer of this task made in the language of `language_of`."""
        speak(await self.language_of(interaction))

    async def language_of(self, interaction: discord.Interaction[Any]) -> str:
        """The server's language, or elsewhere the member's."""
        if interaction.guild_id is None:
            return language_of_member(interaction.locale)
        return await self.languages.of(interaction.guild_id)

    async def _language_set_in(self, guild_id: int) -> str | None:
        return (await self.store.guild_settings(guild_id)).language

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Press)
        await asyncio.to_thread(read_catalogues)
        for feature in self.features:
            await self.add_cog(feature(self))
        synced = await self.tree.sync()
        log.info("commands synced: %s", ", ".join(sorted(command.name for command in synced)))

    async def finish_answers(self) -> None:
        """Lets the answers in flight go out, and ends those that take too long."""
        self.stopping = True
        answers = answers_in_flight()
        if not answers:
            return
        _, late = await asyncio.wait(answers, timeout=LAST_ANSWERS_SECONDS)
        for answer in late:
            answer.cancel()
        if late:
            log.warning("stopped before %d answers were done", len(late))

    async def close(self) -> None:
        """Lets the answers in flight go out, then disconnects."""
        self.pruning.cancel()
        await self.finish_answers()
        with suppress(TimeoutError):
            async with asyncio.timeout(DISCONNECT_SECONDS):
                await super().close()

    async def on_interaction(self, interaction: discord.Interaction["SegueBot"]) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await answer_form(interaction)

    async def on_disconnect(self) -> None:
        self.connected = False

    async def on_resumed(self) -> None:
        self.connected = True

    async def on_ready(self) -> None:
        self.connected = True
        log.info("ready as %s in %d servers, model %s", self.user, len(self.guilds), self.bundle.version)
        left = await self.store.reconcile_guilds({guild.id for guild in self.guilds}, self.clock())
        if left:
            log.info("removed from %d servers while I was away", len(left))
        # Not before: a server that came back in the meantime would lose what was gathered in it.
        if not self.pruning.is_running():
            self.pruning.start()

    @tasks.loop(hours=1)
    async def pruning(self) -> None:
        """Deletes once a day what is too old, and backs up what is left; what fails is tried again an hour later."""
        now = self.clock()
        # A loop that raises is never run again, and nothing would go until the next start.
        try:
            if now.date() != self.pruned_on:
                pruned = await self.store.prune(now)
                self.pruned_on = now.date()
                log.info("%d rows deleted for their age, %d servers forgotten", pruned.rows, len(pruned.guilds))
        except Exception:
            log.exception("could not delete what is too old")
        try:
            await self._back_up_daily(now)
        except Exception:
            log.exception("could not back the database up")

    async def _back_up_daily(self, now: datetime) -> None:
        last = await self.store.last_backup() if self.daily_backups else now
        if last is None or now - last > BACKUP_EVERY:
            backup = await self.store.back_up(now, self.daily_backups)
            log.info("database backed up to %s", backup)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.store.note_return(guild.id)
        log.info("joined server %d", guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.store.note_departure(guild.id, self.clock())
        log.info("left server %d; what was gathered there goes in %d days", guild.id, GUILD_GRACE.days)
