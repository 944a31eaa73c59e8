"""Puts the features into the bot."""

from collections.abc import Callable, Collection
from typing import Any

from discord.ext import commands

from bot.app import SegueBot
from bot.clock import Clock
from bot.features.admin import AdminCog
from bot.features.block import BlockCog
from bot.features.classify import ClassifyCog
from bot.features.drops import DropsCog
from bot.features.feedback import FeedbackCog
from bot.features.genres import GenresCog
from bot.features.help import HelpCog
from bot.features.labels import LabelsCog
from bot.features.playlists import PlaylistsCog
from bot.features.privacy import PrivacyCog
from bot.features.recommend import RecommendCog
from bot.features.taste import TasteCog
from bot.measures import Measures
from bot.workshop import Workshop
from ml.bundle import ModelBundle
from storage.store import Store

FEATURES: tuple[Callable[[SegueBot], commands.Cog], ...] = (
    ClassifyCog,
    RecommendCog,
    PlaylistsCog,
    DropsCog,
    FeedbackCog,
    LabelsCog,
    BlockCog,
    TasteCog,
    GenresCog,
    PrivacyCog,
    AdminCog,
    HelpCog,
)


def assemble(
    *,
    store: Store,
    bundle: ModelBundle,
    clock: Clock,
    workshop: Workshop,
    contact: str | None = None,
    admin_roles: Collection[int] = (),
    daily_backups: int = 0,
    measures: Measures | None = None,
    **options: Any,
) -> SegueBot:
    """The whole bot, ready to be started; `options` are discord.py's."""
    return SegueBot(
        store=store,
        bundle=bundle,
        clock=clock,
        workshop=workshop,
        contact=contact,
        admin_roles=admin_roles,
        daily_backups=daily_backups,
        measures=measures,
        features=FEATURES,
        **options,
    )
