"""What a method keeps in memory while it serves, measured in a process that does nothing else.

Run as `python -m scripts.index_memory METHOD FOLDER EFFORT`, as `memory_of` does.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from ml.errors import SegueError
from scripts.index_methods import METHODS, QUERIES_FILE, Method

# A slow method answers only some of the queries: it has everything in memory from the first on.
SECONDS = 20.0
STATUS = Path("/proc/self/status")
# Each line of STATUS that is read, under the name that it gets here: all, not backed by a file, backed by one.
LINES = {"VmRSS": "resident_mb", "RssAnon": "anonymous_mb", "RssFile": "file_mb"}


def memory_of(method: Method, folder: Path, effort: int) -> dict[str, float]:
    """MB (10^6 bytes) resident after answering the queries in `folder`, and how much more that is than before opening.

    Empty where the system doesn't tell.
    """
    if not STATUS.exists():
        return {}
    command = [sys.executable, "-m", "scripts.index_memory", method.name, str(folder), str(effort)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SegueError(f"The process that measures the memory of {method.name} failed; what it wrote above says why.")
    return json.loads(done.stdout)


def resident() -> dict[str, float]:
    """MB of this process, under the names in LINES."""
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return {name: int(lines[line].split()[0]) * 1024 / 1e6 for line, name in LINES.items()}


def main() -> None:
    name, path, effort = sys.argv[1:]
    method, folder = next(method for method in METHODS if method.name == name), Path(path)
    before = resident()
    with threadpool_limits(1):
        search = method.open_(folder)
        started = time.perf_counter()
        for query in np.load(folder / QUERIES_FILE):
            search(query[None], int(effort))
            if time.perf_counter() - started > SECONDS:
                break
    after = resident()
    figures = {**after, "added_mb": after["resident_mb"] - before["resident_mb"]}
    sys.stdout.write(json.dumps({name: round(value, 1) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
