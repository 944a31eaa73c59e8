"""`/playlist`: lists that members keep."""

from bot.features.playlists.cog import PlaylistsCog

__all__ = ["PlaylistsCog"]
