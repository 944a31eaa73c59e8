"""Tracks outside of the catalogue as seeds: placed in the same space by the same encoder, from whatever is known."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from ml.encoder import feature_values
from ml.errors import UnknownTrackError
from ml.names import credited_artists, song_keys
from ml.phrases import Phrase
from ml.ranking.facts import NOBODY, REMASTER, SongFacts
from ml.ranking.seeds import LIKELY, OUTSIDE, Seeds
from ml.songs import Songs
from ml.tracks import FEATURE_NAMES
from ml.vectors import VectorSpace
from ml.words import texts_of

EXPLICIT = FEATURE_NAMES.index("explicit")


def cold_seeds(
    frame: pd.DataFrame, heard: np.ndarray, catalogue: pd.DataFrame, songs: Songs, facts: SongFacts, space: VectorSpace
) -> Seeds:
    """What the ranker reads of the tracks in `frame`, which the catalogue need not hold.

    `frame` has any of the catalogue's columns; missing ones and NaN are unknown, and of `popularity` and `genres` no
    notice is taken. `heard` (rows, genres) are the classifier's probabilities; `catalogue`, its `songs` and `facts` are
    where artists are recognised, by their folded names.

    Genres are those heard. A known artist brings genres, company and fame from all songs but this one; where nobody is
    known they are what is typical of the genres. How known the track itself is stays out of account, an unknown feature
    stands in the middle, and albums are not recognised. Where the catalogue has the song after all, by id or by artist
    and title, `Seeds.songs` is its number, so that it isn't recommended. Rows of which nothing is known are left out;
    raises UnknownTrackError when none is left.
    """
    told = _told(frame)
    if not told.any():
        raise UnknownTrackError(
            Phrase("At least one track with an artist, a title or audio features is needed to start from.")
        )
    frame, heard = frame[told].reset_index(drop=True), np.asarray(heard, dtype=np.float32)[told]
    credits = [credited_artists(joined) for joined in texts_of(frame, "artists")]
    column_of = {name: column for column, name in enumerate(facts.artist_names)}
    known = [[column_of[name] for name in names if name in column_of] for names in credits]
    own = _own_songs(frame, known, catalogue, songs, facts)
    fame_rank, artist_fame, artist_shares = _from_artists(known, own, heard, facts)
    explicit = feature_values(frame)[:, EXPLICIT]
    return Seeds(
        songs=own,
        vectors=space.encode(frame, np.zeros(heard.shape, dtype=bool), heard),
        genre_shares=heard,
        artist_shares=artist_shares,
        genre_count=(heard * LIKELY > heard.max(axis=1, keepdims=True)).sum(axis=1).astype(np.float32),
        artists=_table(known, facts.artists.shape[1]),
        albums=_table([[] for _ in known], facts.albums.shape[1]),
        first_artist=_first_artists(credits, column_of),
        # The popularity that songs of that rank have.
        fame=np.quantile(facts.fame, fame_rank).astype(np.float32),
        fame_rank=fame_rank,
        artist_fame=artist_fame,
        versions=np.zeros(len(frame), dtype=np.float32),
        shares=space.percentiles.of(frame).astype(np.float32),
        remastered=_flags(REMASTER.search(title) is not None for title in texts_of(frame, "track_name")),
        guests=_flags(len(names) > 1 for names in credits),
        explicit=np.nan_to_num(explicit).astype(np.float32),
        years=(heard @ facts.typical_year).astype(np.float32),
    )


def _told(frame: pd.DataFrame) -> np.ndarray:
    """Bool (rows,): of which anything is known that a song can be judged by."""
    named = [texts_of(frame, name) for name in ("artists", "track_name")]
    some_name = np.array([any(text.strip() for text in texts) for texts in zip(*named, strict=True)], dtype=bool)
    return some_name | ~np.isnan(feature_values(frame)).all(axis=1)


def _own_songs(
    frame: pd.DataFrame, known: Sequence[Sequence[int]], catalogue: pd.DataFrame, songs: Songs, facts: SongFacts
) -> np.ndarray:
    """(rows,) the catalogue's number of the same song, by id or else by artist and title; OUTSIDE without one."""
    # Only songs by artists that are known can be meant: to look at the others would take a second.
    artists = np.unique([column for columns in known for column in columns[:1]]).astype(np.intp)
    theirs = np.isin(songs.of_row, facts.songs_by(artists, len(facts)))
    by_key = dict(zip(song_keys(catalogue[theirs]), songs.of_row[theirs].tolist(), strict=True))
    named = pd.DataFrame({name: texts_of(frame, name) for name in ("artists", "track_name")})
    ids = texts_of(frame, "track_id")
    same = catalogue["track_id"].isin(set(ids)).to_numpy()
    by_id = dict(zip(catalogue.loc[same, "track_id"], songs.of_row[same].tolist(), strict=True))
    keys = song_keys(named)
    found = [by_id.get(one, by_key.get(key, OUTSIDE)) for one, key in zip(ids, keys, strict=True)]
    return np.array(found, dtype=np.intp)


def _from_artists(
    known: Sequence[Sequence[int]], own: np.ndarray, heard: np.ndarray, facts: SongFacts
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fame rank, artists' fame and artists' genres (rows, genres): of their other songs, else typical of the genres."""
    fame_rank = (heard @ facts.typical_fame).astype(np.float32)
    artist_fame = (heard @ facts.typical_artist_fame).astype(np.float32)
    artist_shares = heard.copy()
    for row, artists in enumerate(known):
        others = np.unique(facts.songs_by(np.array(artists, dtype=np.intp), len(facts)))
        others = others[others != own[row]]
        if len(others):
            fame_rank[row] = facts.fame_rank[others].mean()
            artist_fame[row] = facts.fame_rank[others].max()
            labels = facts.carries[others].sum(axis=0, dtype=np.float32)
            artist_shares[row] = labels / max(1.0, labels.sum())
    return fame_rank, artist_fame, artist_shares


def _first_artists(credits: Sequence[Sequence[str]], column_of: dict[str, int]) -> np.ndarray:
    """(rows,) the column of the first artist; below NOBODY one for each unknown name and each track without any."""
    strangers: dict[str, int] = {}
    first = []
    for row, names in enumerate(credits):
        # No name is empty.
        name = names[0] if names else f"\n{row}"
        first.append(column_of.get(name, NOBODY - 1 - strangers.setdefault(name, len(strangers))))
    return np.array(first, dtype=np.int32)


def _table(columns: Sequence[Sequence[int]], width: int) -> csr_matrix:
    lists = [sorted(set(row)) for row in columns]
    starts = np.cumsum([0, *map(len, lists)])
    flat = np.array([column for row in lists for column in row], dtype=np.int32)
    return csr_matrix((np.ones(len(flat), dtype=np.float32), flat, starts), shape=(len(lists), width))


def _flags(values: Iterable[bool]) -> np.ndarray:
    return np.array([*values], dtype=np.float32)
