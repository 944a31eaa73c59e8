"""The weekly drop: a fresh playlist for a server or a member, every week, once."""

from bot.features.drops.clockwork import ticking
from bot.features.drops.cog import DropsCog

__all__ = ["DropsCog", "ticking"]
