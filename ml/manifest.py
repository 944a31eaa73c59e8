"""The manifest of a bundle: what is said of its files, and the proof that they are the ones it was written for."""

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from ml.catalogue import Catalogue
from ml.errors import BundleError

# Raised whenever an older program could not read what a newer one wrote, or the other way round.
SCHEMA = 5
MANIFEST_FILE = "manifest.json"
# What of a manifest differs between two trainings with the same outcome, and what follows from the rest.
NOT_IN_FINGERPRINT = ("version", "created_at", "seconds")


def verify(folder: Path) -> dict[str, Any]:
    """The manifest of the bundle in `folder`, once every file is proven to be what was published.

    Raises BundleError with one sentence.
    """
    manifest = read_manifest(folder)
    for name, digest in manifest["files"].items():
        try:
            actual = _digest(folder / name)
        except OSError:
            raise BundleError(f"The model in {folder} lacks its file {name}.") from None
        if actual != digest:
            raise BundleError(f"The file {name} of the model in {folder} is damaged.")
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest in `folder`, proven to be as it was written; of the files nothing is read.

    Raises BundleError with one sentence.
    """
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(f"There is no trained model in {folder}.") from None
    except (OSError, ValueError):
        raise BundleError(f"The manifest of the model in {folder} is damaged.") from None
    schema = manifest.get("schema") if isinstance(manifest, dict) else None
    if schema != SCHEMA:
        raise BundleError(
            f"The model in {folder} has schema {schema}; this Segue reads schema {SCHEMA}: run `segue train`."
        )
    try:
        known = isinstance(manifest["files"], dict) and manifest["version"].endswith(_fingerprint(manifest))
    except (KeyError, TypeError, AttributeError):
        raise BundleError(f"The manifest of the model in {folder} is incomplete.") from None
    if not known:
        raise BundleError(f"The manifest of the model in {folder} was changed after it was published.")
    return manifest


def seal(staging: Path, *, catalogue: Catalogue, seed: int, created_at: datetime, facts: dict[str, Any]) -> str:
    """Writes the manifest of the finished directory `staging` and returns the version that it names.

    `facts` (metrics, cluster choice …) goes into the manifest as it is.
    """
    files = {path.name: _digest(path) for path in sorted(staging.iterdir())}
    source = {
        "name": catalogue.name,
        "sha256": catalogue.sha256,
        "is_sample": catalogue.is_sample,
        "tracks": len(catalogue.frame),
        "genres": len(catalogue.genres),
        "report": catalogue.report.as_dict(),
    }
    manifest = {
        "schema": SCHEMA,
        "version": "",
        "created_at": created_at.isoformat(),
        "seed": seed,
        "catalogue": source,
        "files": files,
        **facts,
    }
    manifest["version"] = version = f"{created_at:%Y-%m-%d}-{_fingerprint(manifest)}"
    (staging / MANIFEST_FILE).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    return version


def flush(path: Path) -> None:
    """Has the disk really write a file or a directory's entries, so that a power cut can't publish half of it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fingerprint(manifest: dict[str, Any]) -> str:
    """Eight hex digits that stand for the files, the catalogue they were made from and all that is said of them."""
    facts = {name: value for name, value in manifest.items() if name not in NOT_IN_FINGERPRINT}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _digest(path: Path) -> str:
    """Of a file that may be larger than the memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
