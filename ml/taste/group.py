"""What several members like together, as one taste."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ml.taste.taste import Evidence

# A member's presses count fully up to so many; whoever has more shares this say among them.
SAY = 10.0
# A server is of more minds than one member.
MOST_INTERESTS_OF_GROUP = 8


def fair(members: Iterable[Sequence[Evidence]]) -> list[Evidence]:
    """The evidence of several members as one, for `taste_of`: nobody weighs more than SAY presses.

    What one likes and another dislikes adds up there: liked by three and disliked by one is liked.
    """
    together: list[Evidence] = []
    for evidence in members:
        said = sum(abs(one.weight) for one in evidence)
        say = min(1.0, SAY / said) if said else 1.0
        together += [replace(one, weight=one.weight * say) for one in evidence]
    return together
