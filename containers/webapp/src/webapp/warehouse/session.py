"""One session at Snowflake: rows of statements, changes, transactions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from snowflake.connector import SnowflakeConnection

Row = Mapping[str, Any]


class Session:
    """One connection, in the hands of one caller."""

    def __init__(self, connection: SnowflakeConnection) -> None:
        self._connection = connection

    def rows(self, statement: str, *parameters: Any) -> list[Row]:
        """The rows that `statement` yields, columns by lower-case name; `?` are bound."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            names = [column.name.lower() for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def change(self, statement: str, *parameters: Any) -> int:
        """Run a statement that changes rows; their number."""
        with self._connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes of the block, or none of them."""
        self.change("begin")
        try:
            yield
        except BaseException:
            self.change("rollback")
            raise
        self.change("commit")
