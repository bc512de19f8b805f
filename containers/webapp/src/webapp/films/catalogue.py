"""Films as the app shows them, and the catalogue of all of them."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from webapp.films.titles import plain
from webapp.warehouse.session import Row


@dataclass(frozen=True, kw_only=True)
class Film:
    """One film; `rating` is its damped average, on the scale of the data."""

    film_id: str
    title: str
    year: int | None
    released_on: date | None
    genres: tuple[str, ...]
    directors: tuple[str, ...]
    #: ISO 3166-1 alpha-2, or the name of a country that is gone.
    countries: tuple[str, ...]
    rating_count: int
    rating: float | None
    #: Of IMDb and TMDB, as numbers: spreadsheets change what stands around them.
    imdb_number: int | None = None
    tmdb_number: int | None = None
    original_title: str | None = None
    #: Under which it is in ratings and lists from before it was found twice.
    other_ids: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a row of the statement `catalogue`."""
        return cls(
            film_id=row["film_id"],
            title=row["title"],
            year=None if row["release_year"] is None else int(row["release_year"]),
            released_on=row["release_date"],
            genres=_names(row["genres"]),
            directors=_names(row["directors"]),
            countries=_names(row["countries"]),
            rating_count=int(row["rating_count"]),
            rating=row["rating"],
            imdb_number=_number(row["imdb_id"]),
            tmdb_number=_number(row["tmdb_id"]),
            original_title=row["original_title"],
            other_ids=_names(row["other_ids"]),
        )


class Catalogue:
    """All films, best known first, and the values that they can be searched by."""

    def __init__(self, films: Iterable[Film]) -> None:
        self.films = tuple(films)
        #: A film is found by each of its ids.
        self.by_id = {id_: film for film in self.films for id_ in (*film.other_ids, film.film_id)}

    def __len__(self) -> int:
        return len(self.films)

    @cached_property
    def by_imdb_number(self) -> dict[int, Film]:
        """Films by the number in their id at IMDb; of several, the best known."""
        return {film.imdb_number: film for film in reversed(self.films) if film.imdb_number}

    @cached_property
    def by_tmdb_number(self) -> dict[int, Film]:
        """Films by their id at TMDB; of several, the best known."""
        return {film.tmdb_number: film for film in reversed(self.films) if film.tmdb_number}

    @cached_property
    def genres(self) -> list[str]:
        """Genres, those of most films first."""
        return _by_frequency(genre for film in self.films for genre in film.genres)

    @cached_property
    def countries(self) -> list[str]:
        """Countries of production, those of most films first."""
        return _by_frequency(country for film in self.films for country in film.countries)

    @cached_property
    def directors(self) -> list[str]:
        """Directors by name."""
        return sorted({director for film in self.films for director in film.directors})

    @cached_property
    def search_titles(self) -> list[tuple[str, Film]]:
        """Titles and original titles, lower case, without accents and punctuation, by film."""
        return [
            (plain(title), film)
            for film in self.films
            for title in dict.fromkeys((film.title, film.original_title))
            if title
        ]

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """First and last year of release."""
        years = [film.year for film in self.films if film.year is not None]
        return (min(years), max(years)) if years else None


def _names(array: str | None) -> tuple[str, ...]:
    return tuple(json.loads(array)) if array else ()


def _number(film_id: object) -> int | None:
    digits = str(film_id or "").removeprefix("tt")
    return int(digits) if digits.isdecimal() else None


def _by_frequency(names: Iterable[str]) -> list[str]:
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], name))
