"""Twins: one film under two ids of the same catalogue.

Two ids are one film when they have the same id at IMDb or TMDB, or the same simplified title, year
and genres and no ids elsewhere that differ. The film keeps the lowest of its ids.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from film_data.matching import titles


@dataclass(frozen=True)
class CatalogueFilm:
    """A film as twins are told by: its id, title and year, its ids elsewhere, and its genres."""

    film_id: int
    title: str
    year: int | None
    imdb_id: str | None = None
    tmdb_id: int | None = None
    genres: str | None = None

    def differs_from(self, other: "CatalogueFilm") -> bool:
        """True where both have an id at the same place, and not the same one."""
        pairs = ((self.imdb_id, other.imdb_id), (self.tmdb_id, other.tmdb_id))
        return any(None not in (one, another) and one != another for one, another in pairs)


def twins(films: Iterable[CatalogueFilm]) -> dict[int, int]:
    """The id that a film keeps, by each other id of it."""
    kept = dict[int, int]()
    first = dict[Hashable, int]()
    titled = defaultdict[Hashable, list[CatalogueFilm]](list)
    for film in sorted(films, key=lambda film: film.film_id):
        of_title = (titles.simplified(film.title), film.year, film.genres)
        same = [first[key] for key in _ids(film) if key in first]
        if not same and film.year is not None:
            same = [one.film_id for one in titled[of_title] if not film.differs_from(one)]
        if same:
            kept[film.film_id] = kept.get(min(same), min(same))
        for key in _ids(film):
            first.setdefault(key, film.film_id)
        titled[of_title].append(film)
    return kept


def _ids(film: CatalogueFilm) -> list[Hashable]:
    ids = (("imdb", film.imdb_id), ("tmdb", film.tmdb_id))
    return [pair for pair in ids if pair[1] is not None]
