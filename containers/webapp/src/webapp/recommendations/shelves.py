"""Shelves of films for one viewer: none is shown twice, none that is rated or not wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from webapp.exposures.events import Source
from webapp.films.catalogue import Catalogue, Film
from webapp.taste.taste import Taste

ShelfName = Literal["for_you", "genre", "season", "much_seen", "best_rated", "country", "age"]

#: Films on one shelf.
SHELF_LENGTH = 5


@dataclass(frozen=True)
class Candidates:
    """Film ids for one shelf, best first; the reason is the key of a sentence and its values."""

    shelf: ShelfName
    film_ids: Sequence[str]
    values: Mapping[str, str] = field(default_factory=dict)
    #: Reasons of single films that are closer than the shelf's: keys of sentences by film id.
    reasons: Mapping[str, "Reason"] = field(default_factory=dict)
    #: The model that chose the films, if one did.
    source: Source = field(default_factory=Source)


@dataclass(frozen=True)
class Reason:
    """Reason to show a film: the key of a sentence and its values."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LastRecommendations:
    """Recommendations for one viewer at a moment, and the viewer's taste by then."""

    viewer_id: str
    candidates: Candidates
    taste: Taste
    recommended_at: datetime


@dataclass(frozen=True)
class Recommendation:
    """A film on a shelf, and the reason."""

    film: Film
    reason: Reason


@dataclass(frozen=True)
class Shelf:
    """A row of films under one heading."""

    name: ShelfName
    values: Mapping[str, str]
    recommendations: tuple[Recommendation, ...]
    source: Source = field(default_factory=Source)


def arranged(
    candidates: Iterable[Candidates], catalogue: Catalogue, taste: Taste
) -> Iterator[Shelf]:
    """The shelves in the order given, each with the first films that may still be shown.

    A shelf without a film is left out.
    """
    shown: set[str] = set()
    for shelf in candidates:
        films = _first_allowed(shelf.film_ids, catalogue, taste, shown)
        shown.update(film.film_id for film in films)
        if films:
            yield Shelf(
                shelf.shelf,
                shelf.values,
                tuple(Recommendation(film, _reason(shelf, film)) for film in films),
                shelf.source,
            )


def _first_allowed(
    film_ids: Sequence[str], catalogue: Catalogue, taste: Taste, shown: set[str]
) -> list[Film]:
    films: dict[str, Film] = {}
    for film_id in film_ids:
        film = catalogue.by_id.get(film_id)
        if film is not None and film.film_id not in shown and taste.allows(film):
            films[film.film_id] = film
        if len(films) == SHELF_LENGTH:
            break
    return list(films.values())


def _reason(shelf: Candidates, film: Film) -> Reason:
    return shelf.reasons.get(film.film_id, Reason(f"reason.{shelf.shelf}", shelf.values))
