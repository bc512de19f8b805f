"""A film under two ids is one wherever films are listed, counted or trained on."""

import json

import pytest
from mart_database import Database, matched, movielens, rating, tmdb


@pytest.fixture
def twins(database: Database) -> Database:
    """Chasing Amy under 246 and 268, Heat, and six ratings, of which two users gave two of Amy."""
    films = [movielens(246, "Chasing Amy", 1997), movielens(268, "Chasing Amy", 1997)]
    database.given("movielens_films", *films, movielens(1, "Heat", 1997))
    database.given("movielens_twins", {"film_id": 268, "kept_film_id": 246})
    genres = ({"film_id": id_, "genre": "Drama", "position": 1} for id_ in (1, 246, 268))
    database.given("movielens_film_genres", *genres)
    database.given(
        "movielens_ratings",
        rating(1, 246, 3.0, 10), rating(1, 268, 4.0, 20), rating(2, 268, 5.0, 10),
        rating(2, 1, 2.0, 10), rating(3, 246, 1.0, 10), rating(3, 268, 2.0, 10),
    )  # fmt: skip
    database.given("movielens_viewers", {"user_id": 1, "age": 30}, {"user_id": 2, "age": 30})
    database.make()
    return database


JOINED = [("1", "246", 4.0), ("2", "1", 2.0), ("2", "246", 5.0), ("3", "246", 2.0)]


@pytest.mark.parametrize("view", ["joined_ratings", "all_ratings"])
def test_a_film_under_two_ids_is_one_film_to_train_on(twins: Database, view: str) -> None:
    assert twins.rows(f"select user_id, film_id, rating from {view} order by 1, 2") == JOINED


def test_the_table_of_ratings_is_as_published(twins: Database) -> None:
    assert twins.rows("select count(*) from ratings") == [(6,)]
    assert twins.rows("select film_id, kept_film_id, title from film_twins") == [
        ("268", "246", "Chasing Amy")
    ]


def test_a_film_has_one_card_with_its_other_ids_and_all_its_ratings(twins: Database) -> None:
    cards = twins.rows("select film_id, rating_count, other_ids from film_card order by 1")
    assert [(film_id, count) for film_id, count, _ in cards] == [("1", 1), ("246", 3)]
    assert [json.loads(others) if others else [] for *_, others in cards] == [[], ["268"]]
    assert twins.rows("select film_id, ratings, mean_rating from film_scores order by 1") == [
        ("1", 1, 2.0), ("246", 3, 3.6667),
    ]  # fmt: skip


def test_a_training_is_told_the_other_ids(twins: Database) -> None:
    assert twins.rows("select item_id, other_ids from item_features order by 1") == [
        ("1", None), ("246", "268"),
    ]  # fmt: skip


def test_a_film_is_counted_once(twins: Database) -> None:
    assert twins.rows("select genre, films, share_of_films::float from films_by_genre") == [
        ("Drama", 2, 1.0)
    ]
    assert twins.rows("select decade, films, ratings from films_by_decade") == [(1990, 2, 4)]
    ages = "select age, film_id, rating_count, rating_total from ratings_by_age order by 2"
    assert twins.rows(ages) == [(30, "1", 1, 2.0), (30, "246", 2, 9.0)]


def test_without_movielens_two_links_to_one_film_are_twins(database: Database) -> None:
    database.given("tmdb_films", tmdb(5, "Four Rooms"), tmdb(6, "Judgment Night"))
    links = [{"film_id": id_, "tmdb_id": film} for id_, film in ((18, 5), (99, 5), (20, 6))]
    database.given("tmdb_links", *links, {"film_id": 30, "tmdb_id": None})
    database.given("tmdb_ratings", rating(1, 18, 4.0, 10), rating(1, 99, 3.0, 20), rating(2, 99, 1))
    database.make()
    assert database.rows("select film_id, kept_film_id, title from film_twins") == [
        ("99", "18", "Four Rooms")
    ]
    found = database.rows("select user_id, film_id, rating from joined_ratings order by 1")
    assert found == [("1", "18", 3.0), ("2", "18", 1.0)]
    database.given("movielens_films", movielens(18, "Four Rooms"))
    database.make()
    assert database.rows("select * from film_twins") == []


def test_an_id_at_imdb_tells_twins_of_different_sources(database: Database) -> None:
    """Film 7 has no link to TMDB, which has the film twice; 9 is 7's twin by its title."""
    database.given("movielens_films", *(movielens(id_, "Heat") for id_ in (7, 9)))
    database.given("movielens_links", {"film_id": 7, "imdb_id": "tt0113277"})
    database.given("movielens_twins", {"film_id": 9, "kept_film_id": 7})
    films = [tmdb(id_, "Heat", imdb_id="tt0113277") for id_ in (949, 100)]
    database.given("tmdb_films", *films, tmdb(5, "Four Rooms"), tmdb(6, "Four Rooms"))
    database.make()
    found = database.rows("select film_id, kept_film_id, title from film_twins order by 1")
    assert found == [("9", "7", "Heat"), ("tmdb-100", "7", "Heat"), ("tmdb-949", "7", "Heat")]
    cards = database.rows("select film_id from film_card order by 1")
    assert cards == [("7",), ("tmdb-5",), ("tmdb-6",)]


def test_a_kept_id_may_be_the_twin_of_another(database: Database) -> None:
    """7 and 9 are one by their titles, 3 and 7 by what TMDB says of them."""
    database.given("movielens_films", *(movielens(id_, "Heat") for id_ in (3, 7, 9)))
    database.given("movielens_twins", {"film_id": 9, "kept_film_id": 7})
    database.given("tmdb_films", *(tmdb(id_, "Heat", imdb_id="tt0113277") for id_ in (10, 20)))
    database.given("film_matches", matched("tmdb", 10, "3"), matched("tmdb", 20, "7"))
    database.make()
    found = database.rows("select film_id, kept_film_id from film_twins order by 1")
    assert found == [("7", "3"), ("9", "3")]
