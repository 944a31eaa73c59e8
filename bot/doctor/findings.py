"""What `segue doctor` finds."""

from dataclasses import dataclass
from typing import Literal

# "warn": Segue runs, and something is missing; "fail": it doesn't, or not for long.
Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and a sentence: how it is, and how to mend it where that is needed."""

    subject: str
    level: Level
    sentence: str
