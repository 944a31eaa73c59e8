"""`segue learn-ranking`: from playlists to the weights that come with Segue."""

from dataclasses import dataclass
from pathlib import Path

from ml.bundle import ModelBundle
from ml.errors import SegueError
from ml.ranking.learning import learn, study
from ml.ranking.playlists import read_playlists
from ml.ranking.ranker import LEARNED
from ml.stages import Progress

# With fewer the weights follow single playlists.
FEWEST_PLAYLISTS = 50
STAGE = "Playlists"


@dataclass(frozen=True)
class Learned:
    """What the weights were learned from, out of how many playlists in the file, and where they are."""

    playlists: int
    read: int
    path: Path


def learn_ranking(bundle: ModelBundle, path: Path, seed: int, progress: Progress) -> Learned:
    """Learns the ranking from the playlists in `path` on the songs of `bundle`. Raises SegueError for too few."""
    recommender = bundle.recommender
    playlists = read_playlists(path, bundle.catalogue.frame, recommender.songs)
    if len(playlists) < FEWEST_PLAYLISTS:
        raise SegueError(
            f"Only {len(playlists)} playlists in {path} hold enough songs of this catalogue; "
            f"at least {FEWEST_PLAYLISTS} are needed."
        )

    def studied(done: int, total: int) -> None:
        progress(STAGE, done, total, "studying" if done < total else "fitting")

    facts, index = recommender.facts, recommender.index
    material = study(facts, index, playlists.songs, years=playlists.years, seed=seed, progress=studied)
    learn(material, seed=seed).save(LEARNED)
    return Learned(len(playlists), playlists.read, LEARNED)
