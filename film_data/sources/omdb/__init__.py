"""The extract of OMDb that comes with the demo: facts of films, and their people."""

from film_data.matching import film_search
from film_data.matching.film_search import FilmSearch
from film_data.source import Source

SOURCE = Source(
    name="omdb",
    precedence=3,
    search=FilmSearch(
        films="select omdb_id, release_year, title from staging.stg_omdb__films",
        among=film_search.OF_MOVIELENS,
    ),
)
