import pytest

from ml.recommender import Recommender
from tests.ml.worlds import two_camps, world


@pytest.fixture(scope="package")
def recommender() -> Recommender:
    return world(two_camps()).recommender()
