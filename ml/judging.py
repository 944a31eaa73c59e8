"""Two models before the same questions: tracks that neither has seen in training, and the halves of playlists.

What is true is what the champion's catalogue says, for both: a new catalogue can't vouch for itself. Songs that only
one of the two knows are asked of neither.

The playlists are *not* held out from the ranker: the one that comes with Segue was learned from all of TidyTuesday's
(`segue learn-ranking`), and learning it anew without the judged ones would take longer than the training. As long as
both models carry the same ranker, which is so until Segue brings another, this flatters both alike, and what differs,
the vectors, the index and the facts, has never seen a playlist. The halves are drawn by a seed of their own, so that
every model ever compared is given the same songs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.bundle import ModelBundle
from ml.calibration import Answer
from ml.catalogue import Catalogue, genre_matrix
from ml.clusters import MOOD_COLUMNS
from ml.errors import EmptyResultError
from ml.evaluation.list_scores import DEEP, found_scores
from ml.guards import (
    CALIBRATION,
    FIGURES,
    HIT_1,
    HIT_5,
    LOG_LOSS,
    MOODS,
    NEIGHBOURS,
    PLAYLIST_NDCG,
    PLAYLIST_PRECISION,
    SOUND_HIT_1,
    SOUND_HIT_5,
    SYNTHETIC_GENRES,
)
from ml.metrics import calibration_error, hit_at, log_loss
from ml.names import first_artist
from ml.percentiles import Percentiles
from ml.ranking.learning import one_thread
from ml.ranking.playlists import FEWEST_SONGS, Playlists, read_playlists
from ml.recommendations import Recommendations
from ml.songs import Songs
from ml.tracks import SOUND_COLUMNS, split_values

# More tracks change the figures by less than another seed of the training does.
MOST_TRACKS, MOST_QUERIES, MOST_PLAYLISTS = 10_000, 2_000, 150
# What is compared with what must not depend on the seed of a training.
SEED = 20_260_101
NEAREST = 10
# So many nearest songs are looked at for NEAREST by another artist.
LOOKED_AT = 100
# For the mean silhouette every pair of tracks is compared.
SILHOUETTE_TRACKS = 4_000
NO_SONG = -1

# Called with how many of how many questions are answered.
Asked = Callable[[int, int], None]


@dataclass(frozen=True)
class Halved:
    """A playlist divided: the track ids that are given, and the champion's numbers of the songs to be found."""

    given: list[str]
    wanted: np.ndarray


