"""Who a process is, so that another one can tell for sure that it is gone."""

from pathlib import Path

import psutil


def identity(pid: int) -> str:
    """A name for a living process that no other one ever gets; raises ProcessLookupError when it is gone."""
    try:
        return f"{_place()}:{pid}:{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        raise ProcessLookupError(pid) from None


def is_gone(name: str) -> bool:
    """Whether the process of this name certainly runs no more; of another machine's or container's nobody knows."""
    place, pid, created = name.rsplit(":", 2)
    if place != _place():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != created
    except psutil.NoSuchProcess:
        return True


def _place() -> str:
    """This start of this machine and, in a container, this container: where numbers of processes mean the same."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}".replace(":", "")
    except OSError:
        return f"boot {psutil.boot_time():.0f}"
