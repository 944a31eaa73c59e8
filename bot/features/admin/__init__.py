"""`/admin`: what operators and server managers do."""

from bot.features.admin.cog import AdminCog, overseeing

__all__ = ["AdminCog", "overseeing"]
