import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import snowflake.connector
from snowflake.connector import SnowflakeConnection

import film_data
from film_data import loading
from film_data.errors import DatasetError
from film_data.scratch import scratch_folder

Rows = Callable[[str], list[tuple[Any, ...]]]

CONTENT = (
    "select * from film order by 1",
    "select * from film_genre order by 1, 2",
    "select * from ratings order by 1, 2",
    "select * from rater order by 1",
    "select * from raw.movielens_links order by 1",
    "select load_id, dataset, edition, source from raw.loads order by 1",
    "select * from raw.load_tables order by 1, 3",
    "select * from raw.load_rules order by 1, 3",
    "select * from raw.rejected_rows order by 1, 4, 5",
    "select * from raw.merged_rows order by 1, 4, 5",
)


def silent(_step: str, _done: int, _total: int) -> None:
    pass


def content(rows: Rows) -> list[list[tuple[Any, ...]]]:
    return [rows(query) for query in CONTENT]


def load(
    connection: SnowflakeConnection, folder: Path, name: str = "movielens"
) -> film_data.Report:
    return film_data.load(name, folder, connection, silent)


def test_films_and_ratings_arrive(
    connection: SnowflakeConnection, rows: Rows, movielens_folder: Path
) -> None:
    report = load(connection, movielens_folder)
    assert report.as_json()["tables"] == {
        "film": {"in": 3, "loaded": 3, "merged": 0, "rejected": 0},
        "links": {"in": 3, "loaded": 3, "merged": 0, "rejected": 0},
        "ratings": {"in": 3, "loaded": 3, "merged": 0, "rejected": 0},
    }
    assert rows("select film_id, title, release_year, imdb_id, tmdb_id from film order by 1") == [
        ("1", "Toy Story", 1995, "tt0114709", 862),
        ("2", "The American President", 1995, "tt0112346", 9087),
        ("3", "Heat", 1995, "tt0113277", 949),
    ]
    found = rows("select user_id, film_id, rating, to_varchar(rated_at) from ratings order by 1, 2")
    assert found == [
        ("1", "1", 4.0, "2000-07-30 18:45:03.000"),
        ("1", "3", 4.0, "2000-07-30 18:20:47.000"),
        ("2", "1", 3.5, "2015-10-24 19:27:15.000"),
    ]


METADATA = """\
budget,genres,id,imdb_id,original_language,original_title,title,release_date,vote_count
30000000,"[{'id': 16, 'name': 'Animation'}]",862,tt0114709,en,Toy Story,Toy Story,1995-10-30,5415
0,"[{'id': 28, 'name': 'Action'}]",24428,tt0848228,en,The Avengers,The Avengers,2012-04-25,12000
"""
BOX_OFFICE = """\
title,year,rank_in_year,worldwide_gross,studio,length
Toy Story,1995,1,"$373,554,033 ",Pixar,81
Marvel's The Avengers,2012,1,"$1,518,812,988 ",Marvel,143
The Avengers,2012,2,"$1 ",Nobody,90
"""


@pytest.fixture
def emptied(connection: SnowflakeConnection, rows: Rows) -> Iterator[None]:
    """Remove the films of a test, so that the next one does not meet them."""
    yield
    for (table,) in rows(
        "select table_name from information_schema.tables where table_schema = 'RAW'"
    ):
        connection.cursor().execute(f"delete from raw.{table}")


