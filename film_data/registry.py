"""The sources of film data: every package in `sources` is one."""

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from film_data import sources
from film_data.errors import DatasetError
from film_data.matching.film_search import FilmSearch
from film_data.progress import Progress
from film_data.source import Source

if TYPE_CHECKING:
    from film_data.pipeline.cleaned import Cleaned
    from film_data.pipeline.raw_table import RawTable

Reader = Callable[[Path, Path, Progress], "Cleaned"]


@cache
def all_sources() -> tuple[Source, ...]:
    """The sources in their order; imports no reader, which would take seconds."""
    found = [
        import_module(f"{sources.__name__}.{package.name}").SOURCE
        for package in pkgutil.iter_modules(sources.__path__)
    ]
    return tuple(sorted(found, key=lambda source: source.precedence))


def names() -> tuple[str, ...]:
    """Names of the data sets on the command line."""
    return tuple(source.dataset for source in all_sources() if source.dataset is not None)


def film_searches() -> dict[str, FilmSearch]:
    """The search of each source whose films are looked for, in the order of the sources."""
    return {source.name: source.search for source in all_sources() if source.search is not None}


def tables_of(source: Source) -> tuple[type["RawTable"], ...]:
    """The raw tables of a source: every class that its module `tables` defines is one."""
    module = import_module(f"{sources.__name__}.{source.name}.tables")
    return tuple(
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    )


def raw_tables() -> dict[str, type["RawTable"]]:
    """The raw tables of all sources, by their names."""
    found = (table for source in all_sources() for table in tables_of(source))
    return {table.table_name(): table for table in found}


def reader(dataset: str) -> Reader:
    """The reader of a data set's folder.

    Raises:
        DatasetError: There is no data set of that name.
    """
    if dataset not in names():
        raise DatasetError(f"There is no data set {dataset!r}: choose {', '.join(names())}.")
    source = next(source for source in all_sources() if source.dataset == dataset)
    clean: Reader = import_module(f"{sources.__name__}.{source.name}.reader").clean
    return clean
