"""The session of a load: cleaned files into the warehouse, all or nothing.

Files go by PUT into a temporary stage and by COPY into temporary tables. Only then a transaction
begins, of nothing but DELETE, INSERT and COPY: Snowflake commits at every DDL statement. A load
that fails leaves the tables as they were, and nothing of its own: stage and temporary tables end
with the session.
"""

import re
import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import polars as pl

from film_data.errors import DatasetError
from film_data.pipeline.cleaned import Cleaned
from film_data.progress import Progress
from film_data.warehouse.transaction import transaction

RAW, INTERMEDIATE = "raw", "intermediate"

_NAMES = re.compile(r"\w+(\.\w+)*(, \w+)*", re.ASCII)


class Warehouse:
    """The database and schema that a connection is in."""

    def __init__(self, connection: Any, progress: Progress, scratch: Path) -> None:
        if not connection.database or not connection.schema:
            raise DatasetError("The connection needs a database and a schema: name both in it.")
        self._cursor = connection.cursor()
        self._progress = progress
        self._scratch = scratch
        self._stage = f"snowreel_load_{secrets.token_hex(6)}"
        self._execute(f"create temporary stage {self._stage}")

    def upload(self, cleaned: Cleaned) -> None:
        """Fill one temporary table per raw table of the data set."""
        for done, (table, path) in enumerate(cleaned.tables.items()):
            self._progress("Uploading", done, len(cleaned.tables))
            temporary = _temporary(table)
            self._execute(f"create or replace temporary table {temporary} like {RAW}.{table}")
            self._copy(path, temporary)

    def replace_raw(self, table: str) -> None:
        """Replace the content of a raw table with what was uploaded for it."""
        columns = self._columns(f"{RAW}.{table}")
        self._refill(f"{RAW}.{table}", columns, _temporary(table))

    def refresh(self, table: str) -> None:
        """Replace the content of a table of the marts with what its view makes of the raw ones."""
        columns = self._columns(f"{INTERMEDIATE}.{table}")
        self._refill(table, columns, f"{INTERMEDIATE}.{table}")

    def delete(self, table: str, column: str, value: str) -> None:
        """Delete the rows of a raw table whose column has the value."""
        statement = _sql("delete from raw.{table} where {column} = %s", table=table, column=column)
        self._execute(statement, (value,))

    def insert(self, table: str, row: Mapping[str, str]) -> None:
        """Add one row of texts to a raw table."""
        statement = _sql("insert into raw.{table} ({columns})", table=table, columns=", ".join(row))
        places = ", ".join(["%s"] * len(row))
        self._execute(f"{statement} values ({places})", tuple(row.values()))

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Add rows to a raw table, within the transaction."""
        if rows.height:
            path = self._scratch / f"append-{table}-{secrets.token_hex(4)}.parquet"
            rows.write_parquet(path)
            self._copy(path, f"{RAW}.{table}")

    def select(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        rows: list[tuple[Any, ...]] = self._cursor.execute(query).fetchall()
        return rows

    def transaction(self) -> AbstractContextManager[None]:
        """Commit all of what happens inside, or nothing; nothing inside may be DDL.

        Raises:
            DatasetError: Another load is in its transaction.
        """
        return transaction(self._cursor)

    def _copy(self, path: Path, table: str) -> None:
        folder = f"@{self._stage}/{path.stem}"
        columns = list(pl.read_parquet_schema(path))
        values = ", ".join(f'$1:"{name}"' for name in columns)
        self._execute(f"put 'file://{path.as_posix()}' {folder} auto_compress = false")
        target = _sql("copy into {table} ({columns})", table=table, columns=", ".join(columns))
        source = f"(select {values} from {folder})"  # noqa: S608 - names of our own Parquet files
        self._execute(f"{target} from {source} file_format = (type = parquet) purge = true")

    def _refill(self, table: str, columns: str, source: str) -> None:
        self._execute(_sql("delete from {table}", table=table))
        statement = "insert into {table} ({columns}) select {columns} from {source}"
        self._execute(_sql(statement, table=table, columns=columns, source=source))

    def _columns(self, relation: str) -> str:
        self._execute(_sql("select * from {relation} limit 0", relation=relation))
        return ", ".join(column.name.lower() for column in self._cursor.description)

    def _execute(self, statement: str, parameters: tuple[str, ...] = ()) -> None:
        self._cursor.execute(statement, parameters)


def _sql(template: str, **names: str) -> str:
    """A statement with names put in: identifiers, qualified or in a list, and nothing else."""
    for name in names.values():
        if not _NAMES.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a statement.")
    return template.format(**names)


def _temporary(table: str) -> str:
    return f"snowreel_load_{table}"
