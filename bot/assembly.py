"""Puts the features into the bot."""

from collections.abc import Callable
from functools import partial

from discord.ext import commands

from bot.app import SegueBot
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


# The whole bot, ready to be started: what is left to give it is what `SegueBot` says.
assemble = partial(SegueBot, features=FEATURES)
