"""The ways `ml` can say no. Each message is one sentence that a person can act on."""


class SegueError(Exception):
    """A refusal with one plain sentence for the person who asked."""


class CatalogueError(SegueError):
    """The catalogue file can't be read or doesn't hold what it should."""


class LeakError(SegueError):
    """A split would let a model see in training what it is tested on."""


class BundleError(SegueError):
    """A trained model can't be loaded or trusted."""


class UnknownTrackError(SegueError):
    """A track reference names nothing in the catalogue."""


class EmptyResultError(SegueError):
    """A request is valid, but nothing is left to answer with."""


class FilterError(SegueError, ValueError):
    """A condition on songs that can't hold for any song, whatever the catalogue."""
