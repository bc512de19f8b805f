import random

from hypothesis import given
from hypothesis import strategies as st

from film_data.matching import search
from film_data.matching.search import Film, Match

CATALOGUE = [
    Film.of("1", 1995, "Toy Story"),
    Film.of("2", 1999, "Toy Story 2"),
    Film.of("3", 1995, "Heat"),
    Film.of("4", 2005, "War of the Worlds"),
    Film.of("5", 2005, "War of the Worlds"),
    Film.of("6", 1994, "Three Colors: Red (Trois couleurs: Rouge)"),
    Film.of("7", None, "Nosferatu"),
]


def find(title: str, year: int | None) -> Match:
    return search.match([Film.of("x", year, title)], CATALOGUE)[0]


def test_the_same_title_and_year_is_certain() -> None:
    assert find("toy story", 1995) == Match("x", "1", "matched", "same title", 1.0)


def test_the_same_title_one_year_off_is_nearly_certain() -> None:
    found = find("Heat", 1996)
    assert (found.film_id, found.status, found.confidence) == ("3", "matched", 0.95)


def test_the_same_title_years_apart_is_another_film() -> None:
    assert find("Heat", 1972).status == "unmatched"


def test_a_similar_title_counts_from_the_stated_confidence_on() -> None:
    found = find("Three Colours: Red", 1994)
    assert (found.film_id, found.method) == ("6", "similar title")
    assert found.confidence >= search.CERTAIN


def test_a_less_similar_title_is_listed_as_a_candidate() -> None:
    found = find("The Toy Store", 1995)
    assert (found.film_id, found.status, found.candidates) == (None, "ambiguous", ("1",))
    assert search.POSSIBLE <= found.confidence < search.CERTAIN


def test_titles_with_different_numbers_are_not_matched() -> None:
    assert find("Toy Story 3", 1999).status == "unmatched"


def test_two_equally_good_films_are_listed_as_candidates() -> None:
    found = find("War of the Worlds", 2005)
    assert (found.film_id, found.status, found.candidates) == (None, "ambiguous", ("4", "5"))


def test_films_without_a_year_are_not_matched() -> None:
    assert find("Nosferatu", 1922).status == "unmatched"
    assert find("Toy Story", None).status == "unmatched"


def test_another_title_in_parentheses_is_found() -> None:
    assert find("Trois couleurs : Rouge", 1994).film_id == "6"


def test_of_two_matches_with_one_film_only_a_clearly_better_one_stays() -> None:
    twins = [Film.of("a", 1995, "Heat"), Film.of("b", 1995, "Heat")]
    assert [found.status for found in search.match(twins, CATALOGUE)] == ["ambiguous"] * 2
    better = [Film.of("a", 1995, "Heat"), Film.of("b", 1996, "Heat")]
    assert [found.status for found in search.match(better, CATALOGUE)] == ["matched", "ambiguous"]


names = st.sampled_from(["Heat", "Toy Story", "Toy Story 2", "War of the Worlds", "Haet", "Q"])
films = st.lists(st.tuples(names, st.sampled_from([1994, 1995, 1999, 2005])), max_size=6)


@given(films, st.randoms())
def test_the_order_of_films_changes_no_match(
    found: list[tuple[str, int]], chance: random.Random
) -> None:
    source = [Film.of(key, year, name) for key, (name, year) in enumerate(found)]
    shuffled, catalogue = list(source), list(CATALOGUE)
    chance.shuffle(shuffled)
    chance.shuffle(catalogue)
    expected = {match.key: match for match in search.match(source, CATALOGUE)}
    assert {match.key: match for match in search.match(shuffled, catalogue)} == expected
