"""`/recommend`: songs that go with a song."""

from bot.features.recommend.cog import RecommendCog

__all__ = ["RecommendCog"]
