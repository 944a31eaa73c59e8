"""`/genres`: what the model knows."""

from bot.features.genres.cog import GenresCog

__all__ = ["GenresCog"]
