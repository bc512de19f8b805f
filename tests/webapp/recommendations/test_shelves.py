"""Shelves: no film twice, none rated, dismissed or of a kind that is never to be shown."""

import made_film
from hypothesis import given
from hypothesis import strategies as st
from webapp.films.catalogue import Catalogue
from webapp.recommendations.shelves import SHELF_LENGTH, Candidates, Reason, arranged
from webapp.taste.taste import Preferences, Taste


def titles(shelf):
    return [shown.film.title for shown in shelf.recommendations]


def test_a_shelf_has_the_first_films_of_its_candidates(films):
    ids = [film.film_id for film in films.films]
    (shelf,) = arranged([Candidates("much_seen", ids)], films, Taste())
    assert [shown.film.film_id for shown in shelf.recommendations] == ids[:SHELF_LENGTH]


def test_a_film_is_only_on_the_first_of_its_shelves(films):
    candidates = [
        Candidates("for_you", ["1", "2", "2"]),
        Candidates("much_seen", ["1", "3", "2"]),
        Candidates("country", ["2", "1"]),
    ]
    shelves = list(arranged(candidates, films, Taste()))
    assert [shelf.name for shelf in shelves] == ["for_you", "much_seen"]
    assert titles(shelves[1]) == ["Seven Samurai"]


def test_a_film_under_two_ids_is_shown_once_and_not_when_either_was_rated():
    twins = Catalogue(
        [
            made_film.film("246", "Chasing Amy", 1997, 9, other_ids=("268",)),
            made_film.film("1", "Heat", 1995, 8),
        ]
    )
    candidates = [Candidates("for_you", ["268", "246", "1"]), Candidates("much_seen", ["246"])]
    (shelf,) = arranged(candidates, twins, Taste())
    assert titles(shelf) == ["Chasing Amy", "Heat"]
    (shelf,) = arranged(candidates, twins, Taste(ratings={"246": 3.0}))
    assert titles(shelf) == ["Heat"]


def test_rated_dismissed_and_unwanted_films_are_left_out(films):
    taste = Taste(Preferences(never=frozenset({"Horror"})), {"1": 5.0}, frozenset({"2"}))
    (shelf,) = arranged([Candidates("age", ["1", "2", "7", "9", "15", "3"])], films, taste)
    assert titles(shelf) == ["Seven Samurai"]


def test_films_missing_from_the_catalogue_are_left_out(films):
    assert list(arranged([Candidates("for_you", ["gone"])], films, Taste())) == []


def test_a_films_own_reason_wins_over_that_of_its_shelf(films):
    reason = Reason("reason.genre", {"genre": "Drama"})
    candidates = Candidates("for_you", ["3", "4"], reasons={"4": reason})
    (shelf,) = arranged([candidates], films, Taste())
    assert [shown.reason.key for shown in shelf.recommendations] == [
        "reason.for_you",
        "reason.genre",
    ]


film_ids = st.lists(st.sampled_from([str(number) for number in range(1, 45)]), max_size=30)
genres = st.frozensets(st.sampled_from(["Drama", "Horror", "Comedy", "Western"]))


@given(
    shelves=st.lists(film_ids, max_size=6),
    rated=film_ids,
    dismissed=film_ids,
    never=genres,
)
def test_no_film_is_ever_shown_twice_or_wrongly(films, shelves, rated, dismissed, never):
    taste = Taste(Preferences(never=never), dict.fromkeys(rated, 3.0), frozenset(dismissed))
    arranged_shelves = list(
        arranged([Candidates("much_seen", ids) for ids in shelves], films, taste)
    )
    shown = [item.film for shelf in arranged_shelves for item in shelf.recommendations]
    ids = [film.film_id for film in shown]
    assert len(ids) == len(set(ids))
    assert not set(ids) & {*rated, *dismissed}
    assert all(never.isdisjoint(film.genres) for film in shown)
    assert all(0 < len(shelf.recommendations) <= SHELF_LENGTH for shelf in arranged_shelves)
