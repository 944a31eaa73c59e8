"""The encoder of the network's inputs on disk: one compressed file of arrays."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from ml.encoder import FeatureEncoder
from ml.inputs import InputEncoder
from ml.memory import KINDS, Memory
from ml.sound import SoundNeighbours
from ml.training_tracks import TrainingTracks
from ml.words import Words

EVIDENCE_FILE = "evidence.npz"


def save_encoder(encoder: InputEncoder, folder: Path) -> None:
    """Writes EVIDENCE_FILE into `folder`; the same encoder always gives the same bytes."""
    tracks, memory = encoder.memory.tracks, encoder.memory
    texts = {
        "edges": encoder.features.edges,
        "alphabet": list(encoder.alphabet),
        "artists": list(encoder.artist_number),
        "keys": {kind: list(memory.number_of[kind]) for kind in KINDS},
        "ids": tracks.ids.tolist(),
    }
    arrays: dict[str, Any] = {
        "texts": np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), dtype=np.uint8),
        "genres": np.packbits(tracks.targets > 0, axis=1),
        "words": encoder.words.ratios,
        "step": encoder.words.step,
        "idf": encoder.words.idf,
        "points": encoder.sound.points,
        "usual": encoder.sound.usual,
        "places": encoder.sound.places,
    }
    for number, kind in enumerate(KINDS):
        counts = memory.counts[kind]
        arrays |= {
            f"counts{number}": counts.data,
            f"columns{number}": counts.indices,
            f"starts{number}": counts.indptr,
            f"mentions{number}": memory.mentions[kind],
            f"has{number}": memory.has[kind].indices,
            f"has_starts{number}": memory.has[kind].indptr,
        }
    with (folder / EVIDENCE_FILE).open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_encoder(folder: Path, genres: int) -> InputEncoder:
    """Raises OSError, ValueError or KeyError when the file is missing or is not what `save_encoder` wrote."""
    with np.load(folder / EVIDENCE_FILE, allow_pickle=False) as stored:
        texts = json.loads(stored["texts"].tobytes())
        carries = np.unpackbits(stored["genres"], axis=1, count=genres).astype(np.float32)
        tracks = TrainingTracks(np.array(texts["ids"]), carries / np.maximum(carries.sum(axis=1, keepdims=True), 1))
        number_of, counts, mentions, has = {}, {}, {}, {}
        for number, kind in enumerate(KINDS):
            keys = texts["keys"][kind]
            number_of[kind] = {key: row for row, key in enumerate(keys)}
            parts = stored[f"counts{number}"], stored[f"columns{number}"], stored[f"starts{number}"]
            counts[kind] = csr_matrix(parts, shape=(len(keys), genres))
            mentions[kind] = stored[f"mentions{number}"]
            columns, starts = stored[f"has{number}"], stored[f"has_starts{number}"]
            ones = np.ones(len(columns), dtype=np.float32)
            has[kind] = csr_matrix((ones, columns, starts), shape=(len(texts["ids"]), len(keys)))
        return InputEncoder(
            features=FeatureEncoder(tuple(tuple(edges) for edges in texts["edges"])),
            alphabet={character: number for number, character in enumerate(texts["alphabet"], start=2)},
            artist_number={name: number for number, name in enumerate(texts["artists"], start=1)},
            words=Words(stored["words"], float(stored["step"]), stored["idf"]),
            memory=Memory(number_of, counts, mentions, has, tracks),
            sound=SoundNeighbours(stored["points"], stored["usual"], stored["places"], tracks),
        )
