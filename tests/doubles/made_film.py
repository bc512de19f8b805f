"""A film of which a test states what it is about, and nothing else."""

from typing import Any

from webapp.films.catalogue import Film


def film(film_id: str, title: str, year: int | None, rating_count: int, **values: Any) -> Film:
    """A film of which little is known."""
    known: dict[str, Any] = {
        "released_on": None,
        "genres": (),
        "directors": (),
        "countries": (),
        "rating": None,
    }
    return Film(
        film_id=film_id, title=title, year=year, rating_count=rating_count, **known | values
    )
