"""Trainings as rows that everybody can see: claimed, seen through to the end, and what came of them noted.

The work is done in a thread; the event loop beside it tells the database every second that the process lives and how
far it is, and hears there whether it is to end.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil

from bot.catalogues import open_choice
from bot.clock import utc_now
from bot.fates import bury_if_dead
from bot.labels import weight_of
from bot.processes import identity
from bot.settings import Settings
from ml.catalogue import Catalogue
from ml.challenge import Challenge, challenge
from ml.errors import SegueError
from ml.labels import Label
from ml.shelf import current_version, remove_old
from ml.stages import Progress
from ml.train import Trained, remove_staging, train
from storage.errors import StorageError
from storage.store import Store
from storage.trainings import Outcome, Step, Training

log = logging.getLogger(__name__)

T = TypeVar("T")

EVERY_S = 1.0
# A stage that can't be interrupted gets so long to come to its next step.
GRACE_S = 10.0
# What serves members goes first; the training takes what is left.
NICENESS = 19
# The same catalogue gives the same model.
SEED = 0

TEXT_CANCELLED = "It was cancelled."
TEXT_TOO_LONG = "It took longer than {hours:g} h, which is what SEGUE_TRAINING_HOURS allows."
TEXT_TOO_LARGE = "It needed more than {gigabytes:g} GB of memory, which is what SEGUE_TRAINING_GB allows."
TEXT_MISTAKE = "Something went wrong in the training, and it is in its log ({error})."
TEXT_NOT_MINE = "There is no training {number} to begin: it is over, or another process has taken it up."
TEXT_BUSY = "Training {number} is under way: wait for it, or cancel it with `/admin status`."
TEXT_BY_HAND = "segue train"
TEXT_PUBLISHED = "Published as `segue train` does, whatever the model before was worth."


class StoppedError(SegueError):
    """The training is to end before it is done."""


class Course:
    """How far the work is, told by its thread and read by the event loop; and whether it is to go on."""

    def __init__(self, store: Store, training_id: int, draw: Progress | None = None) -> None:
        self._store, self._id, self._draw = store, training_id, draw
        self._loop = asyncio.get_running_loop()
        self.step: Step | None = None
        self.why_not: str | None = None
        self.publishing = False

    def progress(self, stage: str, done: int, total: int, note: str) -> None:
        """Called by the work as it goes; raises StoppedError once it is to end."""
        self.step = Step(stage, done, total, note)
        if self._draw is not None:
            self._draw(stage, done, total, note)
        if self.why_not is not None and not self.publishing:
            raise StoppedError(self.why_not)

    def about_to_publish(self, version: str) -> None:
        """Called by the work right before the switch, after which nothing stops it; raises StoppedError."""
        noted = self._store.trainings.note_version(self._id, version, utc_now())
        if self.why_not is not None or not asyncio.run_coroutine_threadsafe(noted, self._loop).result():
            raise StoppedError(self.why_not or TEXT_CANCELLED)
        self.publishing = True


async def conduct(settings: Settings, training_id: int) -> int:
    """Trains as row `training_id` of the database says, and notes there what came of it. Returns an exit code."""
    _give_way()
    async with Store.open(settings.database) as store:
        training = await store.trainings.begin(training_id, identity(os.getpid()), utc_now())
        if training is None:
            raise SegueError(TEXT_NOT_MINE.format(number=training_id))
        log.info("training %d begins: %s", training.id, training.parts)
        labels = [Label(one.track_id, one.genre, weight_of(one.votes)) for one in await store.labels.accepted()]
        course = Course(store, training.id)

        def work() -> Challenge:
            return challenge(
                settings.models,
                catalogue=open_choice(settings, training.catalogue) if training.parts == "all" else None,
                parts=training.parts,
                labels=labels,
                playlists=settings.playlists,
                tolerances=settings.tolerances,
                seed=SEED,
                now=utc_now(),
                progress=course.progress,
                publishing=course.about_to_publish,
            )

        try:
            made = await seen_through(settings, store, training, course, work)
        except Exception:
            # It is in the row, and in the log.
            return 1
        await _note(settings, store, training, made)
    return 0


async def train_by_hand(settings: Settings, catalogue: Catalogue, seed: int, progress: Progress) -> Trained:
    """`segue train`: trains and publishes, while nobody else trains for this Segue. Raises SegueError."""
    async with Store.open(settings.database) as store:
        if (running := await store.trainings.under_way()) is not None:
            # Where no bot runs, nobody else finds it dead.
            await bury_if_dead(store, settings.models, running, utc_now())
        number = await store.trainings.request("all", None, TEXT_BY_HAND, None, utc_now())
        if number is None:
            raise SegueError(TEXT_BUSY.format(number=running.id if running else ""))
        training = await store.trainings.begin(number, identity(os.getpid()), utc_now())
        assert training is not None
        course = Course(store, number, progress)

        def work() -> Trained:
            return train(
                catalogue,
                settings.models,
                seed=seed,
                now=utc_now(),
                progress=course.progress,
                publishing=course.about_to_publish,
            )

        trained = await seen_through(settings, store, training, course, work)
        await store.trainings.end(number, "published", TEXT_PUBLISHED, utc_now(), trained.version)
        return trained


async def seen_through(
    settings: Settings, store: Store, training: Training, course: Course, work: Callable[[], T]
) -> T:
    """What `work` returns. When it fails or has to end, that is noted in the training's row, and raised."""
    working = asyncio.create_task(asyncio.to_thread(work))
    try:
        await _watch(settings, store, training, course, working)
        return working.result()
    except asyncio.CancelledError:
        # Ctrl-C at the terminal.
        course.why_not = TEXT_CANCELLED
        with contextlib.suppress(Exception):
            await working
        await store.trainings.end(training.id, "cancelled", TEXT_CANCELLED, utc_now())
        raise
    except StoppedError as stopped:
        await store.trainings.end(training.id, _outcome_of(str(stopped)), str(stopped), utc_now())
        log.warning("training %d ended early: %s", training.id, stopped)
        raise
    except (SegueError, OSError) as error:
        await store.trainings.end(training.id, "failed", str(error), utc_now())
        log.warning("training %d failed: %s", training.id, error)
        raise
    except Exception as error:
        # Whatever it was, the work must not go on without anybody watching it.
        course.why_not = course.why_not or TEXT_CANCELLED
        await store.trainings.end(training.id, "failed", TEXT_MISTAKE.format(error=type(error).__name__), utc_now())
        log.exception("training %d failed", training.id)
        raise


