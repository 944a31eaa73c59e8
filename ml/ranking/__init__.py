"""The re-ranker: what of a song speaks for it beside given songs, learned from playlists that people made."""
