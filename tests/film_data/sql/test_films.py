"""Tables of films and ratings: given these raw rows, expect those rows."""

from mart_database import DATABASE, Database, matched, movielens, rating, run_scripts, tmdb
from snowflake.connector import SnowflakeConnection

from film_data import registry
from film_data.loading import MARTS, RATING_MARTS


def test_every_script_runs_twice_and_keeps_what_is_there(
    session: SnowflakeConnection, database: Database
) -> None:
    database.given("movielens_films", movielens(1, "Toy Story"))
    database.make()
    run_scripts(session)
    session.cursor().execute(f"use schema {DATABASE}.marts")
    assert database.rows("select film_id, title from film") == [("1", "Toy Story")]
    assert database.rows("select film_id from raw.movielens_films") == [(1,)]


def test_every_table_of_the_marts_has_its_view(database: Database) -> None:
    made = {table.upper() for table in (*MARTS, *RATING_MARTS)}
    views = database.rows(
        "select table_name from information_schema.views where table_schema = 'INTERMEDIATE'"
    )
    assert {name for (name,) in views} - made == {"TMDB_FILM_IDS", "OMDB_FILM_IDS"}
    tables = database.rows(
        "select table_name from information_schema.tables "
        "where table_schema = 'MARTS' and table_type = 'BASE TABLE'"
    )
    # These are a training's and the web app's, not a load's.
    assert {name for (name,) in tables} - made == {
        "RECOMMENDATIONS",
        "MODEL_RUN",
        "SHOWN",
        "CLICKED",
    }


def test_raw_tables_have_the_columns_that_their_sources_describe(database: Database) -> None:
    found = database.rows(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'RAW' order by table_name, ordinal_position"
    )
    columns: dict[str, list[str]] = {}
    for table, column in found:
        columns.setdefault(table.lower(), []).append(column.lower())
    for name, table in registry.raw_tables().items():
        assert columns[name] == list(table.columns()), name


def test_a_movielens_film_takes_the_facts_of_its_match(database: Database) -> None:
    database.given("movielens_films", movielens(1, "Toy Story", None), movielens(2, "Heat"))
    database.given("movielens_links", {"film_id": 2, "imdb_id": "tt0113277", "tmdb_id": 949})
    database.given(
        "tmdb_films", tmdb(862, "Other", release_date="1995-10-30", imdb_id="tt1", budget_usd=30)
    )
    database.given("film_matches", matched("tmdb", 862, "1"))
    database.make()
    assert database.rows(
        "select film_id, title, release_year, to_varchar(release_date), imdb_id, tmdb_id, "
        "budget_usd from film order by film_id"
    ) == [
        ("1", "Toy Story", 1995, "1995-10-30", "tt1", 862, 30),
        ("2", "Heat", 1995, None, "tt0113277", 949, None),
    ]


def test_a_film_of_tmdb_alone_has_an_id_that_no_movielens_film_can_have(database: Database) -> None:
    database.given("movielens_films", movielens(1, "Toy Story"))
    database.given("tmdb_films", tmdb(5, "Four Rooms"))
    database.given("tmdb_links", {"film_id": 18, "tmdb_id": 5})
    database.make()
    assert database.rows("select film_id from film order by 1") == [("1",), ("tmdb-5",)]


def test_without_movielens_a_linked_film_takes_movielens_s_id_and_its_ratings(
    database: Database,
) -> None:
    database.given("tmdb_films", tmdb(5, "Four Rooms"), tmdb(6, "Judgment Night"))
    database.given("tmdb_links", {"film_id": 18, "tmdb_id": 5}, {"film_id": 99, "tmdb_id": 5})
    database.given("tmdb_ratings", rating(1, 18, 4.0))
    database.make()
    assert database.rows("select film_id, title from film order by 1") == [
        ("18", "Four Rooms"),
        ("tmdb-6", "Judgment Night"),
    ]
    assert database.rows("select user_id, film_id, rating from ratings") == [("1", "18", 4.0)]


def test_movielens_s_ratings_come_before_those_of_the_movies_dataset(database: Database) -> None:
    database.given("movielens_ratings", rating(1, 1, 5.0, 964982703))
    database.given("tmdb_ratings", rating(2, 1, 1.0))
    database.make()
    assert database.rows("select user_id, rating, to_varchar(rated_at) from ratings") == [
        ("1", 5.0, "2000-07-30 18:45:03.000")
    ]


def test_genres_are_movielens_s_where_it_has_any(database: Database) -> None:
    database.given("movielens_films", movielens(1, "A"), movielens(2, "B"))
    database.given("movielens_film_genres", {"film_id": 1, "genre": "Drama", "position": 1})
    database.given("tmdb_films", tmdb(10, "A"), tmdb(20, "B"), tmdb(30, "C"))
    database.given(
        "tmdb_film_genres",
        *({"tmdb_id": key, "genre": "Crime", "position": 1} for key in (10, 20, 30)),
    )
    database.given("film_matches", matched("tmdb", 10, "1"), matched("tmdb", 20, "2"))
    database.make()
    assert database.rows("select film_id, genre from film_genre order by 1") == [
        ("1", "Drama"),
        ("2", "Crime"),
        ("tmdb-30", "Crime"),
    ]
    assert database.rows("select * from genre order by 1") == [("Crime", 2), ("Drama", 1)]


def test_countries_and_people_are_tmdb_s_where_it_has_any_else_omdb_s(database: Database) -> None:
    database.given("movielens_films", movielens(1, "A"), movielens(2, "B"))
    database.given("tmdb_films", tmdb(10, "A"))
    country = {"country": "France", "country_code": "FR", "position": 1}
    database.given("tmdb_film_countries", {"tmdb_id": 10, **country})
    database.given("omdb_films", *({"omdb_id": key, "title": "x"} for key in (100, 200, 300)))
    other = {"country": "Soviet Union", "position": 1}
    database.given("omdb_film_countries", *({"omdb_id": key, **other} for key in (100, 200, 300)))
    credit = {"name": "Jane Doe", "job": "Director", "position": 1}
    database.given("omdb_credits", *({"omdb_id": key, **credit} for key in (100, 200, 300)))
    database.given(
        "tmdb_credits",
        {
            "tmdb_id": 10, "credit_id": "c", "person_id": 7, "name": "Agnès Varda",
            "gender": "female", "department": "Directing", "job": "Director", "position": 1,
        },
    )  # fmt: skip
    database.given(
        "film_matches",
        matched("tmdb", 10, "1"),
        matched("omdb", 100, "1"),
        matched("omdb", 200, "2"),
        matched("omdb", 300, None, "ambiguous"),
    )
    database.make()
    assert database.rows("select film_id, country, country_code from film_country order by 1") == [
        ("1", "France", "FR"),
        ("2", "Soviet Union", None),
    ]
    assert database.rows("select film_id, name, person_id from film_director order by 1") == [
        ("1", "Agnès Varda", "7"),
        ("2", "Jane Doe", "omdb-Jane Doe"),
    ]
    assert database.rows("select name, gender, films from person order by 1") == [
        ("Agnès Varda", "female", 1),
        ("Jane Doe", None, 1),
    ]
