"""`/admin`: what operators and server managers do."""

from bot.features.admin.cog import AdminCog

__all__ = ["AdminCog"]
