import json

import pytest

from bot.conditions import LONGEST_LABEL, offer, read_filters, write_filters
from ml.filters import Filters, Range

ASKED = Filters(genres=("techno",), moods=("Dreamy",), ranges=(Range("tempo", high=120),))


@pytest.mark.parametrize("filters", [Filters(), ASKED, Filters(without=("ska",), explicit=False)])
def test_conditions_survive_storage(filters):
    assert read_filters(json.loads(json.dumps(write_filters(filters)))) == filters


@pytest.mark.parametrize(
    ("proposal", "label"),
    [
        (Filters(genres=("techno",), moods=("Chill",), ranges=ASKED.ranges), "Take the mood “Chill”"),
        (
            Filters(("techno",), (), ("Dreamy",), (Range("tempo", high=130),)),
            "Take a tempo of at most 130 BPM",
        ),
        (Filters(genres=("techno",), moods=("Dreamy",)), "Leave out a tempo of at most 120 BPM"),
    ],
)
async def test_an_offer_names_what_would_change(proposal, label):
    view = offer("None are left.", ASKED, proposal, "instead", 1, "a")
    assert [item.item.label for item in view.walk_children() if hasattr(item, "item")] == [label]


@pytest.mark.usefixtures("in_each_language")
async def test_an_offer_of_many_names_fits_on_a_button():
    proposal = Filters(genres=tuple(f"genre number {number}" for number in range(20)))
    view = offer("*" * 5_000, ASKED, proposal, "playlist-instead", 2**63, "a" * 16)
    (press,) = [item.item for item in view.walk_children() if hasattr(item, "item")]
    assert len(press.label) <= LONGEST_LABEL
    assert len(press.custom_id) <= 100
    assert view.content_length() <= 4000
