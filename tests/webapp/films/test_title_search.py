"""Search by what people type, on a catalogue of real size."""

import csv
from collections import Counter
from pathlib import Path

import made_film
import pytest
from webapp.films.catalogue import Catalogue
from webapp.films.search import Search, matches, similar_titles
from webapp.films.title_search import TitleSearch

from film_data.matching.titles import parse

#: What is typed, and the film that must come first; in the catalogue of MovieLens latest-small.
QUERIES = Path(__file__).with_name("queries.tsv")
RIGHT_AT_LEAST = 0.95
DIRECTORS = (
    "Joachim Rønning", "Andrzej Żuławski", "Fatih Ak\u0131n", "Stanley Kubrick", "Steven Spielberg",
    "Christopher Nolan", "Jean-Luc Godard", "François Truffaut", "Guillermo del Toro",
)  # fmt: skip


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def movielens(shared_data):
    folder = shared_data / "ml-latest-small"
    counts = Counter(row["movieId"] for row in rows_of(folder / "ratings.csv"))
    parsed = [(row["movieId"], parse(row["title"])) for row in rows_of(folder / "movies.csv")]
    films = [made_film.film(key, title.text, title.year, counts[key]) for key, title in parsed]
    return TitleSearch(Catalogue(sorted(films, key=lambda film: -film.rating_count)))


@pytest.fixture(scope="module")
def by_director():
    films = [
        made_film.film(name, f"Film {n}", 2000 + n, 9, directors=(name,))
        for n, name in enumerate(DIRECTORS)
    ]
    return Catalogue(films)


def shown(film):
    return f"{film.title} ({film.year})"


def test_what_people_type_finds_the_right_film_first(movielens):
    queries = [line.split("\t") for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    assert len(queries) >= 200
    wrong = {
        text: [shown(film) for film in found[:2]]
        for text, right in queries
        if not (found := movielens.found(text)) or shown(found[0]) != right
    }
    assert len(wrong) <= (1 - RIGHT_AT_LEAST) * len(queries), wrong


def test_two_swapped_letters_still_find_well_known_films(movielens):
    known = [film for film in movielens._films[:150] if len(film.title) > 6]
    swapped = {
        film: f"{film.title[:4]}{film.title[5]}{film.title[4]}{film.title[6:]}" for film in known
    }
    found = {film: movielens.found(text)[:3] for film, text in swapped.items()}
    missed = [film.title for film in known if film not in found[film]]
    assert len(missed) <= 0.05 * len(known), missed


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("the shining", 3),
        ("The Matrix", 6),
        ("pulp fiction", 2),
        ("lord of the rings", 6),
        ("jaws", 8),
    ],
)
def test_what_is_like_a_title_by_chance_is_not_found(movielens, text, most):
    assert 0 < len(movielens.found(text)) <= most


@pytest.mark.parametrize("text", ["???", "!", "...", "—", "( )", "\u200b", "zzzzqqqq", "$"])
def test_a_text_that_says_nothing_finds_nothing(movielens, text):
    assert movielens.found(text) == []


def test_a_year_behind_a_title_orders_and_does_not_exclude(movielens):
    years = [film.year for film in movielens.found("king kong 1976")]
    assert years[0] == 1976
    assert {1933, 2005} <= set(years)
    assert shown(movielens.found("godfather 1973")[0]) == "The Godfather (1972)"


def test_a_title_without_letters_is_found_by_its_signs():
    search = TitleSearch(
        Catalogue([made_film.film("1", "$", 1971, 5), made_film.film("2", "Heat", 1995, 9)])
    )
    assert [film.film_id for film in search.found("$")] == ["1"]
    assert search.found("?") == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("hitchcock psycho", "Psycho"),
        ("spielberg", "Jaws"),
        ("speilberg jaws", "Jaws"),
        ("coppola 1972", "The Godfather"),
        ("kurosawa seven", "Seven Samurai"),
    ],
)
def test_names_and_years_find_films_beside_titles(films, text, title):
    assert matches(films, Search(title=text))[0].title == title


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ronning", "Joachim Rønning"), ("rønning", "Joachim Rønning"),
        ("Zulawski", "Andrzej Żuławski"), ("akin", "Fatih Ak\u0131n"),
        ("Kubrik", "Stanley Kubrick"),
        ("stanly kubrick", "Stanley Kubrick"), ("spielburg", "Steven Spielberg"),
        ("nolen", "Christopher Nolan"), ("godart", "Jean-Luc Godard"),
        ("jean luc", "Jean-Luc Godard"), ("Truffaut, François", "François Truffaut"),
        ("francois trufaut", "François Truffaut"), ("del toro", "Guillermo del Toro"),
    ],
)  # fmt: skip
def test_directors_are_found_by_parts_of_their_names(by_director, text, name):
    assert [film.film_id for film in matches(by_director, Search(director=text))] == [name]


def test_a_director_that_says_nothing_finds_nothing(by_director):
    assert matches(by_director, Search(director="???")) == []


ORIGINALS = (
    ("Downfall", 2004, "Der Untergang"), ("Amelie", 2001, "Le Fabuleux Destin d'Amélie Poulain"),
    ("Let the Right One In", 2008, "Låt den rätte komma in"),
    ("Spirited Away", 2001, "千と千尋の神隠し"),
    ("Pan's Labyrinth", 2006, "El laberinto del fauno"), ("The Untergang Story", 1999, None),
    ("Night Watch", 2004, "Ночной дозор"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("der untergang", "Downfall"),
        ("untergang", "Downfall"),
        ("untergang 2004", "Downfall"),
        ("fabuleux destin amelie", "Amelie"),
        ("lat den ratte", "Let the Right One In"),
        ("laberinto del fauno", "Pan's Labyrinth"),
        ("laberinto fauna", "Pan's Labyrinth"),
        ("千と千尋", "Spirited Away"),
        ("ночной дозор", "Night Watch"),
    ],
)  # fmt: skip
def test_a_film_is_found_by_its_original_title(text, title):
    films = [
        made_film.film(str(n), name, year, 9, original_title=original)
        for n, (name, year, original) in enumerate(ORIGINALS)
    ]
    catalogue = Catalogue(films)
    found = matches(catalogue, Search(title=text))
    assert found
    assert found[0].title == title
    if text.isascii():
        assert title in similar_titles(catalogue, text)
