"""Progress on standard error: one bar with an ETA for each stage."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from ml.stages import Progress

BAR = "{desc:<18}{bar:24} {percentage:3.0f}% {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """A `Progress` that draws bars; the last one is closed at the end."""
    open_bar: list[tqdm] = []

    def progress(stage: str, done: int, total: int, note: str) -> None:
        if not open_bar or open_bar[0].desc.strip() != stage:
            for bar in open_bar:
                bar.close()
            open_bar[:] = [tqdm(desc=stage, total=total, bar_format=BAR, file=sys.stderr)]
        bar = open_bar[0]
        bar.set_postfix_str(note, refresh=done == total)
        bar.update(done - bar.n)

    try:
        # Log lines go above the bar instead of into it.
        with logging_redirect_tqdm():
            yield progress
    finally:
        for bar in open_bar:
            bar.close()
