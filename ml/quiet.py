"""Keeps the chatter of native libraries, which bypasses Python's logging, off the terminal."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def native_chatter_off() -> Iterator[None]:
    """Nothing written to file descriptor 2 inside shows; exceptions are raised as ever."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
