"""A warehouse on loopback with the product's scripts run, and small data sets to load."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import snowflake.connector
from snowflake.connector import SnowflakeConnection

import film_data
from film_data import registry
from film_data.pipeline import row_checks
from film_data.pipeline.cleaned import Cleaned
from film_data.pipeline.report import TableCount
from film_data.progress import Progress
from local import connection as local_connection
from local import product_sql
from local.stack import Stack

FILMS = """movieId,title,genres
1,Toy Story (1995),Adventure|Animation|Children|Comedy|Fantasy
2,"American President, The (1995)",Comedy|Drama|Romance
3,Heat (1995),Action|Crime|Thriller
"""
RATINGS = """userId,movieId,rating,timestamp
1,1,4.0,964982703
1,3,4.0,964981247
2,1,3.5,1445714835
"""
LINKS = "movieId,imdbId,tmdbId\n1,0114709,862\n2,112346,9087\n3,0113277,949\n"


def _connection_arguments(stack: Stack) -> dict[str, Any]:
    quiet = {"session_parameters": {"CLIENT_TELEMETRY_ENABLED": False}}
    return local_connection.loader_arguments(stack) | quiet


@pytest.fixture(scope="session")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory,
    new_stack: Callable[..., Stack],
    running: Callable[..., Any],
) -> Iterator[dict[str, Any]]:
    """Connection arguments of a warehouse with the product's tables and views."""
    stack = new_stack(tmp_path_factory.mktemp("warehouse"))
    with running("snowflake_local", stack, stack.warehouse_port):
        administrator = local_connection.administrator_arguments(stack)
        with closing(snowflake.connector.connect(**administrator)) as session:
            product_sql.run(session)
        yield _connection_arguments(stack)


@pytest.fixture
def connection(warehouse: dict[str, Any]) -> Iterator[SnowflakeConnection]:
    """A session of the loader."""
    with closing(snowflake.connector.connect(**warehouse)) as session:
        yield session


Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def rows(connection: SnowflakeConnection) -> Rows:
    """The rows of a query, in a session that reads only."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor)

    return rows


def write_movielens(folder: Path) -> Path:
    """A small MovieLens edition in the csv layout."""
    folder.mkdir()
    (folder / "movies.csv").write_text(FILMS)
    (folder / "ratings.csv").write_text(RATINGS)
    (folder / "links.csv").write_text(LINKS)
    return folder


@pytest.fixture
def movielens_folder(tmp_path: Path) -> Path:
    """A folder with a small MovieLens edition."""
    return write_movielens(tmp_path / "movielens")


@pytest.fixture(scope="module")
def loaded(warehouse: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    """The small edition is in the warehouse."""
    folder = write_movielens(tmp_path_factory.mktemp("loaded") / "movielens")
    with closing(snowflake.connector.connect(**warehouse)) as session:
        film_data.load("movielens", folder, session, silent)


@dataclass(frozen=True)
class Made:
    """Tables and report that a reader made of a folder."""

    cleaned: Cleaned
    counts: dict[str, TableCount]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a raw table."""
        return pl.read_parquet(self.cleaned.tables[table]).rows(named=True)

    @property
    def rules(self) -> dict[str, int]:
        """Times that each rule was applied."""
        return self.cleaned.ledger.rule_counts

    @property
    def rejected(self) -> list[tuple[str, int, str]]:
        """Table, line and rule of each rejected row."""
        return self.cleaned.ledger.rejected.select("table_name", "line", "rule").rows()


Reader = Callable[[Path, Path, Progress], Cleaned]
Read = Callable[[Reader, Path], Made]


@pytest.fixture
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Run a reader on a folder; every row it makes fits its schema."""

    def run(reader: Reader, folder: Path) -> Made:
        cleaned = reader(folder, tmp_path_factory.mktemp("scratch"), silent)
        for table, path in cleaned.tables.items():
            row_checks.check(registry.raw_tables()[table], path)
        return Made(cleaned, cleaned.ledger.close())

    return run


def silent(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
