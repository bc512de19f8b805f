"""Loading: cleaned files into the warehouse, all or nothing.

Files go by PUT into a temporary stage and by COPY into temporary tables. Only then a transaction
begins, of nothing but DELETE and INSERT: Snowflake commits at every DDL statement. A load that
fails or is killed leaves the tables as they were, and nothing of its own: stage and temporary
tables end with the session.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from datasets.cleaned import Cleaned
from datasets.errors import DatasetError
from datasets.report import Report

Progress = Callable[[str, int, int], None]

RAW = "raw"


class Loader:
    """Loads into the database and schema that a connection is in."""

    def __init__(self, connection: Any, progress: Progress) -> None:
        self._cursor = connection.cursor()
        self._progress = progress
        self._stage = f"snowreel_load_{secrets.token_hex(6)}"
        if not connection.database or not connection.schema:
            raise DatasetError("The connection needs a database and a schema: name both in it.")

    def load(self, cleaned: Cleaned) -> Report:
        """Replace the data set's tables with the cleaned files."""
        counts = cleaned.ledger.close()
        self._execute(f"create or replace temporary stage {self._stage}")
        steps = len(cleaned.tables)
        for done, (table, path) in enumerate(cleaned.tables.items()):
            self._progress("Uploading", done, steps)
            self._upload(table, path)
        with self._transaction():
            for done, table in enumerate(cleaned.tables):
                self._progress("Replacing tables", done, steps)
                self._execute(f"delete from {RAW}.{table}")
                self._execute(f"insert into {RAW}.{table} select * from {_temporary(table)}")
            self._refresh()
        self._progress("Replacing tables", steps, steps)
        ledger = cleaned.ledger
        return Report(
            cleaned.dataset, cleaned.edition, counts, ledger.rule_counts, tuple(ledger.notes)
        )

    def _upload(self, table: str, path: Path) -> None:
        """Fill a temporary table, made like the raw table, from a Parquet file."""
        columns = pl.read_parquet_schema(path)
        names = ", ".join(columns)
        values = ", ".join(f'$1:"{name}"' for name in columns)
        self._execute(f"create or replace temporary table {_temporary(table)} like {RAW}.{table}")
        self._execute(
            f"put 'file://{path.as_posix()}' @{self._stage}/{table} auto_compress = false"
        )
        self._execute(
            f"copy into {_temporary(table)} ({names}) from (select {values} "
            f"from @{self._stage}/{table}) file_format = (type = parquet) purge = true"
        )

    def _refresh(self) -> None:
        self._execute("delete from film")
        self._execute(
            "insert into film (film_id, title, release_year) "
            "select to_varchar(film_id), title, release_year from raw.movielens_films"
        )
        self._execute("delete from ratings")
        self._execute(
            "insert into ratings (user_id, film_id, rating, rated_at) select to_varchar(user_id), "
            "to_varchar(film_id), rating, to_timestamp_ntz(rated_at) from raw.movielens_ratings"
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._execute("begin")
        try:
            yield
        except BaseException:
            self._execute("rollback")
            raise
        self._execute("commit")

    def _execute(self, statement: str) -> None:
        self._cursor.execute(statement)


def _temporary(table: str) -> str:
    return f"snowreel_load_{table}"
