"""The table of one row per finished training."""

import json
from collections.abc import Callable, Mapping

from snowflake.connector.connection import SnowflakeConnection

from recommender.snowflake_io.source import columns_of
from recommender.snowflake_io.table_name import TableName

#: Values by column; `training_job` says whose row it is.
Row = Mapping[str, str | int | float | None]


def writer_of(
    connection: SnowflakeConnection, table: TableName | None, row: Row
) -> Callable[[SnowflakeConnection], None]:
    """The writing of a training's row; it does nothing where the stack has no such table.

    Asked before the transaction: in it, a table that is missing would be a failed statement.
    """
    if table is None or columns_of(connection, table) is None:
        return lambda _connection: None
    return lambda later: _write(later, table, row)


def _write(connection: SnowflakeConnection, table: TableName, row: Row) -> None:
    """Write the row in place of one that an earlier attempt of the same job wrote."""
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from identifier(?) where training_job = ?",
            (table.identifier, row["training_job"]),
        )
        # the names are the keys of the row, none of them from outside
        cursor.execute(
            f"insert into identifier(?) ({names}) select {marks}",
            (table.identifier, *row.values()),
        )


def add_judgement(
    connection: SnowflakeConnection,
    table: TableName | None,
    training_job: str,
    judgement: Mapping[str, str | float],
) -> None:
    """Add a judgement to a training's row, in place of an earlier one; nothing where it has none.

    Nor where the table is of an earlier version and has no such column yet. UPDATE takes a table
    that is bound: https://docs.snowflake.com/en/sql-reference/identifier-literal
    """
    columns = columns_of(connection, table) if table else None
    if table is None or "JUDGEMENT" not in (columns or {}):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update identifier(?) set judgement = parse_json(?) where training_job = ?",
            (table.identifier, json.dumps(judgement), training_job),
        )
