"""Downloads the Spotify Tracks Dataset, resumes where it stopped, and keeps it only if it is the right one."""

import hashlib
import sys
from pathlib import Path

import requests
from tqdm import tqdm

from ml.errors import SegueError

# The author's own copy, which needs no account.
DATASET_URL = "https://huggingface.co/datasets/maharshipandya/spotify-tracks-dataset/resolve/main/dataset.csv"
DATASET_SHA256 = "b202fa49909b2d5cef71a04b1d21243cfeb36414535f2ca9272aa646721177bd"
# Seconds to connect, and between two pieces.
TIMEOUTS = (5, 15)
PIECE = 64 * 1024
# Several times the dataset's 20 MB: more is something else.
LARGEST = 100 * 1024 * 1024


class DatasetError(SegueError):
    """The dataset can't be downloaded, or what came isn't the dataset."""


def fetch(target: Path, url: str | None = None, *, sha256: str = DATASET_SHA256) -> Path:
    """Downloads the dataset to `target`, which appears only once it is complete and right.

    An interrupted download is resumed. Raises DatasetError with one sentence.
    """
    if target.is_file() and _sha256(target) == sha256:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    try:
        _download(url or DATASET_URL, partial)
    except requests.Timeout:
        raise DatasetError(f"The download from {_host(url)} takes too long; run it again to resume.") from None
    except requests.RequestException as error:
        if error.response is None and partial.exists():
            raise DatasetError(f"The download from {_host(url)} was interrupted; run it again to resume.") from None
        reason = f"status {error.response.status_code}" if error.response is not None else "no connection"
        raise DatasetError(
            f"The dataset can't be downloaded from {_host(url)} ({reason}). Download it in a browser instead and name "
            "it in SEGUE_CATALOGUE."
        ) from None
    if _sha256(partial) != sha256:
        partial.unlink()
        raise DatasetError(f"What {_host(url)} sent is not the Spotify Tracks Dataset; it was thrown away.")
    partial.replace(target)
    return target


def _download(url: str, partial: Path) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    # Ranges count the bytes that are sent: packed ones would not fit to those on the disk.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUTS) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            # Nothing is left to send: the file is complete, or not the right one, which its hash will tell.
            return
        answer.raise_for_status()
        resumed = answer.status_code == requests.codes.partial_content
        have = have if resumed else 0
        total = have + int(answer.headers.get("Content-Length", 0))
        with (
            partial.open("ab" if resumed else "wb") as file,
            tqdm(
                desc="Downloading", total=total or None, initial=have, unit="B", unit_scale=True, file=sys.stderr
            ) as bar,
        ):
            for piece in answer.iter_content(PIECE):
                file.write(piece)
                bar.update(len(piece))
                if file.tell() > LARGEST:
                    raise DatasetError(
                        f"{_host(url)} sends more than {LARGEST // 1024**2} MB; that is not the dataset."
                    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _host(url: str | None) -> str:
    return (url or DATASET_URL).split("/")[2]
