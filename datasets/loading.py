"""From a folder to the warehouse: the entry points of the package."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from datasets import demo, movielens
from datasets.cleaned import Cleaned
from datasets.errors import DatasetError
from datasets.report import Report
from datasets.warehouse import Loader

#: Told the step, how many of its units are done, and how many it has.
Progress = Callable[[str, int, int], None]

_READERS: dict[str, Callable[[Path, Path, Progress], Cleaned]] = {"movielens": movielens.clean}


def load(name: str, source: Path, connection: Any, progress: Progress) -> Report:
    """Clean a data set and replace what the warehouse has of it.

    Args:
        name: `movielens`, `the-movies-dataset` or `blockbuster`.
        source: Folder with the files.
        connection: Of `snowflake.connector`, in the database and schema to load into.
        progress: Shown to the person who waits.

    Raises:
        DatasetError: The files cannot be loaded; the warehouse is as it was.
    """
    reader = _READERS.get(name)
    if reader is None:
        raise DatasetError(f"There is no data set {name!r}: choose {', '.join(_READERS)}.")
    with TemporaryDirectory(prefix="snowreel-load-") as scratch:
        return Loader(connection, progress).load(reader(source, Path(scratch), progress))


def load_demo(connection: Any, progress: Progress) -> Report:
    """Load MovieLens 100K with film facts, both from installed packages.

    Raises:
        DatasetError: The packages are not installed.
    """
    with TemporaryDirectory(prefix="snowreel-load-") as scratch:
        return Loader(connection, progress).load(demo.clean(Path(scratch), progress))
