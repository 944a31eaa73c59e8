"""`/privacy`: everything stored about a member, out or gone."""

from bot.features.privacy.cog import PrivacyCog

__all__ = ["PrivacyCog"]
