"""Catalogues with namesakes, and readings of files, without a stack."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import made_film
import pytest
from webapp.films.catalogue import Catalogue, Film
from webapp.taste import file_reading
from webapp.taste.file_reading import Reading

NOW = datetime.fromisoformat("2026-06-01T12:00:00")
#: Title, year, ids at IMDb and TMDB, directors; the best known first.
NAMESAKES = (
    ("The Godfather", 1972, 68646, 238, ("Francis Ford Coppola",)),
    ("Amelie (Fabuleux destin d'Amélie Poulain, Le)", 2001, 211915, 194, ("Jean-Pierre Jeunet",)),
    ("Heat", 1995, 113277, 949, ("Michael Mann",)),
    ("Heat", 1986, 93164, 16406, ()),
    ("Chasing Amy", 1997, None, None, ()),
    ("Emma", 1996, 116191, 3573, ("Douglas McGrath",)),
    ("Emma", 1996, 118308, 17182, ("Diarmuid Lawrence",)),
    ("Emma", 1996, None, None, ()),
    ("Seven (Se7en)", 1995, 114369, 807, ("David Fincher",)),
    ("Twelve Monkeys", 1995, 114746, 63, ()),
    ("8 1/2", 1963, 56801, 422, ()),
    ("Mission: Impossible", 1996, 117060, 954, ()),
    ("Star Wars: Episode IV - A New Hope", 1977, 76759, 11, ()),
    ("$", 1971, 68152, 19066, ()),
    ("=Sum(A1)", 2010, None, None, ()),
    ("300", 2006, 416449, 1271, ()),
    ("Kárhozat", 1988, 95475, 33480, ("Béla Tarr",)),
    ("Ночной Дозор", 2004, 403358, 3040, ()),
    ("七人の侍", 1954, 47478, 346, ()),
    ("Nameless", None, None, None, ()),
)


def film_of(number: int, row: tuple[Any, ...]) -> Film:
    title, year, imdb, tmdb, directors = row
    ids = {"imdb_number": imdb, "tmdb_number": tmdb}
    return made_film.film(str(number), title, year, 1000 - number, directors=directors, **ids)


@pytest.fixture(scope="package")
def namesakes() -> Catalogue:
    """A catalogue with three films of one title and year, and other traps."""
    return Catalogue(film_of(number, row) for number, row in enumerate(NAMESAKES, start=1))


@pytest.fixture(scope="package")
def read(namesakes: Catalogue) -> Callable[..., Reading]:
    """Reads a file, given as text or bytes, against the namesakes."""

    def reading(content: str | bytes, highest: int | None = None) -> Reading:
        raw = content.encode() if isinstance(content, str) else content
        return file_reading.read(raw, namesakes, NOW, highest)

    return reading
