"""How a moment is written in the database.

UTC text such as `2026-01-05T18:00:00Z`: members read it in their export as it is, and because every value has
the same width and zone, comparing the texts compares the moments.
"""

from datetime import UTC, datetime


def as_text(moment: datetime) -> str:
    """Write a moment as UTC text to the second; raises ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone can't be stored.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_time(text: str) -> datetime:
    """Read a moment back from the database."""
    return datetime.fromisoformat(text)
