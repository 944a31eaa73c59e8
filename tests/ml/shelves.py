"""Models folders with more than one bundle, without training each."""

import json
import shutil
from datetime import datetime
from pathlib import Path

from ml.bundle import put_away, read_stored_catalogue
from ml.manifest import MANIFEST_FILE, read_manifest, seal


def sibling(original: Path, target_folder: Path, created_at: datetime, *, seed: int = 1) -> str:
    """Puts a bundle with the same files but another seed and date into `target_folder`; returns its version."""
    staging = target_folder / ".made"
    shutil.copytree(original, staging)
    manifest = read_manifest(original)
    (staging / MANIFEST_FILE).unlink()
    facts = {name: manifest[name] for name in ("metrics", "clusters", "synthetic_genres")}
    catalogue = read_stored_catalogue(original, manifest)
    version = seal(staging, catalogue=catalogue, seed=seed, created_at=created_at, facts=facts)
    put_away(staging, target_folder / version)
    return version


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / MANIFEST_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
