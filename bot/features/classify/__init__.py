"""`/classify`: what a track is."""

from bot.features.classify.cog import ClassifyCog

__all__ = ["ClassifyCog"]