@dataclass(frozen=True)
class CommonGround:
    """What both models are asked, in terms of the champion's catalogue.

    `tracks` are held out from both, `carries` bool (tracks, genres) says what is true of them. `song_of` numbers the
    songs that both know by their track ids, `song_carries` (songs, genres) says what is true of them and
    `common_songs` how many there are.
    """

    genres: list[str]
    tracks: pd.DataFrame
    carries: np.ndarray
    song_of: dict[str, int]
    song_carries: np.ndarray
    common_songs: int
    percentiles: Percentiles
    playlists: list[Halved]

    @classmethod
    def of(
        cls, known: Catalogue, songs: Songs, held_out: np.ndarray, other: Catalogue, playlists: Path | None
    ) -> "CommonGround":
        """`known` and `songs` are the champion's, `other` the challenger's catalogue.

        `held_out` are the rows of `known` that neither saw. Raises CatalogueError when `playlists` is no such file.
        """
        frame, genres = known.frame, known.genres
        random = np.random.default_rng(SEED)
        # In random order, so that the first so many are a sample too.
        asked = random.permutation(held_out)[:MOST_TRACKS]
        carries = genre_matrix(frame, genres)
        song_carries = np.zeros((len(songs), len(genres)), dtype=bool)
        np.logical_or.at(song_carries, songs.of_row, carries)
        both = np.zeros(len(songs), dtype=bool)
        shared = frame["track_id"].isin(set(other.frame["track_id"])).to_numpy()
        both[songs.of_row[shared]] = True
        ids = frame["track_id"].to_numpy()
        song_of = dict(zip(ids.tolist(), songs.of_row.tolist(), strict=True))
        lists = [] if playlists is None else _halves(read_playlists(playlists, frame, songs), both, random)
        id_of_song = dict(zip(songs.of_row[shared].tolist(), ids[shared].tolist(), strict=True))
        return cls(
            genres,
            frame.iloc[asked],
            carries[asked],
            {track_id: song for track_id, song in song_of.items() if both[song]},
            song_carries,
            int(both.sum()),
            Percentiles.fit(frame),
            [Halved([id_of_song[song] for song in given.tolist()], wanted) for given, wanted in lists],
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many tracks or playlists tell each figure."""
        tracks, lists = len(self.tracks), max(1, len(self.playlists))
        fewer = {NEIGHBOURS: min(tracks, MOST_QUERIES), MOODS: min(tracks, SILHOUETTE_TRACKS)}
        return dict.fromkeys(FIGURES, tracks) | fewer | {PLAYLIST_NDCG: lists, PLAYLIST_PRECISION: lists}

    def truth(self, genres: list[str]) -> np.ndarray:
        """What is true of the tracks, by the genres of a model, bool (tracks, genres); of unknown ones nothing is."""
        column_of = {genre: column for column, genre in enumerate(self.genres)}
        columns = [column_of.get(genre, len(self.genres)) for genre in genres]
        return np.column_stack([self.carries, np.zeros(len(self.carries), dtype=bool)])[:, columns]


def _halves(lists: Playlists, both: np.ndarray, random: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Some of the playlists, each of the songs that both models know and halved at random."""
    known = [songs[both[songs]] for songs in lists.songs]
    enough = [random.permutation(songs) for songs in known if len(songs) >= FEWEST_SONGS]
    chosen = np.sort(random.permutation(len(enough))[:MOST_PLAYLISTS])
    return [(enough[n][: len(enough[n]) // 2], enough[n][len(enough[n]) // 2 :]) for n in chosen]


def judge(bundle: ModelBundle, ground: CommonGround, asked: Asked) -> dict[str, float]:
    """Every figure of one model on the common ground; without playlists, those of playlists are missing."""
    steps = 3 + len(ground.playlists)
    asked(0, steps)
    truth = ground.truth(bundle.classifier.genres)
    answer = bundle.classifier.answer(ground.tracks)
    heard = bundle.classifier.answer(ground.tracks[list(SOUND_COLUMNS)])
    figures = _classifier_figures(answer, heard, truth)
    asked(1, steps)
    number = _numbers(bundle, ground)
    with one_thread():
        figures[NEIGHBOURS] = _neighbours(bundle, ground, number, heard.chances)
        asked(2, steps)
        figures |= _group_figures(bundle, ground)
        asked(3, steps)
        scores = []
        for done, halved in enumerate(ground.playlists, start=1):
            scores.append(_list_scores(bundle, ground, number, halved))
            asked(3 + done, steps)
    if scores:
        figures[PLAYLIST_NDCG] = float(np.mean([one["NDCG@500"] for one in scores]))
        figures[PLAYLIST_PRECISION] = float(np.mean([one["R-precision"] for one in scores]))
    return figures


def _numbers(bundle: ModelBundle, ground: CommonGround) -> np.ndarray:
    """The champion's number of each song of a model, NO_SONG for what only one of the two knows."""
    of_row = bundle.recommender.songs.of_row
    number = np.full(len(bundle.recommender.songs), NO_SONG)
    rows = bundle.catalogue.frame["track_id"].map(ground.song_of).fillna(NO_SONG).to_numpy(dtype=int)
    np.maximum.at(number, of_row, rows)
    return number


def _classifier_figures(answer: Answer, heard: Answer, truth: np.ndarray) -> dict[str, float]:
    return {
        HIT_1: hit_at(answer.chances, truth, 1),
        HIT_5: hit_at(answer.chances, truth, 5),
        SOUND_HIT_1: hit_at(heard.chances, truth, 1),
        SOUND_HIT_5: hit_at(heard.chances, truth, 5),
        LOG_LOSS: log_loss(answer.chances, truth),
        CALIBRATION: calibration_error(answer.memberships, truth),
    }


def _neighbours(bundle: ModelBundle, ground: CommonGround, number: np.ndarray, heard: np.ndarray) -> float:
    """Of held-out tracks told by sound alone: the share of the nearest songs by others in their genres.

    The model's own index and vectors are asked, but for songs that both models know. Both know the held-out tracks'
    genres as those of songs to be found; the tracks that are asked about come without.
    """
    recommender = bundle.recommender
    best = bundle.catalogue.frame["artists"].iloc[recommender.songs.row_of]
    artist = np.array([first_artist(names) for names in best])
    tracks, carries, heard = ground.tracks[:MOST_QUERIES], ground.carries[:MOST_QUERIES], heard[:MOST_QUERIES]
    hidden = np.zeros(heard.shape, dtype=bool)
    vectors = bundle.space.encode(tracks[list(SOUND_COLUMNS)], hidden, heard)
    # The last coordinate is fame, which doesn't matter here.
    asked = np.column_stack([vectors, np.zeros(len(vectors))])
    known = number != NO_SONG
    _, nearest = recommender.index.search(asked, LOOKED_AT, None if known.all() else known)
    found = 0
    for songs, names, own, genres in zip(nearest, tracks["artists"], tracks["track_id"], carries, strict=True):
        others = (artist[songs] != first_artist(names)) & (number[songs] != ground.song_of[own])
        first = number[songs[others][:NEAREST]]
        found += int(ground.song_carries[first][:, genres].any(axis=1).sum())
    return found / (NEAREST * len(tracks))


def _group_figures(bundle: ModelBundle, ground: CommonGround) -> dict[str, float]:
    """How far apart the moods of the held-out tracks are, and how much the synthetic genres have of the real ones."""
    from sklearn.metrics import normalized_mutual_info_score, silhouette_score

    tracks = ground.tracks.iloc[:SILHOUETTE_TRACKS]
    sound = ground.percentiles.of(tracks)[:, MOOD_COLUMNS]
    moods = bundle.clusters.predict(tracks).to_numpy()
    apart = 1 < len(set(moods)) < len(moods)
    groups = bundle.synthetic_genres.predict(ground.tracks).tolist()
    pairs = [
        (genre, group)
        for joined, group in zip(ground.tracks["genres"], groups, strict=True)
        for genre in split_values(joined)
    ]
    return {
        # One mood for everything tells nothing apart.
        MOODS: float(silhouette_score(sound, moods)) if apart else -1.0,
        SYNTHETIC_GENRES: float(normalized_mutual_info_score(*zip(*pairs, strict=True))),
    }


def _list_scores(bundle: ModelBundle, ground: CommonGround, number: np.ndarray, halved: Halved) -> dict[str, float]:
    """How much of a playlist's other half is found, counting only songs that both models know."""
    recommender = bundle.recommender
    songs = len(number)
    # Songs that only this model knows take no place from the others.
    deep = min(songs, round(DEEP * songs / ground.common_songs))
    try:
        found = recommender.recommend(halved.given, deep, per_artist=None, diversity=0)
    except EmptyResultError:
        found = Recommendations([])
    numbers = number[recommender.songs_of(one.track_id for one in found)[0]]
    ranked = np.array([*dict.fromkeys(numbers[numbers != NO_SONG].tolist())], dtype=int)
    # Artists aren't asked for here.
    return found_scores(ranked, halved.wanted, np.zeros(len(ground.song_carries), dtype=int))
