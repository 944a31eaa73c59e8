"""Knows tracks: reading them, telling what they are, finding what goes with them. Neither Discord nor SQL."""