@pytest.mark.thorough
@pytest.mark.usefixtures("emptied")
@pytest.mark.parametrize("reverse", [False, True])
def test_the_order_of_the_loads_does_not_matter(
    connection: SnowflakeConnection,
    rows: Rows,
    movielens_folder: Path,
    tmp_path: Path,
    reverse: bool,
) -> None:
    for name, file, text in (
        ("the-movies-dataset", "movies_metadata.csv", METADATA),
        ("blockbuster", "blockbusters.csv", BOX_OFFICE),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
    loads = ["movielens", "the-movies-dataset", "blockbuster"]
    for name in reversed(loads) if reverse else loads:
        load(connection, tmp_path / name, name)
    assert movielens_folder == tmp_path / "movielens"
    assert rows("select film_id, title, budget_usd from film order by 1") == [
        ("1", "Toy Story", 30_000_000),
        ("2", "The American President", None),
        ("3", "Heat", None),
        ("tmdb-24428", "The Avengers", None),
    ]
    assert rows("select title, film_id, match_status from box_office order by 1") == [
        ("Marvel's The Avengers", None, "unmatched"),
        ("The Avengers", "tmdb-24428", "matched"),
        ("Toy Story", "1", "matched"),
    ]


@pytest.mark.thorough
@pytest.mark.usefixtures("emptied")
@pytest.mark.parametrize("tmdb_id", ["", "99999"], ids=["no link", "a link to nowhere"])
def test_a_film_without_a_good_link_is_known_by_its_id_at_imdb(
    connection: SnowflakeConnection,
    rows: Rows,
    movielens_folder: Path,
    tmp_path: Path,
    tmdb_id: str,
) -> None:
    links = movielens_folder / "links.csv"
    links.write_text(links.read_text().replace("0114709,862", f"0114709,{tmdb_id}"))
    folder = tmp_path / "the-movies-dataset"
    folder.mkdir()
    (folder / "movies_metadata.csv").write_text(METADATA)
    load(connection, movielens_folder)
    load(connection, folder, "the-movies-dataset")
    found = rows("select film_id, tmdb_id, budget_usd from film where title = 'Toy Story'")
    assert found == [("1", 862, 30_000_000)]
    assert rows("select * from film_twins") == []


def test_files_that_are_not_read_are_named(
    connection: SnowflakeConnection, movielens_folder: Path
) -> None:
    (movielens_folder / "genome-scores.csv").write_text("movieId,tagId,relevance\n1,1,0.5\n")
    (movielens_folder / "README.txt").write_text("About.\n")
    assert load(connection, movielens_folder).notes == ("Not read: genome-scores.csv.",)


@pytest.mark.thorough
def test_the_same_files_twice_change_nothing(
    connection: SnowflakeConnection, rows: Rows, movielens_folder: Path
) -> None:
    with (movielens_folder / "ratings.csv").open("a") as file:
        file.write("1,1,5.0,964982703\nx,1,5.0,1\n")
    load(connection, movielens_folder)
    before = content(rows)
    load(connection, movielens_folder)
    assert content(rows) == before


@pytest.mark.thorough
def test_a_new_edition_replaces_the_old(
    connection: SnowflakeConnection, rows: Rows, movielens_folder: Path
) -> None:
    load(connection, movielens_folder)
    (movielens_folder / "movies.csv").write_text("movieId,title,genres\n9,Nine (2009),Drama\n")
    (movielens_folder / "ratings.csv").write_text("userId,movieId,rating,timestamp\n4,9,2.0,9\n")
    (movielens_folder / "links.csv").unlink()
    load(connection, movielens_folder)
    assert rows("select film_id, title from film") == [("9", "Nine")]
    assert rows("select user_id, film_id from ratings") == [("4", "9")]
    assert rows("select count(*) from raw.movielens_links") == [(0,)]


def test_rejected_and_merged_rows_are_kept_with_their_reasons(
    connection: SnowflakeConnection, rows: Rows, movielens_folder: Path
) -> None:
    with (movielens_folder / "ratings.csv").open("a") as file:
        file.write('1,1,5.0,999999999\n"x",1,5.0,1\n')
    report = load(connection, movielens_folder)
    assert rows("select table_name, file, line, rule, raw_text from rejected_rows") == [
        ("ratings", "ratings.csv", 6, "user_id", '"x",1,5.0,1')
    ]
    assert rows(
        "select line, rule, kept_line from raw.merged_rows where dataset = 'movielens'"
    ) == [(2, "rated_again", 5)]
    quality = rows(
        "select rows_in, rows_loaded, rows_merged, rows_rejected, is_balanced from data_quality "
        "where dataset = 'movielens' and table_name = 'ratings'"
    )
    assert quality == [(5, 3, 1, 1, True)]
    assert "rejected: The user id is not a whole number" in report.as_text()


@pytest.mark.thorough
def test_a_load_that_fails_on_the_way_leaves_the_old(
    connection: SnowflakeConnection,
    rows: Rows,
    movielens_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(connection, movielens_folder)
    before = content(rows)
    (movielens_folder / "ratings.csv").write_text("userId,movieId,rating,timestamp\n4,1,2.0,9\n")
    monkeypatch.setattr(loading, "MARTS", (*loading.MARTS[:3], "no_such_table"))
    with pytest.raises(snowflake.connector.errors.ProgrammingError):
        load(connection, movielens_folder)
    assert content(rows) == before


@pytest.mark.thorough
def test_no_reader_sees_half_a_load(
    connection: SnowflakeConnection, rows: Rows, warehouse: dict[str, Any], movielens_folder: Path
) -> None:
    load(connection, movielens_folder)
    (movielens_folder / "movies.csv").write_text("movieId,title,genres\n1,Nine (2009),Drama\n")
    seen: set[tuple[Any, ...]] = set()

    def watch(step: str, _done: int, _total: int) -> None:
        if step == "Making tables":
            with snowflake.connector.connect(**warehouse) as other:
                count = "select (select count(*) from film), (select count(*) from film_genre)"
                cursor = other.cursor()
                cursor.execute(count)
                seen.update(map(tuple, cursor))

    film_data.load("movielens", movielens_folder, connection, watch)
    assert rows("select count(*) from film_genre") == [(1,)]
    assert seen == {(3, 11), (1, 1)}


KILLED = """
import os, signal, sys
from pathlib import Path
import snowflake.connector
import film_data

def progress(step, done, total):
    if step == sys.argv[2] and done == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

connection = snowflake.connector.connect(**eval(sys.argv[4]))
film_data.load("movielens", Path(sys.argv[1]), connection, progress)
"""


@pytest.mark.thorough
@pytest.mark.parametrize("step", ["Reading ratings.csv", "Uploading", "Making tables"])
def test_a_killed_load_leaves_the_old_and_can_be_started_again(
    connection: SnowflakeConnection,
    warehouse: dict[str, Any],
    rows: Rows,
    movielens_folder: Path,
    step: str,
) -> None:
    load(connection, movielens_folder)
    before = content(rows)
    (movielens_folder / "ratings.csv").write_text("userId,movieId,rating,timestamp\n4,1,2.0,9\n")
    arguments = [str(movielens_folder), step, "0", repr(warehouse)]
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(KILLED), *arguments], check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert content(rows) == before
    load(connection, movielens_folder)
    assert rows("select user_id from ratings") == [("4",)]


def test_folders_of_killed_loads_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    abandoned = tmp_path / f"snowreel-load-{ended.pid}-x"
    running = tmp_path / f"snowreel-load-{os.getppid()}-x"
    abandoned.mkdir()
    running.mkdir()
    with scratch_folder() as folder:
        assert sorted(tmp_path.iterdir()) == sorted([folder, running])
    assert list(tmp_path.iterdir()) == [running]


def test_a_session_without_schema_is_one_sentence(
    warehouse: dict[str, Any], movielens_folder: Path
) -> None:
    nowhere = snowflake.connector.connect(**{**warehouse, "database": None, "schema": None})
    with nowhere as session, pytest.raises(DatasetError, match="needs a database and a schema"):
        load(session, movielens_folder)


@pytest.mark.thorough
def test_two_loads_at_once_are_one_sentence_for_the_second(
    connection: SnowflakeConnection, warehouse: dict[str, Any], rows: Rows, movielens_folder: Path
) -> None:
    refused: list[str] = []

    def load_too(step: str, done: int, _total: int) -> None:
        if (step, done) == ("Making tables", 0):
            with snowflake.connector.connect(**warehouse) as other:
                with pytest.raises(DatasetError) as raised:
                    load(other, movielens_folder)
                refused.append(str(raised.value))

    film_data.load("movielens", movielens_folder, connection, load_too)
    assert refused[0].startswith("Another load is under way: wait for its end, or end it with")
    assert rows("select count(*) from film") == [(3,)]


def test_an_unknown_data_set_names_those_there_are(
    connection: SnowflakeConnection, movielens_folder: Path
) -> None:
    with pytest.raises(DatasetError, match="choose movielens, the-movies-dataset, blockbuster"):
        load(connection, movielens_folder, "imdb")
