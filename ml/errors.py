"""The ways `ml` can say no. Each message is one sentence that a person can act on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.filters import Filters


class SegueError(Exception):
    """A refusal with one plain sentence for the person who asked: a Phrase where it may have to be translated."""

    @property
    def sentence(self) -> str:
        """The sentence as it was given; str() makes a plain string of it."""
        sentence: str = self.args[0]
        return sentence


class CatalogueError(SegueError):
    """The catalogue file can't be read or doesn't hold what it should."""


class LeakError(SegueError):
    """A split would let a model see in training what it is tested on."""


class BundleError(SegueError):
    """A trained model can't be loaded or trusted."""


class UnknownTrackError(SegueError):
    """A track reference names nothing in the catalogue."""


class EmptyResultError(SegueError):
    """A request is valid, but nothing is left to answer with.

    `proposal` are the nearest conditions (ml.filters.Filters) that leave something, where conditions are to blame.
    """

    def __init__(self, sentence: str, proposal: "Filters | None" = None) -> None:
        super().__init__(sentence)
        self.proposal = proposal


class JourneyError(SegueError, ValueError):
    """A way through the catalogue that can't be gone: without length, or from a song to itself."""


class FilterError(SegueError, ValueError):
    """A condition on songs that can't hold for any song, whatever the catalogue."""
