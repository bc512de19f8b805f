"""Tables of raters, statistics, loads and days: given these raw rows, expect those rows."""

import json
from typing import Any

from mart_database import Database, matched, movielens, rating, tmdb


def test_a_rater_has_what_the_data_set_says_of_the_person(database: Database) -> None:
    database.given(
        "movielens_ratings", rating(1, 1, 5.0, 10), rating(1, 2, 2.0, 20), rating(2, 1, 1)
    )
    database.given("movielens_viewers", {"user_id": 1, "age": 24, "gender": "M"})
    database.make()
    assert database.rows(
        "select user_id, age, gender, ratings, mean_rating, to_varchar(last_rated_at) from rater "
        "order by 1"
    ) == [
        ("1", 24, "M", 2, 3.5, "1970-01-01 00:00:20.000"),
        ("2", None, None, 1, 1.0, "1970-01-01 00:00:00.000"),
    ]


def test_shares_are_of_the_films_whose_values_are_known(database: Database) -> None:
    database.given("movielens_films", *(movielens(key, "x") for key in range(1, 6)))
    found = [(1, "Drama"), (1, "Crime"), (2, "Drama"), (3, "Crime"), (4, "Drama")]
    database.given(
        "movielens_film_genres",
        *({"film_id": key, "genre": genre, "position": 1} for key, genre in found),
    )
    database.make()
    assert database.rows(
        "select genre, films, share_of_films::float from films_by_genre order by 1"
    ) == [("Crime", 2, 0.5), ("Drama", 3, 0.75)]


def test_decades_count_films_and_weigh_ratings(database: Database) -> None:
    database.given(
        "movielens_films",
        movielens(1, "A", 1989),
        movielens(2, "B", 1990),
        movielens(3, "C", 1999),
        movielens(4, "D", None),
    )
    database.given("movielens_ratings", rating(1, 2, 1), rating(2, 2, 2), rating(1, 3, 4.5))
    database.make()
    assert database.rows("select * from films_by_decade order by 1") == [
        (1980, 1, 0, None),
        (1990, 2, 3, 2.5),
    ]


def test_ratings_are_counted_by_month(database: Database) -> None:
    september, october = 874_713_600, 875_664_000
    database.given(
        "movielens_ratings",
        rating(1, 1, 4, september),
        rating(1, 2, 5, september + 60),
        rating(2, 1, 3, october),
    )
    database.make()
    assert database.rows(
        "select to_varchar(first_of_month), ratings, raters, mean_rating from ratings_over_time "
        "order by 1"
    ) == [("1997-09-01", 2, 1, 4.5), ("1997-10-01", 1, 1, 3.0)]


def test_the_bayesian_average_keeps_a_few_votes_from_the_top(database: Database) -> None:
    films = [movielens(1, "Loved by many"), movielens(2, "Loved by one"), movielens(3, "Middling")]
    database.given("movielens_films", *films)
    many = [rating(user, 1, 4.5) for user in range(50)]
    middling = [rating(user, 3, 3.0) for user in range(49)]
    database.given("movielens_ratings", *many, rating(1, 2, 5.0), *middling)
    database.make()
    mean = (50 * 4.5 + 5.0 + 49 * 3.0) / 100
    assert database.rows(
        "select film_id, ratings, mean_rating, bayesian_rating from film_scores order by 4 desc"
    ) == [
        ("1", 50, 4.5, round((50 * 4.5 + 50 * mean) / 100, 4)),
        ("2", 1, 5.0, round((5.0 + 50 * mean) / 51, 4)),
        ("3", 49, 3.0, round((49 * 3.0 + 50 * mean) / 99, 4)),
    ]
    # 49 ratings are below the minimum of 50.
    assert database.rows("select rank, film_id, title from best_rated_films") == [
        (1, "1", "Loved by many")
    ]


def blockbuster(key: str, rank: int, gross: int | None) -> dict[str, Any]:
    return {
        "film_key": key, "list_year": int(key[:4]), "rank_in_year": rank, "title": key[5:],
        "worldwide_gross_usd": gross,
    }  # fmt: skip


