"""How much a genre that people propose counts in the training."""

FIRST_VOTE = 1.0
FURTHER_VOTE = 0.25
MOST = 2.0


def weight_of(votes: int) -> float:
    """The weight of an accepted label, where a label of the catalogue has 1.

    An operator has looked at it, so that one vote is worth as much as what the catalogue says. Each further one adds a
    quarter, up to five in all: the more agree, the surer it is, but no crowd may outshout the catalogue.
    """
    return min(MOST, FIRST_VOTE + FURTHER_VOTE * (votes - 1))
