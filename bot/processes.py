"""Who a process is, so that another one can tell whether it is still there."""

from pathlib import Path
from typing import Literal

import psutil

Life = Literal["alive", "gone", "unknown"]
# In /proc/<number>/stat, after the name in brackets: when the process began, in ticks since this machine started.
BEGAN = 19


def identity(pid: int) -> str:
    """A name for a living process that no other one ever gets; raises ProcessLookupError when it is gone."""
    try:
        return f"{_place()}:{pid}:{_began(pid)}"
    except (psutil.NoSuchProcess, FileNotFoundError):
        raise ProcessLookupError(pid) from None


def life_of(name: str) -> Life:
    """Whether the process of this name is there; of another machine's or container's nobody knows."""
    place, pid, began = name.rsplit(":", 2)
    if place != _place():
        return "unknown"
    try:
        same = _began(int(pid)) == began and psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, FileNotFoundError):
        return "gone"
    return "alive" if same else "gone"


def _began(pid: int) -> str:
    """When a process began, as something that no setting of the clock changes, where the system tells that."""
    if Path("/proc/self/stat").exists():
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[BEGAN]
    return f"{psutil.Process(pid).create_time():.0f}"


def _place() -> str:
    """This start of this machine and, in a container, this container: where numbers of processes mean the same."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}".replace(":", "")
    except OSError:
        return f"boot {psutil.boot_time():.0f}"
