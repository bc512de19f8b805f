"""Search in the catalogue: titles with typing errors forgiven, filters, order, pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz, process

from webapp.films.catalogue import Catalogue, Film
from webapp.films.catalogue_index import made_once
from webapp.films.title_search import title_search
from webapp.films.titles import plain
from webapp.films.word_index import WordIndex

Order = Literal["relevance", "estimate", "popularity", "newest", "oldest"]
ORDERS: tuple[Order, ...] = ("relevance", "estimate", "popularity", "newest", "oldest")

PAGE_LENGTH = 10
#: Films at most that are ordered by estimate: the best known of those found.
ESTIMATED_AT_MOST = 500


@dataclass(frozen=True, kw_only=True)
class Search:
    """Search with its filters and order; an empty text or None does not filter."""

    title: str = ""
    director: str = ""
    genre: str = ""
    #: ISO 3166-1 alpha-2.
    country: str = ""
    first_year: int | None = None
    last_year: int | None = None
    order: Order = "relevance"


def matches(catalogue: Catalogue, search: Search) -> list[Film]:
    """The films found, in the order asked for; by popularity where estimates are to order them."""
    has_title = bool(search.title.strip())
    found = title_search(catalogue).found(search.title) if has_title else list(catalogue.films)
    directors = _directors(catalogue, search.director)
    found = [film for film in found if _passes(film, search, directors)]
    if search.order in {"popularity", "estimate"}:
        found.sort(key=lambda film: -film.rating_count)
    elif search.order in {"newest", "oldest"}:
        newest_first = search.order == "newest"
        known = [film for film in found if film.year is not None]
        known.sort(key=_date_key, reverse=newest_first)
        found = known + [film for film in found if film.year is None]
    return found


def similar_titles(catalogue: Catalogue, text: str, count: int = 5) -> list[str]:
    """The titles of the films whose title, or original title, is most like `text`."""
    if not plain(text):
        return []
    known = catalogue.search_titles
    names = [name for name, _ in known]
    alike = process.extract(plain(text), names, scorer=fuzz.WRatio, score_cutoff=50, limit=count)
    return list(dict.fromkeys(known[index][1].title for _, _, index in alike))


def without_one_filter(catalogue: Catalogue, search: Search) -> dict[str, int]:
    """Numbers of films that are found without one filter, by the name of the filter."""
    nothing = Search()
    fewer = {
        "director": replace(search, director=nothing.director),
        "genre": replace(search, genre=nothing.genre),
        "country": replace(search, country=nothing.country),
        "years": replace(search, first_year=None, last_year=None),
    }
    counts = {
        name: len(matches(catalogue, freed)) for name, freed in fewer.items() if freed != search
    }
    return {name: count for name, count in counts.items() if count}


def by_estimate(found: Sequence[Film], estimates: Mapping[str, float]) -> list[Film]:
    """Films with the highest estimate first, those without one last."""
    return sorted(found, key=lambda film: -estimates.get(film.film_id, float("-inf")))


def page(found: Sequence[Film], number: int) -> Sequence[Film]:
    """The films of page `number`, which counts from 1."""
    start = (number - 1) * PAGE_LENGTH
    return found[start : start + PAGE_LENGTH]


def page_count(found: Sequence[Film]) -> int:
    """Number of pages that the films fill, at least 1."""
    return max(1, -(-len(found) // PAGE_LENGTH))


def _directors(catalogue: Catalogue, text: str) -> frozenset[str] | None:
    """The directors with a name like the text; None without a text."""
    if not text.strip():
        return None
    words = plain(text).split()
    names = name_index(catalogue)
    alike = names.with_beginnings(words) or names.with_slips(words)
    return frozenset(catalogue.directors[number] for number in alike)


@made_once
def name_index(catalogue: Catalogue) -> WordIndex:
    """The index of the directors of a catalogue by their names."""
    return WordIndex(plain(name).split() for name in catalogue.directors)


def _passes(
    film: Film,
    search: Search,
    directors: frozenset[str] | None,
) -> bool:
    return (
        _in_years(film, search)
        and (not search.genre or search.genre in film.genres)
        and (directors is None or not directors.isdisjoint(film.directors))
        and (not search.country or search.country in film.countries)
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
