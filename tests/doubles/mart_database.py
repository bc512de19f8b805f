"""The database of the marts: raw rows to give it, relations to read."""

from pathlib import Path
from typing import Any

from snowflake.connector import SnowflakeConnection

from film_data import registry
from film_data.loading import MARTS, RATING_MARTS
from film_data.warehouse.session import Warehouse
from functions.snowflake_integration import scripts
from local import product_sql

DATABASE = "RULES"
#: By number: the database, its tables and its views.
SCRIPTS = [name for name in scripts.object_scripts() if name < "60"]

RAW = (
    *registry.raw_tables(),
    "film_matches",
    "loads",
    "load_tables",
    "load_rules",
    "rejected_rows",
)


def run_scripts(session: SnowflakeConnection) -> None:
    values = product_sql.VALUES | {"database": DATABASE}
    for script in SCRIPTS:
        for statement in scripts.rendered(script, values):
            session.cursor().execute(statement)


class Database:
    """Raw tables to fill and relations to read."""

    def __init__(self, session: SnowflakeConnection, scratch: Path) -> None:
        self._session = session
        self._scratch = scratch

    def given(self, table: str, *rows: dict[str, Any]) -> None:
        """The raw table holds these rows and no others."""
        cursor = self._session.cursor()
        cursor.execute(f"delete from raw.{table}")
        columns = list(dict.fromkeys(name for row in rows for name in row))
        if rows:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"insert into raw.{table} ({', '.join(columns)}) values ({places})",
                [tuple(row.get(name) for name in columns) for row in rows],
            )

    def make(self) -> None:
        """Make the marts from the raw tables, as a load does."""
        loader = Warehouse(self._session, lambda *_: None, self._scratch)
        for table in (*MARTS, *RATING_MARTS):
            loader.refresh(table)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, fractions rounded."""
        cursor = self._session.cursor()
        cursor.execute(query)
        return [
            tuple(round(value, 4) if isinstance(value, float) else value for value in row)
            for row in cursor.fetchall()
        ]


def movielens(film_id: int, title: str, year: int | None = 1995) -> dict[str, Any]:
    return {"film_id": film_id, "title": title, "release_year": year}


def tmdb(tmdb_id: int, title: str, **facts: Any) -> dict[str, Any]:
    return {"tmdb_id": tmdb_id, "title": title, **facts}


def matched(
    source: str, key: object, film_id: str | None, status: str = "matched"
) -> dict[str, Any]:
    return {
        "source": source, "source_key": str(key), "film_id": film_id, "status": status,
        "method": "link", "confidence": 1.0,
    }  # fmt: skip


def rating(user_id: int, film_id: int, value: float, at: int = 0) -> dict[str, Any]:
    return {"user_id": user_id, "film_id": film_id, "rating": value, "rated_at": at}
