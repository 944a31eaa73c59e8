"""The models folder: the bundles that served or could, those put aside, and which of them goes when it gets full.

    models/current          a link to the bundle that serves
    models/<version>/       published bundles
    models/aside/<version>/ finished ones that nobody published; never served, whatever happens to the others

Every change is one rename or one link, so that whoever is killed in between leaves a folder that serves.
"""

import logging
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ml.bundle import CURRENT, ModelBundle, make_current, published_folders, put_away
from ml.errors import BundleError
from ml.manifest import MANIFEST_FILE, read_manifest, verify
from ml.stages import ALL

try:
    import fcntl
except ImportError:  # Windows: there a bot and its training take their chances
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

ASIDE = "aside"
REMOVED_PREFIX = ".removed-"


@dataclass(frozen=True)
class Shelved:
    """One bundle in the models folder, as its manifest tells; `size` in bytes.

    `parts` are those that were fitted anew when it was made, all but "all" beside what came from the bundle `beside`;
    that is also the one it was compared with, None if there was none.
    """

    path: Path
    version: str
    created_at: datetime
    catalogue: str
    tracks: int
    is_sample: bool
    metrics: dict[str, Any]
    size: int
    is_current: bool
    is_aside: bool
    parts: str
    beside: str | None


def current_version(models: Path) -> str | None:
    """The version that is to serve, be it trustworthy or not; None where there is none."""
    link = models / CURRENT
    return link.resolve().name if link.is_symlink() else None


def lay_aside(staging: Path, models: Path, version: str) -> Path:
    """Moves a sealed bundle to those that nobody published."""
    (models / ASIDE).mkdir(exist_ok=True)
    put_away(staging, models / ASIDE / version)
    return models / ASIDE / version


@contextmanager
def alone_with(models: Path) -> Iterator[None]:
    """No other process changes what is current, or removes a bundle, within this `with`."""
    if fcntl is None:
        yield
        return
    folder = os.open(models, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        # The lock goes with it.
        os.close(folder)


def publish_aside(models: Path, version: str) -> Path:
    """Makes a bundle that was put aside the current one; may be called again when it was cut off.

    Raises BundleError, with one sentence, when it can't be trusted or isn't there; what serves stays.
    """
    aside, target = models / ASIDE / _checked(version), models / version
    with alone_with(models):
        if aside.is_dir():
            verify(aside)
            put_away(aside, target)
        verify(target)
        make_current(models, version)
    log.info("published model %s", version)
    return target


def serve_version(models: Path, version: str) -> Path:
    """Makes an earlier bundle the current one again, once it has proven to load.

    Raises BundleError, with one sentence, when it can't be trusted or isn't there; what serves stays.
    """
    target = models / _checked(version)
    with alone_with(models):
        ModelBundle.load(target)
        make_current(models, version)
    log.info("serving model %s again", version)
    return target


def _checked(version: str) -> str:
    """`version` if it can name a bundle and nothing outside of the models folder."""
    if version in ("", ASIDE, CURRENT) or version.startswith(".") or Path(version).name != version:
        raise BundleError(f"There is no model “{version}”.")
    return version


def shelved(models: Path) -> list[Shelved]:
    """All bundles with a readable manifest, the one made last first; nothing but the manifests is read."""
    current = (models / CURRENT).resolve()
    aside = [path.parent for path in (models / ASIDE).glob(f"*/{MANIFEST_FILE}")]
    found: list[Shelved] = []
    for folder in (*published_folders(models), *aside):
        try:
            manifest = read_manifest(folder)
            size = sum(path.stat().st_size for path in folder.iterdir())
        except (BundleError, FileNotFoundError) as error:
            log.warning("not on the shelf: %s", error)
            continue
        source = manifest["catalogue"]
        found.append(
            Shelved(
                path=folder,
                version=folder.name,
                created_at=datetime.fromisoformat(manifest["created_at"]),
                catalogue=source["name"],
                tracks=source["tracks"],
                is_sample=source["is_sample"],
                metrics=manifest["metrics"],
                size=size,
                is_current=folder.resolve() == current,
                is_aside=folder.parent.name == ASIDE,
                parts=manifest.get("parts", ALL),
                beside=manifest.get("beside"),
            )
        )
    return sorted(found, key=lambda one: one.created_at, reverse=True)


def remove_old(models: Path, *, keep: int, most_bytes: int | None, protected: Collection[str] = ()) -> list[str]:
    """Removes bundles, the oldest first, and returns their versions.

    Of those put aside and of the published ones besides the current, `keep` each stay; of these some go if all
    together take more than `most_bytes`, those put aside before published ones. Never removed are the current one, the
    `protected` and the newest published one beside the current, without which there is no way back.
    """
    with alone_with(models):
        return _remove_old(models, keep, most_bytes, protected)


def _remove_old(models: Path, keep: int, most_bytes: int | None, protected: Collection[str]) -> list[str]:
    _finish_removing(models)
    bundles = shelved(models)
    aside = [one for one in bundles if one.is_aside]
    published = [one for one in bundles if not one.is_aside and not one.is_current]
    kept = {one.version for one in published[:1]} | set(protected)
    doomed = [one for one in (*aside[keep:], *published[keep:]) if one.version not in kept]
    size = sum(one.size for one in bundles) - sum(one.size for one in doomed)
    if most_bytes is not None:
        for one in (*aside[:keep][::-1], *published[:keep][::-1]):
            if size > most_bytes and one.version not in kept:
                doomed.append(one)
                size -= one.size
    for one in doomed:
        # Hidden first: half a bundle must never look like one.
        gone = models / f"{REMOVED_PREFIX}{one.version}"
        one.path.rename(gone)
        shutil.rmtree(gone)
        log.info("removed model %s", one.version)
    return [one.version for one in doomed]


def _finish_removing(models: Path) -> None:
    for folder in models.glob(f"{REMOVED_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)
