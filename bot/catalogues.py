"""Which catalogue to train on."""

from pathlib import Path

from bot.settings import Settings
from ml.catalogue import Catalogue, read_catalogue, sample
from ml.errors import CatalogueError
from ml.phrases import Phrase

# In the data folder: what an operator puts here can be chosen in Discord by its name.
FOLDER = "catalogues"
SAMPLE = "sample"
SUFFIXES = (".csv", ".csv.gz")

TEXT_NO_SUCH = "There is no catalogue “{name}”: put a CSV into the folder {folder} of the data folder."


def catalogue_path(settings: Settings) -> Path | None:
    """SEGUE_CATALOGUE, else the fetched dataset; None stands for the built-in sample."""
    if settings.catalogue is None and settings.dataset.is_file():
        return settings.dataset
    return settings.catalogue


def open_catalogue(settings: Settings, given: Path | None = None) -> Catalogue:
    """The given catalogue, SEGUE_CATALOGUE, the fetched dataset, or the built-in sample; raises CatalogueError."""
    path = given or catalogue_path(settings)
    return read_catalogue(path) if path is not None else sample()


def choices(settings: Settings) -> list[str]:
    """The names by which catalogues can be chosen from Discord, beside the usual one."""
    folder = settings.data_dir / FOLDER
    files = folder.iterdir() if folder.is_dir() else ()
    return [*sorted(file.name for file in files if file.name.endswith(SUFFIXES)), SAMPLE]


def check_choice(settings: Settings, name: str) -> None:
    """Raises CatalogueError unless there is a catalogue of this name: a name leads nowhere else on the machine."""
    if name not in choices(settings):
        raise CatalogueError(Phrase(TEXT_NO_SUCH, name=name, folder=FOLDER))


def open_choice(settings: Settings, name: str | None) -> Catalogue:
    """The catalogue chosen by its name, None for the usual one; raises CatalogueError."""
    if name is None:
        return open_catalogue(settings)
    check_choice(settings, name)
    return sample() if name == SAMPLE else read_catalogue(settings.data_dir / FOLDER / name)
