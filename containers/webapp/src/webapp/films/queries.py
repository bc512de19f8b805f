"""Queries for films that are the same for all viewers."""

import json
from collections.abc import Iterable

from webapp.base import seasons
from webapp.films.catalogue import Catalogue, Film
from webapp.warehouse.session import Row
from webapp.warehouse.statements import Rows, query


@query
def catalogue(rows: Rows) -> Catalogue:
    """All films, best known first."""
    return Catalogue(Film.from_row(row) for row in rows())


@query
def much_seen(rows: Rows) -> list[str]:
    """Ids of the films with the most ratings."""
    return film_ids(rows())


@query
def best_rated(rows: Rows) -> list[str]:
    """Ids of the twenty best-rated films."""
    return film_ids(rows())


@query
def best_of_genre(rows: Rows, genre: str) -> list[str]:
    """Ids of the best films of a genre."""
    return film_ids(rows(genre))


@query
def best_of_country(rows: Rows, code: str) -> list[str]:
    """Ids of the best films made in a country, by its ISO 3166-1 alpha-2 code."""
    return film_ids(rows(code))


@query
def best_of_season(rows: Rows, season: seasons.Season) -> list[str]:
    """Ids of the best films first shown in a season of the country that made them."""
    southern = json.dumps(sorted(seasons.SOUTHERN))
    return film_ids(rows(southern, *seasons.northern_months(season)))


@query
def loved_at_age(rows: Rows, age: int) -> list[str]:
    """Ids of the films that people within five years of `age` like best."""
    return film_ids(rows(age, age))


def film_ids(rows: Iterable[Row]) -> list[str]:
    """The column `film_id` of the rows."""
    return [row["film_id"] for row in rows]
