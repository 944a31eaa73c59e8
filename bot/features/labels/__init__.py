"""“Wrong genre?”: the genres that members propose for a song."""

from bot.features.labels.cog import LabelsCog

__all__ = ["LabelsCog"]
