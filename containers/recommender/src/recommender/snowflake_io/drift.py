"""Drift of the day before, as the stack's view finds it."""

from snowflake.connector.connection import SnowflakeConnection

from recommender.snowflake_io.source import columns_of
from recommender.snowflake_io.table_name import TableName

_YESTERDAY = (
    "select count_if(is_drift) from identifier(?) where day = dateadd(day, -1, sysdate()::date)"
)


def drifts(connection: SnowflakeConnection, view: TableName) -> int | None:
    """Number of yesterday's figures that are beyond their limits; None where there is no view."""
    if columns_of(connection, view) is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_YESTERDAY, (view.identifier,))
        ((count,),) = cursor.fetchall()
        return int(count or 0)
