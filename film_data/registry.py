"""The data sets that can be loaded, by their names on the command line."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from film_data.errors import DatasetError
from film_data.progress import Progress

if TYPE_CHECKING:
    from film_data.pipeline.cleaned import Cleaned

Reader = Callable[[Path, Path, Progress], "Cleaned"]

#: Module of each data set; its `clean` reads a folder.
_MODULES = {
    "movielens": "film_data.sources.movielens.reader",
    "the-movies-dataset": "film_data.sources.tmdb.reader",
    "blockbuster": "film_data.sources.blockbuster.reader",
}


def names() -> tuple[str, ...]:
    """Names of the data sets; imports no reader, which would take a second."""
    return tuple(_MODULES)


def reader(name: str) -> Reader:
    """The reader of a data set.

    Raises:
        DatasetError: There is no data set of that name.
    """
    if name not in _MODULES:
        raise DatasetError(f"There is no data set {name!r}: choose {', '.join(_MODULES)}.")
    clean: Reader = import_module(_MODULES[name]).clean
    return clean