def test_the_box_office_by_year(database: Database) -> None:
    database.given("movielens_films", movielens(1, "A", 2014))
    database.given(
        "blockbuster_films",
        blockbuster("2014 a", 1, 300),
        blockbuster("2014 b", 2, None),
        blockbuster("2015 c", 1, 50),
    )
    database.given(
        "film_matches",
        matched("blockbuster", "2014 a", "1"),
        matched("blockbuster", "2014 b", None, "ambiguous"),
        matched("blockbuster", "2015 c", None, "unmatched"),
    )
    database.make()
    assert database.rows(
        "select list_year, films, worldwide_gross_usd, first_title, films_matched "
        "from box_office_by_year order by 1"
    ) == [(2014, 2, 300, "a", 1), (2015, 1, 50, "c", 0)]
    assert database.rows("select source_key, status from uncertain_matches order by 1") == [
        ("2014 b", "ambiguous"),
        ("2015 c", "unmatched"),
    ]


def test_data_quality_is_of_the_newest_load(database: Database) -> None:
    loads = [{"load_id": load_id, "dataset": "movielens"} for load_id in ("old", "new")]
    database.given(
        "loads",
        *(
            load
            | {"edition": load["load_id"], "source": "x", "loaded_at": f"2026-01-0{day} 00:00:00"}
            for day, load in enumerate(loads, start=1)
        ),
    )
    database.given(
        "load_tables",
        *(
            load
            | {
                "table_name": "film", "rows_in": count, "rows_loaded": count - 1, "rows_merged": 0,
                "rows_rejected": 1,
            }
            for count, load in ((5, loads[0]), (10, loads[1]))
        ),
    )  # fmt: skip
    assert database.rows(
        "select edition, rows_in, rows_loaded, is_balanced, share_loaded::float from data_quality"
    ) == [("new", 10, 9, True, 0.9)]


def test_the_calendar_has_every_day_once(database: Database) -> None:
    assert database.rows(
        "select count(*), count(distinct calendar_date), to_varchar(min(calendar_date)), "
        "to_varchar(max(calendar_date)) from calendar_day"
    ) == [(84_006, 84_006, "1870-01-01", "2099-12-31")]
    leap_day = "select calendar_year, calendar_quarter, iso_weekday, decade from calendar_day "
    assert database.rows(f"{leap_day} where calendar_date = '2024-02-29'") == [(2024, 1, 4, 2020)]


def given_ties(database: Database, step: int) -> None:
    """Films whose lists and places tie, inserted in the one order or the other."""
    names = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")[::step]
    database.given("movielens_films", *(movielens(key, "Same") for key in (1, 2)[::step]))
    genres = ({"film_id": 1, "genre": name, "position": 1} for name in names)
    database.given("movielens_film_genres", *genres)
    database.given("tmdb_films", tmdb(10, "Same"))
    database.given("film_matches", matched("tmdb", 10, "1"))
    countries = ({"tmdb_id": 10, "country": name, "position": 1} for name in names)
    database.given("tmdb_film_countries", *countries)
    crew = {"tmdb_id": 10, "department": "Directing", "job": "Director", "position": 1}
    people = ({"credit_id": name, "person_id": len(name), "name": name, **crew} for name in names)
    database.given("tmdb_credits", *people)
    ratings = [rating(user, film, 4) for user in range(50) for film in (2, 1)]
    database.given("movielens_ratings", *ratings[::step])
    loads = [
        {"load_id": name, "dataset": "x", "edition": name, "source": "x", "loaded_at": "2026-01-01"}
        for name in names
    ]
    database.given("loads", *loads)
    counts = {"table_name": "film", "rows_in": 1, "rows_loaded": 1, "rows_merged": 0}
    database.given(
        "load_tables",
        *({"load_id": name, "dataset": "x", "rows_rejected": 0, **counts} for name in names),
    )


def test_the_order_of_insertion_never_shows(database: Database) -> None:
    views = [
        name
        for (name,) in database.rows(
            "select table_name from information_schema.views where table_schema = 'MARTS'"
        )
        if name != "CALENDAR_DAY"  # it reads no table
    ]
    assert {"FILM_CARD", "ITEM_FEATURES", "BEST_RATED_FILMS", "DATA_QUALITY"} <= set(views)
    seen: list[dict[str, list[str]]] = []
    for step in (1, -1):
        given_ties(database, step)
        database.make()
        seen.append({v: sorted(map(repr, database.rows(f"select * from {v}"))) for v in views})
    assert seen[0] == seen[1]
    (card,) = database.rows(
        "select genres, directors, countries from film_card where film_id = '1'"
    )
    assert all(json.loads(column) for column in card)
