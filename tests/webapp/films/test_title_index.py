"""The film that a title and a year of another list mean."""

import made_film
import pytest
from webapp.films.catalogue import Catalogue
from webapp.films.title_index import TitleIndex

FILMS = (
    ("Heat", 1995), ("Heat", 1986), ("Titanic", 1997), ("Titanic", 1953), ("The Matrix", 1999),
    ("Seven (a.k.a. Se7en)", 1995), ("Twelve Monkeys", 1995), ("8 1/2", 1963),
    ("Mission: Impossible", 1996), ("Mission: Impossible II", 2000), ("Spider", 2002),
    ("Star Wars: Episode IV - A New Hope", 1977), ("Hate (Haine, La)", 1995), ("Nameless", None),
    ("The Hunger Games", 2012), ("The Hunger Games: Catching Fire", 2013), ("Monster", 2003),
    ("Dylan Moran: Monster", 2004),
    ("City of God (Cidade de Deus)", 2002), ("King Kong", 1976), ("King Kong", 1978),
    ("Spirited Away", 2001), ("Brotherhood of the Wolf", 2001), ("Let the Right One In", 2008),
    ("The Wolf Man", 1941), ("Downfall", 2004), ("Leon", 1994), ("The Professional", 1994),
    ("Wings of Desire", 1987),
)  # fmt: skip
ORIGINALS = {
    "Spider": "Buzz", "Spirited Away": "千と千尋の神隠し",
    "Brotherhood of the Wolf": "Le Pacte des loups", "Downfall": "Der Untergang",
    "Let the Right One In": "Låt den rätte komma in",
    "Wings of Desire": "Der Himmel über Berlin: Ein Film",
    # what another film is called: a title counts before it
    "The Professional": "Léon",
}  # fmt: skip


def film_of(number, row):
    title, year = row
    original = ORIGINALS.get(title)
    return made_film.film(str(number), title, year, 100 - number, original_title=original)


@pytest.fixture(scope="module")
def index():
    return TitleIndex(Catalogue(film_of(*numbered) for numbered in enumerate(FILMS)))


@pytest.mark.parametrize(
    ("title", "year", "film", "how"),
    [
        ("Heat", 1995, ("Heat", 1995), "title"),
        ("Matrix, The", 1999, ("The Matrix", 1999), "title"),
        ("Mission Impossible", 1996, ("Mission: Impossible", 1996), "title"),
        ("Mission: Impossible 2", 2000, ("Mission: Impossible II", 2000), "spelling"),
        ("Se7en", 1995, ("Seven (a.k.a. Se7en)", 1995), "spelling"),
        ("12 Monkeys", 1995, ("Twelve Monkeys", 1995), "spelling"),
        ("8½", 1963, ("8 1/2", 1963), "title"),
        ("La haine", 1995, ("Hate (Haine, La)", 1995), "spelling"),
        ("Star Wars", 1977, ("Star Wars: Episode IV - A New Hope", 1977), "spelling"),
        ("Buzz", 2002, ("Spider", 2002), "spelling"),
        ("City of God", 2003, ("City of God (Cidade de Deus)", 2002), "near_year"),
        ("Der Untergang", 2004, ("Downfall", 2004), "spelling"),
        ("Untergang, Der", 2004, ("Downfall", 2004), "spelling"),
        ("Pacte des loups", 2001, ("Brotherhood of the Wolf", 2001), "spelling"),
        ("Lat den ratte komma in", 2008, ("Let the Right One In", 2008), "spelling"),
        ("Le pacte des loups", 2002, ("Brotherhood of the Wolf", 2001), "near_year"),
        ("Der Untergang", None, ("Downfall", 2004), "spelling"),
        ("Der Himmel über Berlin", 1987, ("Wings of Desire", 1987), "spelling"),
        (
            "千と千尋の神隠し",
            2001,
            ("Spirited Away", 2001),
            "spelling",
        ),
        ("Léon", 1994, ("Leon", 1994), "title"),
        ("The Matrix", None, ("The Matrix", 1999), "title"),
        ("Nameless", 2003, ("Nameless", None), "near_year"),
    ],
)
def test_a_film_is_found_by_its_spellings_and_its_year(index, title, year, film, how):
    found = index.place([title], year)
    assert found.film is not None
    assert ((found.film.title, found.film.year), found.how) == (film, how)


@pytest.mark.parametrize(
    ("title", "year", "candidates"),
    [
        ("Titanic", None, [("Titanic", 1997), ("Titanic", 1953)]),
        ("Heat", 2001, [("Heat", 1995), ("Heat", 1986)]),
        ("King Kong", 1977, [("King Kong", 1976), ("King Kong", 1978)]),
        ("Star Wars", None, [("Star Wars: Episode IV - A New Hope", 1977)]),
        ("Mission: Impossible", 2000, [("Mission: Impossible", 1996)]),
        ("No Such Film", 1999, []),
        (
            "The Hunger Games",
            2013,
            [("The Hunger Games", 2012), ("The Hunger Games: Catching Fire", 2013)],
        ),
        ("Monster", 2004, [("Monster", 2003), ("Dylan Moran: Monster", 2004)]),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_offered(index, title, year, candidates):
    found = index.place([title], year)
    assert found.film is None
    assert [(film.title, film.year) for film in found.candidates] == candidates
