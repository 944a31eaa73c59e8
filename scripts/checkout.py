"""What a benchmark needs of the tests: their fake Discord, which comes with a checkout."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from ml.errors import SegueError

TEXT_NO_CHECKOUT = (
    "This needs the tests' fake Discord, which comes with a checkout of Segue, not with an installed package; "
    "run it from one, with the “test” extra."
)
CHECKOUT = Path(__file__).parents[1]


def of_the_tests(name: str) -> Any:
    """A module of the tests' fake Discord. Raises SegueError where there is none."""
    # A console script finds what is installed, and tests are not.
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    try:
        return import_module(f"tests.wire.{name}")
    except ModuleNotFoundError:
        raise SegueError(TEXT_NO_CHECKOUT) from None
