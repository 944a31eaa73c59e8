"""Members of a world in which everybody is into metal, piano, or both."""

from collections.abc import Iterable

from ml.recommender import Recommender
from ml.taste.taste import Evidence, Taste, taste_of
from tests.ml.worlds import track_id


def metal(*places: int) -> list[str]:
    """Track ids of metal songs of `two_camps`."""
    return [track_id(2 * place) for place in places]


def piano(*places: int) -> list[str]:
    return [track_id(2 * place + 1) for place in places]


def taste(recommender: Recommender, likes: Iterable[str], dislikes: Iterable[str] = ()) -> Taste:
    evidence = [*(Evidence(one, 1.0) for one in likes), *(Evidence(one, -1.0) for one in dislikes)]
    return taste_of(recommender, evidence)
