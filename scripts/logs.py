"""Logging, configured once for a process."""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# These speak at INFO of things that no operator needs.
TALKATIVE = ("discord", "faiss", "aiohttp", "tensorflow", "absl", "apscheduler")
# Warnings about what Segue doesn't use: voice, and the simulator's own trial client.
BESIDE_THE_POINT = ("voice will NOT be supported", "Guilds intent seems to be disabled")


class ToThePoint(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not any(phrase in str(record.msg) for phrase in BESIDE_THE_POINT)


def configure_logging(level: str, *, quiet: bool) -> None:
    """One line per fact on standard error; `quiet` shows warnings only, for commands that print a result."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(ToThePoint())
    logging.basicConfig(level="WARNING" if quiet and level == "INFO" else level, format=FORMAT, handlers=[handler])
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
