"""The films of all loaded sources, matched with each other inside the load's transaction."""

from collections.abc import Iterable, Mapping
from typing import Any

from film_data.matching import search
from film_data.matching.film_search import FilmSearch
from film_data.matching.search import Film, Match
from film_data.warehouse.session import Warehouse

_TABLE = "film_matches"


def match(warehouse: Warehouse, searches: Mapping[str, FilmSearch]) -> None:
    """Make the matches anew, source after source.

    Films are read as the open transaction sees them, compared here, and the matches written back
    into it: whoever reads the tables sees old films with old matches, or new with new. A later
    source may look among the films of an earlier one.
    """
    for source, wanted in searches.items():
        matches = _matches(warehouse, wanted)
        warehouse.delete(_TABLE, "source", source)
        warehouse.append(_TABLE, search.as_frame(source, matches))


def _matches(warehouse: Warehouse, wanted: FilmSearch) -> list[Match]:
    """The matches of a source's films: by links where there are any, else by title and year."""
    films = warehouse.select(wanted.films)
    if not films:
        return []
    if links := warehouse.select(wanted.links) if wanted.links else []:
        known = {key for key, *_ in films}
        return search.linked((key, film_id) for key, film_id in links if key in known)
    found = search.match(_films(films), _films(warehouse.select(wanted.among)))
    return [one for one in found if wanted.lists_unmatched or one.status != "unmatched"]


def _films(rows: Iterable[tuple[Any, ...]]) -> list[Film]:
    """Films of rows of key, year and titles."""
    return [Film.of(key, year, *titles) for key, year, *titles in rows]
