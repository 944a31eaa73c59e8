"""What the training tracks remember: the genres under which an artist, an album or a song was filed before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ml.names import credited_artists, fold, song_keys
from ml.training_tracks import TrainingTracks
from ml.words import texts_of

# One kind of key each. A track has one key of every kind, but as many "credited" ones as artists.
KINDS = ("artist", "credited", "album", "album of artist", "song")
# How many imagined tracks of average genres stand against the remembered ones.
PRIOR_TRACKS = 0.5

Keys = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Memory:
    """Genre counts of every key seen in training.

    Per kind, `number_of` gives the row of each key in `counts`, sparse (keys, genres), and in `mentions` (keys,);
    `has`, sparse (tracks, keys), tells which track has which key.
    """

    number_of: dict[str, dict[str, int]]
    counts: dict[str, Any]
    mentions: dict[str, np.ndarray]
    has: dict[str, Any]
    tracks: TrainingTracks

    def evidence(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Log ratios to the prior, float16 (rows, KINDS, genres), and numbers of tracks behind them (rows, KINDS).

        A track that was trained on is told what the others say, never its own genres. Where it is called otherwise
        than in training, nothing of its own stands under those names that could be left out.
        """
        keys, own_row = keys_of(frame), self.tracks.own_rows(frame)
        own = self.tracks.targets[own_row] * (own_row >= 0)[:, None]
        prior = self.tracks.prior
        ratios = np.empty((len(frame), len(KINDS), len(prior)), dtype=np.float16)
        strengths = np.empty((len(frame), len(KINDS)), dtype=np.float32)
        for position, kind in enumerate(KINDS):
            has = _incidence(keys[kind], self.number_of[kind])
            mine = np.asarray(has.multiply(self.has[kind][own_row]).sum(axis=1)).ravel() * (own_row >= 0)
            counts = (has @ self.counts[kind]).toarray() - own * mine[:, None]
            mentions = has @ self.mentions[kind] - mine
            ratios[:, position], strengths[:, position] = _ratios(counts, mentions, prior), mentions
        return ratios, strengths


def keys_of(frame: pd.DataFrame) -> Keys:
    """The keys of each kind for each row; none where the names they are made of are unknown."""
    artists = [credited_artists(names) for names in texts_of(frame, "artists")]
    albums = [fold(name) or name.casefold() for name in texts_of(frame, "album_name")]
    named = pd.DataFrame({"artists": texts_of(frame, "artists"), "track_name": texts_of(frame, "track_name")})
    songs = song_keys(named).tolist()
    titled = [bool(title.strip()) for title in named["track_name"]]
    return {
        "artist": [names[:1] for names in artists],
        "credited": artists,
        "album": [[album] if album else [] for album in albums],
        "album of artist": [
            [f"{names[0]}\t{album}"] if names and album else [] for names, album in zip(artists, albums, strict=True)
        ],
        "song": [
            [song] if names and has_title else [] for song, names, has_title in zip(songs, artists, titled, strict=True)
        ],
    }


def fit_memory(trained: pd.DataFrame, tracks: TrainingTracks) -> Memory:
    """The memory of the rows of `trained`, which are `tracks`."""
    keys = keys_of(trained)
    sparse = csr_matrix(tracks.targets)
    number_of, counts, mentions, has = {}, {}, {}, {}
    for kind in KINDS:
        seen = sorted({key for of_row in keys[kind] for key in of_row})
        number_of[kind] = {key: number for number, key in enumerate(seen)}
        has[kind] = _incidence(keys[kind], number_of[kind])
        counts[kind], mentions[kind] = (has[kind].T @ sparse).tocsr(), np.asarray(has[kind].sum(axis=0)).ravel()
    return Memory(number_of, counts, mentions, has, tracks)


def evidence_for_strangers(memory: Memory, trained: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What the memory would tell its own training tracks, the rows of `trained`, had it never met their first artist.

    Shapes as of `Memory.evidence`.
    """
    keys, targets, prior = keys_of(trained), csr_matrix(memory.tracks.targets), memory.tracks.prior
    artists, _ = pd.factorize(np.array([names[0] if names else "" for names in keys["artist"]], dtype=object))
    ratios = np.empty((len(trained), len(KINDS), len(prior)), dtype=np.float16)
    strengths = np.empty((len(trained), len(KINDS)), dtype=np.float32)
    for position, kind in enumerate(KINDS):
        has = memory.has[kind]
        rows, columns = has.nonzero()
        # All mentions of a key by one artist are one thing: what it adds to the key is taken out again.
        pairs, pair = np.unique(columns.astype(np.int64) * (artists.max() + 1) + artists[rows], return_inverse=True)
        shape = (len(trained), len(pairs))
        in_pair = csr_matrix((np.ones(len(pair), dtype=np.float32), (rows, pair)), shape=shape)
        counts = has @ memory.counts[kind] - in_pair @ (in_pair.T @ targets)
        mentions = has @ memory.mentions[kind] - in_pair @ np.asarray(in_pair.sum(axis=0)).ravel()
        ratios[:, position] = _ratios(counts.toarray(), mentions, prior)
        strengths[:, position] = mentions
    return ratios, strengths


def _incidence(keys: Sequence[Sequence[str]], number_of: dict[str, int]) -> Any:
    """Which row has which known key: sparse (rows, keys)."""
    pairs = {(row, number_of[key]) for row, of_row in enumerate(keys) for key in of_row if key in number_of}
    rows, columns = zip(*sorted(pairs), strict=True) if pairs else ((), ())
    shape = (len(keys), len(number_of))
    return csr_matrix((np.ones(len(pairs), dtype=np.float32), (rows, columns)), shape=shape)


def _ratios(counts: np.ndarray, mentions: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Log of the smoothed share of each genre over its prior share: 0 where nothing is remembered."""
    smoothed = np.maximum(counts, 0) + PRIOR_TRACKS * prior
    return np.log(smoothed / (np.maximum(mentions, 0)[:, None] + PRIOR_TRACKS) / prior)
