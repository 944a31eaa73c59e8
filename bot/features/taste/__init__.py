"""`/taste`: what members like, how that goes together, and lists for several of them."""

from bot.features.taste.cog import TasteCog

__all__ = ["TasteCog"]
