"""`/help`: what can be asked."""

from bot.features.help.cog import HelpCog

__all__ = ["HelpCog"]
