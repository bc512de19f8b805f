"""The films of a source that a load looks for in the catalogue, as queries."""

from dataclasses import dataclass

#: Films to look among, as key, year and titles: those that MovieLens has, and those of all sources.
OF_MOVIELENS = "select film_id, release_year, title from staging.stg_movielens__films"
OF_CATALOGUE = "select film_id, release_year, title, original_title from intermediate.film"


@dataclass(frozen=True)
class FilmSearch:
    """The search for the films of a source: what is looked for, and among which films."""

    #: Query of the source's films, as key, year and titles.
    films: str
    #: Query of the films to look among, in the same columns.
    among: str
    #: Query of pairs of key and film id that data state themselves; where it has rows, no title
    #: is compared.
    links: str | None = None
    #: List films that are nowhere among the others, too.
    lists_unmatched: bool = False
