"""Search: typing errors, filters, order, pages, and help when nothing is found."""

import pytest
from webapp.films.search import (
    PAGE_LENGTH,
    Search,
    by_estimate,
    matches,
    page,
    page_count,
    similar_titles,
    without_one_filter,
)


def titles(found):
    return [film.title for film in found]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("star wars", "Star Wars"),
        ("STAR WRAS", "Star Wars"),
        ("amelie", "Amélie"),
        ("Casablnca", "Casablanca"),
        ("godfather", "The Godfather"),
        ("sevn samurai", "Seven Samurai"),
        ("singin in the rain", "Singin' in the Rain"),
        ("bold quoted", '<b>Bold</b> & "Quoted"'),
    ],
)
def test_a_title_is_found_first_however_it_is_typed(films, text, title):
    assert titles(matches(films, Search(title=text)))[0] == title


def test_words_come_before_parts_of_words_and_the_known_before_the_unknown(films):
    assert titles(matches(films, Search(title="the")))[0] == "The Godfather"
    assert titles(matches(films, Search(title="ran")))[:1] == ["Ran"]


def test_without_a_title_every_film_is_found_best_known_first(films):
    found = matches(films, Search())
    assert len(found) == len(films)
    assert found[0].title == "Star Wars"


@pytest.mark.parametrize("text", ["hitchcock", "Alfred Hitchcok", "ALFRED HITCHCOCK"])
def test_films_of_a_director_are_found(films, text):
    assert set(titles(matches(films, Search(director=text)))) == {
        "Psycho",
        "Rear Window",
        "Vertigo",
        "Notorious",
    }


def test_all_filters_apply_at_once(films):
    search = Search(genre="Drama", country="FR", first_year=1955, last_year=1965)
    assert set(titles(matches(films, search))) == {"Breathless", "The 400 Blows"}


def test_a_film_without_a_year_is_in_no_range_of_years(films):
    assert "Nameless" in titles(matches(films, Search()))
    assert "Nameless" not in titles(matches(films, Search(first_year=1800)))


def test_results_come_in_the_chosen_order(films):
    newest = titles(matches(films, Search(order="newest")))
    oldest = titles(matches(films, Search(order="oldest")))
    assert newest[0] == "Paddington"
    assert oldest[0] == "Metropolis"
    assert newest[-1] == oldest[-1] == "Nameless"
    assert titles(matches(films, Search(order="popularity")))[0] == "Star Wars"
    found = by_estimate(matches(films, Search()), {"33": 4.9, "5": 4.8})
    assert titles(found)[:3] == ["Playtime", "The Godfather", "Star Wars"]


def test_pages_hold_every_film_once(films):
    found = matches(films, Search())
    pages = [page(found, number) for number in range(1, page_count(found) + 1)]
    assert [film for shown in pages for film in shown] == found
    assert all(len(shown) <= PAGE_LENGTH for shown in pages)
    assert page(found, page_count(found) + 1) == []
    assert page_count([]) == 1


def test_a_search_without_results_suggests_titles_and_fewer_filters(films):
    search = Search(title="godfather", genre="Western", country="JP")
    assert matches(films, search) == []
    assert without_one_filter(films, search) == {}
    assert without_one_filter(films, Search(title="godfather", genre="Western")) == {"genre": 1}
    assert "Casablanca" in similar_titles(films, "kasablanka")
    assert similar_titles(films, "   ") == similar_titles(films, "???") == []
    assert matches(films, Search(title="???")) == []


@pytest.mark.parametrize(
    "text",
    ["'; drop table film; --", "%", "_", "\\", "\x00", "?" * 500, "<script>", "🎬", "(((", "a.*"],
)
def test_no_text_breaks_a_search(films, text):
    matches(films, Search(title=text, director=text, genre=text, country=text))
    similar_titles(films, text)
