"""What `segue doctor` looks at: this machine, and what Discord says of the bot."""

from bot.doctor.findings import Finding
from bot.doctor.machine import examine

__all__ = ["Finding", "examine"]
