"""Writing recommendations to a table in Snowflake: all of them or none."""

from collections.abc import Callable, Iterable
from datetime import datetime

import pandas as pd
from snowflake.connector.connection import SnowflakeConnection
from snowflake.connector.errors import Error
from snowflake.connector.pandas_tools import write_pandas

from recommender.errors import RecommenderError
from recommender.snowflake_io.source import columns_of
from recommender.snowflake_io.table_name import TableName

#: Columns of the output table: type in Snowflake, and the physical types that will do.
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "USER_ID": ("varchar not null", ("TEXT",)),
    "RANK": ("integer not null", ("FIXED",)),
    "ITEM_ID": ("varchar not null", ("TEXT",)),
    "SCORE": ("float not null", ("REAL",)),
    # of a table without ratings there is none
    "ESTIMATED_RATING": ("float", ("REAL",)),
    "TRAINING_JOB": ("varchar not null", ("TEXT",)),
    # in UTC
    "GENERATED_AT": (
        "timestamp_ntz not null",
        ("TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"),
    ),
}

#: Temporary: seen by its session only, so that jobs at the same time do not meet in it.
_STAGING = "SNOWREEL_STAGING"

_CREATE_STAGING = f"""
create temporary table {_STAGING} (
    user_id varchar, rank integer, item_id varchar, score float, estimated_rating float,
    training_job varchar, generated_at varchar
)
"""
_SCHEMAS = "select 1 from identifier(?) where schema_name = ?"
_VIEWS = "select 1 from identifier(?) where table_schema = ? and table_name = ?"
_NOT_NULL = (
    "select 1 from identifier(?) where table_schema = ? and table_name = ?"
    " and column_name = 'ESTIMATED_RATING' and is_nullable = 'NO'"
)
_CREATE = (
    "create table identifier(?)"
    f" ({', '.join(f'{name} {kind}' for name, (kind, _) in COLUMNS.items())})"
)
_DROP = "drop table identifier(?)"
_OVERWRITE = f"""
insert overwrite into identifier(?)
    (user_id, rank, item_id, score, estimated_rating, training_job, generated_at)
select
    user_id, rank, item_id, score, estimated_rating, training_job, to_timestamp_ntz(generated_at)
from {_STAGING}
"""  # noqa: S608 - a constant


class SinkError(RecommenderError):
    """The output table cannot take recommendations."""


def check(connection: SnowflakeConnection, table: TableName) -> None:
    """See before learning that `table` can take recommendations, or be created; change nothing.

    Raises:
        SinkError: It is a view or has other columns, or its schema is missing.
    """
    columns = columns_of(connection, table)
    if columns is None:
        _check_schema(connection, table)
        return
    if columns.keys() != COLUMNS.keys():
        raise SinkError(
            f"The output table {table} has other columns than {', '.join(COLUMNS)}: name a new"
            " table, or one that an earlier training made."
        )
    for name, (kind, accepted) in COLUMNS.items():
        if columns[name] not in accepted:
            raise SinkError(
                f"The column {name} of the output table {table} is {columns[name]}, not"
                f" {kind.split()[0]}: name a new table."
            )
    _check_kind(connection, table)


def check_without_estimates(connection: SnowflakeConnection, table: TableName) -> None:
    """See that `table`, if it is there, takes recommendations without an estimated rating.

    Raises:
        SinkError: An earlier version made it, and its column allows no NULL.
    """
    if _is_listed(connection, _NOT_NULL, table, "COLUMNS", table.schema, table.table):
        raise SinkError(
            f"The column ESTIMATED_RATING of the output table {table} takes no NULL, and a table"
            " without ratings gives no estimates: name a new table, or let its owner run"
            f" `alter table {table} alter column estimated_rating drop not null`."
        )


def stage(
    connection: SnowflakeConnection,
    frames: Iterable[pd.DataFrame],
    *,
    training_job: str,
    generated_at: datetime,
) -> None:
    """Load recommendations where only this session sees them.

    Args:
        connection: The session that will publish them.
        frames: Parts with the columns USER_ID, RANK, ITEM_ID, SCORE, ESTIMATED_RATING.
        training_job: Who made them.
        generated_at: When, in UTC.
    """
    _execute(connection, _CREATE_STAGING)
    made = {"TRAINING_JOB": training_job, "GENERATED_AT": f"{generated_at:%Y-%m-%d %H:%M:%S}"}
    for frame in frames:
        write_pandas(connection, frame.assign(**made), _STAGING)


def publish(
    connection: SnowflakeConnection,
    table: TableName,
    note: Callable[[SnowflakeConnection], None],
) -> int:
    """Make the staged recommendations the content of `table`, in one transaction.

    Readers see the old rows or the new ones, nothing between. Who they are is decided by the future
    grants of the schema: where its access is managed, the owner of a table may grant nothing
    (https://docs.snowflake.com/en/user-guide/security-access-control-configure).

    Args:
        connection: The session that staged them, binds are `?`.
        table: Created if missing.
        note: Writes what belongs to the recommendations in the same transaction.

    Returns:
        Number of rows written.
    """
    if columns_of(connection, table) is not None:
        return _overwrite(connection, table, note)
    _execute(connection, _CREATE, table.identifier)
    try:
        return _overwrite(connection, table, note)
    except Error:
        # a table without rows would pass for a finished one
        _execute(connection, _DROP, table.identifier)
        raise


def _overwrite(
    connection: SnowflakeConnection, table: TableName, note: Callable[[SnowflakeConnection], None]
) -> int:
    _execute(connection, "begin")
    rows = _execute(connection, _OVERWRITE, table.identifier)
    note(connection)
    _execute(connection, "commit")
    return rows


def _check_schema(connection: SnowflakeConnection, table: TableName) -> None:
    if not _is_listed(connection, _SCHEMAS, table, "SCHEMATA", table.schema):
        raise SinkError(
            f"The schema of the output table {table} does not exist, or the training job may not"
            " use it: check its name and the grants."
        )


def _check_kind(connection: SnowflakeConnection, table: TableName) -> None:
    if _is_listed(connection, _VIEWS, table, "VIEWS", table.schema, table.table):
        raise SinkError(f"The output table {table} is a view, which takes no rows: name a table.")


def _is_listed(
    connection: SnowflakeConnection, statement: str, table: TableName, view: str, *names: str
) -> bool:
    """True if a view of the table's INFORMATION_SCHEMA has a row of these names."""
    listing = TableName(table.database, "INFORMATION_SCHEMA", view)
    with connection.cursor() as cursor:
        cursor.execute(statement, (listing.identifier, *names))
        return cursor.fetchone() is not None


def _execute(connection: SnowflakeConnection, statement: str, *binds: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, binds)
        return int(cursor.rowcount or 0)
