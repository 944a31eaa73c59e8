"""What a wish in words can turn out to mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ml.filters import Filters, Range


@dataclass(frozen=True)
class Genres:
    """Genres of the catalogue, any of which is wanted, or none of which is."""

    names: tuple[str, ...]
    wanted: bool = True


@dataclass(frozen=True)
class Mood:
    """A mood of the catalogue, asked for by its name."""

    name: str


@dataclass(frozen=True)
class Sound:
    """How it should sound: features, each with the share of all tracks, 0 to 1, that should lie below.

    A `scene` is an occasion rather than a sound; what is said of the sound directly outweighs it.
    """

    targets: Mapping[str, float]
    scene: bool = False


@dataclass(frozen=True)
class Explicit:
    """Explicit lyrics: nothing else wanted, or none at all."""

    wanted: bool


@dataclass(frozen=True)
class Count:
    """So many songs; `minutes` is set where the length of the whole list was asked for."""

    songs: int
    minutes: float | None = None


@dataclass(frozen=True)
class Era:
    """Years of release, both included; None is open. The catalogue holds none: they are guessed (ml.ranking.era)."""

    first: int | None
    last: int | None


Meaning = Genres | Mood | Sound | Range | Explicit | Count | Era


@dataclass(frozen=True)
class Understood:
    """Words of the text and what they were taken for; `overruled` when later words said otherwise."""

    words: str
    meaning: Meaning
    overruled: bool = False


@dataclass(frozen=True)
class Wish:
    """What a text asks for: conditions that must hold, and `targets`, shares of features to come near to.

    `targets` name continuous features and "popularity"; 0.8 is above 80 % of all tracks. `ignored` are the words that
    mean nothing here.
    """

    filters: Filters = field(default_factory=Filters)
    targets: Mapping[str, float] = field(default_factory=dict)
    count: int | None = None
    era: Era | None = None
    understood: tuple[Understood, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether it says anything about the songs, rather than about how many."""
        return bool(self.filters or self.targets or self.era)
