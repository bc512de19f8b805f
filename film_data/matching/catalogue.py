"""The films of all loaded sources, matched with each other inside the load's transaction."""

from collections.abc import Iterable
from typing import Any

from film_data.matching import search
from film_data.matching.search import Film, Match
from film_data.warehouse import Warehouse

_TMDB = "select tmdb_id, title, original_title, release_year from staging.stg_tmdb__films"
_MOVIELENS = "select film_id, title, release_year, tmdb_id from staging.stg_movielens__films"
_OMDB = "select omdb_id, title, release_year from staging.stg_omdb__films"
_BLOCKBUSTER = "select film_key, title, list_year from staging.stg_blockbuster__films"
_CATALOGUE = "select film_id, title, original_title, release_year from intermediate.film"


def match(warehouse: Warehouse) -> None:
    """Make the matches anew: TMDB's and OMDb's films with MovieLens's, Blockbuster's with all."""
    for source in ("tmdb", "omdb", "blockbuster"):
        warehouse.delete("film_matches", "source", source)
    warehouse.append("film_matches", search.as_frame("tmdb", _tmdb(warehouse)))
    omdb = _found(_films(warehouse.select(_OMDB)), _films(warehouse.select(_MOVIELENS)))
    warehouse.append("film_matches", search.as_frame("omdb", omdb))
    if listed := _films(warehouse.select(_BLOCKBUSTER)):
        films = [
            Film.of(film_id, year, title, original)
            for film_id, title, original, year in warehouse.select(_CATALOGUE)
        ]
        found = search.match(listed, films)
        warehouse.append("film_matches", search.as_frame("blockbuster", found))


def _tmdb(warehouse: Warehouse) -> list[Match]:
    """By MovieLens's links; in editions without them, by title and year."""
    movielens, tmdb = warehouse.select(_MOVIELENS), warehouse.select(_TMDB)
    known = {tmdb_id for tmdb_id, *_ in tmdb}
    if any(tmdb_id is not None for *_, tmdb_id in movielens):
        return search.linked(
            (tmdb_id, film_id) for film_id, *_, tmdb_id in movielens if tmdb_id in known
        )
    films = [Film.of(key, year, title, original) for key, title, original, year in tmdb]
    return _found(films, _films(movielens))


def _films(rows: Iterable[tuple[Any, ...]]) -> list[Film]:
    """Films of rows that begin with key, title and year."""
    return [Film.of(key, year, title) for key, title, year, *_ in rows]


def _found(source: list[Film], films: list[Film]) -> list[Match]:
    """The matches without the films that are simply in one source only."""
    return [found for found in search.match(source, films) if found.status != "unmatched"]
