"""`/block`: artists and songs that a member never wants to be shown."""

from bot.features.block.cog import BlockCog

__all__ = ["BlockCog"]