async def _watch(
    settings: Settings, store: Store, training: Training, course: Course, working: "asyncio.Task[Any]"
) -> None:
    """Until the work is done: says that it lives and how far it is, and ends it when it has to."""
    clock, memory = asyncio.get_running_loop().time, psutil.Process()
    began = clock()
    stopped_at: float | None = None
    while not working.done():
        await asyncio.wait({working}, timeout=EVERY_S)
        if stopped_at is not None:
            if clock() - stopped_at > GRACE_S and not course.publishing and not working.done():
                await _end_hard(settings, store, training, str(course.why_not))
            continue
        try:
            goes_on = await store.trainings.note_step(training.id, course.step, utc_now())
        except StorageError as error:
            log.warning("training %d can't be noted just now: %s", training.id, error)
            goes_on = True
        if not goes_on:
            course.why_not = TEXT_CANCELLED
        elif clock() - began > settings.training_hours * 3600:
            course.why_not = TEXT_TOO_LONG.format(hours=settings.training_hours)
        elif memory.memory_info().rss > settings.training_gigabytes * 1e9:
            course.why_not = TEXT_TOO_LARGE.format(gigabytes=settings.training_gigabytes)
        stopped_at = clock() if course.why_not is not None else None


async def _end_hard(settings: Settings, store: Store, training: Training, why: str) -> None:
    """Ends this process although its work doesn't listen."""
    await store.trainings.end(training.id, _outcome_of(why), why, utc_now())
    log.warning("training %d ended early: %s", training.id, why)
    remove_staging(settings.models)
    logging.shutdown()
    os._exit(1)


def _give_way() -> None:
    """Takes the lowest priority, for the threads that libraries have started already as well."""
    threads = Path("/proc/self/task")
    if threads.is_dir():
        for thread in threads.iterdir():
            with contextlib.suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, int(thread.name), NICENESS)
    else:
        os.nice(NICENESS)


def _outcome_of(why: str) -> Outcome:
    return "cancelled" if why == TEXT_CANCELLED else "failed"


async def _note(settings: Settings, store: Store, training: Training, made: Challenge) -> None:
    """Notes what came of a challenge, and makes room for the next ones."""
    outcome: Outcome = "published" if made.published else "aside"
    told = ("name", "champion", "challenger", "tolerance", "lower_is_better", "fell")
    compared = [{name: getattr(one, name) for name in told} for one in made.compared]
    report = {"champion": made.champion, "compared": compared, "seconds": made.seconds}
    await store.trainings.end(training.id, outcome, made.sentence, utc_now(), made.version, report)
    log.info("training %d: model %s is %s. %s", training.id, made.version, outcome, made.sentence)
    earlier = await store.trainings.served_before(current_version(settings.models) or "")
    protected = {made.version, *earlier[:1]}
    remove_old(
        settings.models,
        keep=settings.keep_models,
        most_bytes=int(settings.models_gigabytes * 1e9),
        protected=protected,
    )
