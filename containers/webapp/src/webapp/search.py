"""Searching the catalogue: titles with typing errors forgiven, filters, order, pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from webapp.films import Catalogue, Film, plain

Order = Literal["relevance", "estimate", "popularity", "newest", "oldest"]
ORDERS: tuple[Order, ...] = ("relevance", "estimate", "popularity", "newest", "oldest")

PAGE_LENGTH = 10
#: Films at most that are ordered by estimate: the best known of those found.
ESTIMATED_AT_MOST = 500
#: Likeness of two titles, 0 to 100, from which one is taken for the other mistyped.
_LIKENESS = 75
_TITLES_AT_MOST = 400


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for; an empty text or None says nothing."""

    title: str = ""
    director: str = ""
    genre: str = ""
    #: ISO 3166-1 alpha-2.
    country: str = ""
    first_year: int | None = None
    last_year: int | None = None
    order: Order = "relevance"

    @property
    def is_empty(self) -> bool:
        """Whether every film matches."""
        return self == Search(order=self.order)


def matches(
    catalogue: Catalogue, search: Search, code_of: Callable[[str], str | None]
) -> list[Film]:
    """The films found, in the order asked for; by popularity where estimates are to order them.

    `code_of` gives the ISO code of a country as the catalogue writes it.
    """
    found = _by_title(catalogue, search.title) if search.title.strip() else list(catalogue.films)
    found = [film for film in found if _passes(film, search, code_of)]
    if search.order in {"popularity", "estimate"}:
        found.sort(key=lambda film: -film.rating_count)
    elif search.order in {"newest", "oldest"}:
        newest_first = search.order == "newest"
        known = [film for film in found if film.year is not None]
        known.sort(key=_date_key, reverse=newest_first)
        found = known + [film for film in found if film.year is None]
    return found


def by_estimate(found: Sequence[Film], estimates: Mapping[str, float]) -> list[Film]:
    """Films with the highest estimate first, those without one last."""
    return sorted(found, key=lambda film: -estimates.get(film.film_id, float("-inf")))


def page(found: Sequence[Film], number: int) -> Sequence[Film]:
    """The films of page `number`, which counts from 1."""
    start = (number - 1) * PAGE_LENGTH
    return found[start : start + PAGE_LENGTH]


def page_count(found: Sequence[Film]) -> int:
    """How many pages the films fill, at least 1."""
    return max(1, -(-len(found) // PAGE_LENGTH))


def _by_title(catalogue: Catalogue, text: str) -> list[Film]:
    wanted = plain(text)
    titles = catalogue.search_titles
    exact = [index for index, title in enumerate(titles) if wanted in title]
    alike = process.extract(
        wanted,
        titles,
        scorer=fuzz.WRatio,
        processor=None,
        score_cutoff=_LIKENESS,
        limit=_TITLES_AT_MOST,
    )
    order = [
        *sorted(exact, key=lambda index: len(titles[index])),
        *(index for _, _, index in alike),
    ]
    return [catalogue.films[index] for index in dict.fromkeys(order)]


def _passes(film: Film, search: Search, code_of: Callable[[str], str | None]) -> bool:
    return (
        _in_years(film, search)
        and (not search.genre or search.genre in film.genres)
        and (not search.director or search.director in film.directors)
        and (not search.country or search.country in {code_of(name) for name in film.countries})
    )


def _in_years(film: Film, search: Search) -> bool:
    if search.first_year is None and search.last_year is None:
        return True
    if film.year is None:
        return False
    return (search.first_year or film.year) <= film.year <= (search.last_year or film.year)


def _date_key(film: Film) -> tuple[int, str]:
    released = film.released_on.isoformat() if film.released_on else ""
    return (film.year or 0, released)
