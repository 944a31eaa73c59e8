"""What a training can renew, and the stages that it goes through; told apart from how it is done, which is heavy.

"all"         everything
"classifier"  the genre network and what it remembers, and the vectors, the index and the map, which listen with it
"clusters"    moods and synthetic genres
"index"       vectors, index, facts about the songs, the ranker that comes with this Segue, and the map

What isn't renewed comes from the model that serves, file by file, and so does the catalogue.
"""

from collections.abc import Callable

# Called with a stage's name, how much of it is done, out of how much, and a note on how it goes.
Progress = Callable[[str, int, int, str], None]

PARTS = ALL, ONLY_CLASSIFIER, ONLY_CLUSTERS, ONLY_INDEX = "all", "classifier", "clusters", "index"
STAGES = SPLITTING, CLASSIFIER, MOODS, VECTORS, MAP, EVALUATING, COMPARING, PUBLISHING = (
    "Splitting",
    "Genre classifier",
    "Moods",
    "Vectors",
    "Map",
    "Evaluating",
    "Comparing",
    "Publishing",
)
STAGES_OF = {
    ALL: STAGES,
    ONLY_CLASSIFIER: (SPLITTING, CLASSIFIER, VECTORS, MAP, EVALUATING, COMPARING, PUBLISHING),
    ONLY_CLUSTERS: (SPLITTING, MOODS, COMPARING, PUBLISHING),
    ONLY_INDEX: (SPLITTING, VECTORS, MAP, EVALUATING, COMPARING, PUBLISHING),
}
# Which part of the time of a whole training each stage takes, measured on 89,740 tracks with two cores. Whoever
# renews less divides by the shares of its own stages.
STAGE_SHARES = {
    SPLITTING: 0.01,
    CLASSIFIER: 0.80,
    MOODS: 0.02,
    VECTORS: 0.04,
    MAP: 0.02,
    EVALUATING: 0.03,
    COMPARING: 0.07,
    PUBLISHING: 0.01,
}


def share_done(parts: str, stage: str, done: int, total: int) -> float:
    """How much of a training of `parts` is done, from 0 to 1, as far as the usual shares of its stages tell."""
    stages = STAGES_OF[parts]
    before = sum(STAGE_SHARES[earlier] for earlier in stages[: stages.index(stage)])
    return (before + STAGE_SHARES[stage] * done / max(total, 1)) / sum(STAGE_SHARES[one] for one in stages)
