"""👍 and 👎 on every shown song."""

from bot.features.feedback.cog import FeedbackCog

__all__ = ["FeedbackCog"]
